"""What is waited for after the grants: agreements that end, statements to check or late, those that a holder owes."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from actions.enums import AgreementState, StatementState
from actions.finances.payments import unpaid_of_agreement
from actions.finances.statement_pages import LATE, SOON, TO_CHECK, open_statements, statement_actions, statement_url
from actions.models import Agreement
from cite_educative.common.dates import BudgetYear, date_fr
from cite_educative.common.money import ZERO
from cite_educative.home.awaiting.task import EXPECTED, PREPARE, UPDATE, VALIDATE, Task, delay, plural

YEARS_BACK = 1  # older ones are in the list


def to_check(user, cite):
    """For who keeps the money: what is filed and not accepted yet, and what is late, of last year."""
    today, year = timezone.localdate(), BudgetYear(timezone.localdate().year - YEARS_BACK)
    counts = statement_actions(user, cite, year).aggregate(
        filed=Count("pk", filter=Q(statement_state=StatementState.FILED)),
        late=Count("pk", filter=open_statements() & Q(due_on__lt=today)),
    )
    if counts["filed"]:
        title = plural(counts["filed"], "compte rendu financier à relire", "comptes rendus financiers à relire")
        yield Task(VALIDATE, title, f"Exercice {year}.", _url(year, TO_CHECK), "Relire", "attendu", "à relire")
    if counts["late"]:
        title = plural(counts["late"], "compte rendu financier en retard", "comptes rendus financiers en retard")
        yield Task(EXPECTED, title, f"Exercice {year}.", _url(year, LATE), "Voir", "retard", "en retard")


def ending_agreements(cite):
    """Signed, and over within sixty days with something still to pay."""
    today = timezone.localdate()
    rows = Agreement.objects.filter(cite=cite, state=AgreementState.SIGNED, amends=None).with_standing()
    rows = rows.annotate(unpaid=unpaid_of_agreement()).filter(
        standing_ends_on__range=(today, today + SOON), unpaid__gt=ZERO
    )
    for row in rows.select_related("holder").order_by("standing_ends_on", "pk"):
        detail = f"Elle prend fin le {date_fr(row.standing_ends_on)}, et des versements restent prévus."
        url = reverse("actions:agreement", args=[row.pk])
        yield Task(
            PREPARE, f"Convention {row}, {row.holder}", detail, url, "Ouvrir", *delay(row.standing_ends_on, today)
        )


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
        url = statement_url(action, action.statement_year)
        yield Task(UPDATE, action.title, detail, url, "Ouvrir", *delay(action.due_on, today))
