from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models

from actions.models.themes import Theme
from cite_educative.common.dates import BudgetYearField
from cite_educative.common.money import MoneyField
from partners.models import Cite

LEGAL_AGREEMENT = Decimal(23_000)  # decree of 6 June 2001
PERCENT = [MaxValueValidator(100, "Un pourcentage ne dépasse pas 100.")]


class MoneyThresholds(models.Model):
    """What one Cité watches in its money. A threshold gives an alert, never a refusal; an empty one is not watched."""

    cite = models.OneToOneField(Cite, on_delete=models.CASCADE, related_name="thresholds")
    cofinancing_target = models.PositiveSmallIntegerField(
        "part des cofinanceurs, au moins (%)", null=True, blank=True, default=50, validators=PERCENT
    )
    counts_in_kind = models.BooleanField("compter aussi le droit commun valorisé", default=False)
    engineering_share = models.PositiveSmallIntegerField(
        "part de l’ingénierie, au plus (%)", null=True, blank=True, validators=PERCENT
    )
    engineering_theme = models.ForeignKey(
        Theme,
        verbose_name="thématique qui désigne l’ingénierie",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="engineering_of",
    )
    public_ceiling = models.PositiveSmallIntegerField(
        "part d’argent public d’une action, au plus (%)", null=True, blank=True, default=80, validators=PERCENT
    )
    agreement_above = MoneyField("convention obligatoire au-delà de", null=True, blank=True, default=LEGAL_AGREEMENT)
    statement_gap = models.PositiveSmallIntegerField(
        "écart à expliquer dans un compte rendu (%)", null=True, blank=True, default=10, validators=PERCENT
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "seuils"
        verbose_name_plural = "seuils"

    def __str__(self):
        return f"Seuils de {self.cite}"

    @classmethod
    def of(cls, cite):
        """Those of a Cité, the usual ones (not saved) when nobody changed them."""
        return cls.objects.filter(cite=cite).select_related("engineering_theme").first() or cls(cite=cite, version=0)


class AcknowledgementQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.money_readers)


class ThresholdAcknowledgement(models.Model):
    """Somebody saw an alert and said why it stands. Never changed; a worse figure calls for another one.

    `key` names the alert within its Cité and year; `excess` is how far beyond the threshold it was: euros or points.
    """

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="acknowledgements")
    budget_year = BudgetYearField("exercice")
    key = models.CharField("alerte", max_length=80)
    title = models.CharField("objet", max_length=200)
    figure = models.CharField("chiffre", max_length=80)
    excess = models.DecimalField("dépassement", max_digits=14, decimal_places=2)
    reason = models.TextField("motif")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("le", auto_now_add=True)

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        verbose_name = "alerte dont on a pris acte"
        verbose_name_plural = "alertes dont on a pris acte"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["cite", "budget_year", "key"], name="acknowledgement_by_key")]

    def __str__(self):
        return self.title
