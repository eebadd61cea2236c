from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from actions.enums import AgreementState
from actions.models.funding import Funding
from cite_educative.common.dates import BudgetYearField
from cite_educative.common.models import Attachment
from cite_educative.common.money import MoneyField, total
from cite_educative.documents.models import GeneratedFile
from partners.models import Cite, Organisation


def _sum_of_lines():
    lines = AgreementLine.objects.filter(agreement=OuterRef("pk")).order_by().values("agreement")
    return Subquery(lines.annotate(whole=Sum("amount")).values("whole"))


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who reads the money, and the holder once it was sent to be signed."""
        access = user.access
        allowed = Q(cite__in=access.money_readers)
        for cite, organisations in access.held.items():
            allowed |= Q(cite=cite, holder__in=organisations, state__in=AgreementState.told())
        return self.filter(allowed)

    def with_standing(self):
        """Adds `standing_amount` and `standing_ends_on`: those of the last signed amendment, its own without any."""
        last = Agreement.objects.filter(amends=OuterRef("pk"), state=AgreementState.SIGNED)
        last = last.order_by("-signed_on", "-pk")
        return self.annotate(
            standing_amount=Coalesce(
                Subquery(last.annotate(sum=_sum_of_lines()).values("sum")[:1]),
                _sum_of_lines(),
                output_field=MoneyField(),
            ),
            standing_ends_on=Coalesce(Subquery(last.values("ends_on")[:1]), "ends_on"),
        )

    def of_action(self, action):
        """Those that hold its money, the given up left aside."""
        held = AgreementLine.objects.filter(agreement=OuterRef("pk"), funding__action=action)
        return (
            self.exclude(state=AgreementState.CANCELLED)
            .filter(Exists(held))
            .select_related("funder", "holder", "amends")
        )


class Agreement(models.Model):
    """ "Convention de financement": what one funder commits to one holder in one civil year, by one document.

    `number` is given when it is issued, under lock, gapless per Cité and year; `content` is what was issued, frozen.
    An amendment ("avenant") is an agreement that `amends` another: its lines say the new amounts, its end the new end.
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
    amends = models.ForeignKey(
        "self", verbose_name="avenant à", on_delete=models.PROTECT, null=True, blank=True, related_name="amendments"
    )
    clauses = models.JSONField("articles", default=list, blank=True, editable=False)
    balance_percent = models.PositiveSmallIntegerField(
        "part du solde, en %",
        default=20,
        validators=[MaxValueValidator(90, "Le solde ne dépasse pas 90 %% du montant.")],
    )
    first_due_on = models.DateField("premier versement prévu le")
    balance_due_on = models.DateField("solde prévu le", null=True, blank=True)
    starts_on = models.DateField("commence le")
    ends_on = models.DateField("prend fin le")
    content = models.JSONField("contenu", default=dict, blank=True, editable=False)
    issued_on = models.DateField("établie le", null=True, blank=True, editable=False)
    signed_on = models.DateField("signée de tous le", null=True, blank=True, editable=False)
    cancelled_on = models.DateField("abandonnée le", null=True, blank=True, editable=False)
    cancel_reason = models.CharField("motif de l’abandon", max_length=200, blank=True, editable=False)
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
        if self.number:
            return self.number
        return f"Projet d’avenant à {self.amends}" if self.amends_id else f"Projet de convention avec {self.holder}"

    @property
    def is_draft(self):
        return self.state == AgreementState.DRAFT

    @property
    def amount(self):
        """Euros, over its lines; None when it has none."""
        return total(line.amount for line in self.lines.all())


class AgreementLine(models.Model):
    """What the agreement commits on one funding, in euros; signing it writes `committed` where the source uses it.

    Only an amendment may say zero: it takes the action out.
    """

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
                name="agreement_line_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message="Un montant ne peut pas être négatif.",
            ),
        ]

    def __str__(self):
        return f"{self.funding} {self.amount}"


class AgreementTemplate(models.Model):
    """The clauses with which a Cité begins its agreements: `[{"title", "text"}]`, with merge fields between braces."""

    cite = models.OneToOneField(Cite, on_delete=models.CASCADE, related_name="agreement_template")
    clauses = models.JSONField("articles", default=list)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "modèle de convention"
        verbose_name_plural = "modèles de convention"

    def __str__(self):
        return f"Modèle de convention de {self.cite}"

    @classmethod
    def of(cls, cite):
        """That of a Cité, not saved when nobody changed the usual one."""
        return cls.objects.filter(cite=cite).first() or cls(cite=cite, version=0)


class AgreementSignatureQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(agreement__in=Agreement.objects.visible_to(user))


class AgreementSignature(models.Model):
    """Who signs for one organisation, by the office held and not by name, and when."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField("qualité du signataire", max_length=120)
    order = models.PositiveSmallIntegerField("rang")
    sent_on = models.DateField("envoyée à la signature le", null=True, blank=True)
    reminded_on = models.DateField("dernière relance", null=True, blank=True, editable=False)
    signed_on = models.DateField("signée le", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AgreementSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = "signature"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "organisation"], name="agreement_signed_once_each")
        ]

    def __str__(self):
        return f"{self.organisation}, {self.capacity}"


class AgreementFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(agreement__in=Agreement.objects.visible_to(user))


class AgreementFile(Attachment):
    """The signed agreement, as it came back; a better scan is a file more."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="files")

    objects = AgreementFileQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = "convention signée"
        verbose_name_plural = "conventions signées"


class AgreementDocument(models.Model):
    """What was issued, to print and sign."""

    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="agreement_document")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="documents")

    class Meta:
        verbose_name = "document de convention"
        verbose_name_plural = "documents de convention"

    def __str__(self):
        return str(self.file)
