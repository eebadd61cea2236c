"""Sums, shares and means: what is known, over how many, and nothing of fewer than five persons."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from evaluation import computed
from evaluation.aggregates import read_figures
from evaluation.computed import Computed
from evaluation.enums import Breakdown, Category, Certainty, MeasurementState, Nature, Unit
from evaluation.models import Target
from evaluation.periods import Period
from partners.enums import Role, SideKind
from tests import factories
from tests.evaluation.factories import make_indicator, make_measurement, make_question

pytestmark = pytest.mark.django_db
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def communes():
    return [factories.make_commune(name) for name in ("Dunkerque", "Grande-Synthe", "Téteghem")]


@pytest.fixture
def cite(communes):
    cite = factories.make_cite(communes=communes, label_starts_on=date(2024, 9, 1), label_ends_on=date(2027, 8, 31))
    cite.schools.set(factories.make_school(f"Collège {rank}", commune=communes[0]) for rank in range(4))
    return cite


def figures_of(indicator):
    return read_figures(indicator.cite, [indicator])[indicator.pk]


def by_commune(indicator, communes, *values, **fields):
    for commune, value in zip(communes, values, strict=False):
        certainty = Certainty.UNKNOWN if value is None else Certainty.COUNTED
        make_measurement(indicator, value, commune=commune, certainty=certainty, **fields)


def by_school(indicator, cite, *pairs):
    for school, (value, weight) in zip(cite.schools.order_by("name"), pairs, strict=False):
        make_measurement(indicator, value, school=school, denominator=weight)


def test_a_sum_says_over_how_many_communes(cite, communes):
    indicator = make_indicator(cite, unit=Unit.NUMBER)
    by_commune(indicator, communes, 12, None)

    point = figures_of(indicator).total(YEAR)

    assert (point.value, point.told) == (12, "sur 1 commune renseignée, de 3")


def test_nothing_known_is_not_zero(cite, communes):
    indicator = make_indicator(cite)
    by_commune(indicator, communes, None, None, None)
    make_measurement(indicator, 40, year=2025, state=MeasurementState.DRAFT)

    series = figures_of(indicator).series()

    assert [str(period) for period, _ in series] == ["2024", "2025", "2026", "2027"]
    assert not any(point.is_known for _, point in series)


def test_a_figure_of_the_whole_cite_wins_over_its_parts(cite, communes):
    indicator = make_indicator(cite)
    by_commune(indicator, communes, 12, 20, 30)
    assert figures_of(indicator).total(YEAR).value == 62
    assert "deux fois" in figures_of(indicator).total(YEAR).told

    make_measurement(indicator, 55, certainty=Certainty.ESTIMATED)
    point = figures_of(indicator).total(YEAR)
    assert (point.value, point.certainty, point.told) == (55, Certainty.ESTIMATED, "")


def test_shares_add_up_by_what_they_divide(cite, communes):
    indicator = make_indicator(cite, unit=Unit.PERCENT, numerator_label="filles", denominator_label="jeunes")
    make_measurement(indicator, 50, numerator=10, denominator=20, commune=communes[0])
    make_measurement(indicator, 100, numerator=180, denominator=180, commune=communes[1])

    point = figures_of(indicator).total(YEAR)

    assert (point.value, point.numerator, point.denominator) == (95, 190, 200)


def test_schools_are_told_from_three_on_and_weighed(cite):
    index = make_indicator(cite, "C3", unit=Unit.POINTS, nature=Nature.IMPORTED, breakdowns=[Breakdown.SCHOOL])
    by_school(index, cite, (80, 300), (100, 100))
    point = figures_of(index).total(YEAR)
    assert not point.is_known
    assert "moins de 3 établissements" in point.told

    make_measurement(index, 90, school=cite.schools.order_by("name")[2], denominator=100)
    point = figures_of(index).total(YEAR)
    assert (point.value, point.told) == (86, "moyenne de 3 établissements, pondérée par leurs effectifs")


def test_weights_come_from_the_headcounts_else_the_mean_is_told_plain(cite):
    index = make_indicator(cite, "C3", unit=Unit.POINTS, nature=Nature.IMPORTED)
    by_school(index, cite, (80, None), (100, None), (90, None))
    assert figures_of(index).total(YEAR).value == 90
    assert "moyenne simple" in figures_of(index).total(YEAR).told

    headcounts = make_indicator(
        cite, "ELEVES", unit=Unit.NUMBER, nature=Nature.IMPORTED, open_data_id="fr-en-college-effectifs-niveau-sexe-lv"
    )
    by_school(headcounts, cite, (300, None), (100, None), (100, None))
    assert figures_of(index).total(YEAR).value == 86
    assert figures_of(headcounts).total(YEAR).value == 500


def test_the_schools_of_one_commune_make_its_figure_from_three_on(cite, communes):
    index = make_indicator(cite, "C3", unit=Unit.POINTS, nature=Nature.IMPORTED)
    by_school(index, cite, (80, 300), (100, 100), (90, 100))

    points = {commune.name: point.value for commune, point in figures_of(index).communes(YEAR)}

    assert points == {"Dunkerque": 86, "Grande-Synthe": None, "Téteghem": None}


def test_fewer_than_five_persons_are_hidden_and_cannot_be_found(cite, communes):
    indicator = make_indicator(cite)
    by_commune(indicator, communes, 3, 20, 9)

    points = {commune.name: point for commune, point in figures_of(indicator).communes(YEAR)}

    assert [name for name, point in points.items() if point.is_masked] == ["Dunkerque", "Téteghem"]
    assert points["Dunkerque"].text(Unit.PERSONS) == "moins de 5"
    assert points["Dunkerque"].value is None
    assert figures_of(indicator).total(YEAR).value == 32


def test_a_small_total_and_a_share_of_few_are_hidden(cite):
    persons = make_indicator(cite)
    make_measurement(persons, 4)
    assert figures_of(persons).total(YEAR).is_masked
    share = make_indicator(cite, "P1", unit=Unit.PERCENT, numerator_label="filles", denominator_label="jeunes")
    make_measurement(share, 25, numerator=2, denominator=8)
    assert figures_of(share).total(YEAR).is_masked
    seances = make_indicator(cite, "S1", unit=Unit.NUMBER)
    make_measurement(seances, 2)
    assert figures_of(seances).total(YEAR).value == 2


def test_publics_are_shown_one_by_one(cite):
    indicator = make_indicator(cite, breakdowns=[Breakdown.SEX])
    make_measurement(indicator, 30)
    make_measurement(indicator, 18, category=Category.FEMALE)
    make_measurement(indicator, 12, category=Category.MALE)

    assert [(str(part), point.value) for part, point in figures_of(indicator).categories(YEAR)] == [
        ("female", 18),
        ("male", 12),
    ]


# --- The page -------------------------------------------------------------------------------------


@pytest.fixture
def page(client):
    def get(indicator, user, query=""):
        client.force_login(user)
        return client.get(reverse("evaluation:indicator", args=[indicator.pk]) + query).content.decode()

    return get


def test_the_page_shows_the_series_its_targets_and_its_communes(page, cite, communes):
    indicator = make_indicator(
        cite,
        name="Parents associés",
        definition="Parents qui ont préparé une action.",
        baseline=10,
        breakdowns=["commune"],
    )
    indicator.questions.add(make_question(cite))
    Target.objects.create(indicator=indicator, year=2026, value=60)
    make_measurement(indicator, 24, year=2025)
    by_commune(indicator, communes, 12, 20, 1234)

    html = page(indicator, factories.make_user(cite, Role.READER))

    assert "Parents qui ont préparé une action." in html
    assert "EQ1" in html
    assert "<svg" in html
    assert ">cible</text>" in html
    assert ">départ</text>" in html
    assert "1\u00a0266" in html
    assert "sur 3 communes renseignées" in html.lower()
    assert "non connu" in html
    assert html.index("Dunkerque</th>") < html.index("Grande-Synthe</th>") < html.index("Téteghem</th>")


def test_the_figures_of_a_school_are_for_those_who_teach_and_the_team(page, cite):
    index = make_indicator(
        cite, "C3", unit=Unit.POINTS, nature=Nature.IMPORTED, breakdowns=[Breakdown.SCHOOL, Breakdown.COMMUNE]
    )
    by_school(index, cite, (Decimal("81.7"), 380), (Decimal("112.2"), 610), (Decimal("97.4"), 422))
    education = cite.sides.get(kind=SideKind.EDUCATION)

    readers = [factories.make_lead(cite), factories.make_user(cite, Role.PILOT, side=education)]
    others = [
        factories.make_user(cite, Role.READER),
        factories.make_user(cite, Role.PILOT, side=cite.sides.get(kind=SideKind.STATE)),
    ]

    assert all("112,2" in page(index, user) for user in readers)
    assert not any("112,2" in page(index, user) for user in others)
    assert all("pondérée" in page(index, user) for user in others)


def test_a_computed_indicator_shows_its_figure_and_the_list_behind_it(page, cite, monkeypatch):
    def run(key, cite, period, *, commune=None):
        return Computed(Decimal(12), told=f"douze actions de {period.year}", url="/actions/")

    monkeypatch.setattr(computed, "compute", run)
    monkeypatch.setattr(computed, "COMPUTATIONS", {"stub": None})
    monkeypatch.setattr(computed, "tells_money", lambda key: False)
    indicator = make_indicator(cite, "R7", nature=Nature.COMPUTED, computed_key="stub", unit=Unit.NUMBER)

    html = page(indicator, factories.make_user(cite, Role.READER))

    assert "Douze actions de 2025" in html
    assert 'href="/actions/"' in html


def test_a_computed_indicator_of_money_is_for_those_who_read_it(page, cite, monkeypatch):
    monkeypatch.setattr(computed, "compute", lambda *args, **kwargs: Computed(Decimal(31415)))
    monkeypatch.setattr(computed, "COMPUTATIONS", {"stub": None})
    monkeypatch.setattr(computed, "tells_money", lambda key: True)
    indicator = make_indicator(cite, "F5", nature=Nature.COMPUTED, computed_key="stub", unit=Unit.EUROS)

    assert "31\u00a0415" in page(indicator, factories.make_user(cite, Role.FINANCE))
    assert "31\u00a0415" not in page(indicator, factories.make_user(cite, Role.READER))


def test_the_page_costs_the_same_for_few_and_many(page, client, cite, communes, django_assert_max_num_queries):
    indicator = make_indicator(cite, breakdowns=list(Breakdown.values))
    user = factories.make_lead(cite)
    by_commune(indicator, communes, 12, 20)
    page(indicator, user)
    address = reverse("evaluation:indicator", args=[indicator.pk])
    with django_assert_max_num_queries(15) as few:
        client.get(address)
    for year in range(2015, 2025):
        by_commune(indicator, communes, 12, 20, 30, year=year)
        for school in cite.schools.all():
            make_measurement(indicator, 100, year=year, school=school)
    with django_assert_max_num_queries(len(few)):
        client.get(address)
