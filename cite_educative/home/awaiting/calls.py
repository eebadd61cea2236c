"""Calls for projects: who is still expected before one closes, and where a holder may answer."""

from django.urls import reverse
from django.utils import timezone

from actions.calls import closing_soon, unanswered
from cite_educative.common.dates import date_fr
from cite_educative.home.awaiting.task import EXPECTED, UPDATE, Task, delay, plural, quoted

NAMED = 4


def renewals(cite):
    """For the team: last year's holders that filed nothing, two weeks before the call closes."""
    today = timezone.localdate()
    for call, expected in closing_soon(cite, today):
        names = list(dict.fromkeys(action.holder.name for action in expected))
        rest = f" et {plural(len(names) - NAMED, 'autre')}" if len(names) > NAMED else ""
        number = plural(len(names), "porteur financé l’an dernier n’a", "porteurs financés l’an dernier n’ont")
        yield Task(
            EXPECTED,
            f"{call.label}\u00a0: clôture le {date_fr(call.closes_on)}",
            f"{number} rien déposé\u00a0: {', '.join(names[:NAMED])}{rest}.",
            reverse("actions:call", args=[call.pk]),
            "Voir l’appel",
            *delay(call.closes_on, today),
        )


def to_answer(user, cite):
    """For a holder: the published calls open today that its structures did not answer."""
    for call in unanswered(user, cite):
        yield Task(
            UPDATE,
            f"Répondre à l’appel {quoted(call.label)}",
            f"Dépôt jusqu’au {date_fr(call.closes_on)}.",
            reverse("actions:call", args=[call.pk]),
            "Voir l’appel",
            *delay(call.closes_on, user.access.today),
        )
