"""The list as cards: what somebody looks for on a telephone, and the next thing that the action must do."""

from django.urls import reverse
from django.utils import timezone

from actions.enums import Stage, Step
from actions.freshness import is_stale
from actions.models import Milestone
from actions.wording import UNKNOWN_TERRITORY, dates_text, territory_text
from cite_educative.common.dates import date_fr
from cite_educative.common.money import short_euros

PER_PAGE = 24


def cards(listing):
    """One dict of ready strings per action of the page."""
    today = timezone.localdate()
    coming = next_milestones(listing.user, listing.instances)
    return [_card(action, listing.steps, coming.get(action.pk), today) for action in listing.instances]


def next_milestones(user, actions):
    """`{action: its first milestone not done}`, of those that the user may read; one query."""
    waiting = Milestone.objects.visible_to(user).filter(action__in=[action.pk for action in actions], done_on=None)
    found = {}
    for milestone in waiting.order_by("due_on", "pk"):
        found.setdefault(milestone.action_id, milestone)
    return found


def _card(action, steps, milestone, today):
    return {
        "url": reverse("actions:detail", args=[action.pk]),
        "code": action.code,
        "title": action.title,
        "holder": action.holder.name,
        "stage": {"code": action.readable_stage, "label": Stage(action.readable_stage).label},
        "axis": action.axis.short_label if action.axis else "Sans axe",
        "territory": territory_text(action) or UNKNOWN_TERRITORY,
        "dates": dates_text(action),
        "amounts": _amounts(action, steps),
        "fresh": f"Mise à jour le {date_fr(timezone.localdate(action.fresh_at), year=today.year)}"
        if action.fresh_at
        else "",
        "is_stale": is_stale(action),
        "milestone": _milestone(milestone, today) if milestone else None,
    }


def _amounts(action, steps):
    """Those that are known; a card has no room for dashes."""
    known = [(step, getattr(action, f"sum_{step}")) for step in steps]
    return [(Step(step).label.capitalize(), short_euros(amount)) for step, amount in known if amount is not None]


def _milestone(milestone, today):
    return {
        "label": milestone.label,
        "when": date_fr(milestone.due_on, year=today.year),
        "is_late": milestone.is_late(today),
    }
