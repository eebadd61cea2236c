import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.enums import ActionStatus, Scope
from partners.enums import Role
from tests.actions.factories import make_action, make_axis, make_call, make_funding, make_programme, make_source
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db

URL = "/actions/"


def fill(cite, number):
    axis = make_axis(make_programme(cite, f"Programme {number}"))
    source = make_source(cite)
    for _ in range(number):
        action = make_action(cite, axis=axis, communes=cite.communes.all(), status=ActionStatus.RETAINED)
        make_funding(action, source, requested="100", programmed="90", granted="80", paid="70")


def queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_list_costs_the_same_queries_with_one_and_five_rows(sign_in, cite, lead):
    client = sign_in(lead)
    fill(cite, 1)
    one = queries(client, URL)
    fill(cite, 5)

    assert queries(client, URL) == one
    assert one <= 15


def test_the_sheet_costs_the_same_queries_whatever_its_money(sign_in, cite, lead):
    client = sign_in(lead)
    action = make_action(cite, communes=cite.communes.all())
    make_funding(action, make_source(cite), requested="10")
    url = reverse("actions:money", args=[action.pk])
    one = queries(client, url)
    for _ in range(4):
        make_funding(action, make_source(cite), requested="10", granted="9", paid="8")

    assert queries(client, url) == one
    assert one <= 20


def test_the_sheet_costs_no_more_for_an_institution_with_five_sources(sign_in, cite):
    caf = make_organisation("CAF du Nord", cite=cite)
    client = sign_in(make_user(cite, Role.INSTITUTION, organisation=caf))
    action = make_action(cite)
    make_funding(action, make_source(cite, organisation=caf), requested="10")
    url = reverse("actions:money", args=[action.pk])
    one = queries(client, url)
    for _ in range(4):
        make_funding(action, make_source(cite), requested="10")

    assert queries(client, url) == one


def test_the_csv_is_what_the_screen_shows(sign_in, cite, lead, text_of):
    holder = make_organisation("=cmd|' /C calc'!A0", cite=cite)
    first = make_action(cite, title="Voile scolaire", holder=holder, scope=Scope.INTERCOMMUNAL, code="CE26-901")
    second = make_action(cite, title="Lecture", communes=[cite.communes.get(name="Dunkerque")], code="CE26-900")
    source = make_source(cite)
    make_funding(first, source, requested="12345.50")
    make_funding(second, source, requested="0.10", programmed="0.05")

    text = text_of(sign_in(lead).get(URL, {"format": "csv", "tri": "code"}))

    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0] == [
        *("Code", "Action", "Porteur", "Axe", "Territoire", "Étape"),
        *("Demandé", "Programmé", "Accordé", "Versé", "Mis à jour"),
    ]
    assert rows[1][:9] == [
        *("CE26-900", "Lecture", second.holder.name, "", "Dunkerque", "Instruction"),
        *("0,10", "0,05", ""),
    ]
    assert rows[2][:7] == [
        *("CE26-901", "Voile scolaire", "'=cmd|' /C calc'!A0", "", "Intercommunal", "Instruction", "12345,50")
    ]
    assert rows[3][0] == "Total"
    assert rows[3][6:8] == ["12345,60", "0,05"]


def test_the_xlsx_holds_numbers_and_all_the_pages(sign_in, cite, lead):
    source = make_source(cite)
    for _ in range(55):
        make_funding(make_action(cite), source, requested="10.10")

    response = sign_in(lead).get(URL, {"format": "xlsx"})

    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet.max_row == 1 + 55 + 1
    assert sheet.cell(2, 7).value == 10.1
    assert Decimal(str(sheet.cell(57, 7).value)) == Decimal("555.5")


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"q": "ECOLE ouverte"}, {"École ouverte"}),
        ({"q": "mots passeurs"}, {"Voile"}),
        ({"territoire": "intercommunal"}, {"Voile"}),
        ({"etape": "preparation"}, {"Brouillon"}),
        ({"exercice": "2025"}, {"Ancienne"}),
        ({"exercice": "tous", "tri": "title"}, {"Ancienne", "Brouillon", "École ouverte", "Voile"}),
        ({}, {"Brouillon", "École ouverte", "Voile"}),
    ],
)
def test_filters_find_what_they_say(sign_in, cite, lead, query, titles):
    passers = make_organisation("Les Mots Passeurs", cite=cite)
    make_action(cite, title="École ouverte")
    make_action(cite, title="Voile", holder=passers, scope=Scope.INTERCOMMUNAL)
    make_action(cite, title="Brouillon", status=ActionStatus.DRAFT, shared_at="2026-01-01T10:00Z")
    make_action(cite, title="Ancienne", budget_year=2025)

    listing = sign_in(lead).get(URL, query).context["listing"]

    assert {action.title for action in listing.queryset} == titles
    assert listing.errors == []


def test_filters_on_axis_call_and_funder_combine_and_show_as_badges(sign_in, cite, lead):
    axis, call, source = make_axis(make_programme(cite)), make_call(cite), make_source(cite, "CAF")
    wanted = make_action(cite, axis=axis, call=call)
    make_funding(wanted, source, requested="5")
    make_action(cite, axis=axis)
    make_action(cite, call=call)

    listing = sign_in(lead).get(URL, {"axe": axis.pk, "appel": call.pk, "financeur": source.pk}).context["listing"]

    assert [action.pk for action in listing.queryset] == [wanted.pk]
    assert [badge.label for badge in listing.badges] == ["Axe", "Financeur", "Appel"]


@pytest.mark.parametrize("query", ["?etape=zzz", "?axe=abc", "?exercice=12", "?tri=nimporte", "?page=99", "?q=%00"])
def test_a_wrong_address_gives_a_page_and_never_a_fault(sign_in, cite, lead, query):
    make_action(cite)

    assert sign_in(lead).get(f"{URL}{query}").status_code == 200


def test_every_column_sorts_both_ways_but_the_one_that_would_rank_by_freshness(sign_in, cite, lead):
    fill(cite, 2)
    client = sign_in(lead)
    headers = {header.key: header for header in client.get(URL).context["listing"].headers}

    assert not headers.pop("updated").aria_sort
    for header in headers.values():
        assert header.aria_sort
        for sort in (header.key, f"-{header.key}"):
            listing = client.get(URL, {"tri": sort}).context["listing"]
            assert len(listing.rows) == 2
            assert listing.errors == []


def test_an_empty_list_says_what_to_do(sign_in, cite, lead, text_of):
    text = text_of(sign_in(lead).get(URL))

    assert "Aucune action en 2026" in text
    assert reverse("actions:create") in text


def test_an_unknown_amount_is_a_dash_and_never_zero(sign_in, cite, lead):
    make_funding(make_action(cite), make_source(cite), requested="10")

    row = sign_in(lead).get(URL).context["listing"].rows[0]

    assert [cell.text for cell in row.cells if cell.kind == "money"] == ["10\u00a0€", "–", "–", "–"]
