"""A note read again before it is issued: what each side or person who was asked answers, and the remarks made."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from governance.enums import Approval
from governance.models.note import Note
from governance.models.received import Received, Remark, RemarkQuerySet, settled_constraints
from partners.models import Mandate, Side


class NoteReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(note__in=Note.objects.visible_to(user))

    def in_protocol_order(self):
        """Sides first, then persons."""
        rows = self.select_related("side__cite", "mandate__person", "mandate__side", "note")
        return rows.order_by(models.F("side__order").asc(nulls_last=True), "pk")


class NoteReview(Received):
    """One side or one person asked; `text_version` is the note's when the answer was given."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="reviews")
    side = models.ForeignKey(Side, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField("approbation", max_length=8, choices=Approval, default=Approval.AWAITED)
    sent_at = models.DateTimeField("envoyée le", editable=False)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True, editable=False)
    text_version = models.PositiveIntegerField(null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    objects = NoteReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "relecture de note"
        verbose_name_plural = "relectures de note"
        constraints = [
            models.UniqueConstraint(fields=["note", "side"], name="note_review_once_side"),
            models.UniqueConstraint(fields=["note", "mandate"], name="note_review_once_mandate"),
            models.CheckConstraint(
                name="note_review_of_a_side_or_a_person",
                condition=Q(side__isnull=True, mandate__isnull=False) | Q(side__isnull=False, mandate__isnull=True),
            ),
            models.CheckConstraint(
                name="note_review_answered_by_someone",
                condition=Q(state=Approval.AWAITED, answered_at__isnull=True)
                | (~Q(state=Approval.AWAITED) & Q(answered_at__isnull=False, entered_by__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.reader}\u00a0: {self.get_state_display()}"

    @property
    def reader(self):
        return self.side.label if self.side_id else self.mandate.person.formal_name

    @property
    def is_awaited(self):
        return self.state == Approval.AWAITED


class NoteRemarkQuerySet(RemarkQuerySet):
    def visible_to(self, user):
        return self.filter(review__in=NoteReview.objects.visible_to(user))


class NoteRemark(Remark):
    """What who reads again asks to change."""

    review = models.ForeignKey(NoteReview, on_delete=models.CASCADE, related_name="remarks")

    objects = NoteRemarkQuerySet.as_manager()

    class Meta(Remark.Meta):
        verbose_name = "remarque sur une note"
        verbose_name_plural = "remarques sur une note"
        constraints = settled_constraints("note_remark")
