"""When a sheet was last brought up to date: for the team and for the referents of its communes, never to rank anybody."""

from datetime import timedelta

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import Action, Exchange, ProgressReport

STALE_AFTER = timedelta(days=60)
FOLLOWED = (ActionStatus.RETAINED, ActionStatus.SUSPENDED)


def knows_freshness(access, cite_id):
    """Whether some action of this Cité tells this reader how fresh it is."""
    return cite_id in access.steered or bool(access.communes.get(cite_id))


def _told_to(access):
    told = Q(cite__in=access.steered)
    for cite, communes in access.communes.items():
        told |= Q(cite=cite) & Exists(
            Action.communes.through.objects.filter(action=OuterRef("pk"), commune__in=communes)
        )
    return told


def with_freshness(actions, user, *, cite=None):
    """Adds `fresh_at`: the last change of the sheet, point d’étape, or exchange about it that the user reads; None
    when its freshness is not for this user.

    With `cite`, to which all these actions belong, the team is asked nothing more.
    """
    reports = ProgressReport.objects.filter(action=OuterRef("pk")).order_by("-created_at")
    last_report = Coalesce(Subquery(reports.values("created_at")[:1]), F("updated_at"))
    exchanges = Exchange.objects.visible_to(user).filter(actions=OuterRef("pk")).order_by("-created_at")
    last_exchange = Coalesce(Subquery(exchanges.values("created_at")[:1]), F("updated_at"))
    fresh_at = Greatest(F("updated_at"), last_report, last_exchange)
    if cite is None or cite.pk not in user.access.steered:
        fresh_at = Case(When(_told_to(user.access), then=fresh_at), default=Value(None))
    return actions.annotate(fresh_at=fresh_at)


def is_stale(action, now=None):
    """`action` comes from `with_freshness`."""
    now = now or timezone.now()
    return action.status in FOLLOWED and action.fresh_at is not None and action.fresh_at < now - STALE_AFTER


def stale(actions, user, now=None):
    """Those to refresh, among the ones whose freshness is for this user."""
    now = now or timezone.now()
    return with_freshness(actions, user).filter(status__in=FOLLOWED, fresh_at__lt=now - STALE_AFTER)
