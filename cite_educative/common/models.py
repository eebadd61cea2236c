"""The journal's table, and the abstract rows that every app makes its own."""

from pathlib import PurePath
from uuid import uuid4

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from cite_educative.common.uploads import short_name


class EntryQuerySet(models.QuerySet):
    def about(self, subject):
        return self.filter(subject_type=subject._meta.label_lower, subject_pk=subject.pk)

    def in_cite(self, cite_id):
        return self.filter(cite_id=cite_id)

    def newest_first(self):
        return self.select_related("actor").order_by("-created_at", "-pk")


class Entry(models.Model):
    """One line of the journal: who did what to what, and the values before and after.

    References are soft (type, key, label), so that the line outlives its subject. Written by
    `journal.record` only, never changed.
    """

    cite_id = models.PositiveBigIntegerField("Cité", null=True, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="auteur",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    verb = models.CharField("geste", max_length=60, editable=False)
    subject_type = models.CharField("type d’objet", max_length=60, editable=False)
    subject_pk = models.PositiveBigIntegerField("numéro de l’objet", editable=False)
    subject_label = models.CharField("objet", max_length=200, editable=False)
    before = models.JSONField("avant", null=True, encoder=DjangoJSONEncoder, editable=False)
    after = models.JSONField("après", null=True, encoder=DjangoJSONEncoder, editable=False)
    sentence = models.TextField("phrase", editable=False)
    created_at = models.DateTimeField("date", default=timezone.now, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "journal"
        indexes = [
            models.Index(fields=["subject_type", "subject_pk", "-created_at"], name="entry_subject"),
            models.Index(fields=["cite_id", "-created_at"], name="entry_cite"),
        ]

    def __str__(self):
        return self.sentence


class Comment(models.Model):
    """A remark on a row; the concrete class adds the key to its subject and the audience."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="auteur", on_delete=models.PROTECT, related_name="+", editable=False
    )
    body = models.TextField("commentaire", max_length=5000)
    created_at = models.DateTimeField("écrit le", default=timezone.now, editable=False)
    edited_at = models.DateTimeField("corrigé le", null=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["created_at", "pk"]

    def __str__(self):
        return self.body[:80]


def attachment_path(attachment, filename):
    """A path that owes nothing to the user but a short extension."""
    suffix = PurePath(filename).suffix.lower()
    suffix = suffix if suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= 6 else ""
    return f"{attachment._meta.label_lower.replace('.', '/')}/{uuid4().hex}{suffix}"


class Attachment(models.Model):
    """A file joined to a row; the concrete class adds the key to its subject.

    `filename` is the name given by the user, for display and download only. Served by a view that goes
    through the subject's `visible_to`, never by a public address.
    """

    file = models.FileField("fichier", upload_to=attachment_path, max_length=200)
    filename = models.CharField("nom du fichier", max_length=200, editable=False)
    title = models.CharField("intitulé", max_length=200, blank=True)
    size = models.PositiveBigIntegerField("taille en octets", editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="déposé par", on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField("déposé le", default=timezone.now, editable=False)

    class Meta:
        abstract = True
        ordering = ["created_at", "pk"]

    def __str__(self):
        return self.title or self.filename

    def save(self, *args, **kwargs):
        if self._state.adding and self.file:
            self.filename = self.filename or short_name(self.file.name)
            self.size = self.file.size
        super().save(*args, **kwargs)
