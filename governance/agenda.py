"""The next dates of a commune: meetings, beginnings and ends of actions, next steps of exchanges, in one list."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from cite_educative.common.dates import date_fr, time_fr

SHOWN = 10


@dataclass(frozen=True)
class NextDate:
    on: date
    kind: str
    label: str
    url: str

    @property
    def when(self):
        return date_fr(self.on)


def next_dates(meetings, actions, exchanges, today=None):
    """The first ten from today on, in order; the caller chose rows that its reader may know."""
    today = today or timezone.localdate()
    dates = [*_of_meetings(meetings), *_of_actions(actions), *_of_exchanges(exchanges)]
    return sorted((one for one in dates if one.on >= today), key=lambda one: (one.on, one.kind, one.label))[:SHOWN]


def _of_meetings(meetings):
    for meeting in meetings:
        label = f"{meeting.body.label}, {time_fr(meeting.starts_at)}"
        label += f", {meeting.place}" if meeting.place else ""
        on = timezone.localdate(meeting.starts_at)
        yield NextDate(on, "Réunion", label, reverse("governance:meeting", args=[meeting.pk]))


def _of_actions(actions):
    for action in actions:
        url = reverse("actions:detail", args=[action.pk])
        for kind, on in (("Début", action.starts_on), ("Fin", action.ends_on)):
            if on:
                yield NextDate(on, kind, str(action), url)


def _of_exchanges(exchanges):
    for exchange in exchanges:
        if exchange.next_step_due:
            url = reverse("actions:exchange", args=[exchange.pk])
            yield NextDate(exchange.next_step_due, "Prochaine étape", exchange.next_step, url)
