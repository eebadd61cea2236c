"""Receipts and direct spending of a civil year, line by line, as their page shows them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from actions.finances.envelopes import source_figures
from actions.models import Expense, FundingSource, Receipt
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO, euros, total


@dataclass(frozen=True)
class Ledger:
    """Of one line: `expenses` with what is left of its announced envelope after each, `receipts`, and their sums.

    `left` counts direct spending only: what actions take is told on the page of the envelope.
    """

    source: FundingSource
    expenses: list
    receipts: list
    figures: list


def ledgers(user, cite, year, *, source=None):
    """One `Ledger` per line with a receipt or an expense, or of the asked one; in a few queries whatever their number."""
    expenses = Expense.objects.visible_to(user).filter(source__cite=cite, budget_year=year)
    expenses = _by_source(expenses.select_related("action").order_by("created_at", "pk"))
    receipts = _by_source(Receipt.objects.visible_to(user).filter(source__cite=cite, budget_year=year))
    return [
        _ledger(one, expenses.get(one.source.pk, []), receipts.get(one.source.pk, []))
        for one in source_figures(cite, year)
        if (one.source == source if source else one.source.pk in expenses or one.source.pk in receipts)
    ]


def _by_source(rows):
    found = {}
    for row in rows:
        found.setdefault(row.source_id, []).append(row)
    return found


def _ledger(figures, expenses, receipts):
    announced = figures.envelope.announced if figures.envelope else None
    standing = [row for row in expenses if row.cancelled_on is None]
    spent = total(row.amount for row in standing)
    values = [
        ("Enveloppe annoncée", announced),
        ("Dépenses directes", spent),
        ("Dont payées", total(row.amount for row in standing if row.paid_on)),
        ("Disponible pour les actions", figures.available),
        ("Recettes attendues", total(row.expected for row in receipts)),
        ("Recettes reçues", total(row.received for row in receipts)),
    ]
    today = timezone.localdate()
    return Ledger(
        figures.source,
        list(_expenses(expenses, announced)),
        [_receipt(row, today) for row in receipts],
        [{"label": label, "value": euros(value)} for label, value in values],
    )


def _expenses(rows, announced):
    """In the order of their entry; the balance moves by each that stands."""
    left = announced
    for row in rows:
        if left is not None and row.cancelled_on is None:
            left -= row.amount
        yield {
            "label": row.label,
            "url": reverse("actions:expense_update", args=[row.pk]),
            "note": ", ".join(filter(None, [row.supplier, row.action.title if row.action else ""])),
            "nature": capfirst(row.get_nature_display()),
            "amount": euros(row.amount),
            "state": _expense_state(row),
            "is_cancelled": row.cancelled_on is not None,
            "left": euros(left),
        }


def _expense_state(row):
    if row.cancelled_on:
        return f"annulée le {date_fr(row.cancelled_on)}, {row.cancel_reason}"
    if row.paid_on:
        return f"payée le {date_fr(row.paid_on)}"
    return f"mandatée le {date_fr(row.ordered_on)}" if row.ordered_on else "prévue"


def is_late(receipt, today):
    return receipt.received is None and receipt.expected_on is not None and receipt.expected_on < today


def _receipt(row, today):
    if row.received is not None:
        state = f"reçue le {date_fr(row.received_on)}"
    else:
        day = f"attendue le {date_fr(row.expected_on)}" if row.expected_on else "attendue"
        state = f"{day}, en retard" if is_late(row, today) else day
    return {
        "label": row.label,
        "url": reverse("actions:receipt_update", args=[row.pk]),
        "title": row.title_number,
        "expected": euros(row.expected),
        "received": euros(row.received),
        "state": state,
        "gap": euros(row.expected - row.received)
        if None not in (row.expected, row.received) and row.expected - row.received != ZERO
        else "",
    }
