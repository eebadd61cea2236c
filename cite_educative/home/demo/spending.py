"""What the lines of 2026 pay themselves, and what the CUD and the college receive (all invented)."""

from datetime import date
from decimal import Decimal

from actions.enums import ExpenseNature
from actions.models import Expense, FundingSource, Receipt
from actions.services import save_expense, save_receipt

FUND, PILOTING = "Fonds collège", "P147 – 6.3"
EXPENSES = (  # line, nature, what, supplier, euros, ordered, paid
    (FUND, ExpenseNature.SCHOOL_FUND, "Défi lecture interdegrés, 12 séries de livres", "Librairie du Phare", "1486.40",
     date(2026, 2, 10), date(2026, 3, 4)),
    (FUND, ExpenseNature.TRANSPORT, "Cars vers le musée portuaire, quatre classes", "Cars du Littoral", "920",
     date(2026, 5, 18), date(2026, 6, 15)),
    (FUND, ExpenseNature.SCHOOL_FUND, "Matériel du club sciences", "Fournitures des Flandres", "634.75",
     date(2026, 11, 9), None),
    (PILOTING, ExpenseNature.EVALUATION, "Évaluation du label, première tranche", "Bureau d’études Marée haute", "7200",
     date(2026, 9, 14), date(2026, 10, 12)),
    (PILOTING, ExpenseNature.COMMUNICATION, "Plaquette pour les familles, 4 000 exemplaires", "Imprimerie des Dunes",
     "1980.50", date(2026, 10, 22), None),
)  # fmt: skip
RECEIPTS = (  # line, what, expected, expected on, received, received on, title
    (FUND, "Dotation 2026, premier versement", "6000", date(2026, 2, 2), "6000", date(2026, 1, 28), "Titre 12"),
    (FUND, "Dotation 2026, solde", "3000", date(2026, 10, 1), None, None, ""),
    (PILOTING, "Convention 2026 entre l’État et la CUD, acompte", "12600", date(2026, 6, 15), "12600",
     date(2026, 7, 3), "Titre 884"),
    (PILOTING, "Convention 2026 entre l’État et la CUD, solde", "5400", date(2026, 12, 15), None, None, ""),
)  # fmt: skip


def spend_directly(dunkerque):
    actor = dunkerque.actor
    sources = {row.short_label: row for row in FundingSource.objects.filter(cite=dunkerque.cite)}
    for line, nature, label, supplier, amount, ordered_on, paid_on in EXPENSES:
        expense = Expense(
            source=sources[line],
            budget_year=2026,
            nature=nature,
            label=label,
            supplier=supplier,
            amount=Decimal(amount),
            ordered_on=ordered_on,
            paid_on=paid_on,
            created_by=actor,
        )
        save_expense(expense, actor=actor)
    for line, label, expected, expected_on, received, received_on, title in RECEIPTS:
        receipt = Receipt(
            source=sources[line],
            budget_year=2026,
            label=label,
            expected=Decimal(expected),
            expected_on=expected_on,
            received=None if received is None else Decimal(received),
            received_on=received_on,
            title_number=title,
            created_by=actor,
        )
        save_receipt(receipt, actor=actor)
