"""The protocol as it was printed on one day."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from cite_educative.documents.models import GeneratedFile
from evaluation.models.protocol import MAKERS
from partners.models import Cite


class ProtocolEditionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """It tells how the evaluation is run: the team, the pilots and the evaluators."""
        return self.filter(cite__in=user.access.with_role(*MAKERS))


class ProtocolEdition(models.Model):
    """The evaluation protocol, frozen when it was printed: strings only. Numbered from 1 in its Cité."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="protocol_editions")
    number = models.PositiveSmallIntegerField("numéro", editable=False)
    content = models.JSONField("contenu", editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField("établi le", default=timezone.now, editable=False)

    objects = ProtocolEditionQuerySet.as_manager()

    class Meta:
        verbose_name = "protocole d’évaluation imprimé"
        verbose_name_plural = "protocoles d’évaluation imprimés"
        ordering = ["-number", "-pk"]
        constraints = [models.UniqueConstraint(fields=["cite", "number"], name="protocol_edition_once")]

    def __str__(self):
        return f"Protocole d’évaluation, version {self.number}"


class ProtocolEditionFile(models.Model):
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="protocol_edition_file")
    edition = models.ForeignKey(ProtocolEdition, on_delete=models.PROTECT, related_name="files")

    class Meta:
        verbose_name = "fichier de protocole d’évaluation"
        verbose_name_plural = "fichiers de protocoles d’évaluation"

    def __str__(self):
        return str(self.file)
