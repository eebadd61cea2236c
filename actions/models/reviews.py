from django.conf import settings
from django.db import models
from django.utils import timezone

from cite_educative.common.dates import BudgetYearField
from cite_educative.documents.models import GeneratedFile
from partners.models import Cite


class FinancialReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.money_readers)


class FinancialReview(models.Model):
    """The "revue financière" of one civil year, frozen on one day: every funding, its sums and what is wrong."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="financial_reviews")
    budget_year = BudgetYearField("exercice")
    content = models.JSONField("contenu", editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField("établie le", default=timezone.now, editable=False)

    objects = FinancialReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "revue financière"
        verbose_name_plural = "revues financières"
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"Revue financière {int(self.budget_year)}"


class FinancialReviewFile(models.Model):
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="financial_review_file")
    review = models.ForeignKey(FinancialReview, on_delete=models.PROTECT, related_name="files")

    class Meta:
        verbose_name = "fichier de revue financière"
        verbose_name_plural = "fichiers de revues financières"

    def __str__(self):
        return str(self.file)
