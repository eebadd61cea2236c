"""Direct spending and receipts: what they consume, counted once, and what every page and the review say of it."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from actions import services
from actions.enums import ActionStatus, Step
from actions.finances.checks import run_checks
from actions.finances.envelopes import carry_over, figures_of
from actions.finances.review_book import write_review
from actions.finances.review_content import review_content
from actions.finances.review_print import review_context
from actions.finances.spending import ledgers
from actions.models import Envelope, Expense, Receipt
from cite_educative.common.locks import ConflictError
from cite_educative.common.money import ZERO
from tests.actions import factories
from tests.factories import make_cite, make_lead

YEAR = factories.YEAR


@pytest.fixture
def cite(db):
    return make_cite()


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def source(cite):
    """1 000 € announced, 600 € of them programmed for one action."""
    made = factories.make_source(cite, "Fonds du collège", circuit="school_fund")
    factories.make_envelope(made, provisional=Decimal(1000))
    factories.make_funding(factories.make_action(cite), made, programmed="600")
    return made


@pytest.fixture
def signed_in(client, lead):
    client.force_login(lead)
    return client


def spend(source, lead, amount="100", **fields):
    fields = {"nature": "transport", "label": f"Car {amount}", "budget_year": YEAR, **fields}
    return services.save_expense(Expense(source=source, amount=Decimal(amount), created_by=lead, **fields), actor=lead)


def receive(source, lead, **fields):
    receipt = Receipt(source=source, budget_year=YEAR, label="Premier acompte", created_by=lead, **fields)
    return services.save_receipt(receipt, actor=lead)


def cancel(expense, lead):
    version = Expense.objects.get(pk=expense.pk).version
    return services.cancel_expense(expense, version=version, on=date(2026, 6, 1), reason="doublon", actor=lead)


# --- What is left ---------------------------------------------------------------------------------


def test_an_expense_consumes_the_envelope_of_its_year(source, lead):
    spend(source, lead, "100.10")
    spend(source, lead, "50", budget_year=YEAR + 1)

    figures = figures_of(source, YEAR)

    assert figures.available == Decimal("899.90")
    assert figures.left(Step.PROGRAMMED) == Decimal("299.90")


def test_what_is_not_paid_yet_is_still_to_be_paid(source, lead):
    spend(source, lead, "100")
    spend(source, lead, "30", paid_on=date(2026, 5, 1))

    assert figures_of(source, YEAR).left(Step.PAID) == Decimal(970)


def test_a_cancelled_expense_consumes_nothing(source, lead):
    cancel(spend(source, lead), lead)

    assert figures_of(source, YEAR).available == Decimal(1000)


def test_last_year_leaves_less(source, lead):
    spend(source, lead, "100")

    assert carry_over(source, YEAR + 1).amount == Decimal(300)


def test_an_envelope_overdrawn_by_an_expense_is_found(cite, source, lead):
    spend(source, lead, "400.01")

    found = {result.rule.key: result.findings for result in run_checks(cite, YEAR) if result.count}

    assert found["overdrawn"][0].amount == Decimal("0.01")


def test_an_envelope_that_the_manager_did_not_read_counts_it_too(source, lead):
    envelope = Envelope.objects.get()
    spend(source, lead)

    assert Envelope(pk=envelope.pk, source=source, budget_year=YEAR, provisional=Decimal(500)).available == 400


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.decimals(min_value="0.01", max_value="9999", places=2), st.booleans(), st.booleans()), max_size=8
    )
)
def test_the_rest_is_the_announce_less_its_detail(cite, lead, rows):
    source = factories.make_source(cite)
    factories.make_envelope(source, provisional=Decimal(1000))
    for rank, (amount, is_paid, is_cancelled) in enumerate(rows):
        day = date(2026, 5, 1) if is_paid else None
        row = spend(source, lead, amount, label=f"Ligne {rank}", paid_on=day)
        if is_cancelled:
            cancel(row, lead)

    standing = sum((amount for amount, _, is_cancelled in rows if not is_cancelled), ZERO)
    (ledger,) = ledgers(lead, cite, YEAR, source=source)
    figures = figures_of(source, YEAR)
    assert figures.available == Decimal(1000) - standing
    frozen = review_content(cite, YEAR, author=lead, today=date(2026, 6, 1))["envelopes"]
    (line,) = [one for one in frozen if one["funder"] == source.label]
    assert Decimal(line["direct"] or 0) == standing
    assert Decimal(line["available"]) == figures.available
    assert len(ledger.expenses) == len(rows)


def test_the_review_lists_what_is_due_spent_and_received(cite, source, lead):
    funding = source.fundings.get()
    part = (funding, "single", Decimal("250.50"), date(2026, 9, 1), "RIB")
    services.plan_payments(None, [part], actor=lead)
    spend(source, lead, "12.30")
    cancel(spend(source, lead, "99"), lead)
    receive(source, lead, expected=Decimal(40))
    file = BytesIO()
    content = review_content(cite, YEAR, author=lead, today=date(2026, 6, 1))

    write_review(file, content)

    book = load_workbook(file, data_only=True)
    for name, label, amount in (
        ("À verser", "Montant", 250.5),
        ("Dépenses directes", "Montant", 12.3),
        ("Recettes", "Attendu", 40),
    ):
        rows = list(book[name].iter_rows(values_only=True))
        rank = rows[0].index(label)
        assert [row[rank] for row in rows[1:3]] == [amount, amount], name
        assert rows[2][0] == "Total"
    assert [table["name"] for table in review_context(content)["spending"]] == [
        "À verser",
        "Dépenses directes",
        "Recettes",
        "Consommation",
        "Mois par mois",
        "Seuils",
    ]


# --- Entered once ---------------------------------------------------------------------------------


def test_money_of_an_action_that_the_line_funds_is_not_counted_twice(source, lead):
    action = source.fundings.get().action

    with pytest.raises(ValidationError, match="deux fois"):
        spend(source, lead, action=action)

    assert not Expense.objects.exists()


def test_a_draft_is_funded_by_nobody_yet(cite, source, lead):
    draft = factories.make_action(cite, status=ActionStatus.DRAFT)
    factories.make_funding(draft, source, requested="10")

    assert spend(source, lead, action=draft).pk


def test_a_second_click_enters_one_expense(source, lead):
    first, second = spend(source, lead), spend(source, lead)

    assert first.pk == second.pk
    assert Expense.objects.count() == 1


def test_a_correction_of_what_somebody_saved_meanwhile_is_refused(source, lead):
    expense = spend(source, lead)
    services.save_expense(Expense.objects.get(pk=expense.pk), actor=lead, version=1)

    with pytest.raises(ConflictError):
        services.save_expense(expense, actor=lead, version=1)


def test_a_receipt_received_has_a_day_and_an_amount(source, lead):
    with pytest.raises(ValidationError):
        receive(source, lead, received=Decimal(10))
    with pytest.raises(ValidationError):
        receive(source, lead)


# --- Pages ----------------------------------------------------------------------------------------


def test_an_expense_from_its_entry_to_its_cancelling_on_the_pages(signed_in, source):
    answers = {"source": source.pk, "budget_year": YEAR, "nature": "school_fund", "label": "Livres", "amount": "12,50"}
    assert signed_in.post(reverse("actions:expense_create"), answers).status_code == 302
    expense = Expense.objects.get()
    url = reverse("actions:expense_update", args=[expense.pk])
    assert signed_in.get(url).status_code == 200
    assert signed_in.post(url, {**answers, "amount": "13", "version": 1}).status_code == 302
    stale = signed_in.post(url, {**answers, "amount": "14", "version": 1})
    assert stale.status_code == 409

    page = signed_in.get(reverse("actions:spending"), {"exercice": YEAR}).content.decode()
    assert "987,00" in page
    signed_in.post(
        reverse("actions:expense_cancel", args=[expense.pk]), {"version": 2, "on": "2026-06-01", "reason": "doublon"}
    )
    expense.refresh_from_db()
    assert expense.cancel_reason == "doublon"


def test_a_receipt_is_entered_then_removed(signed_in, source):
    answers = {"source": source.pk, "budget_year": YEAR, "label": "Acompte", "expected": "500", "expected_on": ""}
    assert signed_in.post(reverse("actions:receipt_create"), answers).status_code == 302
    receipt = Receipt.objects.get()

    page = signed_in.get(reverse("actions:spending"), {"ligne": source.pk}).content.decode()
    assert "500,00" in page
    signed_in.post(reverse("actions:receipt_remove", args=[receipt.pk]))
    assert not Receipt.objects.exists()


def test_what_is_wrong_is_said_and_kept(signed_in, source):
    answers = {"source": source.pk, "budget_year": YEAR, "nature": "other", "label": "Car", "amount": "12,505"}

    page = signed_in.post(reverse("actions:expense_create"), answers)

    assert page.status_code == 200
    assert "12,505" in page.content.decode()
    assert not Expense.objects.exists()
