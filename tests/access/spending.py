from decimal import Decimal

from actions import services
from actions.models import Expense, Receipt
from tests.access.actions import MONEY, OWN_CITE, pk_of, source
from tests.access.acts import HIDDEN, OFFICERS, with_source
from tests.access.matrix import Row, Secret
from tests.actions.factories import YEAR

AMOUNT = "4\u00a0321,98"


def expense(world):
    def build(world):
        row = Expense(
            source=source(world),
            budget_year=YEAR,
            nature="transport",
            label="Cars",
            amount=Decimal("4321.98"),
            created_by=world.lead,
        )
        return services.save_expense(row, actor=world.lead)

    return world.made("expense", build)


def receipt(world):
    def build(world):
        row = Receipt(
            source=source(world), budget_year=YEAR, label="Acompte", expected=Decimal("1"), created_by=world.lead
        )
        return services.save_receipt(row, actor=world.lead)

    return world.made("receipt", build)


def a_new_expense(world):
    return {"source": source(world).pk, "budget_year": YEAR, "nature": "other", "label": "Cars", "amount": "10"}


def an_expense(world):
    return {**a_new_expense(world), "version": Expense.objects.get(pk=expense(world).pk).version}


def a_new_receipt(world):
    return {"source": source(world).pk, "budget_year": YEAR, "label": "Acompte", "expected": "10"}


def a_receipt(world):
    return {**a_new_receipt(world), "version": Receipt.objects.get(pk=receipt(world).pk).version}


def a_cancelling(world):
    return {"version": Expense.objects.get(pk=expense(world).pk).version, "on": "2026-06-01", "reason": "doublon"}


def kept(name, args, post=None):
    return Row(name, args, only=OFFICERS, code=200 if post is None else 302, post=post, codes=HIDDEN)


def created(name, post):
    outside = {"stranger": 404, "other_lead": 200}
    return [
        Row(name, with_source, only=OFFICERS, outside=outside),
        Row(name, with_source, only=OFFICERS, outside=outside, post=post, code=302),
    ]


ROWS = [
    Row("actions:spending", only=MONEY, outside=OWN_CITE),
    *created("actions:expense_create", a_new_expense),
    kept("actions:expense_update", pk_of(expense)),
    kept("actions:expense_update", pk_of(expense), an_expense),
    kept("actions:expense_cancel", pk_of(expense)),
    kept("actions:expense_cancel", pk_of(expense), a_cancelling),
    *created("actions:receipt_create", a_new_receipt),
    kept("actions:receipt_update", pk_of(receipt)),
    kept("actions:receipt_update", pk_of(receipt), a_receipt),
    kept("actions:receipt_remove", pk_of(receipt), {}),
]
SECRETS = [
    Secret("actions:spending", lambda world: AMOUNT, MONEY, prepare=expense),
]
