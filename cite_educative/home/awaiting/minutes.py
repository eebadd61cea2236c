"""Minutes: what the team has to send, validate or publish, and what a pilot has to read again."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.dates import date_fr
from cite_educative.home.awaiting.task import PREPARE, VALIDATE, Task, delay, plural
from governance.enums import MinutesState, RemarkState, ReviewState
from governance.models import Minutes, MinutesReview


def unfinished(user, cite):
    """For the team, the oldest meeting first; one query."""
    awaited = Count("reviews", filter=Q(reviews__state=ReviewState.AWAITED), distinct=True)
    remarks = Count("paragraphs__remarks", filter=Q(paragraphs__remarks__state=RemarkState.OPEN), distinct=True)
    rows = Minutes.objects.visible_to(user).filter(meeting__body__cite=cite).exclude(state=MinutesState.PUBLISHED)
    rows = rows.select_related("meeting__body").annotate(nb_awaited=awaited, nb_remarks=remarks)
    for row in rows.order_by("meeting__starts_at", "pk"):
        yield _task(row)


def _task(row):
    title = f"Procès-verbal, {row.meeting}"
    url = reverse("governance:minutes", args=[row.meeting_id])
    if row.state == MinutesState.DRAFT:
        return Task(
            PREPARE, title, "À corriger, puis à envoyer en relecture.", url, "Ouvrir", "preparation", "à écrire"
        )
    if row.state == MinutesState.VALIDATED:
        return Task(VALIDATE, title, "Validé, pas encore publié.", url, "Publier", "attendu", "à publier")
    waits = [plural(row.nb_awaited, "relecture attendue", "relectures attendues")] if row.nb_awaited else []
    if row.nb_remarks:
        waits.append(plural(row.nb_remarks, "remarque à traiter", "remarques à traiter"))
    detail = f"{', '.join(waits)}." if waits else "Tous ont relu."
    return Task(VALIDATE, title, detail, url, "Ouvrir", *delay(row.review_due_on, timezone.localdate()))


def to_review(user, cite):
    """For a pilot: what the own side was asked to read again and did not answer."""
    sides = user.access.sides.get(cite.pk, ())
    rows = MinutesReview.objects.visible_to(user).filter(
        minutes__meeting__body__cite=cite,
        minutes__state=MinutesState.REVIEW,
        state=ReviewState.AWAITED,
        side__in=sides,
    )
    for row in rows.select_related("minutes__meeting__body").order_by("minutes__review_due_on", "pk"):
        due = row.minutes.review_due_on
        yield Task(
            VALIDATE,
            f"Procès-verbal, {row.minutes.meeting}",
            f"À relire pour le {date_fr(due)}.",
            reverse("governance:minutes", args=[row.minutes.meeting_id]),
            "Relire",
            *delay(due, timezone.localdate()),
        )
