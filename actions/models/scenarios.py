from django.conf import settings
from django.db import models
from django.db.models import Q

from actions.models.action import Action
from actions.models.plan import Call
from actions.models.sources import FundingSource
from cite_educative.common.money import MoneyField


class ScenarioQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Their author, then the readers of the money once shared; holders, referents and partners never."""
        return self.filter(Q(author=user) | Q(shared_at__isnull=False), call__cite__in=user.access.money_readers)

    def kept(self):
        return self.filter(discarded_at__isnull=True)


class Scenario(models.Model):
    """What-if amounts on the requests of one call. Nothing of it is proposed until it is adopted.

    `version` grows at each writing, and each line keeps the one at which it was last written: what changed since
    a page was opened is what lies above the version that the page shows.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="scenarios")
    label = models.CharField("intitulé", max_length=80)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    copied_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="copies")
    created_at = models.DateTimeField(auto_now_add=True)
    shared_at = models.DateTimeField("partagé le", null=True, blank=True)
    locked_at = models.DateTimeField("verrouillé le", null=True, blank=True)
    adopted_at = models.DateTimeField("retenu le", null=True, blank=True)
    discarded_at = models.DateTimeField("écarté le", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = "scénario"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="scenario_adopted_is_locked",
                condition=Q(adopted_at__isnull=True) | Q(locked_at__isnull=False, shared_at__isnull=False),
                violation_error_message="Un scénario retenu est partagé et verrouillé.",
            )
        ]

    def __str__(self):
        return self.label

    @property
    def is_open(self):
        return self.locked_at is None and self.discarded_at is None


class ScenarioLine(models.Model):
    """One cell. An emptied one keeps its row, its amount unknown, so that its version goes on growing."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="lines")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="scenario_lines")
    source = models.ForeignKey(FundingSource, on_delete=models.PROTECT, related_name="scenario_lines")
    amount = MoneyField("montant", null=True, blank=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField()

    class Meta:
        verbose_name = "ligne de scénario"
        verbose_name_plural = "lignes de scénario"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "action", "source"], name="scenario_line_once"),
            models.CheckConstraint(
                name="scenario_line_not_negative",
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                violation_error_message="Un montant ne peut pas être négatif.",
            ),
        ]

    def __str__(self):
        return f"{self.scenario} {self.amount}"
