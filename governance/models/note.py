"""Decision notes and "relevés de décisions": a working text, then frozen versions, each with its files."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from actions.models import FundingSource
from cite_educative.common.money import MoneyField
from cite_educative.common.richtext import RichTextField
from cite_educative.documents.models import GeneratedFile
from governance.enums import MeetingStatus, NoteKind, NoteStage, NoteStatus
from governance.models.action_point import ActionPoint, withheld_points
from governance.models.decision import Decision
from governance.models.meeting import AgendaItem, Meeting
from partners.models import Cite, Mandate


class NoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The lead's team writes them; pilots and finance officers read them once issued, or asked to."""
        access = user.access
        return self.filter(
            Q(cite__in=access.steered)
            | Q(cite__in=access.money_readers, status=NoteStatus.ISSUED)
            | Q(pk__in=self._asked_of(user))
        )

    def asked_of(self, user):
        """In review or validated, and sent to this person, or to the side for which this person sits."""
        return self.filter(pk__in=self._asked_of(user))

    def _asked_of(self, user):
        access = user.access
        sides = frozenset().union(*access.sides.values())
        mine = Q(reviews__side__in=sides) | Q(reviews__mandate__person=user.person_id, reviews__mandate__isnull=False)
        return (
            Note.objects.filter(mine, cite__in=access.money_readers)
            .exclude(stage=NoteStage.WRITING)
            .order_by()
            .values("pk")
        )


class Note(models.Model):
    """What the pilots need to decide one point. The figures are not stored here: they are read when it is issued."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="notes")
    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, related_name="note")
    kind = models.CharField("modèle", max_length=8, choices=NoteKind, default=NoteKind.TROIKA)
    addressee = models.CharField("à qui il s’adresse", max_length=300, blank=True)
    source = models.ForeignKey(
        FundingSource, verbose_name="ligne votée", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Of a letter only: where it is written, and who signs it.
    place = models.CharField("fait à", max_length=100, blank=True)
    signatories = models.ManyToManyField(Mandate, verbose_name="signataires", related_name="+", blank=True)
    title = models.CharField("titre", max_length=200)
    request = models.TextField("ce qui est demandé", help_text="Une phrase\u00a0: la décision attendue et son coût.")
    # `[{"title", "text"}]`, the text as clean HTML; `services.save_note` is the only writer.
    sections = models.JSONField("parties", default=list, blank=True)
    proposal = models.TextField("décision proposée", blank=True)
    follow_up = RichTextField("suites", blank=True)
    prints_positions = models.BooleanField("imprimer les positions connues", default=False)
    stage = models.CharField("étape", max_length=9, choices=NoteStage, default=NoteStage.WRITING, editable=False)
    review_due_on = models.DateField("relecture attendue pour le", null=True, blank=True, editable=False)
    status = models.CharField("état", max_length=8, choices=NoteStatus, default=NoteStatus.DRAFT, editable=False)
    year = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    number = models.PositiveIntegerField(null=True, blank=True, editable=False)
    reference = models.CharField("numéro", max_length=24, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = "note de décision"
        verbose_name_plural = "notes de décision"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "year", "number"], condition=Q(number__isnull=False), name="note_number_once"
            ),
            models.CheckConstraint(
                name="note_numbered_once_issued",
                condition=Q(status=NoteStatus.DRAFT, number__isnull=True)
                | Q(status=NoteStatus.ISSUED, number__isnull=False, year__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}".strip()


class NoteOption(models.Model):
    """One option weighed in the note ("Options examinées")."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="options")
    order = models.PositiveSmallIntegerField("rang", default=1)
    label = models.CharField("option", max_length=160)
    interest = models.CharField("intérêt", max_length=300, blank=True)
    risk = models.CharField("risque", max_length=300, blank=True)
    cost = MoneyField("coût", null=True, blank=True)
    is_proposed = models.BooleanField("option proposée", default=False)

    class Meta:
        verbose_name = "option"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.label


class IssuedVersion(models.Model):
    """Frozen at issue: every format prints `content`, strings only, and nothing else. Never rewritten."""

    number = models.PositiveSmallIntegerField("version")
    content = models.JSONField()
    issued_at = models.DateTimeField("émise le")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class NoteVersion(IssuedVersion):
    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="versions")

    class Meta:
        verbose_name = "version de note"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["note", "number"], name="note_version_once")]

    def __str__(self):
        return f"{self.note.reference}, version {self.number}"


class NoteFile(models.Model):
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="note_file")
    version = models.ForeignKey(NoteVersion, on_delete=models.PROTECT, related_name="files")

    class Meta:
        verbose_name = "fichier de note"

    def __str__(self):
        return str(self.file)


class DecisionRecordQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who reads every decision that it prints; see `DecisionQuerySet.visible_to`."""
        kept = Decision.objects.filter(meeting=OuterRef("meeting")).exclude(pk__in=Decision.objects.visible_to(user))
        untold = ActionPoint.objects.filter(meeting=OuterRef("meeting")).filter(withheld_points())
        published = Q(meeting__in=Meeting.objects.visible_to(user), meeting__status=MeetingStatus.PUBLISHED)
        return self.filter(
            Q(meeting__body__cite__in=user.access.money_readers) | (published & ~Exists(kept) & ~Exists(untold))
        )


class DecisionRecord(IssuedVersion):
    """The "relevé de décisions" of a closed meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="records")

    objects = DecisionRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "relevé de décisions"
        verbose_name_plural = "relevés de décisions"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="decision_record_once")]

    def __str__(self):
        return f"Relevé de décisions, {self.meeting}"


class DecisionRecordFile(models.Model):
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="record_file")
    record = models.ForeignKey(DecisionRecord, on_delete=models.PROTECT, related_name="files")

    class Meta:
        verbose_name = "fichier de relevé"

    def __str__(self):
        return str(self.file)
