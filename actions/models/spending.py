from django.conf import settings
from django.db import models
from django.db.models import Q

from actions.enums import ExpenseNature
from actions.models.action import Action
from actions.models.sources import FundingSource
from cite_educative.common.dates import BudgetYearField
from cite_educative.common.money import MoneyField


class SpendingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(source__cite__in=user.access.money_readers)


class Expense(models.Model):
    """ "Dépense directe": what a line pays itself, without a funding, in euros. It consumes the envelope of its year.

    It does from the day it is entered until it is cancelled (`Envelope.available`), ordered and paid or not.
    """

    source = models.ForeignKey(FundingSource, on_delete=models.PROTECT, related_name="expenses")
    budget_year = BudgetYearField("exercice")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, null=True, blank=True, related_name="expenses")
    nature = models.CharField("nature", max_length=14, choices=ExpenseNature)
    label = models.CharField("objet", max_length=200)
    supplier = models.CharField("fournisseur", max_length=160, blank=True)
    amount = MoneyField("montant")
    ordered_on = models.DateField("mandatée le", null=True, blank=True)
    order_reference = models.CharField("bordereau et mandat", max_length=80, blank=True)
    paid_on = models.DateField("payée le", null=True, blank=True)
    payment_reference = models.CharField("référence du paiement", max_length=80, blank=True)
    cancelled_on = models.DateField("annulée le", null=True, blank=True, editable=False)
    cancel_reason = models.CharField("motif de l’annulation", max_length=200, blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SpendingQuerySet.as_manager()

    class Meta:
        verbose_name = "dépense directe"
        verbose_name_plural = "dépenses directes"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="expense_positive",
                condition=Q(amount__gt=0),
                violation_error_message="Une dépense est supérieure à zéro.",
            ),
            models.CheckConstraint(
                name="expense_paid_after_ordered",
                condition=Q(paid_on=None) | Q(ordered_on=None) | Q(paid_on__gte=models.F("ordered_on")),
                violation_error_message="Le paiement ne peut pas précéder le mandat.",
            ),
        ]

    def __str__(self):
        return self.label


class Receipt(models.Model):
    """ "Recette": money that the carrier of a line receives from its funder, in euros; expected, then received."""

    source = models.ForeignKey(FundingSource, on_delete=models.PROTECT, related_name="receipts")
    budget_year = BudgetYearField("exercice")
    label = models.CharField("objet", max_length=200)
    expected = MoneyField("montant attendu", null=True, blank=True)
    expected_on = models.DateField("attendue le", null=True, blank=True)
    received = MoneyField("montant reçu", null=True, blank=True)
    received_on = models.DateField("reçue le", null=True, blank=True)
    title_number = models.CharField("titre de recette", max_length=80, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SpendingQuerySet.as_manager()

    class Meta:
        verbose_name = "recette"
        ordering = ["expected_on", "received_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="receipt_says_an_amount",
                condition=Q(expected__isnull=False) | Q(received__isnull=False),
                violation_error_message="Écrivez le montant attendu ou le montant reçu.",
            ),
            models.CheckConstraint(
                name="receipt_not_negative",
                condition=(Q(expected=None) | Q(expected__gte=0)) & (Q(received=None) | Q(received__gte=0)),
                violation_error_message="Une recette ne peut pas être négative.",
            ),
            models.CheckConstraint(
                name="receipt_received_has_date",
                condition=Q(received=None, received_on=None) | Q(received__isnull=False, received_on__isnull=False),
                violation_error_message="Une recette reçue a un montant et une date.",
            ),
        ]

    def __str__(self):
        return self.label
