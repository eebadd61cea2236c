"""What nothing measures: INJEP's blind spots, effective themes, rights, and the number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.enums import ActionStatus
from actions.models import Theme
from actions.usual_lists import USUAL_THEMES
from evaluation.coverage import Coverage
from evaluation.enums import Level, QuestionLevel
from partners.enums import Role
from tests import factories
from tests.actions.factories import make_action
from tests.evaluation.factories import make_indicator, make_question

pytestmark = pytest.mark.django_db

YEAR = 2026
SCHOOL = ("Orientation et découverte des métiers", "Climat scolaire", "Persévérance scolaire")
BLIND = USUAL_THEMES[:5]


@pytest.fixture
def cite():
    return factories.make_cite()


@pytest.fixture
def lead(cite):
    return factories.make_lead(cite)


@pytest.fixture
def themes(cite):
    return {
        label: Theme.objects.create(cite=cite, label=label, order=rank)
        for rank, label in enumerate([*SCHOOL, *BLIND], start=1)
    }


def make(cite, *themes, **fields):
    action = make_action(cite, **fields)
    action.themes.set(themes)
    return action


def rows_of(user, cite):
    return {row.label: row for row in Coverage(user, cite, YEAR).rows}


def test_the_blind_spots_that_injep_found(client, cite, lead, themes):
    """51 protocols read in 2021: school is measured; equality, health, sport, culture, mobility are in the plans only."""
    for label in SCHOOL:
        indicator = make_indicator(cite, f"S{len(label)}", level=Level.EFFECT)
        indicator.themes.set([themes[label]])
    for label in themes:
        make(cite, themes[label])

    coverage = Coverage(lead, cite, YEAR)

    assert [row.label for row in coverage.rows[:5]] == list(BLIND)
    assert [row.label for row in coverage.rows if row.measures_nothing] == list(BLIND)
    assert all(row.is_blind_spot == (row.label in BLIND) for row in coverage.rows)
    assert (coverage.total.actions, coverage.total.measured) == (8, 3)
    assert {action.themes.get().label for action in coverage.unmeasured} == set(BLIND)
    client.force_login(lead)
    session = client.session
    session["year"] = YEAR
    session.save()
    shown = client.get(reverse("evaluation:coverage")).content.decode()
    assert shown.count("rien ne mesure</span>") == len(BLIND)
    assert shown.count("souvent oubliée (INJEP, 2021)</span>") == len(BLIND)


def test_a_blind_spot_without_a_theme_is_told_too(cite, lead):
    Theme.objects.create(cite=cite, label="Activités culturelles et sportives")
    rows = Coverage(lead, cite, YEAR).rows
    assert [(row.label, row.is_missing) for row in rows[:4]] == [
        ("Égalité entre filles et garçons", True),
        ("Santé et bien-être", True),
        ("Activités culturelles et sportives", False),
        ("Mobilité", True),
    ]


def test_an_indicator_is_of_the_themes_of_its_active_questions(cite, lead, themes):
    sport, culture = themes["Sport"], themes["Culture"]
    asked = make_question(cite, "Q1", level=QuestionLevel.OFFER)
    asked.themes.set([sport])
    retired = make_question(cite, "Q2", is_active=False)
    retired.themes.set([culture])
    indicator = make_indicator(cite, level=Level.EFFECT)
    indicator.questions.set([asked, retired])
    played = make(cite, sport)
    make(cite, culture)

    rows = rows_of(lead, cite)

    assert rows["Sport"].cells == [0, 1, 1]
    assert (rows["Sport"].indicators, rows["Sport"].measured) == (1, 1)
    assert rows["Culture"].measures_nothing
    assert played not in Coverage(lead, cite, YEAR).unmeasured


def test_a_retired_indicator_measures_nothing(cite, lead, themes):
    make_indicator(cite, is_active=False).themes.set([themes["Sport"]])
    make(cite, themes["Sport"])
    assert rows_of(lead, cite)["Sport"].measures_nothing


def test_an_action_that_an_indicator_names_is_measured(cite, lead, themes):
    named, other = make(cite, themes["Sport"]), make(cite)
    make_indicator(cite).actions.set([named])

    coverage = Coverage(lead, cite, YEAR)
    rows = {row.label: row for row in coverage.rows}

    assert coverage.unmeasured == [other]
    assert (rows["Sport"].actions, rows["Sport"].measured, rows["Sport"].indicators) == (1, 1, 0)
    assert (rows["Sans thématique"].actions, rows["Sans thématique"].measured) == (1, 0)
    assert rows["Sans thématique"].indicators == 1


def test_rejected_abandoned_and_other_years_do_not_count(cite, lead, themes):
    make(cite, themes["Sport"], status=ActionStatus.REJECTED)
    make(cite, themes["Sport"], status=ActionStatus.ABANDONED)
    make(cite, themes["Sport"], budget_year=2025)
    assert rows_of(lead, cite)["Sport"].actions == 0


def test_each_reader_counts_what_she_may_read(cite, lead, themes):
    secret = make(cite, themes["Sport"])
    reader = factories.make_user(cite, Role.READER)
    assert rows_of(lead, cite)["Sport"].actions == 1
    assert rows_of(reader, cite)["Sport"].actions == 0
    assert secret not in Coverage(reader, cite, YEAR).actions


def test_queries_do_not_grow(cite, lead, themes):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            coverage = Coverage(lead, cite, YEAR)
            assert coverage.rows
            assert coverage.total
        return len(caught)

    make(cite, themes["Sport"])
    make_indicator(cite, "A1").questions.set([make_question(cite)])
    assert cite.pk in lead.access.cites  # her rights are read once
    few = queries()
    for rank in range(15):
        make(cite, themes["Culture"])
        make_indicator(cite, f"B{rank}").themes.set([themes["Culture"]])
    assert queries() == few
