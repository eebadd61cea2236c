"""The table of all meetings and its exports: each with what the reader may know of it."""

from django.db.models import Count, IntegerField, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join

from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.tables import Column, ListPage
from cite_educative.common.templatetags.formats import status_badge
from governance.filters import MeetingFilter
from governance.models import AgendaItem, Decision, DecisionRecord, Meeting, MinutesVersion
from governance.tables import status

NOTHING = "–"
COLUMNS = [
    Column("starts_at", "Date", kind="date", sort="starts_at"),
    Column("time", "Heure", shown=False),
    Column("body", "Instance", sort=("body__label", "starts_at"), width=36),
    Column("place", "Lieu", sort="place", width=36),
    Column("status", "État", kind="status", sort=("status", "starts_at")),
    Column("nb_items", "Points", kind="count", sort="nb_items"),
    Column("nb_decisions", "Décisions", kind="count", sort="nb_decisions"),
    Column("documents", "À lire", export=False),
    Column("titles", "Ordre du jour", shown=False, width=80),
]


def meeting_listing(request, cite):
    return ListPage(
        request,
        _rows(request.user, cite),
        COLUMNS,
        filterset=MeetingFilter,
        row=_row,
        values=_values,
        default_sort="-starts_at",
        title="Réunions",
        noun=("réunion", "réunions"),
        empty_text="Aucune réunion pour l’instant",
        filename="reunions",
    )


def _rows(user, cite):
    decisions = Decision.objects.visible_to(user).adopted()
    records, minutes = DecisionRecord.objects.visible_to(user), MinutesVersion.objects.visible_to(user)
    return (
        Meeting.objects.visible_to(user)
        .filter(body__cite=cite)
        .select_related("body")
        .annotate(nb_items=_number(AgendaItem.objects), nb_decisions=_number(decisions))
        .prefetch_related(
            "items",
            Prefetch("records", records.prefetch_related("files__file"), to_attr="read_records"),
            Prefetch("minutes_versions", minutes.prefetch_related("files__file"), to_attr="read_minutes"),
        )
    )


def _number(rows):
    """How many of each meeting."""
    counted = (
        rows.filter(meeting=OuterRef("pk")).order_by().values("meeting").annotate(number=Count("pk", distinct=True))
    )
    return Coalesce(Subquery(counted.values("number")), 0, output_field=IntegerField())


def _row(meeting):
    state, url = status(meeting), reverse("governance:meeting", args=[meeting.pk])
    return {
        "url": url,
        "starts_at": date_fr(timezone.localdate(meeting.starts_at)),
        "body": meeting.body.label,
        "place": meeting.place or NOTHING,
        "status": status_badge(state["code"], state["label"]),
        "nb_items": meeting.nb_items or NOTHING,
        "nb_decisions": meeting.nb_decisions or NOTHING,
        "documents": _documents(meeting, url) or NOTHING,
        "notes": {"starts_at": time_fr(meeting.starts_at)},
    }


def _documents(meeting, url):
    """Links to the last "relevé" and "procès-verbal" that the reader may read: the PDF, or the page until it is ready."""
    told = [("Relevé", "releve", meeting.read_records), ("Procès-verbal", "proces-verbal", meeting.read_minutes)]
    links = [(_pdf(rows[0]) or f"{url}#{anchor}", label, meeting) for label, anchor, rows in told if rows]
    return format_html_join(", ", '<a href="{}">{}<span class="visually-hidden">, {}</span></a>', links)


def _pdf(version):
    files = (link.file for link in version.files.all())
    return next((reverse("documents:download", args=[f.pk]) for f in files if f.format == "pdf" and f.is_ready), None)


def _values(meeting):
    return {
        "starts_at": timezone.localdate(meeting.starts_at),
        "time": time_fr(meeting.starts_at),
        "body": meeting.body.label,
        "place": meeting.place,
        "status": meeting.get_status_display(),
        "nb_items": meeting.nb_items,
        "nb_decisions": meeting.nb_decisions,
        "titles": " ; ".join(item.title for item in meeting.items.all()),
    }
