from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Subquery, Sum

from actions.circuits import CIRCUIT_CHOICES, CIRCUITS, OWN, PUBLIC, STATE
from actions.enums import ActKind, Step
from actions.models.plan import Call
from cite_educative.common.dates import BudgetYearField
from cite_educative.common.money import ZERO, MoneyField, total
from partners.enums import PUBLIC_KINDS
from partners.models import Cite, Organisation, Side


def known_steps(codes):
    """Raises `ValidationError` for what is no list of steps."""
    if not isinstance(codes, list) or not set(codes) <= set(Step.values):
        raise ValidationError("Cette étape n’existe pas.")


class FundingSourceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.cites)

    def active(self):
        return self.filter(is_active=True)


class FundingSource(models.Model):
    """A funder's line in one Cité: "État – P147", "Ville de Grande-Synthe".

    `used_steps` and `act_kind` left empty stand for what the circuit usually does: read `steps` and `granted_by`.
    """

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="funding_sources")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="funding_sources")
    label = models.CharField("intitulé", max_length=120)
    short_label = models.CharField("intitulé court", max_length=30)
    detail = models.CharField("précision", max_length=120, blank=True)
    circuit = models.CharField("circuit", max_length=20, choices=CIRCUIT_CHOICES)
    used_steps = models.JSONField("étapes utilisées", default=list, blank=True, validators=[known_steps])
    act_kind = models.CharField("acte qui accorde", max_length=12, choices=ActKind, blank=True)
    pays_ourselves = models.BooleanField("notre comptable paie", default=False)
    accounting_code = models.CharField("imputation comptable", max_length=60, blank=True)
    carrier = models.ForeignKey(
        Organisation,
        verbose_name="structure qui porte les crédits",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="carried_sources",
    )
    side = models.ForeignKey(
        Side,
        verbose_name="pilote qui en répond",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sources",
    )
    order = models.PositiveSmallIntegerField("rang", default=1)
    is_active = models.BooleanField("utilisée", default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = FundingSourceQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne de financement"
        verbose_name_plural = "lignes de financement"
        ordering = ["order", "label", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "label"],
                name="source_once",
                violation_error_message="Une ligne de financement de cette Cité porte déjà ce nom.",
            )
        ]

    def __str__(self):
        return self.label

    @property
    def steps(self):
        """The steps of this line, in the order of the chain; nothing else says them."""
        return tuple(step for step in Step if step in self.used_steps) or CIRCUITS[self.circuit].steps

    @property
    def granted_by(self):
        return ActKind(self.act_kind or CIRCUITS[self.circuit].act_kind)

    @property
    def is_state(self):
        return self.circuit in STATE

    @property
    def is_public(self):
        """Whether it is public money: the one definition of shares, thresholds and statements."""
        if self.circuit == OWN:
            return False
        return self.circuit in PUBLIC or self.organisation.kind in PUBLIC_KINDS


def _spent(**conditions):
    """What the line pays itself in the civil year of the envelope: the sum of its expenses, cancelled ones left out."""
    sources = FundingSource.objects.filter(
        pk=OuterRef("source"),
        expenses__budget_year=OuterRef("budget_year"),
        expenses__cancelled_on=None,
        **{f"expenses__{name}": value for name, value in conditions.items()},
    )
    return Subquery(sources.order_by().values("pk").annotate(amount=Sum("expenses__amount")).values("amount"))


class EnvelopeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Envelopes are the business of the team, the pilots and finance officers (architecture §4)."""
        return self.filter(source__cite__in=user.access.money_readers)


class EnvelopeManager(models.Manager.from_queryset(EnvelopeQuerySet)):
    """Every envelope is read with what its line spends itself, so that nobody forgets it."""

    def get_queryset(self):
        return super().get_queryset().annotate(_direct=_spent(), _unpaid=_spent(paid_on=None))


class Envelope(models.Model):
    """What one source brings in one civil year, in euros."""

    source = models.ForeignKey(FundingSource, on_delete=models.PROTECT, related_name="envelopes")
    budget_year = BudgetYearField("exercice")
    provisional = MoneyField("prévisionnel", null=True, blank=True)
    notified = MoneyField("notifié", null=True, blank=True)
    notified_on = models.DateField("notifié le", null=True, blank=True)
    notified_reference = models.CharField("acte de notification", max_length=160, blank=True)
    carried_over = MoneyField("reporté de l’exercice précédent", null=True, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = EnvelopeManager()

    class Meta:
        verbose_name = "enveloppe"
        ordering = ["source__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "budget_year"], name="envelope_once"),
            *(
                models.CheckConstraint(
                    name=f"envelope_{step}_not_negative",
                    condition=models.Q(**{f"{step}__isnull": True}) | models.Q(**{f"{step}__gte": 0}),
                    violation_error_message="Une enveloppe ne peut pas être négative.",
                )
                for step in ("provisional", "notified", "carried_over")
            ),
            models.CheckConstraint(
                name="envelope_notified_has_date_and_act",
                condition=models.Q(notified__isnull=True)
                | (models.Q(notified_on__isnull=False) & ~models.Q(notified_reference="")),
                violation_error_message="Une enveloppe notifiée a une date et un acte.",
            ),
        ]

    def __str__(self):
        return f"{self.source} {self.budget_year}"

    @property
    def available(self):
        """What actions may have: announced less direct spending; None when nothing is announced."""
        announced = self.announced
        return None if announced is None else announced - (self.direct or ZERO)

    @property
    def announced(self):
        """Notified, else provisional, plus what was carried over; None when nothing is known."""
        return total([self.provisional if self.notified is None else self.notified, self.carried_over])

    @property
    def direct(self):
        """Direct spending of the year; None when there is none."""
        return self._read("_direct")

    @property
    def unpaid(self):
        """What of it is not paid yet."""
        return self._read("_unpaid")

    def _read(self, name):
        """As the manager read it, or now for a row that it did not read."""
        if name not in self.__dict__:
            self.__dict__[name] = type(self).objects.filter(pk=self.pk).values_list(name, flat=True).first()
        return self.__dict__[name]


class FunderActQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.money_readers)


class FunderAct(models.Model):
    """What a competent funder signed or voted: the only thing that grants. One act, many fundings.

    A take-over act (`TAKEOVER`) stands for amounts found in a table that was kept before: its date and number
    are those the table gives, or unknown.
    """

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="funder_acts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="funder_acts")
    kind = models.CharField("nature", max_length=12, choices=ActKind)
    number = models.CharField("numéro", max_length=80, blank=True)
    decided_on = models.DateField("pris le", null=True, blank=True)
    label = models.CharField("objet", max_length=200, blank=True)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, null=True, blank=True, related_name="funder_acts")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = FunderActQuerySet.as_manager()

    class Meta:
        verbose_name = "acte de financeur"
        verbose_name_plural = "actes de financeurs"
        ordering = ["-decided_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="funder_act_dated_unless_taken_over",
                condition=models.Q(kind=ActKind.TAKEOVER) | models.Q(decided_on__isnull=False),
                violation_error_message="Un acte a une date.",
            )
        ]

    def __str__(self):
        return " ".join(filter(None, [self.get_kind_display(), self.number]))


class NotificationReleaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(source__cite__in=user.access.money_readers)


class NotificationRelease(models.Model):
    """ "Libérer les notifications": before it, a holder learns nothing of this source but what was requested."""

    source = models.ForeignKey(FundingSource, on_delete=models.PROTECT, related_name="releases")
    budget_year = BudgetYearField("exercice")
    call = models.ForeignKey(Call, on_delete=models.PROTECT, null=True, blank=True, related_name="releases")
    released_on = models.DateField("libérées le")
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = NotificationReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = "libération des notifications"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "budget_year", "call"],
                condition=models.Q(call__isnull=False),
                name="release_once_call",
            ),
            models.UniqueConstraint(
                fields=["source", "budget_year"], condition=models.Q(call__isnull=True), name="release_once_year"
            ),
        ]

    def __str__(self):
        return f"{self.source} {self.budget_year}"
