"""The lines of money that most Cités have, offered when one starts; none is law, all of them may be changed."""

from dataclasses import dataclass

from actions.models import FundingSource
from cite_educative.common.search import normalise
from partners.enums import OrganisationKind, SideKind

VOWELS = "aeiouyhéèêâîôœ"
# Of these circuits a Cité has one line, whatever its name.
SINGLE = ("intercommunality", "school_fund", "family_fund", "own")


@dataclass(frozen=True)
class UsualSource:
    """`organisation` names who would be created, when the Cité has no partner of this `kind` yet."""

    key: str
    label: str
    short_label: str
    detail: str
    circuit: str
    kind: str
    organisation: str
    side: str = ""


STATE = (
    UsualSource("p147-13", "État – P147, sous-thème 1.3", "P147 – 1.3", "Cités éducatives", "state_direct",
                OrganisationKind.STATE, "Préfecture", SideKind.STATE),
    UsualSource("p147-63", "État – P147, sous-thème 6.3", "P147 – 6.3", "pilotage, ingénierie, ressources, évaluations",
                "state_direct", OrganisationKind.STATE, "Préfecture", SideKind.STATE),
    UsualSource("p230", "Éducation nationale – P230", "P230", "vie de l’élève", "state_direct",
                OrganisationKind.EDUCATION, "Direction des services départementaux de l’Éducation nationale",
                SideKind.EDUCATION),
)  # fmt: skip
OTHERS = (
    UsualSource("caf", "CAF", "CAF", "", "family_fund", OrganisationKind.FAMILY_FUND,
                "Caisse d’allocations familiales"),
    UsualSource("departement", "Département", "Département", "", "other", OrganisationKind.DEPARTEMENT, "Département"),
    UsualSource("region", "Région", "Région", "", "other", OrganisationKind.REGION, "Région"),
    UsualSource("autres", "Autres financeurs", "Autres", "Europe, fondations, bailleurs", "other",
                OrganisationKind.OTHER, "Autres financeurs"),
    UsualSource("propres", "Ressources propres des porteurs", "Porteurs", "", "own", OrganisationKind.OTHER,
                "Porteurs des actions"),
)  # fmt: skip


def usual_sources(cite):
    """Those that the Cité lacks."""
    known = list(FundingSource.objects.filter(cite=cite).values_list("label", "circuit"))
    labels = {normalise(label) for label, _ in known}
    circuits = {circuit for _, circuit in known}
    return [
        usual
        for usual in (*STATE, *_schools(cite), *_towns(cite), _together(cite), *OTHERS)
        if normalise(usual.label) not in labels and not (usual.circuit in SINGLE and usual.circuit in circuits)
    ]


def _schools(cite):
    names = [school.name for school in cite.lead_schools.order_by("name")] or ["Collège chef de file"]
    for rank, name in enumerate(names, start=1):
        label = f"Fonds du collège chef de file{f' – {name}' if len(names) > 1 else ''}"
        yield UsualSource(
            f"college-{rank}", label[:120], "Fonds collège", name[:120], "school_fund", OrganisationKind.SCHOOL, name
        )


def _towns(cite):
    for commune in cite.communes.filter(parent__isnull=True).order_by("name"):
        name = f"Ville d’{commune.name}" if commune.name[0].lower() in VOWELS else f"Ville de {commune.name}"
        yield UsualSource(
            f"commune-{commune.pk}", name[:120], commune.name[:30], "part communale", "commune",
            OrganisationKind.COMMUNE, name, SideKind.COMMUNES,
        )  # fmt: skip


def _together(cite):
    lead = cite.lead_organisation
    name = lead.name if lead and lead.kind == OrganisationKind.INTERCOMMUNALITY else "Intercommunalité"
    return UsualSource(
        "intercommunalite", name[:120], "Interco", "délibération du conseil", "intercommunality",
        OrganisationKind.INTERCOMMUNALITY, name, SideKind.INTERCOMMUNALITY,
    )  # fmt: skip
