"""Letters of notification: one batch tells the holders what one source answered in one civil year."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from actions.enums import LetterKind
from actions.models.sources import FundingSource
from cite_educative.common.dates import BudgetYearField
from cite_educative.documents.models import GeneratedFile
from partners.models import Organisation


class LetterBatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(source__cite__in=user.access.money_readers)


class LetterBatch(models.Model):
    """One gesture: a letter to each holder that could get one, and why the others got none.

    `token` comes from the page that previews them: sent twice, written once.
    """

    source = models.ForeignKey(FundingSource, on_delete=models.PROTECT, related_name="letter_batches")
    budget_year = BudgetYearField("exercice")
    kind = models.CharField("nature", max_length=12, choices=LetterKind)
    text = models.TextField("texte", max_length=4000)
    signatory = models.CharField("qualité du signataire", max_length=160)
    # [{"holder", "reason"}], as the pre-flight said.
    refused = models.JSONField("sans courrier", default=list, editable=False)
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField("établis le", default=timezone.now, editable=False)

    objects = LetterBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "envoi de courriers"
        verbose_name_plural = "envois de courriers"
        ordering = ["-made_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["made_by", "token"], name="letter_batch_once")]

    def __str__(self):
        return f"Courrier {self.get_kind_display()} {int(self.budget_year)}, {self.source}"


class LetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(batch__in=LetterBatch.objects.visible_to(user))


class Letter(models.Model):
    """What one holder is told, frozen; its file prints `content` and nothing else."""

    batch = models.ForeignKey(LetterBatch, on_delete=models.PROTECT, related_name="letters")
    holder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="letters")
    content = models.JSONField("contenu", editable=False)
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="letter")

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "courrier de notification"
        verbose_name_plural = "courriers de notification"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["batch", "holder"], name="letter_once_each")]

    def __str__(self):
        return f"{self.batch}, {self.holder}"
