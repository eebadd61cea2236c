"""What the State granted in 2026, told to its holders; one of them has no known address."""

from datetime import date
from uuid import UUID

from actions.enums import LetterKind
from actions.finances.letters import USUAL
from actions.services import make_letters
from cite_educative.home.demo import plan
from partners.services import update_organisation

YEAR = 2026
TOKEN = UUID("5f0c1f1e-0000-4000-8000-000000002026")


def write_letters(dunkerque):
    """Addresses are invented, as the holders are."""
    source = dunkerque.sources[plan.STATE]
    granted = source.fundings.filter(budget_year=YEAR, granted__gt=0).select_related("action__holder")
    holders = sorted({funding.action.holder for funding in granted}, key=lambda one: one.name)
    for rank, holder in enumerate(holders[:-1], start=1):
        update_organisation(
            actor=dunkerque.actor,
            organisation=holder,
            cite=dunkerque.cite,
            address=f"{rank} rue des Exemples\n59140 Dunkerque",
        )
    make_letters(
        source=source,
        budget_year=YEAR,
        kind=LetterKind.FAVOURABLE,
        text=USUAL[LetterKind.FAVOURABLE],
        signatory="Le préfet",
        token=TOKEN,
        actor=dunkerque.actor,
        today=date(YEAR, 6, 8),
    )
