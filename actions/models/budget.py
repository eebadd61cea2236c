from django.db import models
from django.db.models import Q

from actions.enums import BudgetSide
from actions.finances.accounts import PER_FUNDER
from actions.models.action import Action
from cite_educative.common.dates import BudgetYearField
from cite_educative.common.money import MoneyField


class BudgetLineQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who reads the action in full, and its holder; never who reads its published part only."""
        access = user.access
        allowed = Q(action__cite__in=access.full_readers) | Q(action__in=Action.objects.local_to(access))
        for cite, organisations in access.held.items():
            allowed |= Q(action__cite=cite, action__holder__in=organisations)
        return self.filter(allowed, action__in=Action.objects.visible_to(user))


class BudgetLine(models.Model):
    """One planned amount of the budget of an action, by account of CERFA 12156 (`finances.accounts`).

    Written by `services.save_budget` alone, the whole budget of one civil year at once.
    """

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="budget_lines")
    budget_year = BudgetYearField("exercice")
    side = models.CharField("colonne", max_length=6, choices=BudgetSide)
    code = models.CharField("compte", max_length=20)
    precision = models.CharField("précision", max_length=120, blank=True)
    planned = MoneyField("prévu")
    order = models.PositiveSmallIntegerField("rang")

    objects = BudgetLineQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne de budget"
        verbose_name_plural = "lignes de budget"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "budget_year", "code"],
                condition=~Q(code__in=PER_FUNDER),
                name="budget_line_once_unless_per_funder",
            ),
            models.CheckConstraint(
                name="budget_line_not_negative",
                condition=Q(planned__gte=0),
                violation_error_message="Un montant ne peut pas être négatif.",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.planned}"
