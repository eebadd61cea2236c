from django.conf import settings
from django.db import models
from django.db.models import Q

from actions.enums import PaymentKind
from actions.models.agreements import Agreement
from actions.models.funding import Funding
from cite_educative.common.money import MoneyField


class PaymentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(funding__action__cite__in=user.access.money_readers)


class Payment(models.Model):
    """One payment of one funding, planned, ordered then paid, in euros; a refund comes back and is counted minus.

    `services.payments` alone writes it. The day it is paid moves `paid` of its funding by its amount; before that it
    is a forecast. `condition` is what must be there first ("convention signée"), and `condition_met_on` when it was.
    """

    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="payments")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="payments")
    kind = models.CharField("nature", max_length=10, choices=PaymentKind)
    amount = MoneyField("montant")
    due_on = models.DateField("prévu le")
    condition = models.CharField("condition", max_length=160, blank=True)
    condition_met_on = models.DateField("condition remplie le", null=True, blank=True)
    ordered_on = models.DateField("mandaté le", null=True, blank=True)
    order_reference = models.CharField("bordereau et mandat", max_length=80, blank=True)
    paid_on = models.DateField("payé le", null=True, blank=True)
    payment_reference = models.CharField("référence du paiement", max_length=80, blank=True)
    cancelled_on = models.DateField("annulé le", null=True, blank=True, editable=False)
    cancel_reason = models.CharField("motif de l’annulation", max_length=200, blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = "versement"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="payment_positive",
                condition=Q(amount__gt=0),
                violation_error_message="Un versement est supérieur à zéro.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount}"

    @property
    def is_open(self):
        """Neither paid nor cancelled."""
        return self.paid_on is None and self.cancelled_on is None

    @property
    def code(self):
        """What the accounting tool may carry to find it again: "V12"."""
        return f"V{self.pk}"
