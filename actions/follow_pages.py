"""What the tab "Suivi" shows, as far as its reader may know."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from actions.enums import Weather
from actions.follow_up import people_reached, reads_weather, removes_photos, reported_lines, writable_lines
from actions.forms.follow_up import SHAPES
from actions.models import ActionPhoto, Exchange, Milestone, ProgressReport
from actions.models.follow_up import FIGURES
from actions.services.follow_up import reported_figures
from cite_educative.common.charts import Item, bars
from cite_educative.common.dates import date_fr, time_fr
from partners.models import PhotoConsent
from partners.permissions import hides_names

LAST_REPORTS = 12
VISITS = ("visit", "meeting", "advice")


def follow_up_context(user, action):
    """Eight queries, whatever the number of reports."""
    writable = {line.key for line in writable_lines(user, action)}
    hidden = hides_names(user.access, action.cite_id)
    reports = ProgressReport.objects.visible_to(user).filter(action=action)
    reports = list(reports.select_related("author__person", "commune")[:LAST_REPORTS])
    return {
        "lines": [_line(user, action, line, writable, hidden) for line in reported_lines(user, action)],
        "reports": [_report(user, action, report, hidden) for report in reports],
        "reached": _chart(reports),
        "milestones": _milestones(user, action),
        "can_remove_photos": removes_photos(user, action),
        "photos": ActionPhoto.objects.visible_to(user).filter(action=action).select_related("consent"),
        "visits": _visits(user, action),
        "can_report": bool(writable),
        "whole_expected": action.expected_reach,
    }


def _line(user, action, line, writable, hidden):
    url = reverse("actions:report", args=[action.pk])
    return {
        "label": line.label,
        "report": _report(user, action, line.latest, hidden) if line.latest else None,
        "url": f"{url}?commune={line.key}" if line.key in writable else "",
    }


def _report(user, action, report, hidden):
    """`weather` and what goes with it are left out for who may not know how the action goes."""
    told = reads_weather(user, action, report.line)
    weather = Weather(report.weather)
    return {
        "when": date_fr(report.reported_on, year=timezone.localdate().year),
        "entered": _entered(report, hidden),
        "place": report.commune.name if report.commune else "",
        "weather": {"code": SHAPES[weather], "label": weather.label.capitalize()} if told else None,
        "progress": f"{report.progress}\u00a0%" if told and report.progress is not None else "",
        "figures": reported_figures(report),
        "values": [getattr(report, name) for name in FIGURES],
        "highlights": report.highlights,
        "difficulty": report.difficulty if told else "",
        "help_needed": report.help_needed if told else "",
    }


def _entered(report, hidden):
    if hidden:
        return ""
    author = f"par {report.author}"
    if report.said_by:
        author = f"reçu de {report.said_by}, saisi {author}"
    moment = timezone.localtime(report.created_at)
    if moment.date() != report.reported_on:
        author += f" le {date_fr(moment)}"
    return author + (f", corrigé à {time_fr(report.corrected_at)}" if report.corrected_at else "")


def _chart(reports):
    """Persons reached, report after report of the whole action; None when fewer than two say a number."""
    known = [(report, people_reached(report)) for report in reversed(reports) if report.line == 0]
    items = [
        Item(date_fr(report.reported_on, year=timezone.localdate().year), number, str(number))
        for report, number in known
        if number is not None
    ]
    if len(items) < 2:
        return None
    return bars(
        items,
        chart_id="touches",
        title="Personnes touchées depuis janvier",
        desc="Personnes distinctes, à chaque point d’étape. Les nombres sont dans le tableau des points d’étape.",
    )


def _milestones(user, action):
    """Lateness is told to those who may know how the action goes."""
    told, today = reads_weather(user, action, 0), timezone.localdate()
    rows = Milestone.objects.visible_to(user).filter(action=action)
    return [
        {
            "milestone": row,
            "when": date_fr(row.due_on, year=today.year),
            "done": date_fr(row.done_on, year=today.year) if row.done_on else "",
            "status": _milestone_status(row, told, today),
        }
        for row in rows
    ]


def _milestone_status(row, told, today):
    if row.done_on:
        return {"code": "fait", "label": "Fait"}
    if told and row.is_late(today):
        return {"code": "retard", "label": "En retard"}
    return {"code": "afaire", "label": "À faire"}


def _visits(user, action):
    """What was seen on the spot, from the journal of exchanges."""
    exchanges = Exchange.objects.visible_to(user).filter(Q(kind__in=VISITS), actions=action)
    return [
        {"when": date_fr(one.held_on), "title": one.title, "url": reverse("actions:exchange", args=[one.pk])}
        for one in exchanges.order_by("-held_on", "-pk")[:5]
    ]


def consents_of(cite):
    """Those in force today: by the name of a group, or of an adult of the directory."""
    today = timezone.localdate()
    in_force = PhotoConsent.objects.filter(cite=cite, withdrawn_on__isnull=True).select_related("person")
    return in_force.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=today))


def initial_report(latest):
    """Figures are cumulated over the civil year: the last ones are the start of the new ones."""
    if latest is None or latest.reported_on.year != timezone.localdate().year:
        return {"reported_on": timezone.localdate()}
    figures = {name: getattr(latest, name) for name in FIGURES}
    return {"reported_on": timezone.localdate(), "progress": latest.progress, **figures}
