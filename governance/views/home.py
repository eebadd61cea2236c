from django.core.exceptions import ValidationError
from django.db.models import Count, Prefetch, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cite_educative.common.dates import date_fr, time_fr
from governance import services
from governance.enums import BodyKind, ItemKind, MeetingStatus
from governance.forms import BodyForm
from governance.models import Body, Decision, DecisionRecord, Meeting
from governance.permissions import can_prepare, can_read_amounts
from governance.tables import signed, status, with_effect
from governance.views.common import add_errors, chosen_cite, require

SHOWN = 6
MONTHS = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


@require_GET
def home(request):
    """Bodies, meetings to come and past, last decisions of the current Cité."""
    cite = chosen_cite(request)
    meetings = Meeting.objects.visible_to(request.user).filter(body__cite=cite).select_related("body")
    past = meetings.filter(status__in=[MeetingStatus.CLOSED, MeetingStatus.PUBLISHED])
    may_prepare = can_prepare(request.user, cite)
    context = {
        "bodies": Body.objects.visible_to(request.user).filter(cite=cite).with_members(),
        "coming": _coming(meetings, may_prepare),
        "past": [_past_line(meeting) for meeting in past.prefetch_related(_records(request.user))[:SHOWN]],
        "decisions": _last_decisions(request, cite),
        "may_prepare": may_prepare,
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


@require_http_methods(["GET", "POST"])
def body_create(request):
    cite = chosen_cite(request)
    require(can_prepare(request.user, cite))
    kind = request.GET.get("nature", BodyKind.TROIKA)
    form = BodyForm(request.POST or None, cite=cite, kind=kind if kind in BodyKind.values else BodyKind.TROIKA)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_body(form.instance, actor=request.user, mandates=form.cleaned_data["mandates"])
            return redirect("governance:home")
        except ValidationError as error:
            add_errors(form, error)
    return render(request, "governance/body_form.html", {"form": form, "kinds": BodyKind.choices})
