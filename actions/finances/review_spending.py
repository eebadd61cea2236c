"""What a review freezes besides fundings: payments still to be made, direct spending, receipts. Dates and amounts as texts."""

from datetime import date
from decimal import Decimal

from django.utils.text import capfirst

from actions.enums import PaymentKind
from actions.finances.payments import condition_of, signed
from actions.finances.review_following import CONSUMPTION, FOLLOWING
from actions.finances.review_watching import WATCHING
from actions.models import Expense, Payment, Receipt
from cite_educative.common.dates import date_fr
from cite_educative.common.money import euros, total

# Key in the content → (sheet, its columns: key, label, kind, width). The columns of kind `money` are summed.
SHEETS = {
    "payments": (
        "Versements",
        (
            ("on", "Payé le", "date", None),
            ("code", "Code", "text", 11),
            ("title", "Action", "text", 46),
            ("holder", "Porteur", "text", 34),
            ("funder", "Financeur", "text", 28),
            ("change", "Versé", "money", None),
            ("total", "Versé au total", "amount", 16),
            ("ordered_on", "Mandaté le", "date", None),
            ("order_reference", "Bordereau et mandat", "text", 24),
            ("reference", "Référence", "text", 24),
            ("kind", "Origine", "text", 24),
        ),
    ),
    "due": (
        "À verser",
        (
            ("due_on", "Prévu le", "date", None),
            ("title", "Action", "text", 46),
            ("holder", "Porteur", "text", 34),
            ("funder", "Financeur", "text", 28),
            ("kind", "Nature", "text", 18),
            ("condition", "Condition", "text", 40),
            ("ordered_on", "Mandaté le", "date", None),
            ("reference", "Bordereau et mandat", "text", 24),
            ("amount", "Montant", "money", None),
        ),
    ),
    "expenses": (
        "Dépenses directes",
        (
            ("funder", "Financeur", "text", 28),
            ("title", "Objet", "text", 46),
            ("supplier", "Fournisseur", "text", 30),
            ("kind", "Nature", "text", 20),
            ("ordered_on", "Mandatée le", "date", None),
            ("order_reference", "Bordereau et mandat", "text", 24),
            ("paid_on", "Payée le", "date", None),
            ("reference", "Référence", "text", 24),
            ("amount", "Montant", "money", None),
        ),
    ),
    "receipts": (
        "Recettes",
        (
            ("funder", "Financeur", "text", 28),
            ("title", "Objet", "text", 46),
            ("due_on", "Attendue le", "date", None),
            ("received_on", "Reçue le", "date", None),
            ("reference", "Titre de recette", "text", 24),
            ("expected", "Attendu", "money", None),
            ("received", "Reçu", "money", None),
        ),
    ),
    **FOLLOWING,
    **WATCHING,
}
MONEY = ("money", "amount")
PRINTED_WIDTHS = {"date": "w-10", "count": "w-8"}


def spending_content(cite, year):
    return {"due": _due(cite, year), "expenses": _expenses(cite, year), "receipts": _receipts(cite, year)}


def _due(cite, year):
    """A refund still to come is counted minus."""
    rows = Payment.objects.filter(
        funding__source__cite=cite, funding__budget_year=year, cancelled_on=None, paid_on=None
    )
    return [
        {
            "due_on": row.due_on.isoformat(),
            "title": str(row.funding.action),
            "holder": row.funding.action.holder.name if row.funding.action.holder else "",
            "funder": row.funding.source.label,
            "kind": capfirst(PaymentKind(row.kind).label),
            "amount": str(signed(row)),
            "condition": condition_of(row),
            "ordered_on": _day(row.ordered_on),
            "reference": row.order_reference,
        }
        for row in rows.select_related("funding__action__holder", "funding__source").order_by("due_on", "pk")
    ]


def _expenses(cite, year):
    rows = Expense.objects.filter(source__cite=cite, budget_year=year, cancelled_on=None).select_related("source")
    return [
        {
            "funder": row.source.label,
            "title": row.label,
            "supplier": row.supplier,
            "kind": capfirst(row.get_nature_display()),
            "amount": str(row.amount),
            "ordered_on": _day(row.ordered_on),
            "paid_on": _day(row.paid_on),
            "order_reference": row.order_reference,
            "reference": row.payment_reference,
        }
        for row in rows.order_by("source__order", "created_at", "pk")
    ]


def _receipts(cite, year):
    rows = Receipt.objects.filter(source__cite=cite, budget_year=year).select_related("source")
    return [
        {
            "funder": row.source.label,
            "title": row.label,
            "expected": None if row.expected is None else str(row.expected),
            "due_on": _day(row.expected_on),
            "received": None if row.received is None else str(row.received),
            "received_on": _day(row.received_on),
            "reference": row.title_number,
        }
        for row in rows.order_by("source__order", "expected_on", "pk")
    ]


def _day(day):
    return day.isoformat() if day else ""


# --- Read again -----------------------------------------------------------------------------------


def read_sheets(content):
    """(sheet, columns, rows of Decimal, date or str, sums by rank) of each; a review of before has not all of their rows."""
    for key, (name, columns) in SHEETS.items():
        rows = [[_read(row.get(one), kind) for one, _, kind, _ in columns] for row in content.get(key, [])]
        sums = {
            rank: total(row[rank] for row in rows) for rank, (_, _, kind, _) in enumerate(columns) if kind == "money"
        }
        yield name, columns, rows, sums


def _read(value, kind):
    if value in (None, ""):
        return None
    if kind in MONEY:
        return Decimal(value)
    return date.fromisoformat(value) if kind == "date" else value


def printed_sheets(content):
    """The same tables in words, for the PDF; those without a row are left out."""
    pace = content.get("pace")
    return [
        {
            "name": name,
            "columns": [
                {"label": label, "is_money": kind in MONEY, "width": PRINTED_WIDTHS.get(kind, "")}
                for _, label, kind, _ in columns
            ],
            "rows": [
                [_printed(value, kind) for value, (_, _, kind, _) in zip(row, columns, strict=True)] for row in rows
            ],
            "sums": _printed_sums(columns, sums),
            "note": f"Au rythme de l’an dernier\u00a0: {euros(Decimal(pace))}."
            if pace and name == CONSUMPTION
            else "",
        }
        for name, columns, rows, sums in read_sheets(content)
        if rows
    ]


def _printed_sums(columns, sums):
    """Under the columns after the first; a column that is not summed stays empty."""
    if not sums:
        return []
    return [
        _printed(sums[rank], kind) if rank in sums else _printed("", "text")
        for rank, (_, _, kind, _) in enumerate(columns)
    ][1:]


def _printed(value, kind):
    is_money = kind in MONEY
    if value is None:
        return {"text": "–" if is_money else "", "is_money": is_money}
    return {
        "text": euros(value) if is_money else date_fr(value) if kind == "date" else str(value),
        "is_money": is_money,
    }
