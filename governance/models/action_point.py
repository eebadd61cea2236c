"""What a meeting or a decision leaves to be done: who, what, by when, until it is done or dropped."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from actions.models import Funding
from cite_educative.common.models import Attachment
from cite_educative.common.search import SearchableModel, SearchableQuerySet
from governance.enums import PointStatus
from governance.models.body import Body
from governance.models.decision import Decision
from governance.models.meeting import AgendaItem, Meeting
from partners.models import Cite, Mandate, Organisation


def withheld_points():
    """A condition on fundings: those of the actions that the point `OuterRef("pk")` comes from, not released yet."""
    about = (
        Q(action__decision_effects__decision__action_points=OuterRef("pk"))
        | Q(action__agenda_items__decisions__action_points=OuterRef("pk"))
        | Q(action__agenda_items__action_points=OuterRef("pk"))
    )
    return Exists(Funding.objects.with_release().filter(about, is_released=False))


class ActionPointQuerySet(SearchableQuerySet):
    def visible_to(self, user):
        """The team, pilots and finance officers: all. The others: their own, once what they come from is told."""
        told = self.filter(Q(cite__in=user.access.cites) & ~withheld_points()).owned_by(user)
        return self.filter(Q(cite__in=user.access.money_readers) | Q(pk__in=told.order_by().values("pk")))

    def owned_by(self, user):
        """Theirs by name, whatever became of the mandate, or by the organisation for which they act today."""
        mine = Q(mandate__person=user.person_id, mandate__isnull=False)
        for cite, organisations in user.access.organisations.items():
            mine |= Q(cite=cite, organisation__in=organisations)
        return self.filter(mine)

    def to_do(self):
        return self.filter(status=PointStatus.OPEN)

    def late(self, today):
        return self.to_do().filter(due_on__lt=today)

    def carried_to(self, meeting):
        """Those of its body still open that come from elsewhere than the meeting itself, the most urgent first."""
        before = Q(meeting__isnull=True) | Q(meeting__starts_at__lt=meeting.starts_at)
        rows = self.to_do().filter(before, body=meeting.body_id).exclude(meeting=meeting.pk)
        return rows.for_list().by_date()

    def by_date(self):
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")

    def for_list(self):
        return self.select_related(
            "mandate__person", "mandate__organisation", "organisation", "body", "meeting__body", "decision__body"
        )


class ActionPoint(SearchableModel):
    SEARCH_FIELDS = ("text", "closing_word")

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="action_points")
    text = models.CharField("à faire", max_length=240)
    mandate = models.ForeignKey(
        Mandate,
        verbose_name="personne chargée",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="action_points",
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name="organisme chargé",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="action_points",
    )
    due_on = models.DateField("pour le", null=True, blank=True)
    body = models.ForeignKey(
        Body, verbose_name="instance", on_delete=models.PROTECT, null=True, blank=True, related_name="action_points"
    )
    meeting = models.ForeignKey(
        Meeting,
        verbose_name="réunion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="action_points",
        editable=False,
    )
    item = models.ForeignKey(
        AgendaItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="action_points", editable=False
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="action_points", editable=False
    )
    status = models.CharField("état", max_length=8, choices=PointStatus, default=PointStatus.OPEN, editable=False)
    closed_on = models.DateField("close le", null=True, blank=True, editable=False)
    closing_word = models.CharField("ce qui a été fait", max_length=500, blank=True, editable=False)
    reminded_on = models.DateField("dernière relance", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ActionPointQuerySet.as_manager()

    class Meta:
        verbose_name = "suite à donner"
        verbose_name_plural = "suites à donner"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["cite", "status", "due_on"], name="action_point_to_do")]
        constraints = [
            models.CheckConstraint(
                name="action_point_one_owner",
                condition=Q(mandate__isnull=False, organisation__isnull=True)
                | Q(mandate__isnull=True, organisation__isnull=False),
                violation_error_message="Une suite à donner revient à une personne, ou à un organisme.",
            ),
            models.CheckConstraint(
                name="action_point_closed_has_date",
                condition=Q(status=PointStatus.OPEN, closed_on__isnull=True)
                | (~Q(status=PointStatus.OPEN) & Q(closed_on__isnull=False)),
                violation_error_message="Une suite faite ou abandonnée a une date.",
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def is_open(self):
        return self.status == PointStatus.OPEN

    @property
    def owner(self):
        """Whose it is, as printed. Reads `mandate.person` or `organisation`."""
        return self.mandate.person.formal_name if self.mandate_id else self.organisation.name

    @property
    def origin(self):
        """Where it comes from: a decision, a meeting, a body, or nothing."""
        if self.decision_id and self.decision.reference:
            return f"Décision {self.decision.reference}"
        return str(self.meeting or self.body or "")


class ActionPointFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(point__in=ActionPoint.objects.visible_to(user))


class ActionPointFile(Attachment):
    """What proves that it was done."""

    point = models.ForeignKey(ActionPoint, on_delete=models.CASCADE, related_name="files")

    objects = ActionPointFileQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = "preuve d’une suite à donner"
        verbose_name_plural = "preuves de suites à donner"
