"""The grid of figures as people fill it: typed, pasted, wrong, at the same time."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from evaluation.enums import Breakdown, Certainty, Frequency, MeasurementState, Unit
from evaluation.grid import Choice, Grid
from evaluation.models import Measurement
from partners.enums import Role
from tests import factories
from tests.evaluation.factories import make_indicator, make_measurement

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune():
    return factories.make_commune("Grande-Synthe")


@pytest.fixture
def cite(commune):
    cite = factories.make_cite(
        communes=[commune, factories.make_commune("Dunkerque")],
        label_starts_on=date(2024, 9, 1),
        label_ends_on=date(2027, 8, 31),
    )
    return cite


@pytest.fixture
def lead(cite):
    return factories.make_lead(cite)


@pytest.fixture
def persons(cite):
    return make_indicator(cite, "R8", name="Parents associés", breakdowns=[Breakdown.COMMUNE])


@pytest.fixture
def share(cite):
    return make_indicator(
        cite, "P1", name="Part des filles", unit=Unit.PERCENT, numerator_label="filles", denominator_label="jeunes"
    )


@pytest.fixture
def sign_in(client):
    def signed(user):
        client.force_login(user)
        return client

    return signed


def address(**query):
    return f"{reverse('evaluation:grid')}?{urlencode({'annee': 2026, 'territoire': ''} | query)}"


def cell(indicator, name, place="cite", category="all", month="202601"):
    return f"i{indicator.pk}-{month}-{place}-{category}-{name}"


def typed(indicator, value, certainty="counted", version=0, **where):
    texts = {"value": value} if not indicator.is_share else dict(zip(("numerator", "denominator"), value, strict=True))
    texts |= {"certainty": certainty, "comment": "", "version": version}
    return {cell(indicator, name, **where): text for name, text in texts.items()}


def text_of(response):
    return response.content.decode()


def test_the_team_enters_figures(sign_in, lead, persons, share):
    client = sign_in(lead)

    response = client.post(
        address(),
        typed(persons, "1 234") | typed(share, ("12", "48"), "estimated") | {"said_by": "la CAF"},
        follow=True,
    )

    assert "2 chiffres sont enregistrés" in text_of(response)
    assert Measurement.objects.get(indicator=persons).value == 1234
    row = Measurement.objects.get(indicator=share)
    assert (row.value, row.numerator, row.denominator, row.certainty, row.said_by) == (
        25,
        12,
        48,
        Certainty.ESTIMATED,
        "la CAF",
    )
    assert 'value="1\u00a0234"' in text_of(client.get(address()))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("beaucoup", "n’est pas un nombre"),
        ("-2", "négatif"),
        ("12,5", "nombres entiers"),
        ("x" * 80, "n’est pas un nombre"),
    ],
)
def test_a_bad_cell_is_told_and_nothing_is_half_written(sign_in, lead, persons, share, value, words):
    response = sign_in(lead).post(address(), typed(persons, value) | typed(share, ("12", "48")))

    page = text_of(response)
    assert words in page
    assert f'value="{value}"' in page
    assert 'value="48"' in page
    assert not Measurement.objects.exists()


def test_a_percentage_over_a_hundred_is_refused(sign_in, lead, cite, share):
    rate = make_indicator(cite, "P2", name="Taux", unit=Unit.PERCENT)

    page = text_of(sign_in(lead).post(address(), typed(rate, "130 %") | typed(share, ("50", "48"))))

    assert "130\u00a0% dépasse 100\u00a0%" in page
    assert "dépasse le dénominateur" in page
    assert not Measurement.objects.exists()


def test_words_for_not_known_are_read_and_told(sign_in, lead, persons):
    response = sign_in(lead).post(address(), typed(persons, "N/A"), follow=True)

    assert "«\u00a0N/A\u00a0» est lu «\u00a0non connu\u00a0»" in text_of(response)
    row = Measurement.objects.get()
    assert (row.value, row.certainty) == (None, Certainty.UNKNOWN)


def test_a_known_figure_is_not_erased_by_a_blank(sign_in, lead, persons):
    row = make_measurement(persons, 12)

    page = text_of(sign_in(lead).post(address(), typed(persons, "", version=row.version)))

    assert "Un chiffre est tenu ici" in page
    row.refresh_from_db()
    assert row.value == 12


def test_a_year_outside_the_label_is_told_with_its_dates(sign_in, lead, persons):
    page = text_of(sign_in(lead).post(address(annee=2021), typed(persons, "12", month="202101")))

    assert "hors du label, qui va du 1er\u00a0septembre\u00a02024 au 31\u00a0août\u00a02027" in page
    assert 'value="12"' in page
    assert not Measurement.objects.exists()


def test_two_people_saving_at_once_see_both_versions(sign_in, lead, persons):
    row = make_measurement(persons, 20, version=2)

    response = sign_in(lead).post(address(), typed(persons, "30", version=1))

    page = text_of(response)
    assert response.status_code == 409
    assert "20, compté" in page
    assert "30, compté" in page
    assert 'value="30"' in page
    sign_in(lead).post(address(), typed(persons, "30", version=2))
    row.refresh_from_db()
    assert (row.value, row.state) == (30, MeasurementState.DRAFT)


def test_pasted_rows_are_shown_before_they_are_saved(sign_in, lead, persons, share):
    pasted = "Indicateur\tValeur\nParents associés\t1 250\nChats\t3\nR8\t4"
    data = typed(persons, "") | typed(share, ("", "")) | {"coller": "1", "pasted": pasted}

    page = text_of(sign_in(lead).post(address(), data))

    assert 'value="1 250"' in page
    assert "Ligne 3, «\u00a0Chats | 3\u00a0»\u00a0: aucune ligne de la grille" in page
    assert "Ligne 4, «\u00a0R8 | 4\u00a0»\u00a0: cette ligne est déjà donnée plus haut." in page
    assert not Measurement.objects.exists()


def test_a_pasted_share_has_its_two_numbers(sign_in, lead, share):
    data = typed(share, ("", "")) | {"coller": "1", "pasted": "P1\t12\t48\testimé\td’après la feuille d’émargement"}

    page = text_of(sign_in(lead).post(address(), data))

    assert 'value="12"' in page
    assert 'value="48"' in page
    assert '<option value="estimated" selected>' in page
    assert "d’après la feuille" in page


def test_pasted_schools_of_elsewhere_are_told(sign_in, lead, cite):
    indicator = make_indicator(cite, "S1", name="Classes inscrites", unit=Unit.NUMBER, breakdowns=[Breakdown.SCHOOL])
    own = factories.make_school("Collège Jules Verne", uai="0590088A")
    cite.schools.add(own)
    data = typed(indicator, "", place=f"e{own.pk}") | {"coller": "1", "pasted": "0590088A\t7\n0599999Z\t4"}

    page = text_of(sign_in(lead).post(address(indicateur=indicator.pk, par="school"), data))

    assert 'value="7"' in page
    assert "«\u00a00599999Z | 4\u00a0»\u00a0: aucune ligne de la grille" in page


def test_a_half_year_and_a_public_have_their_own_rows(sign_in, lead, cite):
    indicator = make_indicator(cite, "H1", name="Jeunes", frequency=Frequency.HALF_YEAR, breakdowns=[Breakdown.SEX])
    data = typed(indicator, "7", month="202607", category="female")

    sign_in(lead).post(address(), data)

    row = Measurement.objects.get()
    assert (row.starts_on, row.category, row.value) == (date(2026, 7, 1), "female", 7)


def test_a_referent_enters_for_the_own_commune_and_nowhere_else(sign_in, cite, commune, persons):
    referent = factories.make_user(cite, Role.REFERENT, communes=[commune])
    client = sign_in(referent)
    own, other = (f"c{row.pk}" for row in cite.communes.order_by("-name"))

    assert own == f"c{commune.pk}"
    assert cell(persons, "value", place=own) in text_of(client.get(reverse("evaluation:grid") + "?annee=2026"))
    client.post(address(territoire=own), typed(persons, "8", place=own))
    assert Measurement.objects.get().commune == commune
    assert client.post(address(territoire=other), typed(persons, "8", place=other)).status_code == 403
    assert client.post(address(), typed(persons, "8")).status_code == 403
    rows = typed(persons, "8", place=own, version=1) | typed(persons, "9", place=other)
    client.post(address(indicateur=persons.pk), rows)
    assert Measurement.objects.count() == 1


def test_the_owner_enters_for_her_indicator(sign_in, cite, persons, share):
    owner = factories.make_user(cite, Role.READER)
    persons.owner = owner.person
    persons.save()
    client = sign_in(owner)

    client.post(address(), typed(persons, "8") | typed(share, ("1", "2")))
    assert Measurement.objects.get().indicator == persons
    client.post(address(), typed(persons, "9", version=1))
    assert Measurement.objects.get().value == 9


def test_readers_see_small_counts_hidden_and_no_draft(sign_in, cite, persons, share):
    make_measurement(persons, 3)
    make_measurement(share, 77, numerator=77, denominator=100, state=MeasurementState.DRAFT)
    reader = factories.make_user(cite, Role.READER)

    page = text_of(sign_in(reader).get(address()))
    shares = [row.text for row in Grid(reader, cite, Choice(2026)).rows if row.indicator == share]

    assert "moins de 5" in page
    assert "77\u00a0%" not in page
    assert shares == [""]
    assert "data-chiffres" not in page


def test_unknown_territories_and_indicators_are_not_found(sign_in, cite, lead, persons):
    client = sign_in(lead)

    for query in (
        {"territoire": "c999999"},
        {"territoire": "zut"},
        {"indicateur": "0"},
        {"indicateur": persons.pk, "par": "school"},
    ):
        assert client.get(address(**query)).status_code == 404
    assert client.get(address(annee="abc")).status_code == 200


def test_schools_are_asked_for_by_who_may_read_them(sign_in, cite):
    indicator = make_indicator(cite, "S1", unit=Unit.NUMBER, breakdowns=[Breakdown.SCHOOL])
    school = factories.make_school()
    cite.schools.add(school)

    client = sign_in(factories.make_user(cite, Role.READER))

    assert client.get(address(territoire=f"e{school.pk}")).status_code == 404
    assert client.get(address(indicateur=indicator.pk, par="school")).status_code == 404


def test_the_grid_costs_the_same_for_few_and_many(sign_in, cite, lead, persons, django_assert_max_num_queries):
    client = sign_in(lead)
    client.get(address())
    with django_assert_max_num_queries(15) as few:
        client.get(address())
    for rank in range(20):
        indicator = make_indicator(cite, f"X{rank}", breakdowns=[Breakdown.COMMUNE, Breakdown.SEX])
        make_measurement(indicator, 12)
    with django_assert_max_num_queries(len(few)):
        client.get(address())
    for commune in cite.communes.all():
        make_measurement(persons, 9, commune=commune)
    with django_assert_max_num_queries(15):
        client.get(address(indicateur=persons.pk))


def test_the_team_validates_and_gives_back(sign_in, lead, persons):
    first = make_measurement(persons, 10, state=MeasurementState.DRAFT)
    second = make_measurement(persons, 11, year=2025, state=MeasurementState.DRAFT)
    client, url = sign_in(lead), reverse("evaluation:to_validate")

    assert "Cochez au moins un chiffre" in text_of(client.post(url, {"valider": "1", "chiffre": ["abc", "1-", "-1"]}))
    page = text_of(client.post(url, {"renvoyer": "1", "chiffre": [f"{second.pk}-1"], "motif": " "}))
    assert "Dites ce qui est à reprendre" in page
    assert f'value="{second.pk}-1" checked' in page
    page = text_of(
        client.post(url, {"renvoyer": "1", "chiffre": [f"{second.pk}-1"], "motif": "Trop bas."}, follow=True)
    )
    assert "Un chiffre est renvoyé." in page
    assert "Trop bas." in page
    page = text_of(client.post(url, {"valider": "1", "chiffre": [f"{first.pk}-1", f"{second.pk}-1"]}, follow=True))
    assert "Un chiffre est validé." in page
    assert "un chiffre n’a pas été touché" in page
    first.refresh_from_db()
    assert first.state == MeasurementState.VALIDATED


def test_the_page_to_validate_costs_the_same_for_few_and_many(sign_in, lead, persons, django_assert_max_num_queries):
    make_measurement(persons, 10, state=MeasurementState.DRAFT)
    client, url = sign_in(lead), reverse("evaluation:to_validate")
    client.get(url)
    with django_assert_max_num_queries(15) as few:
        client.get(url)
    for year in range(2000, 2020):
        make_measurement(persons, 10, year=year, state=MeasurementState.DRAFT)
    with django_assert_max_num_queries(len(few)):
        client.get(url)
