"""The strategic file of a programme: nine working texts, then frozen versions, each with its files."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from actions.enums import LabelCriterion
from actions.models.plan import Programme
from cite_educative.documents.models import GeneratedFile
from partners.enums import Role


class ProgrammeSectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Working texts: the team writes them, the pilots read them. Everybody else reads versions."""
        return self.filter(programme__cite__in=user.access.steered | user.access.piloted)


class ProgrammeSection(models.Model):
    """One of the nine texts. Its `version` is its own lock: two people may write two sections at once."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="sections")
    key = models.CharField("critère", max_length=12, choices=LabelCriterion)
    body = models.TextField("texte", max_length=20000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProgrammeSectionQuerySet.as_manager()

    class Meta:
        verbose_name = "section du dossier stratégique"
        verbose_name_plural = "sections du dossier stratégique"
        constraints = [models.UniqueConstraint(fields=["programme", "key"], name="programme_section_once")]

    def __str__(self):
        return self.get_key_display()


class ProgrammeVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whole, money included: the team and the pilots; finance officers once the programme is published."""
        access = user.access
        return self.filter(
            models.Q(programme__cite__in=access.steered | access.piloted)
            | models.Q(programme__cite__in=access.with_role(Role.FINANCE), programme__published_at__isnull=False)
        )


class ProgrammeVersion(models.Model):
    """The strategic file as it was on one day: `content` holds strings and ids only and is never rewritten."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("version")
    label = models.CharField("à quelle occasion", max_length=120)
    content = models.JSONField("contenu", editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField("arrêtée le", default=timezone.now, editable=False)

    objects = ProgrammeVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "version du programme"
        verbose_name_plural = "versions du programme"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="programme_version_once")]

    def __str__(self):
        return f"Version {self.number}, {self.label}"


class ProgrammeVersionFile(models.Model):
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="programme_version_file")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="files")

    class Meta:
        verbose_name = "fichier de version du programme"

    def __str__(self):
        return str(self.file)
