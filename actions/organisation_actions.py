"""The actions of an organisation, year by year, as one reader may know them: those it holds, those it funds."""

from itertools import groupby

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from actions.enums import Stage
from actions.models import Action, Funding
from actions.readable import with_amounts, with_readable_stage
from actions.tables import listed_steps
from cite_educative.common.money import short_euros, total


def held_by(user, organisation, cite):
    """[year] with its rows and totals, the last year first; one query."""
    steps = listed_steps(user.access, cite.pk)
    actions = _readable_actions(user, cite).filter(holder=organisation)
    return _years(with_amounts(actions, user, steps), steps)


def funded_by(user, organisation, cite):
    """The same of the actions that its sources fund, with its own amounts; empty for who does not read the money."""
    if cite.pk not in user.access.money_readers:
        return []
    steps = listed_steps(user.access, cite.pk)
    own = Funding.objects.filter(action=OuterRef("pk"), source__organisation=organisation)
    actions = _readable_actions(user, cite).filter(Exists(own))
    return _years(with_amounts(actions, user, steps, of=Q(source__organisation=organisation)), steps)


def _readable_actions(user, cite):
    actions = with_readable_stage(Action.objects.visible_to(user).filter(cite=cite), user, cite=cite)
    return actions.select_related("holder").order_by("-budget_year", "code", "title", "pk")


def _years(actions, steps):
    grouped = groupby(actions, key=lambda action: action.budget_year)
    return [_year(year, list(rows), steps) for year, rows in grouped]


def _year(year, actions, steps):
    return {
        "year": str(year),
        "columns": [step.label.capitalize() for step in steps],
        "rows": [_row(action, steps) for action in actions],
        "totals": [_amount(step, total(getattr(one, f"sum_{step}") for one in actions)) for step in steps],
    }


def _row(action, steps):
    return {
        "url": reverse("actions:detail", args=[action.pk]),
        "code": action.code,
        "title": action.title,
        "holder": action.holder.name,
        "stage": {"code": action.readable_stage, "label": Stage(action.readable_stage).label},
        "amounts": [_amount(step, getattr(action, f"sum_{step}")) for step in steps],
    }


def _amount(step, amount):
    return {"label": step.label.capitalize(), "text": short_euros(amount)}
