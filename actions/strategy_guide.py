"""What readers expect in each section of the strategic file, told to who writes it: advice, not a national form."""

from actions.enums import LabelCriterion

ASKED = {
    LabelCriterion.PERIMETER: "Le territoire retenu et pourquoi\u00a0: quartiers prioritaires, communes, écoles, collèges et lycées concernés, "
    "collège chef de file, ce qui a changé depuis le dernier label.",
    LabelCriterion.DIAGNOSIS: "Ce que l’on sait des enfants, des jeunes et des familles\u00a0: chiffres et leurs sources, parole des "
    "habitants et des professionnels, atouts, besoins prioritaires.",
    LabelCriterion.OBJECTIVES: "Ce que la Cité veut avoir changé dans trois ans, sous chacun des trois objectifs nationaux, et le lien "
    "avec le contrat de ville.",
    LabelCriterion.GOVERNANCE: "Qui décide, avec qui, à quel rythme\u00a0: Troïka, comités, place des parents, des jeunes et des "
    "associations.",
    LabelCriterion.STEERING: "Qui fait avancer le projet au quotidien\u00a0: chef ou cheffe de projet, principal du collège chef de file, "
    "réseau des référents, temps consacré, outils.",
    LabelCriterion.ACTION_PLAN: "Les actions prévues, leurs publics et leurs territoires, ce qui est nouveau, ce qui continue, ce qui "
    "s’arrête.",
    LabelCriterion.MEANS: "Les crédits demandés et apportés par chaque financeur, les postes, les locaux, le droit commun mobilisé.",
    LabelCriterion.IDENTITY: "Ce qui rend la Cité reconnaissable\u00a0: son nom, ce qu’elle a de propre, comment elle se fait connaître des "
    "familles.",
    LabelCriterion.QUALITY: "Comment la Cité apprend\u00a0: questions d’évaluation, indicateurs, bilans, formations croisées, corrections "
    "déjà faites.",
}
