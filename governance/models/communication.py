from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from actions.models import Action, Programme
from cite_educative.common.dates import date_fr
from cite_educative.common.models import Attachment
from cite_educative.common.money import ZERO, MoneyField
from cite_educative.common.search import SearchableModel, SearchableQuerySet
from governance.enums import CommunicationState, PressAnswer, Support
from partners.enums import Role
from partners.models import Cite, Organisation, Person, Side

READERS = (Role.LEAD, Role.CO_LEAD, Role.PILOT)


class PlanRowQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team and the pilots."""
        return self.filter(cite__in=user.access.with_role(*READERS))


class CommunicationStrategy(models.Model):
    """What a Cité wants to make known during one label, to whom, in which words."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="communication_strategies")
    programme = models.OneToOneField(Programme, on_delete=models.PROTECT, related_name="communication_strategy")
    objectives = models.TextField("objectifs", max_length=5000, blank=True)
    audiences = models.TextField("publics", max_length=2000, blank=True)
    messages = models.TextField("messages", max_length=4000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PlanRowQuerySet.as_manager()

    class Meta:
        verbose_name = "stratégie de communication"
        verbose_name_plural = "stratégies de communication"

    def __str__(self):
        return f"Stratégie de communication, {self.programme}"

    @property
    def audience_list(self):
        return lines_of(self.audiences)

    @property
    def message_list(self):
        return lines_of(self.messages)


def lines_of(text):
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class ReservePeriod(models.Model):
    """The "réserve électorale": what is published in it is acknowledged by name, never blocked."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="reserve_periods")
    label = models.CharField("élections", max_length=120)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PlanRowQuerySet.as_manager()

    class Meta:
        verbose_name = "période de réserve électorale"
        verbose_name_plural = "périodes de réserve électorale"
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "label", "starts_on"],
                name="reserve_period_once",
                violation_error_message="Cette période est déjà notée.",
            ),
            models.CheckConstraint(
                name="reserve_period_dates_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="La période finit avant d’avoir commencé\u00a0: corrigez l’une des deux dates.",
            ),
        ]

    def __str__(self):
        return self.label


class CommunicationItemQuerySet(PlanRowQuerySet, SearchableQuerySet):
    def with_reserve(self):
        """Adds `in_reserve`: whether the day, done else planned, falls in a period of its Cité."""
        day = OuterRef("day")
        periods = ReservePeriod.objects.filter(cite=OuterRef("cite"), starts_on__lte=day, ends_on__gte=day)
        return self.annotate(in_reserve=Exists(periods))


class CommunicationItem(SearchableModel):
    """One line of the communication plan. `day` is the one it is done on, else the one planned.

    `reserve_day` is the day for which somebody acknowledged the electoral reserve: another day asks again.
    """

    SEARCH_FIELDS = ("title", "audience", "message", "channel")

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="communication_items")
    title = models.CharField("intitulé", max_length=200)
    support = models.CharField("support", max_length=10, choices=Support)
    audience = models.CharField("public", max_length=200, blank=True)
    message = models.CharField("message", max_length=300, blank=True)
    channel = models.CharField("canal", max_length=160, blank=True)
    state = models.CharField("état", max_length=10, choices=CommunicationState, default=CommunicationState.IDEA)
    planned_on = models.DateField("prévu le", null=True, blank=True)
    done_on = models.DateField("diffusé le", null=True, blank=True)
    day = models.DateField(null=True, editable=False)
    cost = MoneyField("coût", null=True, blank=True)
    cost_source = models.CharField("payé sur", max_length=160, blank=True)
    reached = models.PositiveIntegerField("personnes touchées", null=True, blank=True)
    actions = models.ManyToManyField(
        Action, verbose_name="actions concernées", related_name="communication_items", blank=True
    )
    owner = models.ForeignKey(
        Person, verbose_name="suivi par", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reserve_day = models.DateField("jour vérifié", null=True, editable=False)
    reserve_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    reserve_on = models.DateField("vérifié le", null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField("ajouté le", default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CommunicationItemQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne du plan de communication"
        verbose_name_plural = "plan de communication"
        ordering = [F("day").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                name="communication_done_has_day",
                condition=Q(state=CommunicationState.DONE, done_on__isnull=False)
                | ~Q(state=CommunicationState.DONE) & Q(done_on__isnull=True),
                violation_error_message="La date de diffusion va avec l’état «\u00a0diffusé\u00a0»\u00a0: donnez les deux, ou aucun.",
            ),
            models.CheckConstraint(
                name="communication_cost_positive",
                condition=Q(cost__isnull=True) | Q(cost__gte=ZERO),
                violation_error_message="Un coût ne peut pas être négatif.",
            ),
        ]

    def __str__(self):
        return self.title


class PressAgreementQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(item__in=CommunicationItem.objects.visible_to(user))


class PressAgreement(models.Model):
    """What the press service of one side says of one item. `said_by` tells how the team heard of it, "" from itself."""

    item = models.ForeignKey(CommunicationItem, on_delete=models.CASCADE, related_name="agreements")
    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField("demandé le", null=True, blank=True)
    answer = models.CharField("accord", max_length=8, choices=PressAnswer, blank=True)
    answered_on = models.DateField("répondu le", null=True, blank=True)
    answered_by = models.CharField("répondu par", max_length=160, blank=True)
    comment = models.CharField("précision", max_length=300, blank=True)
    said_by = models.CharField("reçu comment", max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    entered_at = models.DateTimeField("saisi le", default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PressAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "accord de presse"
        verbose_name_plural = "accords de presse"
        ordering = ["side__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "side"], name="press_agreement_once"),
            models.CheckConstraint(
                name="press_answer_has_day",
                condition=Q(answer="", answered_on__isnull=True) | ~Q(answer="") & Q(answered_on__isnull=False),
                violation_error_message="Une réponse a sa date\u00a0: donnez les deux, ou aucune.",
            ),
        ]

    def __str__(self):
        return f"{self.side}\u00a0: {self.said}"

    @property
    def said(self):
        if self.answer:
            return f"{self.get_answer_display()} le {date_fr(self.answered_on)}"
        return f"demandé le {date_fr(self.asked_on)}" if self.asked_on else "à demander"


class FunderMention(models.Model):
    """The words that a funder wants on what it pays."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="funder_mentions")
    organisation = models.ForeignKey(
        Organisation, verbose_name="financeur", on_delete=models.PROTECT, related_name="funder_mentions"
    )
    text = models.TextField("mention obligatoire", max_length=1000)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PlanRowQuerySet.as_manager()

    class Meta:
        verbose_name = "mention obligatoire"
        verbose_name_plural = "mentions obligatoires"
        ordering = ["organisation__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "organisation"],
                name="funder_mention_once",
                violation_error_message="Ce financeur a déjà sa mention\u00a0: modifiez-la.",
            )
        ]

    def __str__(self):
        return f"Mention de {self.organisation}"


class KitFile(Attachment):
    """A logo or the graphic charter of one side, or of the Cité itself when there is no side."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="kit_files")
    side = models.ForeignKey(
        Side, verbose_name="à qui", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_logo = models.BooleanField("nature", default=True)

    objects = PlanRowQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = "fichier du kit"
        verbose_name_plural = "kit de communication"
        ordering = [F("side__order").asc(nulls_last=True), "title", "pk"]
