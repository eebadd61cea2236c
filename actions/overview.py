"""The year's figures by objective, for the page of the strategy."""

from dataclasses import dataclass

from django.db.models import Count, F

from actions.enums import NationalObjective, Step
from actions.models import Action, Axis, Funding, Objective
from actions.readable import readable_sums
from cite_educative.common.money import total

SPENT = (Step.PROGRAMMED, Step.GRANTED, Step.PAID)


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
