"""What each source announces in a civil year, what the detail uses of it at each step, and what is left."""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Sum
from django.urls import reverse

from actions.enums import ActionStatus, MainstreamKind, Step, Valuation
from actions.models import Envelope, Funding, FundingSource
from actions.public_money import euros_total, readable_mainstream
from cite_educative.common.money import ZERO, total

# The request draws on nothing: what is left is counted from the proposal on.
DRAWING = tuple(step for step in Step if step != Step.REQUESTED)
ANNOUNCED = ("provisional", "notified", "carried_over", "direct", "available")
# Steps at which a direct expense counts once it is paid only.
SPENT = (Step.PAID, Step.JUSTIFIED)


@dataclass(frozen=True)
class SourceFigures:
    """Euros in cash; None is unknown. `sums`: `{step: total of the detail}`."""

    source: FundingSource
    envelope: Envelope | None
    sums: dict

    def announced(self, name):
        """One of `ANNOUNCED`."""
        return getattr(self.envelope, name) if self.envelope else None

    @property
    def available(self):
        return self.announced("available")

    def uses(self, step):
        """Whether the step is shown: of the source, or holding money all the same."""
        return step in self.source.steps or self.sums.get(step) is not None

    def left(self, step):
        """Announced less direct spending and the sum of the detail; negative when overdrawn, None when unknown.

        A direct expense not paid yet is still to be paid: it counts at every step but the last two.
        """
        if self.available is None or not self.uses(step):
            return None
        waiting = (self.envelope.unpaid or ZERO) if step in SPENT else ZERO
        return self.available + waiting - (self.sums.get(step) or ZERO)

    @property
    def is_overdrawn(self):
        """By what is programmed or granted, or by direct spending alone."""
        if self.available is None:
            return False
        return self.available < max(self.sums.get(step) or ZERO for step in (Step.PROGRAMMED, Step.GRANTED))


def source_figures(cite, year):
    """One line per source in use or with money, in three queries. For readers of all the money of the Cité."""
    envelopes = {
        envelope.source_id: envelope for envelope in Envelope.objects.filter(source__cite=cite, budget_year=year)
    }
    sums = _sums(Funding.objects.filter(source__cite=cite, budget_year=year))
    sources = FundingSource.objects.filter(cite=cite).select_related("organisation", "carrier")
    return [
        SourceFigures(source, envelopes.get(source.pk), sums.get(source.pk, {}))
        for source in sources
        if source.is_active or source.pk in sums or source.pk in envelopes
    ]


def figures_of(source, year):
    """The line of one source."""
    envelope = Envelope.objects.filter(source=source, budget_year=year).first()
    sums = _sums(Funding.objects.filter(source=source, budget_year=year))
    return SourceFigures(source, envelope, sums.get(source.pk, {}))


def _sums(fundings):
    """Drafts are left out: they ask nothing yet."""
    filed = fundings.in_cash().exclude(action__status=ActionStatus.DRAFT).order_by()
    grouped = filed.values("source").annotate(**{f"sum_{step}": Sum(str(step)) for step in Step})
    return {row["source"]: {step: row[f"sum_{step}"] for step in Step} for row in grouped}


def totals(figures):
    """`{"provisional"…: , step: (sum, left)}`: each is the sum of the lines."""
    announced = {name: total(line.announced(name) for line in figures) for name in ANNOUNCED}
    steps = {
        step: (total(line.sums.get(step) for line in figures), total(line.left(step) for line in figures))
        for step in Step
    }
    return announced | steps


def detail_url(source, year, step):
    """The fundings whose amounts make up a figure."""
    query = {"financeur": source.pk, "exercice": year, "etape": str(step)}
    return f"{reverse('actions:fundings')}?{urlencode(query)}"


# --- Carried over ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class CarryOver:
    """What last year leaves: announced less granted, or programmed where the funder did not answer yet."""

    year: int
    available: Decimal
    used: Decimal

    @property
    def amount(self):
        return self.available - self.used


def carry_over(source, year):
    """What may be carried over from the year before; None when nothing was announced, or nothing is left."""
    before = int(year) - 1
    envelope = Envelope.objects.filter(source=source, budget_year=before).first()
    if envelope is None or envelope.available is None:
        return None
    fundings = Funding.objects.in_cash().filter(source=source, budget_year=before)
    found = CarryOver(before, envelope.available, total(map(decided, fundings.only("granted", "programmed"))) or ZERO)
    return found if found.amount > ZERO else None


def decided(funding):
    """Granted when known, else programmed."""
    return funding.programmed if funding.granted is None else funding.granted


# --- In kind --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class InKind:
    """What one institution brings beside cash. `measures`: `{kind: [(quantity, unit)]}`; euros apart by nature."""

    institution: str
    count: int
    measures: dict
    valued: Decimal | None
    cash: Decimal | None


def in_kind(user, cite, year):
    """One line per institution, in one query; in no total of the Cité."""
    rows = readable_mainstream(user, cite).filter(budget_year=year).select_related("institution")
    by_institution = {}
    for row in rows.order_by("institution__name", "pk"):
        by_institution.setdefault(row.institution_id, []).append(row)
    return [_in_kind(rows) for rows in by_institution.values()]


def _in_kind(rows):
    measures = {}
    for row in rows:
        if row.kind != MainstreamKind.EUROS and row.quantity is not None:
            units = measures.setdefault(row.kind, {})
            unit = row.unit or row.get_kind_display()
            units[unit] = units.get(unit, Decimal(0)) + row.quantity
    valued = total(row.amount for row in rows if row.kind != MainstreamKind.EUROS)
    return InKind(
        rows[0].institution.name,
        len(rows),
        {kind: [(quantity, unit) for unit, quantity in units.items()] for kind, units in measures.items()},
        total([euros_total(rows, Valuation.VALUED), valued]),
        euros_total(rows, Valuation.CASH),
    )
