"""Which actions of a year were programmed or granted money: what several figures count."""

from django.db.models import Exists, OuterRef, Q

from actions.coverage import in_place
from actions.enums import ActionStatus, Outcome
from actions.models import Action, ActionLog, Funding

KEPT = (ActionStatus.RETAINED, ActionStatus.SUSPENDED, ActionStatus.CLOSED)
STOPPED = (ActionStatus.ABANDONED, ActionStatus.SUSPENDED)
NEVER = (ActionStatus.DRAFT, ActionStatus.REJECTED)
DECIDED = Q(granted__gt=0) | Q(granted=None, programmed__gt=0, outcome=Outcome.OPEN)


def programmed_actions(cite, year, commune=None):
    """Actions of a civil year that were retained, or whose money in cash of this year is programmed or granted.

    One that was abandoned after it was retained stays: it was programmed and will not be done.
    """
    money = Funding.objects.in_cash().filter(DECIDED, action=OuterRef("pk"), budget_year=year)
    retained = ActionLog.objects.filter(action=OuterRef("pk"), to_status=ActionStatus.RETAINED)
    chosen = Q(status__in=KEPT) | Q(status=ActionStatus.ABANDONED) & Exists(retained) | Exists(money)
    actions = Action.objects.filter(chosen, cite=cite, budget_year=year).exclude(status__in=NEVER)
    return actions.filter(in_place(commune.pk)) if commune else actions


def kept_actions(cite, year, commune=None):
    """Those that are still to be done or were done."""
    return programmed_actions(cite, year, commune).exclude(status=ActionStatus.ABANDONED)
