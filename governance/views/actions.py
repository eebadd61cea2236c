from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from actions.sheet import get_sheet_action, sheet_context
from cite_educative.common.dates import date_fr
from governance.body_page import open_bodies
from governance.models import AgendaItem, Decision
from governance.permissions import can_prepare, can_read_amounts
from governance.tables import effect_done, status


@require_GET
def action_decisions(request, pk):
    """The tab "Gouvernance" of an action: where it was examined, what was decided."""
    action = get_sheet_action(request.user, pk)
    if action.reading_level(request.user.access) != "full":
        raise Http404
    reads = can_read_amounts(request.user, action.cite)
    context = sheet_context(request, action, tab="decisions") | {
        "decisions": _decisions(request.user, action, reads),
        "items": _items(request.user, action),
        "may_carry": can_prepare(request.user, action.cite),
        "may_propose": open_bodies(request.user, action.cite).exists(),
    }
    return render(request, "governance/action_decisions.html", context)


def _decisions(user, action, reads):
    rows = (
        Decision.objects.visible_to(user)
        .filter(effects__action=action, number__isnull=False)
        .distinct()
        .select_related("body")
        .prefetch_related("effects__action", "effects__funding__source")
        .order_by("-adopted_on", "-number")
    )
    return [
        {
            "url": reverse("governance:decision", args=[row.pk]),
            "reference": row.reference,
            "title": row.title,
            "when": date_fr(row.adopted_on),
            "body": row.body.label,
            "status": status(row),
            "effects": [effect_done(effect) for effect in row.effects.all() if effect.action_id == action.pk]
            if reads
            else [],
        }
        for row in rows
    ]


def _items(user, action):
    rows = AgendaItem.objects.visible_to(user).filter(actions=action).select_related("meeting__body")
    return [
        {
            "url": reverse("governance:meeting", args=[row.meeting_id]),
            "title": row.title,
            "kind": row.get_kind_display(),
            "when": f"{row.meeting.body.label} du {date_fr(timezone.localdate(row.meeting.starts_at))}",
            "status": status(row.meeting),
        }
        for row in rows.order_by("-meeting__starts_at", "order")
    ]
