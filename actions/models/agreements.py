from django.conf import settings
from django.db import models
from django.db.models import F, Q

from actions.enums import AgreementState
from actions.models.funding import Funding
from cite_educative.common.dates import BudgetYearField
from cite_educative.common.money import MoneyField
from partners.models import Cite, Organisation


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who reads the money, and the holder once it was sent to be signed."""
        access = user.access
        allowed = Q(cite__in=access.money_readers)
        for cite, organisations in access.held.items():
            allowed |= Q(cite=cite, holder__in=organisations, state__in=AgreementState.told())
        return self.filter(allowed)


class Agreement(models.Model):
    """ "Convention de financement": what one funder commits to one holder in one civil year, by one document.

    `number` is given when it is issued, under lock, gapless per Cité and year; `content` is what was issued, frozen.
    """

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="agreements")
    funder = models.ForeignKey(
        Organisation, verbose_name="financeur", on_delete=models.PROTECT, related_name="agreements_given"
    )
    holder = models.ForeignKey(
        Organisation, verbose_name="porteur", on_delete=models.PROTECT, related_name="agreements_held"
    )
    budget_year = BudgetYearField("exercice")
    number = models.CharField("numéro", max_length=40, blank=True, editable=False)
    title = models.CharField("objet", max_length=200)
    state = models.CharField(
        "état", max_length=10, choices=AgreementState, default=AgreementState.DRAFT, editable=False
    )
    starts_on = models.DateField("commence le")
    ends_on = models.DateField("prend fin le")
    content = models.JSONField("contenu", default=dict, blank=True, editable=False)
    issued_on = models.DateField("établie le", null=True, blank=True, editable=False)
    signed_on = models.DateField("signée de tous le", null=True, blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "convention"
        ordering = ["-budget_year", "-number", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "budget_year", "number"], condition=~Q(number=""), name="agreement_number_once"
            ),
            models.CheckConstraint(
                name="agreement_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="La convention prend fin après avoir commencé.",
            ),
            models.CheckConstraint(
                name="agreement_signed_has_date",
                condition=~Q(state=AgreementState.SIGNED) | Q(signed_on__isnull=False),
                violation_error_message="Une convention signée a une date.",
            ),
        ]

    def __str__(self):
        return self.number or f"Projet de convention avec {self.holder}"


class AgreementLine(models.Model):
    """What the agreement commits on one funding, in euros; signing it writes `committed` where the source uses it."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="lines")
    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="agreement_lines")
    amount = MoneyField("montant")

    class Meta:
        verbose_name = "ligne de convention"
        verbose_name_plural = "lignes de convention"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "funding"], name="agreement_line_once"),
            models.CheckConstraint(
                name="agreement_line_positive",
                condition=Q(amount__gt=0),
                violation_error_message="Une convention porte sur un montant supérieur à zéro.",
            ),
        ]

    def __str__(self):
        return f"{self.funding} {self.amount}"
