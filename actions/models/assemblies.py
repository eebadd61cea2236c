from django.conf import settings
from django.db import models
from django.utils import timezone

from actions.models.sources import FunderAct
from cite_educative.common.models import Attachment
from partners.models import Cite, Organisation


class AssemblySessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.money_readers)

    def coming(self, today=None):
        return self.filter(held_on__gte=today or timezone.localdate()).order_by("held_on", "pk")


class AssemblySession(models.Model):
    """One day on which a funder's assembly votes: a council, a school's board, the CAF's committee."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="assembly_sessions")
    organisation = models.ForeignKey(
        Organisation, verbose_name="financeur", on_delete=models.PROTECT, related_name="assembly_sessions"
    )
    label = models.CharField("assemblée", max_length=120)
    held_on = models.DateField("se réunit le")
    filing_on = models.DateField("dossiers attendus pour le", null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = AssemblySessionQuerySet.as_manager()

    class Meta:
        verbose_name = "séance d’assemblée"
        verbose_name_plural = "séances d’assemblées"
        ordering = ["held_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "organisation", "label", "held_on"],
                name="assembly_session_once",
                violation_error_message="Cette séance est déjà notée.",
            ),
            models.CheckConstraint(
                name="assembly_files_before_it_votes",
                condition=models.Q(filing_on__isnull=True) | models.Q(filing_on__lte=models.F("held_on")),
                violation_error_message="Les dossiers sont attendus avant la séance, pas après.",
            ),
        ]

    def __str__(self):
        return self.label


class ActFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(act__in=FunderAct.objects.visible_to(user))


class ActFile(Attachment):
    """The act itself, as it was received; a corrected scan is a file more."""

    act = models.ForeignKey(FunderAct, on_delete=models.PROTECT, related_name="files")

    objects = ActFileQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = "fichier d’acte"
        verbose_name_plural = "fichiers d’actes"
