from datetime import date

import pytest
from django.db import IntegrityError, transaction

from evaluation.enums import Certainty, Frequency, MeasurementState, Nature
from evaluation.models import Measurement
from evaluation.periods import Period, periods_of_label, periods_of_year
from evaluation.services import add_usual_protocol
from partners.enums import Role, SideKind
from tests import factories
from tests.evaluation.factories import make_indicator, make_measurement

pytestmark = pytest.mark.django_db


@pytest.fixture
def cite():
    return factories.make_cite(label_starts_on=date(2024, 9, 1), label_ends_on=date(2027, 8, 31))


@pytest.fixture
def commune(cite):
    return factories.make_commune()


def seen_by(cite, role, **mandate):
    return Measurement.objects.visible_to(factories.make_user(cite, role, **mandate))


def test_unknown_is_no_zero(cite):
    indicator = make_indicator(cite)
    make_measurement(indicator, None, certainty=Certainty.UNKNOWN)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_measurement(indicator, 0, year=2025, certainty=Certainty.UNKNOWN)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_measurement(indicator, None, year=2025)


def test_one_figure_a_cell(cite, commune):
    indicator = make_indicator(cite)
    make_measurement(indicator, 12)
    make_measurement(indicator, 5, commune=commune)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_measurement(indicator, 6, commune=commune)


def test_figures_to_validate_are_for_the_team_and_their_commune(cite, commune):
    elsewhere = factories.make_commune()
    indicator = make_indicator(cite)
    draft = make_measurement(indicator, 5, commune=commune, state=MeasurementState.DRAFT)
    validated = make_measurement(indicator, 7, commune=elsewhere)
    assert set(seen_by(cite, Role.LEAD)) == {draft, validated}
    assert set(seen_by(cite, Role.REFERENT, communes=[commune])) == {draft, validated}
    assert set(seen_by(cite, Role.REFERENT, communes=[elsewhere])) == {validated}
    assert set(seen_by(cite, Role.READER)) == {validated}
    assert not seen_by(cite, Role.HOLDER)
    assert not seen_by(factories.make_cite("ailleurs"), Role.LEAD)


def test_figures_of_one_school_are_for_the_team_and_the_education_side(cite, commune):
    row = make_measurement(make_indicator(cite), 80, school=factories.make_school(commune=commune))
    teaching, state = cite.sides.get(kind=SideKind.EDUCATION), cite.sides.get(kind=SideKind.STATE)
    assert list(seen_by(cite, Role.LEAD)) == [row]
    assert list(seen_by(cite, Role.PILOT, side=teaching)) == [row]
    assert not seen_by(cite, Role.PILOT, side=state)
    assert not seen_by(cite, Role.EVALUATOR)


def test_the_usual_protocol_is_added_once(cite):
    lead = factories.make_lead(cite)
    assert add_usual_protocol(cite, actor=lead) == cite.evaluation_questions.count() + cite.indicators.count()
    cite.indicators.filter(code="R2").update(name="À nous")
    assert add_usual_protocol(cite, actor=lead) == 0
    assert cite.indicators.get(code="R2").name == "À nous"
    assert cite.indicators.get(code="R2").nature == Nature.COMPUTED
    assert {question.code for question in cite.indicators.get(code="R7").questions.all()} == {"EQ2", "EQ4"}


def test_periods(cite):
    assert str(periods_of_year(Frequency.CIVIL_YEAR, 2026)[0]) == "2026"
    assert str(periods_of_year(Frequency.SCHOOL_YEAR, 2026)[0]) == "2026-2027"
    assert [str(period) for period in periods_of_year(Frequency.HALF_YEAR, 2026)] == [
        "1er semestre 2026",
        "2d semestre 2026",
    ]
    assert [str(one) for one in periods_of_label(Frequency.SCHOOL_YEAR, cite)] == [
        "2024-2025",
        "2025-2026",
        "2026-2027",
    ]
    assert [str(one) for one in periods_of_label(Frequency.CIVIL_YEAR, cite)] == ["2024", "2025", "2026", "2027"]
    assert str(Period(date(2026, 3, 1), date(2026, 3, 31))) == "du 1er au 31\u00a0mars\u00a02026"
