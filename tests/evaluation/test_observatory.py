"""The observatory and its portraits: every figure derived again from the rows, and what each reader may know."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.enums import ActionStatus, Scope
from evaluation.enums import Category, Certainty, Level, Measure, Nature, ReportState, Unit
from evaluation.models import ActionReport, ReportReach
from evaluation.observatory import Observatory
from partners.enums import Role, SideKind
from tests import factories
from tests.actions import factories as plan
from tests.evaluation.factories import make_indicator, make_measurement

pytestmark = pytest.mark.django_db
YEAR = 2026


@pytest.fixture
def town():
    return factories.make_commune("Aubigné", population=12345, longitude=2.37, latitude=51.03)


@pytest.fixture
def other_town():
    return factories.make_commune("Bélair", longitude=2.30, latitude=51.02)


@pytest.fixture
def cite(town, other_town):
    return factories.make_cite(communes=[town, other_town])


@pytest.fixture
def lead(cite):
    return factories.make_lead(cite)


@pytest.fixture
def schools(cite, town):
    rows = [factories.make_school(f"Collège {letter}", town) for letter in "ABC"]
    cite.schools.set(rows)
    return rows


@pytest.fixture
def pupils(cite, schools, lead):
    indicator = make_indicator(
        cite,
        "C6",
        level=Level.CONTEXT,
        nature=Nature.IMPORTED,
        unit=Unit.NUMBER,
        open_data_id="fr-en-college-effectifs-niveau-sexe-lv",
    )
    for school, number in zip(schools, (300, 450, 250), strict=True):
        make_measurement(indicator, number, school=school, author=lead)
    return indicator


def retained(cite, communes, granted=None, **fields):
    fields.setdefault("status", ActionStatus.RETAINED)
    action = plan.make_action(cite, communes=communes, budget_year=YEAR, **fields)
    if granted is not None:
        source = cite.funding_sources.first() or plan.make_source(cite)
        plan.make_funding(action, source, granted=granted, requested=granted)
    return action


def reach(action, author, value, category=Category.ALL, measure=Measure.PERSONS):
    report, _ = ActionReport.objects.get_or_create(
        action=action, budget_year=YEAR, defaults={"state": ReportState.VALIDATED, "author": author}
    )
    certainty = Certainty.UNKNOWN if value is None else Certainty.COUNTED
    ReportReach.objects.create(report=report, category=category, measure=measure, reached=value, certainty=certainty)


def row_of(user, cite, place):
    return next(row for row in Observatory(user, cite, YEAR).communes_table() if row["label"] == place.name)


def test_a_commune_adds_up_its_own_actions(cite, town, other_town, lead, pupils):
    first = retained(cite, [town], "6000")
    retained(cite, [town, other_town], "4000")
    retained(cite, [town], "9999", status=ActionStatus.ABANDONED)
    retained(cite, [], "500", scope=Scope.INTERCOMMUNAL)
    reach(first, lead, 40)
    reach(first, lead, 900, measure=Measure.PARTICIPATIONS)
    row = row_of(lead, cite, town)
    assert row["count"] == 2
    assert [amount["text"] for amount in row["amounts"]][-1] == "10\u00a0000\u00a0€"
    assert row["pupils"] == "1\u00a0000"
    assert row["per_pupil"] == "10,00\u00a0€"
    assert row["reached"] == "40"
    assert row_of(lead, cite, other_town)["per_pupil"] == "non connu"


def test_what_nobody_told_is_not_known(cite, town, lead):
    reach(retained(cite, [town]), lead, None)
    row = row_of(lead, cite, town)
    assert row["reached"] == "non connu"
    assert row["pupils"] == "non connu"


def test_fewer_than_five_persons_are_not_told(cite, town, lead):
    reach(retained(cite, [town]), lead, 3)
    assert row_of(lead, cite, town)["reached"] == "moins de 5"


def test_two_known_schools_are_told_to_those_who_read_schools(cite, town, schools, lead):
    indicator = make_indicator(cite, "C6", unit=Unit.NUMBER, open_data_id="fr-en-college-effectifs-niveau-sexe-lv")
    for school, number in zip(schools[:2], (300, 451), strict=True):
        make_measurement(indicator, number, school=school, author=lead)
    assert row_of(lead, cite, town)["pupils"] == "751 (2 établissements sur 3)"
    assert row_of(lead, cite, town)["per_pupil"] == "non connu"
    state = factories.make_user(cite, Role.PILOT, side=cite.sides.get(kind=SideKind.STATE))
    teaching = factories.make_user(cite, Role.PILOT, side=cite.sides.get(kind=SideKind.EDUCATION))
    assert row_of(state, cite, town)["pupils"] == "non connu"
    assert row_of(teaching, cite, town)["pupils"] == "751 (2 établissements sur 3)"


def test_the_last_headcount_counts(cite, town, schools, pupils, lead):
    make_measurement(pupils, 310, year=2027, school=schools[0], author=lead)
    assert row_of(lead, cite, town)["pupils"] == "1\u00a0010"


def test_places_are_in_alphabetical_order_and_the_page_costs_the_same(client, cite, town, other_town, lead, pupils):
    client.force_login(lead)
    url = reverse("evaluation:observatory")
    reach(retained(cite, [town], "100"), lead, 12)
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        text = client.get(url).content.decode()
    assert text.index("Aubigné") < text.index("Bélair")
    for _ in range(11):
        reach(retained(cite, [town], "100"), lead, 12)
    with CaptureQueriesContext(connection) as many:
        text = client.get(url).content.decode()
    assert "144" in text
    assert len(many) == len(few)


def test_a_portrait_tells_what_is_done_reached_and_measured(client, cite, town, schools, pupils, lead):
    action = retained(cite, [town], "6000", title="Orchestre du port")
    reach(action, lead, 40)
    reach(action, lead, 22, Category.FEMALE)
    index = make_indicator(
        cite, "C3", name="Indice de position sociale", level=Level.CONTEXT, nature=Nature.IMPORTED, unit=Unit.POINTS
    )
    for school, value, weight in zip(schools, (80, 90, 100), (300, 450, 250), strict=True):
        make_measurement(index, value, school=school, denominator=weight, author=lead)
    client.force_login(lead)
    text = client.get(reverse("evaluation:commune_portrait", args=[town.pk])).content.decode()
    mean = Decimal(80 * 300 + 90 * 450 + 100 * 250) / 1000
    assert "Orchestre du port" in text
    assert "1\u00a0000, 2026" in text
    assert str(mean.normalize()).replace(".", ",") in text
    assert "Filles et femmes" in text
    assert ">22<" in text


def test_the_portrait_of_a_school_is_for_those_who_read_schools(client, cite, schools, pupils, lead):
    url = reverse("evaluation:school_portrait", args=[schools[0].pk])
    retained(cite, [], "10", title="Fresque du préau").schools.add(schools[0])
    client.force_login(lead)
    text = client.get(url).content.decode()
    assert "Fresque du préau" in text
    assert "300\u00a0élèves" in text or "300 élèves" in text
    client.force_login(factories.make_user(cite, Role.PILOT, side=cite.sides.get(kind=SideKind.STATE)))
    assert client.get(url).status_code == 403


def test_a_place_of_another_cite_is_not_found(client, cite, lead):
    elsewhere = factories.make_commune("Ailleurs")
    factories.make_cite("ailleurs", communes=[elsewhere])
    client.force_login(lead)
    assert client.get(reverse("evaluation:commune_portrait", args=[elsewhere.pk])).status_code == 404


def test_the_portrait_of_a_neighbourhood(client, cite, town, lead):
    quarter = factories.make_neighbourhood("Les Dunes", communes=[town])
    cite.neighbourhoods.add(quarter)
    retained(cite, [town], "700", title="Jardin partagé").neighbourhoods.add(quarter)
    retained(cite, [town], "900", title="Ailleurs dans la commune")
    client.force_login(lead)
    text = client.get(reverse("evaluation:neighbourhood_portrait", args=[quarter.pk])).content.decode()
    assert "Jardin partagé" in text
    assert "Ailleurs dans la commune" not in text
