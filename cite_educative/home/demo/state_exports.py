"""An export as OSIRIS makes them, compared with the sheets of Dunkerque: three differences are left to settle."""

from actions.enums import Step
from actions.models import Funding
from actions.state_exports import import_export
from cite_educative.home.demo.plan import STATE

GROUPS = (
    "", "Dossier/action", "Dossier/action", "Dossier/action", "Bénéficiaire", "Bénéficiaire",
    "Caractéristiques actions", "Montants et versements", "Montants et versements",
)  # fmt: skip
TITLES = (
    "Numero Action Osiris", "N° programme / Type financement", "Etat dossier", "Exercice début", "N° Siret", "Nom",
    "Intitulé", "Demandé", "Accordé",
)  # fmt: skip
# Beginning of a title: what the export says otherwise.
OTHERWISE = {
    "Ambassadeurs de la lecture": {Step.REQUESTED: 17_500},
    "Découverte des métiers": {Step.GRANTED: 13_500},
    "Tous au savoir-nager": {"title": "Savoir nager avant le collège"},
}
TOLD = 6


def compare_with_the_state(dunkerque):
    """Rows of the first wave as the State knows them."""
    state = dunkerque.sources[STATE]
    fundings = Funding.objects.filter(action__in=dunkerque.first_wave, source=state).select_related("action__holder")
    lines = [";".join(GROUPS), ";".join(TITLES)]
    for funding in fundings.order_by("action__code")[:TOLD]:
        lines.append(";".join(_cells(funding)))
    import_export(
        cite=dunkerque.cite,
        actor=dunkerque.actor,
        content="\n".join(lines).encode(),
        filename="suivi-actions-2026.csv",
        budget_year=2026,
        answers={"funder:147": {"source": state.label}},
    )


def _cells(funding):
    action = funding.action
    told = next((told for start, told in OTHERWISE.items() if action.title.startswith(start)), {})
    title = told.get("title", action.title)
    amounts = [told.get(step, getattr(funding, step)) for step in (Step.REQUESTED, Step.GRANTED)]
    written = ["" if amount is None else str(amount) for amount in amounts]
    return [action.external_ref, "147", "En cours", "2026", "", action.holder.name, title, *written]
