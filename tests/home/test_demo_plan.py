"""What the demonstration promises to show, before it is built."""

from collections import defaultdict

from cite_educative.home.demo import plan
from cite_educative.home.demo.dunkerque import INSTITUTIONS, REAL
from cite_educative.home.demo.envelopes import LAST_YEAR
from cite_educative.home.demo.waves import FIRST_WAVE, SECOND_WAVE
from partners.enums import PRIVATE_KINDS
from partners.validators import is_siret

AGREEMENT_ABOVE = 23_000


def test_sirets_are_valid_and_the_real_ones_of_real_bodies_alone():
    invented = [plan.invented_siret(rank) for rank in range(1, 60)]

    assert all(map(is_siret, [*invented, *plan.REAL_SIRETS.values()]))
    assert len(set(invented)) == len(invented)
    assert set(plan.REAL_SIRETS) <= REAL <= {*plan.HOLDERS, *INSTITUTIONS}


def test_three_requests_renew_an_action_of_last_year():
    renewing, renewed = {row.title for row in SECOND_WAVE}, {row[0] for row in plan.LAST_YEAR}

    assert len(plan.RENEWED) == 3
    assert set(plan.RENEWED) <= renewing
    assert set(plan.RENEWED.values()) <= renewed


def test_last_year_was_granted_within_its_envelopes():
    granted = defaultdict(int)
    for *_, money in plan.LAST_YEAR:
        for source, amount in money.items():
            granted[source] += amount

    assert {source: amount for source, amount in granted.items() if amount > LAST_YEAR[source][0]} == {}


def test_one_private_holder_is_above_the_threshold_of_the_law():
    sums = defaultdict(int)
    for row in FIRST_WAVE:
        for source, (_, _, granted, _) in row.money.items():
            sums[source, row.holder] += granted or 0

    above = {holder for (_, holder), amount in sums.items() if amount > AGREEMENT_ABOVE}

    assert {holder for holder in above if plan.HOLDERS[holder][1] in PRIVATE_KINDS} == {"metiers"}
