"""Where a person sits: bodies, next and last meetings, as the reader may see them."""

from django.urls import reverse
from django.utils import timezone

from cite_educative.common.dates import date_fr, time_fr
from governance.enums import MeetingStatus
from governance.models import Attendance, Body, BodyMember, Meeting
from governance.tables import status
from partners.tables import mandate_period, mandate_quality
from partners.wording import agreed

SHOWN = 8


def seats_of_person(user, person, cite, *, today):
    """([seats held today or later], [seats left]), as dicts, in the order of the bodies."""
    bodies = Body.objects.visible_to(user).filter(cite=cite)
    members = BodyMember.objects.filter(mandate__person=person, body__in=bodies)
    members = members.select_related("body", "mandate__person", "mandate__organisation")
    seats = [_seat(member, today) for member in members.order_by("body__order", "body", "mandate__starts_on")]
    return [seat for seat in seats if not seat["is_over"]], [seat for seat in seats if seat["is_over"]]


def _seat(member, today):
    mandate = member.mandate
    return {
        "body_pk": member.body_id,
        "body": member.body.label,
        "quality": mandate_quality(mandate),
        "organisation": mandate.organisation.name,
        "period": mandate_period(mandate, today),
        "is_over": bool(mandate.ends_on and mandate.ends_on < today),
    }


def meetings_of_person(user, person, seats, *, with_attendance):
    """(next ones, last ones) of the bodies of `seats`, as dicts; presence is private, and left blank otherwise."""
    meetings = Meeting.objects.visible_to(user).filter(body__in={seat["body_pk"] for seat in seats})
    meetings = meetings.select_related("body")
    over = meetings.filter(status__in=[MeetingStatus.HELD, MeetingStatus.CLOSED, MeetingStatus.PUBLISHED])
    coming, past = list(meetings.upcoming(timezone.now())[:SHOWN]), list(over.order_by("-starts_at", "-pk")[:SHOWN])
    presences = {}
    if with_attendance:
        rows = Attendance.objects.filter(meeting__in=past, mandate__person=person)
        presences = {row.meeting_id: agreed(row.get_presence_display(), person.civility) for row in rows}
    return [_meeting(one) for one in coming], [_meeting(one, presences.get(one.pk, "")) for one in past]


def _meeting(meeting, presence=""):
    return {
        "url": reverse("governance:meeting", args=[meeting.pk]),
        "body": meeting.body.label,
        "when": f"{date_fr(timezone.localdate(meeting.starts_at), weekday=True)}, {time_fr(meeting.starts_at)}",
        "place": meeting.place,
        "status": status(meeting),
        "presence": presence,
    }
