"""The bodies that a Cité usually sets up, and the four forms of governance observed in the first Cités.

The forms are those of the national research on the first wave (small, standard, enlarged, stratified); rhythms and days
are usual ones, and everything can be changed afterwards.
"""

from dataclasses import dataclass

from governance.enums import BodyKind, QuorumRule, Rhythm, StepFact
from partners.enums import Role

STEPS = (
    ("Notes de décision prêtes", 21, StepFact.NOTES),
    ("Convocation envoyée", 15, StepFact.CONVOCATION),
    ("Dossier de séance envoyé", 10, StepFact.DOSSIER),
)
SHORT_STEPS = (("Ordre du jour et convocation", 10, StepFact.CONVOCATION), ("Documents envoyés", 5, ""))
TEAM = (Role.LEAD, Role.CO_LEAD)


@dataclass(frozen=True)
class BodyPreset:
    kind: BodyKind
    label: str
    code: str
    competence: str
    every: int | None = None
    unit: str = ""
    quorum: str = ""
    seated: tuple = (Role.PILOT, *TEAM)
    steps: tuple = SHORT_STEPS


STEERING = BodyPreset(
    BodyKind.STEERING,
    "Comité de pilotage",
    "CP",
    "Valide la stratégie, le programme annuel et ses cofinancements, l’évaluation et les avenants.",
    every=6,
    unit=Rhythm.MONTH,
    quorum=QuorumRule.HALF,
    steps=STEPS,
)
TECHNICAL = BodyPreset(
    BodyKind.TECHNICAL,
    "Comité technique",
    "CT",
    "Instruit les demandes sur une grille partagée et prépare le comité de pilotage.",
    every=2,
    unit=Rhythm.MONTH,
    seated=(*TEAM, Role.INSTITUTION, Role.FINANCE),
)
TROIKA = BodyPreset(
    BodyKind.TROIKA,
    "Troïka",
    "TR",
    "Arbitre entre deux comités de pilotage, programme les actions et valide ce qui ne peut pas attendre.",
    every=6,
    unit=Rhythm.WEEK,
    steps=STEPS,
)
NETWORK = BodyPreset(
    BodyKind.NETWORK,
    "Réseau des référents",
    "RR",
    "Fait circuler l’information entre les communes et relit ce qui les concerne. Ne décide pas.",
    every=2,
    unit=Rhythm.MONTH,
    seated=(Role.LEAD, Role.REFERENT, Role.INSTITUTION),
)
GROUP = BodyPreset(
    BodyKind.GROUP,
    "Groupe de travail",
    "GT",
    "Approfondit un sujet et fait des propositions. Ne décide pas.",
    seated=TEAM,
    steps=(),
)
FUNDERS = BodyPreset(
    BodyKind.FUNDERS,
    "Conférence des financeurs",
    "CF",
    "Rapproche les avis des financeurs avant le comité de pilotage et propose des ajustements.",
    every=12,
    unit=Rhythm.MONTH,
    seated=(Role.PILOT, Role.FINANCE, *TEAM),
    steps=STEPS,
)
REVIEW = BodyPreset(
    BodyKind.REVIEW,
    "Revue de projet",
    "RP",
    "Valide les réponses à la revue de projet nationale avant leur envoi.",
    every=12,
    unit=Rhythm.MONTH,
    steps=STEPS,
)
PRESETS = {preset.kind: preset for preset in (TROIKA, STEERING, TECHNICAL, NETWORK, GROUP, FUNDERS, REVIEW)}


@dataclass(frozen=True)
class Form:
    key: str
    label: str
    summary: str
    bodies: tuple


FORMS = (
    Form(
        "petite",
        "Petite structure",
        "Une seule instance valide et suit\u00a0: pour une équipe réduite.",
        (
            BodyPreset(
                BodyKind.STEERING,
                "Comité de pilotage et de suivi",
                "CP",
                "Valide la stratégie et le programme, et suit leur exécution.",
                every=2,
                unit=Rhythm.MONTH,
                steps=STEPS,
            ),
        ),
    ),
    Form(
        "standard",
        "Standard",
        "Trois étages\u00a0: valider, suivre techniquement, agir.",
        (STEERING, TECHNICAL, NETWORK),
    ),
    Form(
        "elargie",
        "Élargie",
        "La forme standard, ouverte au développement urbain et aux financeurs.",
        (
            STEERING,
            TECHNICAL,
            NETWORK,
            FUNDERS,
            BodyPreset(
                BodyKind.GROUP,
                "Groupe de travail Éducation et cadre de vie",
                "GT",
                "Relie la Cité éducative au renouvellement urbain et au cadre de vie. Ne décide pas.",
                seated=TEAM,
                steps=(),
            ),
        ),
    ),
    Form(
        "etagee",
        "Étagée",
        "Vision intercommunale\u00a0: une Troïka entre les comités, les communes en réseau, la revue de projet.",
        (STEERING, TROIKA, TECHNICAL, FUNDERS, NETWORK, REVIEW),
    ),
)


def form_of(key):
    """The form that an address names, the standard one otherwise."""
    return next((form for form in FORMS if form.key == key), FORMS[1])
