"""The year's figures by source and by objective, for the pages of finances and strategy."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Sum

from actions.enums import NationalObjective, Step
from actions.models import Action, Axis, Envelope, Funding, FundingSource, Objective
from actions.readable import readable_sums
from cite_educative.common.money import ZERO, total

SPENT = (Step.PROGRAMMED, Step.GRANTED, Step.PAID)


@dataclass(frozen=True)
class SourceFigures:
    """Euros; None is unknown. `available` is what can be programmed: notified, else provisional, plus carried over."""

    source: FundingSource
    envelope: Envelope | None
    programmed: Decimal | None
    granted: Decimal | None
    paid: Decimal | None

    @property
    def provisional(self):
        return self.envelope.provisional if self.envelope else None

    @property
    def notified(self):
        return self.envelope.notified if self.envelope else None

    @property
    def available(self):
        announced = self.provisional if self.notified is None else self.notified
        return total([announced, self.envelope.carried_over]) if self.envelope else None

    @property
    def remaining(self):
        """To programme; negative when the envelope is overdrawn, None when it is unknown."""
        return None if self.available is None else self.available - (self.programmed or ZERO)


def source_figures(cite, year):
    """One line per source in use or with money, in three queries. For readers of all the money of the Cité."""
    envelopes = {
        envelope.source_id: envelope for envelope in Envelope.objects.filter(source__cite=cite, budget_year=year)
    }
    fundings = Funding.objects.in_cash().filter(source__cite=cite, budget_year=year).order_by()
    sums = fundings.values("source").annotate(**{f"sum_{step}": Sum(str(step)) for step in SPENT})
    by_source = {row["source"]: row for row in sums}
    figures = []
    for source in FundingSource.objects.filter(cite=cite).select_related("organisation"):
        if source.is_active or source.pk in by_source or source.pk in envelopes:
            known = by_source.get(source.pk, {})
            amounts = {str(step): known.get(f"sum_{step}") for step in SPENT}
            figures.append(SourceFigures(source=source, envelope=envelopes.get(source.pk), **amounts))
    return figures


@dataclass(frozen=True)
class Tally:
    """How many actions, and what is known of their money (euros by step)."""

    count: int
    sums: dict


@dataclass(frozen=True)
class AxisBranch:
    axis: Axis
    tally: Tally
    objectives: list  # [(Objective, Tally)]


def plan_branches(user, programme, year):
    """`[(national objective label, [AxisBranch])]` for the three of them, even empty, in five queries."""
    actions = Action.objects.visible_to(user).filter(cite=programme.cite_id, budget_year=year)
    counts, money = _counts(actions), _money(user, actions)
    objectives = {}
    for objective in Objective.objects.filter(axis__programme=programme).prefetch_related("contract_themes"):
        objectives.setdefault(objective.axis_id, []).append(objective)
    branches = {code: [] for code in NationalObjective.values}
    for axis in programme.axes.all():
        children = [(one, _tally(counts, money, objective=one.pk)) for one in objectives.get(axis.pk, [])]
        branches[axis.national_objective].append(AxisBranch(axis, _tally(counts, money, axis=axis.pk), children))
    return [(NationalObjective(code).label, branches[code]) for code in NationalObjective.values]


def _counts(actions):
    return list(actions.order_by().values("axis", "objective").annotate(count=Count("pk")))


def _money(user, actions):
    fundings = Funding.objects.in_cash().filter(
        action__in=actions.order_by().values("pk"), budget_year=F("action__budget_year")
    )
    grouped = fundings.order_by().values(axis=F("action__axis"), objective=F("action__objective"))
    return list(grouped.annotate(**{f"sum_{step}": amount for step, amount in readable_sums(user, SPENT).items()}))


def _tally(counts, money, **wanted):
    ((name, value),) = wanted.items()
    return Tally(
        sum(row["count"] for row in counts if row[name] == value),
        {str(step): total(row[f"sum_{step}"] for row in money if row[name] == value) for step in SPENT},
    )
