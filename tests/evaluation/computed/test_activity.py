"""Actions, schools, holders: each figure derived again by loops over the rows."""

from datetime import date

import pytest

from actions.enums import ActionStatus, Outcome
from actions.models import Action
from evaluation.computed import COMPUTATIONS, compute
from evaluation.enums import Measure, ReportKind, ReportState
from evaluation.usual_indicators import USUAL_INDICATORS
from tests import factories
from tests.actions.factories import make_action, make_funding, make_source
from tests.evaluation.computed.rows import (
    YEAR,
    Money,
    abandoned_after,
    computed,
    funded,
    percent,
    period,
    report,
    retained,
)
from tests.evaluation.factories import make_report

PERSONS = (Measure.PERSONS, "all")
KEPT = ("retained", "suspended", "closed")


def programmed_by_hand(cite, year=YEAR):
    """Retained, given up after it was retained, or with money in cash decided for this year."""
    found = []
    for action in Action.objects.filter(cite=cite):
        moves = [line.to_status for line in action.log.all()]
        money = False
        for funding in action.fundings.all():
            granted = funding.granted is not None and funding.granted > 0
            awaited = funding.granted is None and (funding.programmed or 0) > 0 and funding.outcome == "open"
            money = money or (not funding.in_kind and int(funding.budget_year) == year and (granted or awaited))
        chosen = action.status in KEPT or (action.status == "abandoned" and "retained" in moves) or money
        if chosen and int(action.budget_year) == year and action.status not in ("draft", "rejected"):
            found.append(action)
    return found


def done_by_hand(actions, on):
    done = 0
    for action in actions:
        begun = action.status == "closed" or (action.starts_on is not None and action.starts_on <= on)
        done += begun and action.status not in ("abandoned", "suspended")
    return done


@pytest.fixture
def plan(cite, elsewhere, october):
    """Every state of an action, money refused, in kind, not decided, of another year, of another Cité."""
    source = make_source(cite)
    commune = factories.make_commune("Dunkerque")
    retained(cite, communes=[commune])
    retained(cite, starts_on=date(YEAR, 11, 20))
    retained(cite, starts_on=None)
    retained(cite, status=ActionStatus.SUSPENDED)
    retained(cite, status=ActionStatus.CLOSED, starts_on=None, communes=[commune])
    abandoned_after(cite, communes=[commune])
    make_action(cite, status=ActionStatus.ABANDONED, starts_on=date(YEAR, 2, 1))
    make_action(cite, status=ActionStatus.REJECTED, starts_on=date(YEAR, 2, 1))
    make_action(cite, status=ActionStatus.DRAFT, starts_on=date(YEAR, 2, 1))
    taken = make_action(cite, starts_on=date(YEAR, 1, 1))
    funded(taken, source, granted="10")
    refused = make_action(cite, starts_on=date(YEAR, 1, 1))
    funded(refused, source, programmed="10", outcome=Outcome.REFUSED)
    answered = make_action(cite, starts_on=date(YEAR, 1, 1))
    funded(answered, source, programmed="10", granted="0")
    in_kind = make_action(cite, starts_on=date(YEAR, 1, 1))
    make_funding(in_kind, source, in_kind=True, granted="99")
    late = make_action(cite, starts_on=date(YEAR, 1, 1))
    make_funding(late, source, year=YEAR + 1, granted="5")
    retained(cite, budget_year=YEAR - 1, code="CE25-009", starts_on=date(YEAR - 1, 2, 1))
    retained(cite, budget_year=YEAR + 1, code="CE27-009", starts_on=date(YEAR, 2, 1))
    retained(elsewhere)
    return commune


def test_actions_done(cite, plan, october):
    actions = programmed_by_hand(cite)
    found = computed("actions_done", cite)
    assert found.denominator == len(actions) == 7
    assert found.numerator == done_by_hand(actions, october) == 3
    assert found.value == percent(3, 7)
    assert len(found.rows) == 7
    assert "3 sur 7" in found.told
    assert "non comptées comme commencées\u00a0: 1" in found.told


def test_actions_done_of_one_commune(cite, plan, october):
    here = [action for action in programmed_by_hand(cite) if plan in action.communes.all()]
    found = computed("actions_done", cite, commune=plan)
    assert (found.numerator, found.denominator) == (done_by_hand(here, october), len(here)) == (2, 3)
    assert plan.name in found.told


def test_a_past_year_stops_at_its_last_day(cite, october):
    retained(cite, budget_year=YEAR - 1, starts_on=date(YEAR - 1, 12, 31))
    retained(cite, budget_year=YEAR - 1, starts_on=date(YEAR, 1, 1))
    found = computed("actions_done", cite, YEAR - 1)
    assert (found.numerator, found.denominator) == (1, 2)


def test_schools_involved(cite, elsewhere, october):
    here, there = factories.make_commune("Ici"), factories.make_commune("Là")
    schools = [factories.make_school(commune=here), factories.make_school(commune=there), factories.make_school()]
    for action, rows in (
        (retained(cite), schools[:2]),
        (retained(cite), schools[:1]),
        (abandoned_after(cite), schools),
        (make_action(cite), schools),
        (retained(elsewhere), schools),
    ):
        action.schools.set(rows)
    uais = {
        school.uai
        for action in programmed_by_hand(cite)
        if action.status != "abandoned"
        for school in action.schools.all()
    }
    found = computed("schools_involved", cite)
    assert found.value == len(uais) == 2
    assert {row[0] for row in found.rows} == uais
    assert computed("schools_involved", cite, commune=there).value == 1


def test_shared_actions(cite, elsewhere, october):
    money = Money(cite)
    Money(elsewhere)
    again = make_source(cite, "État – P147 bis", organisation=money.policy.organisation)
    alone = retained(cite)
    funded(alone, money.policy, granted="10")
    funded(alone, again, granted="10")
    shared = 0
    for action in Action.objects.filter(cite=cite, budget_year=YEAR).exclude(status__in=["draft", "abandoned"]):
        funders = set()
        for funding in action.fundings.filter(budget_year=YEAR, in_kind=False):
            decided = funding.granted if funding.granted is not None else funding.programmed
            if decided and (funding.granted is not None or funding.outcome == "open"):
                funders.add(funding.source.organisation_id)
        shared += len(funders) > 1
    found = computed("shared_actions", cite)
    assert found.value == shared == 2
    assert {row[0] for row in found.rows} == {str(money.actions[0]), str(money.actions[2])}
    assert all("7\u00a0777" not in row[2] for row in found.rows)


def test_new_holders(cite, elsewhere, october):
    old, tried, new = (factories.make_organisation(cite=cite) for _ in range(3))
    retained(cite, holder=old, budget_year=YEAR - 2)
    make_action(cite, holder=tried, status=ActionStatus.REJECTED, budget_year=YEAR - 1)
    retained(elsewhere, holder=new, budget_year=YEAR - 1)
    for holder in (old, tried, new, new):
        retained(cite, holder=holder)
    abandoned_after(cite, holder=factories.make_organisation(cite=cite))
    before, now = set(), set()
    for action in Action.objects.filter(cite=cite):
        if action.status in (*KEPT, "abandoned"):
            (before if action.budget_year < YEAR else now).add((action.holder_id, action.status))
    known = {holder for holder, _ in before}
    expected = {holder for holder, status in now if status != "abandoned"} - known
    found = computed("new_holders", cite)
    assert found.value == len(expected) == 2
    assert {row[0] for row in found.rows} == {tried.name, new.name}


def test_nobody_is_new_while_nothing_is_known_before(cite, october):
    retained(cite)
    found = computed("new_holders", cite)
    assert found.value is None
    assert found.rows == ()


def test_people_reached(cite, elsewhere, october):
    commune = factories.make_commune()
    both = retained(cite, communes=[commune])
    make_report(both, kind=ReportKind.INTERIM, state=ReportState.VALIDATED, reach={PERSONS: 40})
    report(both, 120)
    report(retained(cite), 3)
    report(retained(cite, communes=[commune]), None)
    report(retained(cite), 999, ReportState.FILED)
    report(retained(cite, budget_year=YEAR - 1), 999)
    report(retained(elsewhere), 999)
    found = computed("people_reached", cite)
    assert found.value == 123
    assert [row[2] for row in found.rows] == ["120", "moins de 5"]
    assert computed("people_reached", cite, commune=commune).value == 120


def test_participations_are_apart_from_persons(cite, october):
    times = {PERSONS: 10, (Measure.PARTICIPATIONS, "all"): 200}
    make_report(retained(cite), state=ReportState.VALIDATED, reach=times)
    report(retained(cite), 5)
    assert computed("participations", cite).value == 200
    assert computed("people_reached", cite).value == 15


def test_shares_bear_on_the_reports_that_give_both_numbers(cite, october):
    report(retained(cite), 100, female=30, male=50, qpv=60)
    report(retained(cite), 40, female=10)
    report(retained(cite), None, female=99, qpv=99)
    report(retained(cite), 50)
    women = computed("female_share", cite)
    assert (women.numerator, women.denominator) == (30 + 10, 80 + 40)
    assert women.value == percent(40, 120)
    quarters = computed("qpv_share", cite)
    assert (quarters.numerator, quarters.denominator, quarters.value) == (60, 100, 60)


def test_ages_and_publics_add_up_band_by_band(cite, october):
    report(retained(cite), 30, **{"6-11": 20, "11-15": 10, "parents": 7, "children": 20})
    report(retained(cite), 30, **{"6-11": 5, "0-3": None, "parents": 8})
    found = computed("people_by_age", cite)
    assert found.value == 35
    assert {str(band): number for band, number in found.parts if number is not None} == {"6-11": 25, "11-15": 10}
    assert computed("review.c5", cite).value == "enfants\u00a0: 20, parents\u00a0: 15"


def test_goals_reached(cite, october):
    for state, outcomes in (
        (ReportState.VALIDATED, ["reached", "partly", "missed", "unknown", ""]),
        ("filed", ["reached"]),
    ):
        written = report(retained(cite), 10, state)
        for rank, outcome in enumerate(outcomes):
            written.goals.create(order=rank, label=f"Objectif {rank}", reached=outcome)
    found = computed("goals_reached", cite)
    assert (found.numerator, found.denominator, found.value) == (1, 3, percent(1, 3))


@pytest.mark.parametrize(
    "key",
    ["people_reached", "participations", "qpv_share", "female_share", "people_by_age", "goals_reached"],
)
def test_nothing_told_is_not_zero(cite, october, key):
    retained(cite, expected_reach=50)
    found = computed(key, cite)
    assert found.value is None
    assert found.rows == ()


def test_an_unknown_key_is_refused(cite):
    with pytest.raises(KeyError):
        compute("inconnu", cite, period())


def test_a_figure_of_the_whole_is_not_told_of_a_commune(cite, october):
    Money(cite)
    assert computed("leverage", cite).value is not None
    assert computed("leverage", cite, commune=factories.make_commune()).value is None


def test_every_usual_indicator_has_its_computation():
    for usual in USUAL_INDICATORS:
        if usual.computed:
            assert COMPUTATIONS[usual.computed].unit == usual.unit, usual.code
