"""The figures of the evaluation on the home page of those who must see to them."""

from datetime import date

import pytest

from evaluation.enums import MeasurementState
from partners.enums import Role
from tests import factories
from tests.evaluation.factories import make_indicator, make_measurement

pytestmark = pytest.mark.django_db


@pytest.fixture
def cite():
    return factories.make_cite(label_starts_on=date(2024, 9, 1), label_ends_on=date(2025, 12, 31))


@pytest.fixture
def indicator(cite):
    return make_indicator(cite, name="Parents associés")


@pytest.fixture
def titles(client):
    def read(user):
        client.force_login(user)
        return [task.title for _, tasks in client.get("/").context["groups"] for task in tasks]

    return read


def test_the_team_is_told_what_to_validate_and_what_is_late(titles, cite, indicator):
    lead = factories.make_lead(cite)
    make_measurement(indicator, 12, state=MeasurementState.DRAFT)
    make_measurement(indicator, 12, year=2025)

    found = titles(lead)

    assert "1 chiffre à valider" in found
    assert "1 chiffre en retard" in found


def test_the_owner_is_told_of_hers_and_a_reader_of_none(titles, cite, indicator):
    owner, reader = (factories.make_user(cite, Role.READER) for _ in range(2))
    indicator.owner = owner.person
    indicator.save()

    assert "2 chiffres en retard" in titles(owner)
    assert not [title for title in titles(reader) if "chiffre" in title]


def test_who_entered_a_figure_is_told_that_it_came_back(titles, cite, indicator):
    commune = factories.make_commune()
    cite.communes.add(commune)
    referent, other = (factories.make_user(cite, Role.REFERENT, communes=[commune]) for _ in range(2))
    make_measurement(indicator, 9, commune=commune, state=MeasurementState.RETURNED, author=referent)

    assert "1 chiffre à reprendre" in titles(referent)
    assert "1 chiffre à reprendre" not in titles(other)
