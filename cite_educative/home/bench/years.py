"""A Cité of three years, each of five hundred actions and their money."""

from datetime import date
from decimal import Decimal

from actions.models import Action, Envelope, Funding
from cite_educative.home.bench.data import build_cite
from cite_educative.home.bench.meetings import add_meetings

OF_A_YEAR = 500
YEARS = 3


def build_years():
    """The `Plan` of this year and of the two before; meetings and decisions are this year's."""
    plan = build_cite(OF_A_YEAR * YEARS)
    add_meetings(plan)
    for back in range(1, YEARS):
        _put_back(plan, plan.year - back, slice(back, None, YEARS))
    return plan


def _put_back(plan, year, chosen):
    """Retained or not, as many as for the other years."""
    keys = [action.pk for action in plan.actions[chosen]]
    dates = {"starts_on": date(year, 2, 1), "ends_on": date(year, 12, 31)}
    Action.objects.filter(pk__in=keys).update(budget_year=year, **dates)
    Funding.objects.filter(action__in=keys).update(budget_year=year)
    Envelope.objects.bulk_create(
        Envelope(
            source=source,
            budget_year=year,
            notified=Decimal(OF_A_YEAR * 2000),
            notified_on=date(year, 2, 3),
            notified_reference=f"Notification {year}",
            entered_by=plan.actor,
        )
        for source in plan.sources
    )
