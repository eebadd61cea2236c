"""Before a meeting: its series, what the last one left, its steps; in it, an absent quorum seen."""

from datetime import date, timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from actions.models import HolidayPeriod
from cite_educative.common.dates import date_fr
from cite_educative.common.forms import read_key
from cite_educative.common.transitions import TransitionError
from governance import services
from governance.enums import Rhythm
from governance.forms import SeriesForm
from governance.models import ActionPoint
from governance.rhythm import MOST, series_days
from governance.services.papers import GIVEN_UP
from governance.views.common import meeting_title, prepared_meeting, refusals_to

FARTHEST = timedelta(days=3 * 366)


@require_http_methods(["GET", "POST"])
def meeting_series(request, pk):
    """How many and how often (GET), the days to tick, then the meetings fixed."""
    meeting = prepared_meeting(request, pk)
    first = timezone.localdate(meeting.starts_at)
    fault = ""
    if request.method == "POST":
        days = _days(request, first)
        if days:
            items = meeting.items.filter(pk__in=_keys(request, "points"))
            created = services.plan_series(meeting, days=days, items=items, actor=request.user)
            number = len(created)
            said = f"{number} réunions sont fixées" if number > 1 else f"{number} réunion est fixée"
            messages.success(request, f"{said}. Chacune se modifie ensuite comme les autres.")
            return redirect("governance:calendar")
        fault = "Cochez au moins un jour."
    body = meeting.body
    usual = {"number": 4, "every": body.rhythm_every or 1, "unit": body.rhythm_unit or Rhythm.MONTH}
    form = SeriesForm({**usual, **request.GET.dict()})
    context = {
        "meeting": meeting,
        "title": meeting_title(meeting),
        "form": form,
        "days": _proposed(request.user, meeting, first, form.cleaned_data) if form.is_valid() else [],
        "items": meeting.items.all(),
        "fault": fault,
    }
    return render(request, "governance/meeting_series.html", context, status=422 if fault else 200)


def _proposed(user, meeting, first, asked):
    end = first + FARTHEST
    holidays = list(HolidayPeriod.objects.visible_to(user).filter(cite=meeting.body.cite_id).between(first, end))
    days = series_days(first, asked["every"], asked["unit"], asked["number"], holidays)
    kept = meeting.body.meetings.exclude(status__in=GIVEN_UP)
    taken = {timezone.localdate(at) for at in kept.values_list("starts_at", flat=True)}
    return [
        {
            "iso": one.day.isoformat(),
            "when": date_fr(one.day, weekday=True),
            "moved": one.moved,
            "is_taken": one.day in taken,
        }
        for one in days
    ]


def _days(request, first):
    """Those ticked that may be: after the meeting, within three years."""
    days = set()
    for text in request.POST.getlist("jours")[:MOST]:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            continue
        if first < day <= first + FARTHEST:
            days.add(day)
    return sorted(days)


def _keys(request, name):
    return {read_key(text) for text in request.POST.getlist(name)}


@require_http_methods(["GET", "POST"])
@refusals_to("governance:meeting")
def meeting_carry_over(request, pk):
    """What the last meeting of the body left, ticked; then taken up in one gesture."""
    meeting = prepared_meeting(request, pk)
    if not meeting.is_preparable:
        raise TransitionError(
            "Cette réunion n’est plus en préparation\u00a0: son ordre du jour ne se complète plus ainsi."
        )
    last = services.last_meeting(meeting)
    left = services.unfinished_items(last, meeting)
    points = _open_points(request, meeting)
    if request.method == "POST":
        chosen = points.filter(pk__in=_keys(request, "suites"))
        number = services.carry_over(
            meeting=meeting, last=last, items=_keys(request, "points"), points=chosen, actor=request.user
        )
        if number:
            messages.success(request, f"{number} point{'s' if number > 1 else ''} repris à l’ordre du jour.")
        else:
            messages.info(request, "Rien de plus n’a été repris.")
        return redirect("governance:meeting", pk)
    context = {
        "meeting": meeting,
        "title": meeting_title(meeting),
        "last": last,
        "left": left,
        "points": points,
        "on_agenda": set(meeting.items.exclude(action_point=None).values_list("action_point", flat=True)),
    }
    return render(request, "governance/meeting_carry_over.html", context)


def _open_points(request, meeting):
    return ActionPoint.objects.visible_to(request.user).carried_to(meeting)


@require_POST
@refusals_to("governance:meeting")
def step_tick(request, pk):
    """`etape` is the step; `faite` says whether it is."""
    meeting = prepared_meeting(request, pk)
    step = get_object_or_404(meeting.body.steps.filter(fact=""), pk=read_key(request.POST.get("etape", "")))
    services.tick_step(step, meeting=meeting, done="faite" in request.POST, actor=request.user)
    return redirect(f"{reverse('governance:meeting', args=[pk])}#preparation")


@require_POST
@refusals_to("governance:closing")
def quorum_acknowledge(request, pk):
    services.acknowledge_quorum(prepared_meeting(request, pk), actor=request.user)
    messages.success(request, "C’est noté à votre nom\u00a0: la séance continue, et le relevé le dira.")
    return redirect("governance:closing", pk)
