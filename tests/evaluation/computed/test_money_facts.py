"""Part F of the review: derived again by loops over the rows, to the cent."""

from datetime import date
from decimal import Decimal

import pytest

from actions.enums import ExpenseNature, MainstreamKind, Valuation
from actions.finances.books import Books
from actions.finances.thresholds import measures
from actions.models import Envelope, Expense, Funding, MainstreamContribution, MoneyThresholds, Receipt, Theme
from cite_educative.common.money import euros
from partners.enums import OrganisationKind
from tests import factories
from tests.actions.factories import author_of, make_source
from tests.evaluation.computed.rows import YEAR, Money, computed, funded, percent, retained
from tests.evaluation.computed.test_money import cash_by_hand, summed


@pytest.fixture
def money(cite, elsewhere, october):
    Money(elsewhere)
    return Money(cite)


def of_policy(cite, money, step):
    return summed([row for row in cash_by_hand(cite) if row.source_id == money.policy.pk], step)


def test_what_the_state_notified_committed_and_paid(cite, money):
    notified = Envelope.objects.get(source=money.policy, budget_year=YEAR).notified
    assert computed("review.f1", cite).value == notified == Decimal("150000.10")
    assert computed("review.f2", cite).value == of_policy(cite, money, "committed") == Decimal("11000.33")
    assert computed("review.f3", cite).value == of_policy(cite, money, "paid") == Decimal("6000.25")
    rates = computed("review.f4", cite)
    assert [row[3] for row in rates.rows] == ["7,33\u00a0%", "4\u00a0%"]
    assert percent(Decimal("11000.33"), notified) == Decimal("7.33")
    assert rates.value == "engagé\u00a0: 7,33\u00a0%, versé\u00a0: 4\u00a0%"


def contribution(cite, kind, amount, *, valuation=Valuation.VALUED, organisation=OrganisationKind.COMMUNE, year=YEAR):
    return MainstreamContribution.objects.create(
        cite=cite,
        institution=factories.make_organisation(kind=organisation),
        label="Gymnase",
        kind=kind,
        amount=amount and Decimal(amount),
        valuation=valuation,
        budget_year=year,
        author=author_of(cite),
    )


def test_what_towns_bring(cite, elsewhere, money):
    for place in (cite, elsewhere):
        contribution(place, MainstreamKind.EUROS, "1000.10")
        contribution(place, MainstreamKind.PREMISES, "500.05")
        contribution(place, MainstreamKind.HOURS, None)
        contribution(place, MainstreamKind.EUROS, "9999", valuation=Valuation.CASH)
        contribution(place, MainstreamKind.EUROS, "9999", organisation=OrganisationKind.STATE)
        contribution(place, MainstreamKind.EUROS, "9999", year=YEAR - 1)
    funded(money.actions[0], make_source(cite, "Salle", circuit="commune"), in_kind=True, granted="30")
    cash = summed([row for row in cash_by_hand(cite) if row.source_id == money.town.pk], "granted")
    valued = Decimal("1000.10") + Decimal("500.05") + Decimal(30)
    found = computed("review.f7", cite)
    assert found.value == cash == Decimal("2500.07")
    assert f"{euros(cash)} accordés en numéraire, {euros(valued)} valorisés" in found.told


def test_the_other_funders(cite, money):
    fund = make_source(cite, "Fonds du collège", circuit="school_fund")
    funded(money.actions[1], fund, granted="77")
    funded(money.actions[1], make_source(cite, "CAF", circuit="family_fund"), granted="12.34")
    known = [row for row in cash_by_hand(cite) if row.source.label in ("Région", "CAF")]
    assert computed("review.f8", cite).value == summed(known, "granted") == Decimal("4012.34")


def expense(source, amount, nature=ExpenseNature.ENGINEERING, **fields):
    values = {"label": "Étude", "budget_year": YEAR, "created_by": author_of(source.cite)} | fields
    return Expense.objects.create(source=source, amount=Decimal(amount), nature=nature, **values)


def test_engineering(cite, money):
    theme = Theme.objects.create(cite=cite, label="Ingénierie")
    money.actions[0].themes.add(theme)
    MoneyThresholds.objects.create(cite=cite, engineering_theme=theme, engineering_share=20)
    part, whole = Decimal(0), Decimal(0)
    for row in cash_by_hand(cite):
        amount = row.programmed if row.granted is None else row.granted
        whole += amount or 0
        part += (amount or 0) if row.action_id == money.actions[0].pk else 0
    found = computed("review.f9", cite)
    assert (found.numerator, found.denominator) == (part, whole)
    page = [measure.figure for measure in measures(Books(cite, YEAR)) if measure.label == "Part de l’ingénierie"]
    assert page == [percent(part, whole)]
    expense(money.policy, "100.01")
    expense(money.policy, "50", ExpenseNature.TRANSPORT)
    expense(money.policy, "999", cancelled_on=date(YEAR, 5, 1), cancel_reason="doublon")
    expense(money.policy, "999", budget_year=YEAR - 1)
    found = computed("review.f9", cite)
    assert (found.numerator, found.denominator) == (part + Decimal("100.01"), whole + Decimal("150.01"))


def test_engineering_is_not_known_when_nothing_says_it(cite, money):
    assert computed("review.f9", cite).value is None


def test_days_of_notice_and_of_payment(cite, money):
    for on in (date(YEAR, 4, 9), date(YEAR, 3, 1)):
        Receipt.objects.create(
            source=money.policy,
            budget_year=YEAR,
            label="Recette",
            received=Decimal(10),
            received_on=on,
            created_by=author_of(cite),
        )
    rows = computed("review.f11", cite).rows
    paid = [entry.fact_on for row in Funding.objects.filter(source=money.policy) for entry in row.entries.all()]
    assert min(paid) == date(YEAR, 3, 2)
    days = ("15\u00a0janvier\u00a02026", "arrêté 12", "1er\u00a0mars\u00a02026", "2\u00a0mars\u00a02026")
    assert rows == (("État – P147", *days),)


def test_the_table_of_funded_actions(cite, money):
    by_action = {}
    for row in cash_by_hand(cite):
        by_action.setdefault(row.action, []).append(row)
    kept = {
        action: rows
        for action, rows in by_action.items()
        if (summed(rows, "programmed") or 0) > 0 or (summed(rows, "granted") or 0) > 0
    }
    steps = ("requested", "programmed", "granted", "paid")
    expected = {(str(action), *(euros(summed(rows, step)) for step in steps)) for action, rows in kept.items()}
    found = computed("review.f13", cite)
    assert found.value == len(kept) == 4
    assert {(row[0], *(cell.replace("non connu", "–") for cell in row[2:])) for row in found.rows} == expected
    every = [row for rows in kept.values() for row in rows]
    assert found.totals == ("Total", "", *(euros(summed(every, step)) for step in steps))


@pytest.mark.parametrize("key", ["f1", "f2", "f3", "f4", "f7", "f8", "f11"])
def test_nothing_known_is_not_zero(cite, october, key):
    funded(retained(cite), make_source(cite), requested="10")
    found = computed(f"review.{key}", cite)
    assert found.value is None
    assert "0,00" not in found.told
