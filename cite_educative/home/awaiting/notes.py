"""Notes that somebody was asked to read again before they are issued."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.dates import date_fr
from cite_educative.home.awaiting.task import VALIDATE, Task, delay
from governance.enums import Approval, NoteStage
from governance.models import NoteReview


def to_review(user, cite):
    """What the own side, or the person herself, was asked and did not answer."""
    mine = Q(side__in=user.access.sides.get(cite.pk, ()))
    if user.person_id:
        mine |= Q(mandate__person=user.person_id)
    rows = NoteReview.objects.visible_to(user).filter(
        mine,
        note__cite=cite,
        note__stage=NoteStage.REVIEW,
        note__item__meeting__starts_at__gte=timezone.now(),
        state=Approval.AWAITED,
    )
    for row in rows.select_related("note").order_by("note__review_due_on", "pk"):
        due = row.note.review_due_on
        yield Task(
            VALIDATE,
            f"Note à relire\u00a0: {row.note.title}",
            f"Réponse attendue pour le {date_fr(due)}.",
            reverse("governance:note_review", args=[row.pk]),
            "Relire",
            *delay(due, timezone.localdate()),
        )
