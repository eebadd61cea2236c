"""The starting questions of a protocol (domain reference §7.2): none is a national form."""

from evaluation.enums import QuestionLevel
from evaluation.usual import UsualQuestion

USUAL_QUESTIONS = (
    UsualQuestion(
        "EQ1",
        "Les partenaires travaillent-ils autrement\u00a0?",
        QuestionLevel.ALLIANCE,
        "Instances tenues et représentées, décisions suivies d’effet, actions portées à plusieurs, nouveaux partenaires.",
        "Suivi des instances, entretiens avec les pilotes et les porteurs, questionnaire aux professionnels.",
        "Pilotes, porteurs, professionnels",
    ),
    UsualQuestion(
        "EQ2",
        "L’offre éducative du territoire a-t-elle changé\u00a0?",
        QuestionLevel.OFFER,
        "Actions nouvelles, mieux coordonnées, mieux réparties entre communes, quartiers, âges et temps de l’enfant.",
        "Lecture du plan d’actions d’une année sur l’autre, matrice de couverture, entretiens avec les communes.",
        "Référents des communes, établissements scolaires",
    ),
    UsualQuestion(
        "EQ3",
        "Les publics visés, dont les plus éloignés, sont-ils touchés\u00a0?",
        QuestionLevel.OFFER,
        "Personnes touchées rapportées aux personnes attendues, part des habitants des quartiers prioritaires, part des filles.",
        "Bilans des actions, comptages, croisement avec les effectifs.",
        "Porteurs",
    ),
    UsualQuestion(
        "EQ4",
        "Les parcours sont-ils plus continus\u00a0?",
        QuestionLevel.EFFECT,
        "Passages de la crèche à l’école, du CM2 à la 6ᵉ, de la 3ᵉ à la 2ᵈᵉ, sortie du système scolaire.",
        "Entretiens avec les équipes, données des établissements, récits de parcours recueillis avec accord.",
        "Établissements scolaires, professionnels, jeunes",
    ),
    UsualQuestion(
        "EQ5",
        "Les familles sont-elles parties prenantes\u00a0?",
        QuestionLevel.EFFECT,
        "Parents associés à la construction des actions, présence dans les instances, confiance exprimée.",
        "Bilans des actions, questionnaire aux familles, groupes de parole.",
        "Familles, porteurs",
    ),
    UsualQuestion(
        "EQ6",
        "Quels effets sur les enfants et les jeunes\u00a0?",
        QuestionLevel.EFFECT,
        "Objectifs atteints, climat scolaire, bien-être, engagement, réussite.",
        "Bilans des actions, questionnaire aux jeunes, données de contexte par collège, études de cas.",
        "Enfants, jeunes, établissements scolaires, porteurs",
    ),
    UsualQuestion(
        "EQ7",
        "Qu’est-ce qui est devenu pérenne ou passé au droit commun\u00a0?",
        QuestionLevel.OFFER,
        "Actions reprises par une politique ordinaire, postes ou crédits relayés.",
        "Suivi du droit commun mobilisé, entretiens avec les institutions.",
        "Pilotes, institutions",
    ),
    UsualQuestion(
        "EQ8",
        "Les moyens sont-ils proportionnés\u00a0?",
        QuestionLevel.ALLIANCE,
        "Engagement et versement des crédits, effet levier, coût par personne touchée, délais.",
        "Chaîne des financements, comptes rendus financiers.",
        "Services instructeurs, porteurs",
    ),
)
