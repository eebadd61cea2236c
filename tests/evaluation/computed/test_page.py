"""How a computed figure is explained, who may read it, and what it costs."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Action
from evaluation.computed import COMPUTATIONS, compute, tells_money
from evaluation.enums import Frequency
from evaluation.periods import periods_of_year
from partners.enums import Role
from tests import factories
from tests.actions.factories import make_action, make_source
from tests.evaluation.computed.rows import (
    YEAR,
    Money,
    attend,
    funded,
    make_body,
    make_decision,
    make_meeting,
    period,
    pilots_of,
    programmes,
    retained,
)


@pytest.fixture
def open_page(client, cite, october):
    def get(key, role=Role.LEAD, query=""):
        client.force_login(factories.make_user(cite, role))
        session = client.session
        session["year"] = YEAR
        session.save()
        return client.get(reverse("evaluation:computed", args=[key]) + query)

    return get


def text_of(response):
    return response.getvalue().decode().replace("&nbsp;", "\u00a0").replace("&#x27;", "’")


def test_the_page_says_the_figure_its_sentence_and_its_rows(cite, open_page):
    money = Money(cite)
    text = text_of(open_page("leverage"))
    found = compute("leverage", cite, period())
    assert found.told in text
    assert "0,62" in text
    assert all(cell in text for row in found.rows for cell in row)
    assert f'href="{reverse("actions:fundings")}?exercice=2026&amp;etape=granted"' in text
    assert str(money.policy) in text


def test_another_year(cite, open_page):
    retained(cite, title="De l’an dernier", budget_year=YEAR - 1)
    assert "De l’an dernier" not in text_of(open_page("actions_done"))
    assert "De l’an dernier" in text_of(open_page("actions_done", query="?annee=2025"))


@pytest.mark.parametrize("year", ["abc", "", "1200", "99999999999", "2026.5"])
def test_a_year_that_cannot_be_read_is_that_of_the_frame(cite, open_page, year):
    retained(cite, title="De cette année")
    assert "De cette année" in text_of(open_page("actions_done", query=f"?annee={year}"))


def test_an_unknown_figure_is_not_found(open_page):
    assert open_page("inconnu").status_code == 404


@pytest.mark.parametrize(("role", "code"), [(Role.FINANCE, 200), (Role.EVALUATOR, 403), (Role.HOLDER, 403)])
def test_money_is_for_who_reads_the_money(open_page, role, code):
    assert open_page("payment_rate", role).status_code == code


def test_an_evaluator_reads_neither_names_nor_decisions_not_published(cite, open_page, october):
    pilot = pilots_of(cite)[0]
    make_decision(make_body(cite), 1, october.replace(month=1), due_on=october.replace(month=2))
    told = text_of(open_page("review.b11", Role.EVALUATOR))
    assert "réservées à l’équipe" in told
    assert "Décision 1" not in text_of(open_page("decisions_on_time", Role.EVALUATOR))
    assert "Décision 1" in text_of(open_page("decisions_on_time", Role.PILOT))
    assert str(pilot.person) not in told


def test_money_keys_are_those_of_money():
    money = {key for key in COMPUTATIONS if tells_money(key)}
    assert {key for key in COMPUTATIONS if key.startswith("review.f")} <= money
    assert {"commitment_rate", "payment_rate", "leverage", "local_share", "cost_per_person"} <= money
    assert not {"actions_done", "meetings_held", "review.a1"} & money


def test_every_page_opens_with_nothing_and_with_rows(cite, client, october):
    client.force_login(factories.make_lead(cite))

    def codes():
        return {key: client.get(reverse("evaluation:computed", args=[key])).status_code for key in COMPUTATIONS}

    assert set(codes().values()) == {200}
    Money(cite)
    fill(cite, 2)
    assert set(codes().values()) == {200}


def fill(cite, number):
    source, body = make_source(cite), make_body(cite, f"Instance {number}", f"I{chr(64 + number)}")
    pilots = pilots_of(cite)
    for month in range(1, number + 1):
        action = retained(cite)
        action.schools.add(factories.make_school())
        funding = funded(action, source, programmed="10", granted="10", committed="5", paid="5")
        decision = make_decision(body, month, period().starts_on, due_on=period().starts_on)
        programmes(decision, funding, 10)
        meeting = make_meeting(body, period().starts_on.replace(month=month))
        for pilot in pilots:
            attend(meeting, pilot)
        retained(cite, budget_year=YEAR - 1)
        make_action(cite)


def test_queries_do_not_grow_with_the_rows(cite, october):
    def counts():
        found = {}
        for key in COMPUTATIONS:
            cache.clear()
            with CaptureQueriesContext(
                connection,
            ) as queries:
                compute(key, cite, period())
            found[key] = len(queries)
        return found

    fill(cite, 2)
    few = counts()
    fill(cite, 8)
    assert Action.objects.filter(cite=cite).count() == 30
    many = counts()
    assert many == few
    assert max(many.values()) <= 12


def test_a_school_year_takes_the_actions_of_the_year_it_starts_in(cite, october):
    retained(cite)
    school_year = periods_of_year(Frequency.SCHOOL_YEAR, YEAR)[0]
    assert compute("actions_done", cite, school_year).denominator == 1
