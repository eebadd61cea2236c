"""Figures kept, validated, given back, corrected."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from cite_educative.common.journal import entries_for
from evaluation import services
from evaluation.enums import Certainty, Frequency, MeasurementState
from evaluation.late import late_figures
from evaluation.models import Measurement
from evaluation.periods import Period, periods_of_year
from evaluation.services import Figure
from tests import factories
from tests.evaluation.factories import make_indicator, make_measurement

pytestmark = pytest.mark.django_db
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def commune():
    return factories.make_commune("Grande-Synthe")


@pytest.fixture
def cite(commune):
    return factories.make_cite(communes=[commune], label_starts_on=date(2024, 9, 1), label_ends_on=date(2027, 8, 31))


@pytest.fixture
def lead(cite):
    return factories.make_lead(cite)


@pytest.fixture
def indicator(cite):
    return make_indicator(cite)


def save(cite, lead, *figures, **fields):
    return services.save_measurements(cite, figures, actor=lead, **fields)


def test_a_figure_is_kept_as_a_draft_with_its_source(cite, lead, indicator, commune):
    (row,) = save(
        cite, lead, Figure(indicator, YEAR, Decimal(12), place=f"c{commune.pk}"), said_by="la mairie de Grande-Synthe"
    )

    row.refresh_from_db()
    assert (row.value, row.state, row.commune, row.said_by) == (
        12,
        MeasurementState.DRAFT,
        commune,
        "la mairie de Grande-Synthe",
    )
    assert "reçu de la mairie" in entries_for(row).get().sentence


def test_the_same_figure_again_writes_nothing(cite, lead, indicator):
    save(cite, lead, Figure(indicator, YEAR, Decimal(12)))

    assert save(cite, lead, Figure(indicator, YEAR, Decimal("12.0000"), version=1)) == []
    assert Measurement.objects.get().version == 1


def test_two_people_at_once(cite, lead, indicator):
    save(cite, lead, Figure(indicator, YEAR, Decimal(12)))

    with pytest.raises(services.FiguresConflict) as conflict:
        save(
            cite,
            lead,
            Figure(indicator, YEAR, Decimal(15)),
            Figure(indicator, *periods_of_year("civil_year", 2025), Decimal(3)),
        )
    ((figure, kept),) = conflict.value.pairs
    assert (figure.value, kept.value) == (15, 12)
    assert Measurement.objects.get().value == 12


def test_a_correction_goes_back_to_be_validated(cite, lead, indicator):
    row = make_measurement(indicator, 12, validated_by=lead)

    save(cite, lead, Figure(indicator, YEAR, None, certainty=Certainty.UNKNOWN, version=row.version))
    row.refresh_from_db()

    assert (row.value, row.state, row.validated_by) == (None, MeasurementState.DRAFT, None)


@pytest.mark.parametrize(
    ("frequency", "year", "is_kept"),
    [
        (Frequency.CIVIL_YEAR, 2023, False),
        (Frequency.CIVIL_YEAR, 2024, True),
        (Frequency.SCHOOL_YEAR, 2023, False),
        (Frequency.SCHOOL_YEAR, 2024, True),
        (Frequency.CIVIL_YEAR, 2027, True),
        (Frequency.SCHOOL_YEAR, 2027, False),
    ],
)
def test_a_period_outside_the_label_is_refused(cite, lead, frequency, year, is_kept):
    figure = Figure(make_indicator(cite, frequency=frequency), *periods_of_year(frequency, year), Decimal(1))

    if is_kept:
        assert save(cite, lead, figure)
    else:
        with pytest.raises(ValidationError, match="hors du label, qui va du 1er"):
            save(cite, lead, figure)


def test_a_territory_of_elsewhere_is_refused(cite, lead, indicator):
    elsewhere = factories.make_school()

    with pytest.raises(ValidationError, match="n’est pas, ou n’est plus, de la Cité"):
        save(cite, lead, Figure(indicator, YEAR, Decimal(1), place=f"e{elsewhere.pk}"))
    with pytest.raises(ValidationError, match="autre Cité"):
        save(factories.make_cite("amiens"), lead, Figure(indicator, YEAR, Decimal(1)))


def test_validation_of_many_and_two_at_once(cite, lead, indicator):
    first = make_measurement(indicator, 1, state=MeasurementState.DRAFT)
    second = make_measurement(indicator, 2, year=2025, state=MeasurementState.DRAFT)
    versions = {first.pk: first.version, second.pk: second.version}

    assert [
        len(done) if isinstance(done, list) else done
        for done in services.validate_measurements(cite, versions, actor=lead)
    ] == [2, 0]
    done, passed = services.validate_measurements(cite, versions, actor=lead)

    assert (done, passed) == ([], 2)
    first.refresh_from_db()
    assert (first.state, first.validated_by) == (MeasurementState.VALIDATED, lead)
    assert len(entries_for(first)) == 1


def test_a_figure_changed_since_it_was_read_is_not_validated(cite, lead, indicator):
    (row,) = save(cite, lead, Figure(indicator, YEAR, Decimal(12)))
    save(cite, lead, Figure(indicator, YEAR, Decimal(13), version=1))

    assert services.validate_measurements(cite, {row.pk: 1}, actor=lead) == ([], 1)


def test_a_figure_given_back_has_its_reason_until_corrected(cite, lead, indicator):
    (row,) = save(cite, lead, Figure(indicator, YEAR, Decimal(12)))
    with pytest.raises(ValidationError, match="Dites ce qui est à reprendre"):
        services.return_measurements(cite, {row.pk: 1}, reason="  ", actor=lead)
    services.return_measurements(cite, {row.pk: 1}, reason="Compte les séances, non les parents.", actor=lead)
    row.refresh_from_db()
    assert (row.state, row.remarks) == (MeasurementState.RETURNED, "Compte les séances, non les parents.")

    save(cite, lead, Figure(indicator, YEAR, Decimal(9), version=row.version))
    row.refresh_from_db()
    assert row.state == MeasurementState.DRAFT


def test_another_cite_validates_nothing_here(cite, lead, indicator):
    row = make_measurement(indicator, 1, state=MeasurementState.DRAFT)

    assert services.validate_measurements(factories.make_cite("amiens"), {row.pk: 1}, actor=lead) == ([], 1)


def test_figures_are_late_sixty_days_after_their_period(cite, lead, indicator):
    make_measurement(indicator, 3, year=2025)
    make_measurement(indicator, 3, year=2024, state=MeasurementState.DRAFT)

    assert late_figures(cite, date(2025, 2, 28)) == []
    late = late_figures(cite, date(2026, 3, 1))
    assert [(one.indicator, one.period.year) for one in late] == [(indicator, 2024)]
    assert late_figures(cite, date(2026, 3, 1), owner=lead.person_id) == []
