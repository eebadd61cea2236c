"""Decision notes and "relevés de décisions": a working text, then frozen versions, each with its files."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from cite_educative.common.money import MoneyField
from cite_educative.common.richtext import RichTextField
from cite_educative.documents.models import GeneratedFile
from governance.enums import MeetingStatus, NoteStatus
from governance.models.decision import Decision
from governance.models.meeting import AgendaItem, Meeting
from partners.models import Cite


class NoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The lead's team writes them; pilots and finance officers read them once issued."""
        access = user.access
        return self.filter(Q(cite__in=access.steered) | Q(cite__in=access.money_readers, status=NoteStatus.ISSUED))


class Note(models.Model):
    """What the pilots need to decide one point. The figures are not stored here: they are read when it is issued."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="notes")
    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, related_name="note")
    title = models.CharField("titre", max_length=200)
    request = models.TextField("ce qui est demandé", help_text="Une phrase\u00a0: la décision attendue et son coût.")
    context = RichTextField("ce qu’il faut savoir", blank=True)
    proposal = models.TextField("décision proposée", blank=True)
    follow_up = RichTextField("suites", blank=True)
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
        published = Q(meeting__in=Meeting.objects.visible_to(user), meeting__status=MeetingStatus.PUBLISHED)
        return self.filter(Q(meeting__body__cite__in=user.access.money_readers) | (published & ~Exists(kept)))


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
