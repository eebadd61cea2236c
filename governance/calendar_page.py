"""The calendar of the bodies: meetings, steps of their preparation, assemblies of the funders, by month."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.urls import reverse
from django.utils import timezone

from actions.models import AssemblySession
from cite_educative.common.dates import MONTHS, date_fr, time_fr
from governance.enums import MeetingStatus
from governance.retro import DONE, steps_of, voting_days
from governance.tables import status

GIVEN_UP = (MeetingStatus.CANCELLED, MeetingStatus.POSTPONED)


@dataclass(frozen=True)
class Line:
    """`status`: what `_status.html` needs, None for an assembly."""

    on: date
    kind: str
    label: str
    detail: str
    url: str
    status: dict | None = None

    @property
    def when(self):
        return date_fr(self.on, weekday=True)


def calendar_lines(meetings, *, user, cite, prepares, body=None, today=None):
    """From the first day of this month on; late steps of meetings to come whatever their month, done ones left out.

    `meetings`: those that the reader sees. `prepares`: reads the steps too. The assemblies are of no body: they come
    with all of them, or with those of one.
    """
    since = (today or timezone.localdate()).replace(day=1)
    rows = meetings.filter(starts_at__date__gte=since).exclude(status__in=GIVEN_UP).select_related("body")
    if body:
        rows = rows.filter(body=body)
    lines = [_meeting_line(meeting) for meeting in rows]
    if prepares:
        coming = rows.filter(status__in=[MeetingStatus.PLANNED, MeetingStatus.CONVENED])
        lines += [_step_line(step) for step in steps_of(coming, today) if step.state != DONE]
    sessions = AssemblySession.objects.visible_to(user).filter(cite=cite)
    lines += [
        Line(day.due_on, "Assemblée", day.label, day.organisation, day.url) for day in voting_days(sessions, since)
    ]
    return sorted(lines, key=lambda line: (line.on, line.kind, line.label))


def _meeting_line(meeting):
    detail = time_fr(meeting.starts_at) + (f", {meeting.place}" if meeting.place else "")
    url = reverse("governance:meeting", args=[meeting.pk])
    return Line(timezone.localdate(meeting.starts_at), "Réunion", meeting.body.label, detail, url, status(meeting))


def _step_line(step):
    return Line(
        step.due_on, "Préparation", step.label, f"{step.body} du {date_fr(step.meets_on)}", step.url, step.status
    )


def by_month(lines):
    """[(name of the month, its lines)]."""
    months = groupby(lines, key=lambda line: (line.on.year, line.on.month))
    return [(f"{MONTHS[month - 1]} {year}".capitalize(), list(found)) for (year, month), found in months]
