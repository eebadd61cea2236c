"""Every funding of a Cité, one line each: what the review and the exports of the list say of it."""

from actions.enums import ActionStatus, Outcome, Scope, Step
from actions.models import Funding
from cite_educative.common.money import ZERO
from cite_educative.common.tables import Column

INTERCOMMUNAL, SEVERAL, UNKNOWN = "Intercommunal", "Plusieurs communes", "Territoire inconnu"
SEVERAL_QUARTERS, NO_QUARTER = "Plusieurs quartiers", "Quartier non précisé"
NO_HOLDER, NO_AXIS = "Porteur inconnu", "Sans axe"

LINE_COLUMNS = [
    Column("code", "Code", sort=("action__code", "action__pk"), width=11),
    Column("title", "Action", sort="action__title", width=46),
    Column("holder", "Porteur", width=34),
    Column("siret", "SIRET", width=17),
    Column("holder_kind", "Nature du porteur", width=20),
    Column("axis", "Axe", width=24),
    Column("objective", "Objectif", width=34),
    Column("place", "Commune", width=22),
    Column("quarter", "Quartier", width=26),
    Column("call", "Appel", width=26),
    Column("year", "Exercice", kind="count", width=9),
    Column("funder", "Financeur", sort=("source__order", "source__label"), width=28),
    Column("in_kind", "En nature", width=10),
    Column("outcome", "Issue", width=11),
    *(Column(str(step), step.label.capitalize(), kind="money", sort=str(step), total=True, width=15) for step in Step),
    Column("programmed_on", "Programmé le", kind="date", width=12),
    Column("programmed_reference", "Décision", width=16),
    Column("granted_on", "Accordé le", kind="date", width=12),
    Column("act", "Acte du financeur", width=30),
    Column("gap", "Accordé moins programmé", kind="money", width=15),
    Column("gap_reason", "Explication de l’écart", width=34),
    Column("external_ref", "Référence Dauphin", width=18),
    Column("funder_ref", "Référence chez le financeur", width=18),
]


def lines_of(cite, year):
    """The fundings, ready for `line_values`: one query, two more for communes and quarters. For readers of all money.

    Drafts are left out: they ask nothing yet.
    """
    rows = Funding.objects.filter(source__cite=cite, budget_year=year).exclude(action__status=ActionStatus.DRAFT)
    return with_relations(rows).order_by("action__code", "action__pk", "source__order", "source__pk")


def with_relations(fundings):
    """What `line_values` reads: two queries more, whatever their number."""
    fundings = fundings.select_related(
        "action__holder", "action__axis", "action__objective", "action__call", "source", "act"
    )
    return fundings.prefetch_related("action__communes", "action__neighbourhoods")


def line_values(funding):
    """`{column key: Decimal, date, int, str or None}`."""
    action, act = funding.action, funding.act
    holder = action.holder
    return {
        "code": action.code,
        "title": action.title,
        "holder": holder.name if holder else NO_HOLDER,
        "siret": holder.siret if holder else "",
        "holder_kind": holder.get_kind_display() if holder else "",
        "axis": action.axis.short_label if action.axis else NO_AXIS,
        "objective": action.objective.label if action.objective else "",
        "place": place_of(action),
        "quarter": quarter_of(action),
        "call": action.call.label if action.call else "",
        "year": int(funding.budget_year),
        "funder": funding.source.label,
        "in_kind": "oui" if funding.in_kind else "non",
        "outcome": Outcome(funding.outcome).label,
        **{str(step): getattr(funding, step) for step in Step},
        "programmed_on": funding.programmed_on,
        "programmed_reference": funding.programmed_reference,
        "granted_on": funding.granted_on,
        "act": str(act) if act else "",
        "gap": gap_of(funding),
        "gap_reason": funding.gap_reason,
        "external_ref": action.external_ref,
        "funder_ref": funding.external_ref,
    }


def gap_of(funding):
    """Granted less programmed, in euros; None when one is unknown or when they agree."""
    if funding.programmed is None or funding.granted is None:
        return None
    gap = funding.granted - funding.programmed
    return gap if gap != ZERO else None


def place_of(action):
    """One word per action, so that sums by commune add up: an action of several communes has its own line."""
    if action.scope == Scope.INTERCOMMUNAL:
        return INTERCOMMUNAL
    names = sorted(commune.name for commune in action.communes.all())
    return names[0] if len(names) == 1 else SEVERAL if names else UNKNOWN


def quarter_of(action):
    names = sorted(quarter.name for quarter in action.neighbourhoods.all())
    return names[0] if len(names) == 1 else SEVERAL_QUARTERS if names else NO_QUARTER
