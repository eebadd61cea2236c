from django.urls import reverse

from actions.finances.budget import unbalanced_budgets
from actions.finances.checks.registry import DATA, Finding, check
from actions.models import Action


@check(
    "budget-unbalanced",
    group=DATA,
    label="Budgets déséquilibrés",
    why="Les charges d’un budget égalent ses produits, et le 86 égale le 87.",
)
def unbalanced(books):
    for row in unbalanced_budgets(Action.objects.filter(pk__in=books.actions)):
        if row.year == int(books.year):
            yield Finding(
                str(row.action),
                " ".join(row.balance.sentences),
                "Ouvrir le budget",
                reverse("actions:budget", args=[row.action.pk]),
                abs(row.balance.gap or row.balance.gap_in_kind),
            )
