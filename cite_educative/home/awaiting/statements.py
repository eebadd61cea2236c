"""What is waited for around justification: statements to check, late ones, and those that a holder owes."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from actions.enums import StatementState
from actions.finances.statement_pages import LATE, SOON, TO_CHECK, open_statements, statement_actions
from actions.models import FinancialStatement
from cite_educative.common.dates import BudgetYear
from cite_educative.home.awaiting.task import EXPECTED, UPDATE, VALIDATE, Task, delay, plural

YEARS_BACK = 1  # older ones are in the list


def to_check(user, cite):
    """For who keeps the money: filed and not accepted yet, year by year; late ones of last year."""
    filed = FinancialStatement.objects.filter(action__cite=cite, state=StatementState.FILED).order_by()
    for year, number in filed.values_list("budget_year").annotate(number=Count("pk")).order_by("budget_year"):
        title = plural(number, "compte rendu financier à relire", "comptes rendus financiers à relire")
        yield Task(VALIDATE, title, f"Exercice {year}.", _url(year, TO_CHECK), "Relire", "attendu", "à relire")
    today, year = timezone.localdate(), BudgetYear(timezone.localdate().year - YEARS_BACK)
    number = statement_actions(user, cite, year).filter(open_statements(), due_on__lt=today).count()
    if number:
        title = plural(number, "compte rendu financier en retard", "comptes rendus financiers en retard")
        yield Task(EXPECTED, title, f"Exercice {year}.", _url(year, LATE), "Voir", "retard", "en retard")


def _url(year, situation):
    return f"{reverse('actions:statements')}?{urlencode({'exercice': year, 'situation': situation})}"


def owed(user, cite):
    """For a holder: its own, from sixty days before they are due, or as soon as they are sent back."""
    today = timezone.localdate()
    rows = statement_actions(user, cite, BudgetYear(today.year - YEARS_BACK)).filter(
        Q(due_on__lte=today + SOON) | Q(statement_state=StatementState.SENT_BACK),
        open_statements(),
        holder__in=user.access.held[cite.pk],
    )
    for action in rows:
        sent_back = action.statement_state == StatementState.SENT_BACK
        detail = "Compte rendu financier à corriger." if sent_back else "Compte rendu financier à remettre."
        url = reverse("actions:statement", args=[action.pk])
        yield Task(UPDATE, action.title, detail, url, "Ouvrir", *delay(action.due_on, today))
