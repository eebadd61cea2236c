"""What is paid month after month, what is planned, and what last year's pace would give."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.enums import EntryKind, PaymentKind, Step
from actions.finances.consumption import DECEMBER, MONTHS, Consumption, SourceLine
from actions.models import Payment
from tests.actions.factories import make_action, make_funding, make_source

YEAR = 2026
TODAY = date(2026, 5, 12)


def pay(funding, amount, on, actor):
    return funding.record(Step.PAID, Decimal(amount), kind=EntryKind.ENTRY, on=on, actor=actor)


def plan(funding, amount, due_on, actor, kind=PaymentKind.SINGLE):
    return Payment.objects.create(funding=funding, kind=kind, amount=Decimal(amount), due_on=due_on, created_by=actor)


@pytest.fixture
def source(cite):
    return make_source(cite)


def funding_of(cite, source, year=YEAR):
    return make_funding(make_action(cite, budget_year=year), source, year=year)


def consumption(cite, today=TODAY, **options):
    return Consumption(cite, YEAR, today=today, **options)


def test_what_is_paid_adds_up_month_after_month_and_stops_today(cite, source, lead):
    funding = funding_of(cite, source)
    pay(funding, 1000, date(2026, 2, 3), lead)
    pay(funding, 1600, date(2026, 4, 30), lead)
    pay(funding, 1500, date(2026, 5, 2), lead)

    curve = consumption(cite).paid_curve(YEAR)

    assert curve[:6] == [Decimal(0), Decimal(1000), Decimal(1000), Decimal(1600), Decimal(1500), None]
    assert len(curve) == MONTHS


def test_a_past_year_is_told_to_the_june_that_follows(cite, source, lead):
    funding = funding_of(cite, source, 2024)
    pay(funding, 800, date(2024, 12, 31), lead)
    pay(funding, 1000, date(2025, 9, 1), lead)

    curve = consumption(cite).paid_curve(2024)

    assert (curve[DECEMBER], curve[-1]) == (Decimal(800), Decimal(1000)), "what comes later is told in the last month"


def test_the_schedule_goes_on_from_what_is_paid(cite, source, lead):
    funding = funding_of(cite, source)
    pay(funding, 1000, date(2026, 2, 3), lead)
    plan(funding, 500, date(2026, 3, 1), lead)  # overdue: awaited this month
    plan(funding, 700, date(2026, 12, 5), lead)
    plan(funding, 200, date(2027, 6, 30), lead)
    plan(funding, 100, date(2026, 12, 20), lead, PaymentKind.REFUND)

    found = consumption(cite)
    curve, (line,) = found.planned_curve(), found.lines

    assert curve[3:6] == [None, Decimal(1000), Decimal(1500)]
    assert (curve[DECEMBER], curve[-1]) == (Decimal(2100), Decimal(2300))
    assert (line.planned, line.later, line.at_year_end) == (Decimal(1100), Decimal(200), Decimal(2100))


def test_what_is_paid_the_year_after_is_not_paid_by_december(cite, source, lead):
    funding = funding_of(cite, source)
    pay(funding, 800, date(2026, 9, 1), lead)
    pay(funding, 1000, date(2027, 2, 1), lead)

    (line,) = consumption(cite, today=date(2027, 3, 1)).lines

    assert (line.paid, line.at_year_end) == (Decimal(1000), Decimal(800))


def test_the_last_month_is_planned_too(cite, source, lead):
    funding = funding_of(cite, source)
    pay(funding, 800, date(2026, 9, 1), lead)
    plan(funding, 200, date(2027, 6, 20), lead)

    assert consumption(cite, today=date(2027, 6, 2)).planned_curve()[-1] == Decimal(1000)


def test_what_was_paid_or_cancelled_is_planned_no_more(cite, source, lead):
    funding = funding_of(cite, source)
    for name in ("paid_on", "cancelled_on"):
        row = plan(funding, 500, date(2026, 9, 1), lead)
        Payment.objects.filter(pk=row.pk).update(**{name: date(2026, 5, 1)})

    assert consumption(cite).planned_curve() == []


def test_last_years_pace_compares_the_same_month(cite, source, lead):
    pay(funding_of(cite, source, 2025), 400, date(2025, 5, 31), lead)
    pay(funding_of(cite, source, 2025), 600, date(2025, 11, 2), lead)
    pay(funding_of(cite, source), 500, date(2026, 5, 3), lead)

    assert consumption(cite).at_last_year_pace() == Decimal("1250.00")


def test_without_a_last_year_nothing_is_guessed(cite, source, lead):
    pay(funding_of(cite, source), 500, date(2026, 5, 3), lead)

    assert consumption(cite).at_last_year_pace() is None
    assert consumption(cite, today=date(2027, 3, 1)).at_last_year_pace() is None
    assert consumption(cite, today=date(2025, 11, 1)).at_last_year_pace() is None


@given(
    amounts=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 10**7), st.dates(date(2025, 6, 1), date(2028, 1, 1))), max_size=8
    )
)
def test_every_total_is_the_sum_of_its_sources(amounts):
    """In memory: lines are what the page shows, whatever the ledger holds."""

    lines = [
        SourceLine(
            None,
            granted=None if rank == 2 else Decimal(cents) / 100,
            paid=Decimal(cents) / 100,
            in_year=Decimal(cents) / 200,
            planned=Decimal(rank),
            later=Decimal(1),
        )
        for rank, cents, _ in amounts
    ]
    found = consumption(None)
    found.__dict__["lines"] = lines
    sums = found.totals()

    assert sums["paid"] == (sum((line.paid for line in lines), Decimal(0)) if lines else None)
    known = [line.unplanned for line in lines if line.unplanned is not None]
    assert sums["unplanned"] == (sum(known, Decimal(0)) if known else None)


def test_the_page_tells_one_source(cite, source, lead, sign_in):
    pay(funding_of(cite, source), 500, date(2026, 5, 3), lead)
    other = make_source(cite)
    client = sign_in(lead)

    whole = client.get(f"/finances/consommation/?exercice={YEAR}").content.decode()
    alone = client.get(f"/finances/consommation/?financeur={other.pk}")

    assert source.label in whole
    assert alone.status_code == 200
    assert client.get("/finances/consommation/?financeur=x").status_code == 404
