"""The strategy of the demonstration: generic texts, lists, two versions, and what each action is about."""

from datetime import date, datetime, time

from django.utils import timezone

from actions.enums import LabelCriterion
from actions.models import Action, ActionPublic, ContractTheme, Objective, ProgrammeVersion, Scheme, Theme
from actions.ordering import arrangement
from actions.services import (
    add_usual_items,
    freeze_programme,
    place_objective,
    save_axis,
    save_objective,
    save_strategy_section,
)
from cite_educative.common.dates import date_fr

FIRST_VERSION = date(2024, 6, 21)
SECOND_VERSION = date(2026, 1, 30)

AXES = {
    "school": "Que chaque élève des quartiers trouve à l’école des adultes qui se parlent, un climat serein et une ambition à sa mesure.",
    "continuity": "Que les temps de l’enfant se répondent, de la crèche aux vacances, avec les parents et sans rupture.",
    "horizons": "Que les jeunes sortent du quartier, rencontrent des métiers et des œuvres, et choisissent leur voie.",
}
# (axis, place): (presentation, places in `USUAL_CONTRACT_THEMES`)
OBJECTIVES = {
    ("school", 0): ("Repérer tôt, suivre dans la durée, ne laisser aucun élève sans adulte référent.", (0,)),
    ("school", 1): (
        "Des équipes d’école, de collège et de quartier qui se connaissent et travaillent ensemble.",
        (0, 5),
    ),
    ("continuity", 0): ("Parler avant trois ans, lire avant sept ans, avec des parents à l’aise à l’école.", (0, 1)),
    ("continuity", 1): ("Bouger, dormir, voir et entendre\u00a0: la santé comme condition d’apprendre.", (1, 3)),
    ("continuity", 2): ("Des vacances pour tous, qui apprennent autrement.", (3,)),
    ("horizons", 0): ("Connaître les métiers du littoral avant de choisir son orientation.", (4,)),
    ("horizons", 1): ("Sortir du quartier et y inviter les autres.", (3,)),
    ("horizons", 2): ("Un premier pas vers l’emploi pour les jeunes qui ont quitté l’école.", (4,)),
}
EARLIER_LABEL = "Découverte des métiers industriels"
ADDED = "Climat scolaire et prévention du harcèlement"

TEXTS = {
    LabelCriterion.PERIMETER: """La Cité éducative couvre les quartiers prioritaires de quatre communes du littoral et les écoles, collèges et lycées qui accueillent leurs enfants.

Ce périmètre suit le parcours réel des élèves\u00a0: une partie des collégiens d’un quartier est scolarisée dans la commune voisine. Raisonner à l’échelle intercommunale évite que le suivi s’arrête à la limite d’une commune.""",
    LabelCriterion.DIAGNOSIS: """Le diagnostic a été partagé avec les équipes éducatives, les centres sociaux et un groupe de parents.

Trois constats reviennent\u00a0:
- le langage des tout-petits est fragile à l’entrée à l’école\u00a0;
- l’année de sixième reste un passage difficile\u00a0;
- les jeunes connaissent mal les métiers qui recrutent à côté de chez eux.

Les atouts sont réels\u00a0: un tissu associatif dense, des collectivités engagées, des établissements volontaires.""",
    LabelCriterion.OBJECTIVES: """Le programme répond aux trois objectifs nationaux par trois axes. Chaque objectif local est relié aux thèmes du contrat de ville pour que les crédits se complètent au lieu de se répéter.""",
    LabelCriterion.GOVERNANCE: """La Troïka réunit l’Éducation nationale, l’État, les communes et la communauté urbaine. Elle décide en accord entre les pilotes et se réunit toutes les six semaines.

Un comité technique prépare ses décisions. Les référents de commune forment un réseau qui fait remonter les besoins.""",
    LabelCriterion.STEERING: """La cheffe de projet coordonne le programme à l’échelle intercommunale. Elle travaille avec le principal du collège chef de file, le délégué du préfet et les référents de commune.

Les outils sont partagés\u00a0: un plan d’actions, des fiches, un relevé de décisions.""",
    LabelCriterion.ACTION_PLAN: """Le plan se construit en deux vagues par an. La première programme les actions de l’année civile, la seconde celles qui suivent la rentrée.

Les actions intercommunales sont portées ou soutenues par la communauté urbaine\u00a0; les autres le sont par les communes, les établissements et les associations.""",
    LabelCriterion.MEANS: """Les crédits de l’État sont complétés par ceux de la communauté urbaine, des communes et de la CAF. Le temps des agents et les locaux mis à disposition s’ajoutent sans entrer dans les totaux.""",
    LabelCriterion.IDENTITY: """Une Cité tournée vers la mer, l’industrie et la rencontre entre communes. Un même nom figure sur les affiches des actions et dans les établissements.""",
    LabelCriterion.QUALITY: """Chaque action dit ce qu’elle attend et ce qu’elle a obtenu. Les avis suivent une grille partagée. Un bilan annuel est présenté aux pilotes, et les corrections décidées sont suivies.""",
}
EARLIER = {
    LabelCriterion.DIAGNOSIS: """Le diagnostic a été partagé avec les équipes éducatives et les centres sociaux.

Deux constats reviennent\u00a0:
- le langage des tout-petits est fragile à l’entrée à l’école\u00a0;
- l’année de sixième reste un passage difficile.

Les atouts sont réels\u00a0: un tissu associatif dense, des collectivités engagées.""",
    LabelCriterion.GOVERNANCE: """La Troïka réunit l’Éducation nationale, l’État, les communes et la communauté urbaine. Elle décide en accord entre les pilotes et se réunit tous les deux mois.

Un comité technique prépare ses décisions.""",
    LabelCriterion.QUALITY: "",
}
TODAY = {
    LabelCriterion.STEERING: """La cheffe de projet coordonne le programme à l’échelle intercommunale. Elle travaille avec le principal du collège chef de file, le délégué du préfet et les référents de commune et d’institution.

Les outils sont partagés\u00a0: un plan d’actions, des fiches, un relevé de décisions, une couverture du plan relue deux fois par an.""",
}

# Beginning of a title: (publics, places in `USUAL_THEMES`). What is left out shows as such in the coverage.
ABOUT = {
    "Coordination": (("professionals",), (15,)),
    "Ambassadeurs de la lecture": (("0-3", "3-6", "6-11", "parents"), (5, 6)),
    "Découverte des métiers": (("11-15",), (7,)),
    "Tous au savoir-nager": (("6-11",), (2, 1)),
    "Escalade": (("11-15",), (2, 1)),
    "Café des parents": (("parents",), (6,)),
    "Dépistage": (("3-6", "6-11"), (1,)),
    "Classes de mer": (("6-11", "11-15"), (2, 4)),
    "Vacances sportives": (("6-11", "11-15"), (2, 13)),
    "La parole des collégiens": (("11-15",), (3, 10)),
    "Chantiers éducatifs": (("15-18", "18-25"), (14,)),
    "Parcours d’orientation": (("11-15",), (7,)),
    "Médiation numérique": (("parents",), (9, 6)),
    "Sas de remobilisation": (("11-15",), (11,)),
    "Langage et parentalité": (("0-3", "3-6", "parents"), (5, 6)),
    "Forum santé": (("11-15", "15-18", "18-25"), (1,)),
    "École ouverte": (("6-11",), ()),
    "Parler dès la crèche": (("0-3",), (5,)),
    "Mentorat": (("11-15", "15-18"), (11, 7)),
    "Théâtre-forum": (("11-15",), (8, 3)),
    "La classe dehors": (("6-11",), (12,)),
    "Passerelle CM2": (("6-11", "11-15"), (11, 8)),
    "Familles au musée": (("parents",), (3,)),
    "Atelier vélo": (("11-15", "15-18"), (4, 2)),
    "Ateliers de langue": (("parents",), (5, 6)),
    "Un orchestre": (("11-15",), (3,)),
    "Sommeil": (("parents",), (1, 9)),
    "Forum des métiers": (("11-15", "15-18"), (7,)),
}
LINKED = {
    "Ambassadeurs de la lecture": ("CTG",),
    "Café des parents": ("REAAP",),
    "Vacances sportives": ("VVV", "QE"),
    "Sas de remobilisation": ("PRE",),
    "École ouverte": ("École ouverte",),
    "Dépistage": ("CLS",),
    "Forum santé": ("CLS",),
    "Langage et parentalité": ("CTG", "LAEP"),
    "Un orchestre": ("DEMOS",),
    "Mentorat": ("Cordées de la réussite",),
}


def write_strategy(dunkerque):
    """Lists, links with the contrat de ville, nine texts and two versions, then what the actions are about."""
    actor, cite = dunkerque.actor, dunkerque.cite
    for model in (Theme, ContractTheme, Scheme):
        add_usual_items(model, cite, actor=actor)
    programme = dunkerque.axes["school"].programme
    metiers = dunkerque.objectives["horizons", 0]
    final = metiers.label
    metiers.label = EARLIER_LABEL
    save_objective(metiers, actor=actor)
    _write(programme, TEXTS | EARLIER, actor)
    _freeze(programme, "demande de label", FIRST_VERSION, actor)
    metiers.label = final
    _present(dunkerque)
    added = save_objective(Objective(axis=dunkerque.axes["school"], label=ADDED), actor=actor)
    place_objective(added, actor=actor, seen=arrangement(programme), before=dunkerque.objectives["school", 1])
    _write(programme, TEXTS, actor)
    _freeze(programme, "mise à jour de la deuxième année", SECOND_VERSION, actor)
    _write(programme, TEXTS | TODAY, actor)
    describe_actions(cite)


def _present(dunkerque):
    contract = list(ContractTheme.objects.filter(cite=dunkerque.cite))
    for key, summary in AXES.items():
        axis = dunkerque.axes[key]
        axis.summary = summary
        save_axis(axis, actor=dunkerque.actor)
    for key, (summary, themes) in OBJECTIVES.items():
        objective = dunkerque.objectives[key]
        objective.summary = summary
        save_objective(objective, actor=dunkerque.actor, contract_themes=[contract[place] for place in themes])


def _write(programme, texts, actor):
    known = {row.key: row for row in programme.sections.all()}
    for key, body in texts.items():
        row = known.get(key)
        if row is None or row.body != body:
            save_strategy_section(
                programme=programme, key=key, body=body, version=row.version if row else 0, actor=actor
            )


def _freeze(programme, label, day, actor):
    """As if it had been frozen that day."""
    version, _ = freeze_programme(programme, label=label, actor=actor)
    ProgrammeVersion.objects.filter(pk=version.pk).update(
        made_at=timezone.make_aware(datetime.combine(day, time(10))),
        content=version.content | {"made_on": date_fr(day)},
    )


def describe_actions(cite):
    """Publics, themes and linked schemes of the actions whose title is known here."""
    themes = list(Theme.objects.filter(cite=cite))
    schemes = {scheme.label: scheme for scheme in Scheme.objects.filter(cite=cite)}
    publics, about, linked = [], [], []
    for action in Action.objects.filter(cite=cite):
        kinds, places = next((found for start, found in ABOUT.items() if action.title.startswith(start)), ((), ()))
        publics += [ActionPublic(action=action, kind=kind) for kind in kinds]
        about += [Action.themes.through(action=action, theme=themes[place]) for place in places]
        names = next((found for start, found in LINKED.items() if action.title.startswith(start)), ())
        linked += [Action.schemes.through(action=action, scheme=schemes[name]) for name in names]
    ActionPublic.objects.bulk_create(publics, ignore_conflicts=True)
    Action.themes.through.objects.bulk_create(about, ignore_conflicts=True)
    Action.schemes.through.objects.bulk_create(linked, ignore_conflicts=True)
