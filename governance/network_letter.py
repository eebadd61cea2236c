"""A letter to the network composed from what may be told: decisions, dates, actions."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from actions.models import Action
from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.forms import read_key
from governance.models import Decision, Meeting

RECENT = 20  # of each kind


def letter_matter(user, cite, year):
    """What can be chosen, by the name that the address gives it: only what every funder of it has released."""
    decisions = Decision.objects.visible_to(user).filter(body__cite=cite).told().select_related("body")
    meetings = Meeting.objects.visible_to(user).filter(body__cite=cite).upcoming(timezone.now())
    actions = Action.objects.visible_to(user).filter(cite=cite, budget_year=year, published_at__isnull=False)
    return {
        "decision": decisions.order_by("-adopted_on", "-number")[:RECENT],
        "reunion": meetings.select_related("body")[:RECENT],
        "action": actions.select_related("holder").order_by("-published_at", "pk")[:RECENT],
    }


def matter_groups(matter):
    """For the page where it is chosen."""
    return [
        {"name": "decision", "label": "Décisions publiées", "rows": _choices(matter["decision"], decision_line)},
        {"name": "reunion", "label": "Dates à venir", "rows": _choices(matter["reunion"], meeting_line)},
        {"name": "action", "label": "Actions publiées", "rows": _choices(matter["action"], action_line)},
    ]


def _choices(rows, line):
    return [{"pk": row.pk, "text": line(row)} for row in rows]


def decision_line(row):
    return f"{row.title} ({row.reference}, {date_fr(row.adopted_on)})"


def meeting_line(row):
    starts = timezone.localtime(row.starts_at)
    line = f"{date_fr(starts.date(), weekday=True)} à {time_fr(row.starts_at)}\u00a0: {row.body.label}"
    return f"{line}, {row.place}" if row.place else line


def action_line(row):
    return f"{row.title} ({row.holder.name})"


def letter_parts(query, matter):
    """The lines that the chosen rows of `query` (a QueryDict) write in the letter; an unknown key writes nothing."""
    lines = []
    for name, title, line in (
        ("decision", "Ce qui a été décidé", decision_line),
        ("reunion", "Les prochaines dates", meeting_line),
        ("action", "Des actions à faire connaître", _action_with_page),
    ):
        keys = {read_key(key) for key in query.getlist(name)}
        rows = [row for row in matter[name] if row.pk in keys]
        if rows:
            lines += [title, *(f"- {line(row)}" for row in rows), ""]
    return lines


def _action_with_page(row):
    return f"{action_line(row)}\u00a0: {settings.SITE_URL}{reverse('actions:detail', args=[row.pk])}"
