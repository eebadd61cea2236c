"""A meeting as calendars read it (RFC 5545 and 5546): the same UID for ever, a SEQUENCE that grows."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress

PARIS = "Europe/Paris"


def calendar_text(meeting, facts, *, method, sequence, stamp, organiser, attendee=None):
    """`facts` as `meeting_facts` gives them; `organiser` and `attendee`: dicts of `name` and `email`."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Cité éducative {meeting.body.cite}//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_paris())
    calendar.add_component(_event(meeting, facts, method, sequence, stamp, organiser, attendee))
    return calendar.to_ical().decode()


def _event(meeting, facts, method, sequence, stamp, organiser, attendee):
    starts_at = datetime.fromisoformat(facts["starts_at"]).astimezone(ZoneInfo(PARIS))
    event = Event()
    event.add("uid", f"reunion-{meeting.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", stamp)
    event.add("sequence", sequence)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("summary", f"{meeting.body.label}, Cité éducative {meeting.body.cite}")
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=int(facts["minutes"])))
    if facts["place"]:
        event.add("location", facts["place"])
    event.add("description", "\n".join(f"{line['number']}. {line['title']}" for line in facts["agenda"]))
    event.add("url", settings.SITE_URL + reverse("governance:meeting", args=[meeting.pk]))
    event.add("organizer", _address(organiser))
    if attendee:
        event.add("attendee", _address(attendee, role="REQ-PARTICIPANT", partstat="NEEDS-ACTION", rsvp="FALSE"))
    return event


def _address(who, **parameters):
    address = vCalAddress(f"mailto:{who['email']}")
    address.params["CN"] = who["name"]
    for name, value in parameters.items():
        address.params[name.upper()] = value
    return address


def _paris():
    """The rule of the European Union since 1996, which says more to Outlook than the list of past changes."""
    zone = Timezone()
    zone.add("tzid", PARIS)
    for part, month, hour, before, after, name in (
        (TimezoneDaylight(), 3, 2, 1, 2, "CEST"),
        (TimezoneStandard(), 10, 3, 2, 1, "CET"),
    ):
        part.add("dtstart", datetime(1996, month, 31 if month == 3 else 27, hour))  # noqa: DTZ001 - local by definition
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("tzname", name)
        zone.add_component(part)
    return zone
