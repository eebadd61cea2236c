from django.db.models import Count, Prefetch, Q
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from cite_educative.common.dates import date_fr, time_fr
from governance.body_page import open_bodies
from governance.consultation_page import line as consultation_line
from governance.enums import ConsultationStatus, ItemKind, MeetingStatus
from governance.execution import with_effect
from governance.models import Body, Consultation, Decision, DecisionRecord, Meeting
from governance.permissions import can_prepare, can_read_amounts, can_read_communication, can_read_positions
from governance.tables import signed, status
from governance.views.common import chosen_cite

SHOWN = 6
RUNNING = (ConsultationStatus.DRAFT, ConsultationStatus.OPEN)
MONTHS = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


@require_GET
def home(request):
    """Bodies, meetings to come and past, last decisions of the current Cité."""
    cite = chosen_cite(request)
    meetings = Meeting.objects.visible_to(request.user).filter(body__cite=cite).select_related("body")
    may_prepare = can_prepare(request.user, cite)
    context = {
        "bodies": Body.objects.visible_to(request.user).filter(cite=cite).with_members(),
        "coming": _coming(meetings, may_prepare),
        "past": [_past_line(meeting) for meeting in meetings.held().prefetch_related(_records(request.user))[:SHOWN]],
        "consultations": _consultations(request, cite),
        "decisions": _last_decisions(request, cite),
        "may_prepare": may_prepare,
        "may_propose": open_bodies(request.user, cite).exists(),
        "reads_communication": can_read_communication(request.user, cite),
    }
    return render(request, "governance/home.html", context)


def _coming(meetings, may_prepare):
    live = Q(status__in=[MeetingStatus.PLANNED, MeetingStatus.CONVENED, MeetingStatus.IN_PROGRESS])
    without_note = Count("items", filter=Q(items__kind=ItemKind.DECISION, items__note__isnull=True), distinct=True)
    rows = meetings.filter(live).annotate(nb_items=Count("items", distinct=True), nb_without_note=without_note)
    today = timezone.localdate()
    return [
        {
            "url": reverse("governance:live" if meeting.is_open else "governance:meeting", args=[meeting.pk]),
            "day": str(timezone.localdate(meeting.starts_at).day),
            "month": MONTHS[timezone.localdate(meeting.starts_at).month - 1],
            "body": meeting.body.label,
            "when": f"{date_fr(timezone.localdate(meeting.starts_at), weekday=True)}, {time_fr(meeting.starts_at)}",
            "place": meeting.place,
            "status": status(meeting),
            "days": (timezone.localdate(meeting.starts_at) - today).days,
            "nb_items": meeting.nb_items,
            "nb_without_note": meeting.nb_without_note if may_prepare else 0,
            "is_open": meeting.is_open,
        }
        for meeting in rows.order_by("starts_at", "pk")
    ]


def _consultations(request, cite):
    rows = Consultation.objects.visible_to(request.user).filter(body__cite=cite, status__in=RUNNING).with_answers()
    reads = can_read_positions(request.user, cite)
    return [
        consultation_line(row, reads) for row in rows.select_related("body", "decision__body").order_by("deadline")
    ]


def _records(user):
    return Prefetch("records", DecisionRecord.objects.visible_to(user).prefetch_related("files__file"))


def _past_line(meeting):
    record = next(iter(meeting.records.all()), None)
    return {
        "url": reverse("governance:meeting", args=[meeting.pk]),
        "body": meeting.body.label,
        "when": date_fr(timezone.localdate(meeting.starts_at)),
        "status": status(meeting),
        "files": [link.file for link in record.files.all()] if record else [],
    }


def _last_decisions(request, cite):
    decisions = Decision.objects.visible_to(request.user).filter(body__cite=cite, number__isnull=False)
    rows = with_effect(decisions).select_related("body").order_by("-adopted_on", "-number")[:SHOWN]
    reads = can_read_amounts(request.user, cite)
    return [
        {
            "url": reverse("governance:decision", args=[decision.pk]),
            "reference": decision.reference,
            "title": decision.title,
            "when": date_fr(decision.adopted_on),
            "effect": signed(decision.effect) if reads else "",
        }
        for decision in rows
    ]
