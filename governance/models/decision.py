import re

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from actions.enums import ActionStatus
from actions.models import Action, Funding, FundingEntry
from cite_educative.common.money import MoneyField
from cite_educative.common.search import SearchableModel, SearchableQuerySet
from governance.enums import DecisionStatus, EffectKind, Verdict
from governance.models.body import Body, BodyMember
from governance.models.meeting import AgendaItem, Meeting
from partners.models import Mandate, Organisation, Seat, Side

REGISTER_NUMBER = re.compile(r"([A-Za-z]{2,4})-([0-9]{4})-([0-9]{1,9})")


def kept_decisions():
    """A condition on decisions: a funder of the actions decided on has not released its answer."""
    decided_on = Q(action__decision_effects__decision=OuterRef("pk")) | Q(
        action__agenda_items__decisions=OuterRef("pk")
    )
    decided_on |= Q(action__consultations__decision=OuterRef("pk"))
    return Exists(Funding.objects.with_release().filter(decided_on, is_released=False))


class DecisionQuerySet(SearchableQuerySet):
    def visible_to(self, user):
        """The team: all. Pilots and finance officers: all but consultations in preparation. Members of a body: once
        the meeting or the consultation is published and told.

        Told: every funder of the actions decided on has released its answer. A title, a text or an amount would
        otherwise tell it to the holders who sit.
        """
        kept = kept_decisions()
        published = Q(meeting__in=Meeting.objects.visible_to(user), meeting__status="published")
        sits = Exists(BodyMember.objects.seats_of(user).filter(body=OuterRef("body")))
        published |= Q(sits, consultation__published_at__isnull=False, body__cite__in=user.access.cites)
        unasked = Q(consultation__isnull=False, consultation__opened_on__isnull=True)
        return self.filter(
            Q(body__cite__in=user.access.steered)
            | (Q(body__cite__in=user.access.money_readers) & ~unasked)
            | (published & ~kept)
        )

    def search(self, query):
        """Every word in the title or the text, accents aside, or the number as written (TR-2026-013)."""
        found = self
        for word in query.split():
            matching = super(DecisionQuerySet, self.all()).search(word).order_by().values("pk")
            condition = Q(pk__in=matching)
            if number := REGISTER_NUMBER.fullmatch(word):
                code, year, rank = number.groups()
                condition |= Q(body__code__iexact=code, year=year, number=rank)
            found = found.filter(condition)
        return found

    def told(self):
        """Those that may be spoken of outside: in force, published, released by every funder."""
        published = Q(meeting__status="published") | Q(consultation__published_at__isnull=False)
        return self.adopted().filter(published & ~kept_decisions())

    def adopted(self):
        return self.filter(status=DecisionStatus.ADOPTED)


class Decision(SearchableModel):
    """Numbered when its meeting closes: gapless per body and civil year."""

    SEARCH_FIELDS = ("title", "text")

    body = models.ForeignKey(Body, verbose_name="instance", on_delete=models.PROTECT, related_name="decisions")
    meeting = models.ForeignKey(
        Meeting, verbose_name="réunion", on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    item = models.ForeignKey(
        AgendaItem, verbose_name="point", on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    title = models.CharField("objet", max_length=200)
    text = models.TextField("texte de la décision")
    is_agreed = models.BooleanField("décision prise en accord entre les pilotes", default=True)
    status = models.CharField(
        "état", max_length=10, choices=DecisionStatus, default=DecisionStatus.DRAFT, editable=False
    )
    year = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    number = models.PositiveIntegerField(null=True, blank=True, editable=False)
    adopted_on = models.DateField("adoptée le", null=True, blank=True, editable=False)
    cancelled_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="cancels", editable=False
    )
    replaces = models.ForeignKey(
        "self",
        verbose_name="annule et remplace",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replacing",
        editable=False,
    )
    owner = models.ForeignKey(
        Mandate,
        verbose_name="responsable de l’exécution",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_decisions",
        editable=False,
    )
    due_on = models.DateField("à exécuter pour le", null=True, blank=True, editable=False)
    executed_on = models.DateField("exécutée le", null=True, blank=True, editable=False)
    execution_word = models.CharField("ce qui a été fait", max_length=300, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision"
        ordering = ["-year", "-number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "year", "number"], condition=Q(number__isnull=False), name="decision_number_once"
            ),
            models.CheckConstraint(
                name="decision_numbered_once_adopted",
                condition=Q(
                    status=DecisionStatus.DRAFT, number__isnull=True, year__isnull=True, adopted_on__isnull=True
                )
                | (
                    ~Q(status=DecisionStatus.DRAFT)
                    & Q(number__isnull=False, year__isnull=False, adopted_on__isnull=False)
                ),
                violation_error_message="Une décision adoptée a un numéro et une date.",
            ),
            models.CheckConstraint(
                name="decision_cancelled_by_another",
                condition=Q(status=DecisionStatus.CANCELLED, cancelled_by__isnull=False)
                | (~Q(status=DecisionStatus.CANCELLED) & Q(cancelled_by__isnull=True)),
                violation_error_message="Une décision n’est annulée que par une autre.",
            ),
            models.CheckConstraint(
                name="decision_executed_once_adopted",
                condition=Q(executed_on__isnull=True) | Q(executed_on__gte=F("adopted_on")),
                violation_error_message="Une décision s’exécute après avoir été adoptée.",
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}".strip()

    @property
    def reference(self):
        """ "TR-2026-013", or nothing before the meeting closes. Reads `body`."""
        return f"{self.body.code}-{self.year}-{self.number:03d}" if self.number else ""


class PositionQuerySet(models.QuerySet):
    def in_protocol_order(self):
        """By side; the communes of one side in the order of their seats, closed ones too."""
        seats = Seat.objects.filter(side=models.OuterRef("side"), organisation=models.OuterRef("organisation"))
        place = models.Subquery(seats.order_by("order", "pk").values("order")[:1])
        return self.select_related("side", "organisation").order_by("side__order", place.asc(nulls_last=True), "pk")


class Position(models.Model):
    """What one side said of one decision, entered on demand; the communes' side has one per commune."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="positions")
    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="positions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    verdict = models.CharField("position", max_length=12, choices=Verdict)
    comment = models.CharField("précision", max_length=300, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now=True)

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = "position"
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "side", "organisation"],
                condition=Q(organisation__isnull=False),
                name="position_once_organisation",
            ),
            models.UniqueConstraint(
                fields=["decision", "side"], condition=Q(organisation__isnull=True), name="position_once_side"
            ),
        ]

    def __str__(self):
        return f"{self.side}\u00a0: {self.get_verdict_display()}"


class DecisionEffect(models.Model):
    """What closing the meeting will write, with what was there when the effect was prepared.

    `before` and `after` are absolute; closing refuses an effect whose `before` is no longer true.
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="effects")
    kind = models.CharField("effet", max_length=10, choices=EffectKind)
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="decision_effects")
    funding = models.ForeignKey(
        Funding, on_delete=models.PROTECT, null=True, blank=True, related_name="decision_effects"
    )
    before = MoneyField("avant", null=True, blank=True)
    after = MoneyField("après", null=True, blank=True)
    before_status = models.CharField(max_length=12, choices=ActionStatus)
    reopens = models.ForeignKey(
        Decision,
        verbose_name="décision qui avait refusé",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reopened_by",
        editable=False,
    )
    # Written for a decision that is cancelled, from what it had changed.
    gives_back = models.BooleanField(default=False, editable=False)
    entry = models.OneToOneField(
        FundingEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="effect", editable=False
    )
    applied_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "effet"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="effect_money_or_status",
                condition=Q(kind=EffectKind.PROGRAMME, funding__isnull=False, after__isnull=False, after__gte=0)
                | (~Q(kind=EffectKind.PROGRAMME) & Q(funding__isnull=True, before__isnull=True, after__isnull=True)),
                violation_error_message="Une décision programme un montant sur un financement.",
            ),
            models.UniqueConstraint(
                fields=["decision", "funding"], condition=Q(funding__isnull=False), name="effect_once_funding"
            ),
            models.UniqueConstraint(
                fields=["decision", "action", "kind"], condition=Q(funding__isnull=True), name="effect_once_action"
            ),
            models.CheckConstraint(
                name="effect_entry_once_applied", condition=Q(entry__isnull=True) | Q(applied_at__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.action}"

    @property
    def changes_amount(self):
        return self.kind == EffectKind.PROGRAMME and self.before != self.after
