"""The money of a year: exact to the cent, derived again by loops, and the same as the pages of finance."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from actions.enums import ActionStatus, PaymentKind, StatementState
from actions.finances.consumption import Consumption
from actions.finances.envelopes import source_figures, totals
from actions.models import Envelope, FinancialStatement, Funding, FundingEntry, Payment
from evaluation.enums import ReportState
from tests.actions.factories import author_of, make_source
from tests.evaluation.computed.rows import (
    YEAR,
    Money,
    cent,
    computed,
    funded,
    make_body,
    make_decision,
    move_entry,
    percent,
    programmes,
    report,
    retained,
)


def cash_by_hand(cite, year=YEAR):
    """Fundings that the pages of finance count: no draft, nothing in kind, of this year and of this Cité."""
    rows = []
    for funding in Funding.objects.select_related("action", "source__organisation"):
        is_here = funding.source.cite_id == cite.pk and int(funding.budget_year) == year
        if is_here and not funding.in_kind and funding.action.status != "draft":
            rows.append(funding)
    return rows


def summed(rows, step):
    known = [getattr(row, step) for row in rows if getattr(row, step) is not None]
    return sum(known) if known else None


@pytest.fixture
def money(cite, elsewhere, october):
    Money(elsewhere)
    return Money(cite)


def test_commitment_rate(cite, money):
    followed = [money.policy.pk]  # the town's commitment is not followed, the other line is not notified
    committed = summed([row for row in cash_by_hand(cite) if row.source_id in followed], "committed")
    notified = sum(row.notified for row in Envelope.objects.filter(source__in=followed, budget_year=YEAR))
    found = computed("commitment_rate", cite)
    assert (found.numerator, found.denominator) == (committed, notified) == (Decimal("11000.33"), Decimal("150000.10"))
    assert found.value == percent(committed, notified)
    assert "11\u00a0000,33\u00a0€ sur 150\u00a0000,10\u00a0€" in found.told


def test_payment_rate(cite, money):
    rows = cash_by_hand(cite)
    paid, granted = summed(rows, "paid"), summed(rows, "granted")
    found = computed("payment_rate", cite)
    assert (found.numerator, found.denominator) == (paid, granted) == (Decimal("8500.32"), Decimal("19600.57"))
    assert found.value == percent(paid, granted)
    page = Consumption(cite, YEAR, today=timezone.localdate()).totals()
    assert (page["paid"], page["granted"]) == (found.numerator, found.denominator)


def test_leverage(cite, money):
    policy = summed([row for row in cash_by_hand(cite) if row.source_id == money.policy.pk], "granted")
    others = summed([row for row in cash_by_hand(cite) if row.source_id != money.policy.pk], "granted")
    found = computed("leverage", cite)
    assert (found.numerator, found.denominator) == (others, policy) == (Decimal("7500.07"), Decimal("12100.50"))
    assert found.value == cent(others / policy)
    assert "État – P147)" in found.told
    assert "P163" not in found.told


def test_all_lines_of_the_state_count_when_none_names_the_programme(cite, october):
    for label in ("État, Dauphin", "État, porté"):
        source = make_source(cite, label, circuit="state_direct")
        funded(retained(cite), source, granted="100")
    funded(retained(cite), make_source(cite, "CAF", circuit="family_fund"), granted="50")
    assert computed("leverage", cite).value == Decimal("0.25")


def test_local_share(cite, money):
    rows = [row for row in cash_by_hand(cite) if row.granted is not None]
    local = sum(row.granted for row in rows if row.source.organisation.kind in ("commune", "region"))
    whole = sum(row.granted for row in rows)
    found = computed("local_share", cite)
    assert (found.numerator, found.denominator) == (local, whole) == (Decimal("6500.07"), Decimal("19600.57"))
    assert found.value == percent(local, whole)


def test_the_rows_add_up_to_what_the_finance_page_prints(cite, money):
    sums = totals(source_figures(cite, YEAR))
    assert sums["granted"][0] == summed(cash_by_hand(cite), "granted") == computed("local_share", cite).denominator
    assert computed("local_share", cite).totals[2] == "19\u00a0600,57\u00a0€"


@pytest.mark.parametrize(
    "key", ["commitment_rate", "payment_rate", "leverage", "local_share", "cost_per_person", "days_to_payment"]
)
def test_unknown_money_is_not_zero(cite, october, key):
    funded(retained(cite), make_source(cite), requested="5000")
    found = computed(key, cite)
    assert found.value is None
    assert "0,00" not in found.told


def test_cost_per_person(cite, money):
    first, second, third = money.actions
    report(first, 120)
    report(second, None)
    report(third, 7, ReportState.FILED)
    granted = sum(row.granted for row in cash_by_hand(cite) if row.action_id == first.pk and row.granted is not None)
    found = computed("cost_per_person", cite)
    assert (found.numerator, found.denominator) == (granted, 120) == (Decimal("14500.57"), 120)
    assert found.value == cent(granted / 120)


def test_cost_of_fewer_than_five_persons_is_not_told(cite, money):
    report(money.actions[0], 4)
    assert computed("cost_per_person", cite).rows[0][2:] == ("moins de 5", "–")


def test_days_to_payment(cite, elsewhere, october):
    """Two payments: the first one. A decision then another: the first in force. A cancelled one: left out."""
    source = make_source(cite, circuit="commune")
    body = make_body(cite)
    paid = {}
    for rank in range(3):
        funding = funded(retained(cite), source, programmed="100", granted="100", paid="40")
        move_entry(funding, "paid", date(YEAR, 5, 1 + rank * 10))
        paid[funding.pk] = date(YEAR, 5, 1 + rank * 10)
    first, second, third = Funding.objects.filter(source=source).order_by("pk")
    cancelling = make_decision(body, 9, date(YEAR, 4, 20))
    gone = make_decision(body, 1, date(YEAR, 1, 5), status="cancelled", cancelled_by=cancelling)
    kept, later = make_decision(body, 2, date(YEAR, 2, 1)), make_decision(body, 3, date(YEAR, 3, 1))
    for decision in (gone, kept, later):
        programmes(decision, first, 100)
    programmes(later, second, 100)
    actor = author_of(cite)
    second.refresh_from_db()
    second.record("paid", Decimal(100), kind="entry", on=date(YEAR, 6, 30), actor=actor)
    funded(retained(cite), source, programmed="100", granted="100")
    funded(retained(elsewhere), make_source(elsewhere), programmed="9", granted="9", paid="9")
    starts = {first.pk: kept.adopted_on, second.pk: later.adopted_on, third.pk: third.programmed_on}
    days = [(paid[key] - starts[key]).days for key in paid]
    assert sum(days) == 89 + 71 + 80
    found = computed("days_to_payment", cite)
    assert found.value == cent(Decimal(sum(days)) / 3)
    assert [int(row[4]) for row in found.rows] == days


def test_a_payment_taken_back_is_no_payment(cite, october):
    funding = funded(retained(cite), make_source(cite), programmed="100", granted="100", paid="40")
    funding.record("paid", None, kind="reversal", on=date(YEAR, 6, 1), actor=author_of(cite))
    Payment.objects.create(
        funding=funding,
        kind=PaymentKind.SINGLE,
        amount=Decimal(40),
        due_on=date(YEAR, 6, 1),
        paid_on=date(YEAR, 6, 1),
        cancelled_on=date(YEAR, 6, 2),
        cancel_reason="erreur",
        created_by=author_of(cite),
    )
    assert FundingEntry.objects.filter(funding=funding, step="paid").count() == 2
    assert computed("days_to_payment", cite).value is None


def test_statements_on_time(cite, elsewhere, october):
    """Of 2025, due in June 2026: on time, late, on its extended day, sent back, never begun, not due yet, not owed."""
    year, due = YEAR - 1, date(YEAR, 6, 30)
    filed = [
        (StatementState.ACCEPTED, due, due),
        (StatementState.FILED, due, date(YEAR, 7, 1)),
        (StatementState.FILED, date(YEAR, 8, 31), date(YEAR, 8, 31)),
        (StatementState.SENT_BACK, due, date(YEAR, 6, 1)),
        (None, due, None),
        (StatementState.DRAFT, date(YEAR, 12, 1), None),
    ]
    for place in (cite, elsewhere):
        source = make_source(place)
        for state, due_on, filed_on in filed:
            action = retained(place, budget_year=year)
            funded(action, source, year=year, granted="10")
            if state:
                FinancialStatement.objects.create(
                    action=action, budget_year=year, state=state, due_on=due_on, filed_on=filed_on
                )
        rejected = retained(place, budget_year=year, status=ActionStatus.REJECTED)
        funded(rejected, source, year=year, granted="10")
        funded(retained(place, budget_year=year), source, year=year, requested="10")
    today = timezone.localdate()
    expected = [row for row in filed if row[1] < today]
    on_time = [row for row in expected if row[0] in ("filed", "accepted") and row[2] <= row[1]]
    found = computed("statements_on_time", cite, year)
    assert (found.numerator, found.denominator) == (len(on_time), len(expected)) == (2, 5)
    assert found.value == Decimal("40.00")
    assert computed("statements_on_time", cite).denominator == 0


def test_another_year_is_apart(cite, money):
    assert computed("payment_rate", cite, YEAR - 1).denominator == Decimal("1.00")
    assert computed("payment_rate", cite, YEAR + 1).value is None
