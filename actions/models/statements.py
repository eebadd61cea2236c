from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Sum

from actions.enums import BornIn, BudgetSide, PaymentKind, StatementState
from actions.models.action import Action
from actions.models.funding import Funding
from actions.models.payments import Payment
from cite_educative.common.dates import BudgetYearField
from cite_educative.common.models import Attachment
from cite_educative.common.money import ZERO, MoneyField
from cite_educative.documents.models import GeneratedFile

WRITTEN = (StatementState.DRAFT, StatementState.SENT_BACK)


def usual_due_day(budget_year):
    """Six months after the end of the funded civil year (order of 11 October 2006, CERFA 15059)."""
    return date(int(budget_year) + 1, 6, 30)


class FinancialStatementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who reads all the money, and the holder of the action: what it spent is its own word."""
        access = user.access
        allowed = Q(action__cite__in=access.money_readers)
        for cite, organisations in access.held.items():
            allowed |= Q(action__cite=cite, action__holder__in=organisations)
        return self.filter(allowed, action__in=Action.objects.visible_to(user))


class FinancialStatement(models.Model):
    """ "Compte rendu financier" of one action and one civil year, in the shape of CERFA 15059; amounts in euros.

    Filed in Dauphin, only its day, its file, what was spent and left, and the people reached are known here; filed
    here, it has its lines. `content` is what was filed, frozen. `reminders`: `[{"stage", "on", "due_on", "sent_to"}]`.
    """

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="statements")
    budget_year = BudgetYearField("exercice")
    state = models.CharField(
        "état", max_length=10, choices=StatementState, default=StatementState.DRAFT, editable=False
    )
    due_on = models.DateField("dû le")
    extension_reason = models.CharField("pourquoi ce délai", max_length=200, blank=True)
    filed_in = models.CharField("déposé", max_length=10, choices=BornIn, blank=True, editable=False)
    filed_on = models.DateField("déposé le", null=True, blank=True)
    spent = MoneyField("dépensé", null=True, blank=True)
    unspent = MoneyField("non employé", null=True, blank=True)
    people_reached = models.PositiveIntegerField("personnes touchées", null=True, blank=True)
    implementation = models.TextField("mise en œuvre de l’action", max_length=5000, blank=True)
    publics = models.TextField("publics touchés", max_length=5000, blank=True)
    places = models.TextField("dates et lieux", max_length=5000, blank=True)
    results = models.TextField("objectifs et indicateurs", max_length=5000, blank=True)
    apportionment = models.TextField("règles de répartition des charges indirectes", max_length=2000, blank=True)
    attested_by = models.CharField("nom de qui atteste", max_length=120, blank=True)
    attested_as = models.CharField("qualité", max_length=120, blank=True)
    remarks = models.TextField("ce qui est à corriger", max_length=2000, blank=True, editable=False)
    accepted_on = models.DateField("accepté le", null=True, blank=True, editable=False)
    reminders = models.JSONField("relances", default=list, blank=True, editable=False)
    content = models.JSONField("contenu", default=dict, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = FinancialStatementQuerySet.as_manager()

    class Meta:
        verbose_name = "compte rendu financier"
        verbose_name_plural = "comptes rendus financiers"
        ordering = ["-budget_year", "action__code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["action", "budget_year"], name="statement_once"),
            *(
                models.CheckConstraint(
                    name=f"statement_{name}_not_negative",
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0}),
                    violation_error_message="Un montant ne peut pas être négatif.",
                )
                for name in ("spent", "unspent")
            ),
        ]

    def __str__(self):
        return f"Compte rendu financier {int(self.budget_year)} de {self.action}"

    @property
    def is_written(self):
        """Whether its holder still writes it."""
        return self.state in WRITTEN

    @property
    def is_filed(self):
        return self.state in (StatementState.FILED, StatementState.ACCEPTED)


class StatementLine(models.Model):
    """Planned and spent, or received, on one account of CERFA 12156; `planned` is the budget's, None without one."""

    statement = models.ForeignKey(FinancialStatement, on_delete=models.CASCADE, related_name="lines")
    side = models.CharField("colonne", max_length=6, choices=BudgetSide)
    code = models.CharField("compte", max_length=20)
    precision = models.CharField("précision", max_length=120, blank=True)
    planned = MoneyField("prévu", null=True)
    actual = MoneyField("réalisé", null=True, blank=True)
    explanation = models.CharField("explication de l’écart", max_length=300, blank=True)
    order = models.PositiveSmallIntegerField("rang")

    class Meta:
        verbose_name = "ligne de compte rendu"
        verbose_name_plural = "lignes de compte rendu"
        ordering = ["order", "pk"]

    def __str__(self):
        return f"{self.code} {self.actual}"

    @property
    def gap(self):
        """Actual less planned; None when the holder wrote nothing."""
        return None if self.actual is None else self.actual - (self.planned or ZERO)


class StatementShareQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(statement__action__cite__in=user.access.money_readers)

    def with_refund(self):
        """Adds what `to_refund` reads."""
        payments = Payment.objects.filter(funding=OuterRef("funding"), cancelled_on=None)
        payments = payments.exclude(kind=PaymentKind.REFUND).order_by()
        ordered = payments.filter(paid_on=None, ordered_on__isnull=False).values("funding")
        return self.select_related("funding__source", "refund").annotate(
            ordered_sum=Subquery(ordered.annotate(amount=Sum("amount")).values("amount")),
            has_payments=Exists(payments),
        )


class StatementShare(models.Model):
    """What one funder's money became: justified; what was paid beyond it comes back by `refund`.

    Where what was paid is not followed here, nothing can come back in the ledger: the two days are all there is.
    """

    statement = models.ForeignKey(FinancialStatement, on_delete=models.CASCADE, related_name="shares")
    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="statement_shares")
    justified = MoneyField("justifié")
    refund_asked_on = models.DateField("reversement demandé le", null=True, blank=True)
    refunded_on = models.DateField("reversé le", null=True, blank=True)
    refund = models.OneToOneField(
        Payment, verbose_name="reversement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = StatementShareQuerySet.as_manager()

    class Meta:
        verbose_name = "part d’un financeur"
        verbose_name_plural = "parts des financeurs"
        ordering = ["funding__source__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["statement", "funding"], name="statement_share_once")]

    def __str__(self):
        return f"{self.funding} {self.justified}"

    @property
    def is_followed(self):
        """Whether what is paid of it is known here; read it `with_refund()`."""
        return self.funding.paid is not None or self.has_payments or self.funding.source.pays_ourselves

    @property
    def to_refund(self):
        """Euros paid, or ordered, beyond what is justified; granted beyond it where payments are not followed."""
        funding = self.funding
        had = (funding.paid or ZERO) + (self.ordered_sum or ZERO) if self.is_followed else funding.granted
        return max((had or ZERO) - self.justified, ZERO)

    @property
    def is_unasked(self):
        """Money is to come back, and nobody asked for all of it."""
        if not self.to_refund:
            return False
        if self.refund_id:
            return not (self.refund.is_open and self.refund.amount >= self.to_refund)
        return self.refund_asked_on is None and self.refunded_on is None

    @property
    def came_back_on(self):
        if not self.refund_id:
            return self.refunded_on
        return None if self.refund.cancelled_on else self.refund.paid_on


class StatementFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(statement__in=FinancialStatement.objects.visible_to(user))


class StatementFile(Attachment):
    """The statement as it was filed elsewhere."""

    statement = models.ForeignKey(FinancialStatement, on_delete=models.PROTECT, related_name="files")

    objects = StatementFileQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = "compte rendu joint"
        verbose_name_plural = "comptes rendus joints"


class StatementDocument(models.Model):
    """What was filed here, to print."""

    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="statement_document")
    statement = models.ForeignKey(FinancialStatement, on_delete=models.PROTECT, related_name="documents")

    class Meta:
        verbose_name = "document de compte rendu"
        verbose_name_plural = "documents de comptes rendus"

    def __str__(self):
        return str(self.file)
