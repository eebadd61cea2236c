"""Ready strings of action points, for their list, their page, and the pages that quote them."""

from django.urls import reverse

from cite_educative.common.dates import date_fr
from cite_educative.common.tables import Column
from cite_educative.common.templatetags.formats import status_badge
from governance.enums import PointStatus

LATE = "en retard"


def point_status(point, today):
    """What `_status.html` needs: late is a state of its own."""
    if point.status == PointStatus.DONE:
        return {"code": "fait", "label": f"Faite le {date_fr(point.closed_on)}"}
    if point.status == PointStatus.DROPPED:
        return {"code": "abandonnee", "label": "Abandonnée"}
    if point.due_on and point.due_on < today:
        return {"code": "retard", "label": f"En retard, attendue le {date_fr(point.due_on)}"}
    if point.due_on:
        return {"code": "attendu", "label": f"Pour le {date_fr(point.due_on)}"}
    return {"code": "preparation", "label": "À faire, sans date"}


def origin_of(point, reads):
    """Who does not read amounts reads the body only: the number of a decision would tell that there is one."""
    return point.origin if reads else str(point.body or "")


def point_line(point, today):
    """One in a short list, for who reads amounts; it comes with `for_list()`."""
    return {
        "pk": point.pk,
        "text": point.text,
        "url": reverse("governance:action_point", args=[point.pk]),
        "owner": point.owner,
        "origin": point.origin,
        "status": point_status(point, today),
    }


def point_columns():
    return [
        Column("text", "À faire", sort="text", width=60),
        Column("owner", "Par", sort=("mandate__person__last_name", "organisation__name"), width=30),
        Column("due_on", "Pour le", kind="date", sort="due_on"),
        Column("origin", "Suite de", sort=("meeting__starts_at", "decision__number"), width=36),
        Column("status", "État", kind="status", sort=("status", "due_on")),
        Column("closed_on", "Close le", kind="date", shown=False),
        Column("closing_word", "Ce qui a été fait", shown=False, width=60),
        Column("reminded_on", "Dernière relance", kind="date", shown=False),
    ]


def point_row(today, reads):
    def row(point):
        state = point_status(point, today)
        label = LATE.capitalize() if state["code"] == "retard" else point.get_status_display().capitalize()
        return {
            "key": point.pk,
            "url": reverse("governance:action_point", args=[point.pk]),
            "text": point.text,
            "owner": point.owner,
            "due_on": date_fr(point.due_on) if point.due_on else "–",
            "origin": origin_of(point, reads) or "–",
            "status": status_badge(state["code"], label),
        }

    return row


def point_values(today, reads):
    def values(point):
        is_late = point.is_open and point.due_on is not None and point.due_on < today
        return {
            "text": point.text,
            "owner": point.owner,
            "due_on": point.due_on,
            "origin": origin_of(point, reads),
            "status": LATE if is_late else point.get_status_display(),
            "closed_on": point.closed_on,
            "closing_word": point.closing_word,
            "reminded_on": point.reminded_on,
        }

    return values
