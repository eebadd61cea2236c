"""The four presentations of the filtered actions: same rows, same rights, few queries, no fault."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions import places, readable
from actions.enums import ActionStatus, IntercommunalRole, Scope
from actions.models import Action, Funding, HolidayPeriod, Milestone, SavedView
from actions.places import tallied
from actions.readable import sums
from actions.services import save_view, take_calendar
from actions.tables import LISTED
from actions.timeline import Window
from partners.enums import Role
from tests.actions.factories import (
    author_of,
    make_action,
    make_axis,
    make_funding,
    make_programme,
    make_source,
    release,
)
from tests.factories import make_neighbourhood, make_organisation, make_user

pytestmark = pytest.mark.django_db

VIEWS = ("list", "cards", "timeline", "territory")
PAGES = [*VIEWS, "intercommunal"]
NOON = "2026-03-02T12:00Z"


def fill(cite, number):
    axis = make_axis(make_programme(cite, f"Programme {number}"))
    source = make_source(cite, circuit="commune")
    for rank in range(number):
        action = make_action(
            cite,
            axis=axis,
            communes=cite.communes.all(),
            status=ActionStatus.RETAINED,
            scope=Scope.INTERCOMMUNAL if rank % 2 == 0 else Scope.COMMUNAL,
            starts_on=date(2026, 2, 1),
            ends_on=date(2026, 6, 30),
        )
        make_funding(action, source, requested="100", programmed="90", granted="80", paid="70")
        Milestone.objects.create(action=action, label="Bilan", due_on=date(2026, 5, 4), created_by=author_of(cite))


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


# --- Queries --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_view_costs_the_same_queries_with_one_and_fifty_rows(sign_in, cite, lead, name):
    client, url = sign_in(lead), reverse(f"actions:{name}")
    fill(cite, 1)
    one = queries(client, url)
    fill(cite, 50)

    assert queries(client, url) <= one
    assert one <= 15


# --- Rights ---------------------------------------------------------------------------------------


def shown(response):
    """The titles that a page prints."""
    return response.getvalue().decode()


@pytest.mark.parametrize("name", VIEWS)
def test_a_holder_sees_its_own_actions_and_no_answer_before_the_release(sign_in, cite, text_of, name):
    holder = make_organisation("Les Mots Passeurs", cite=cite)
    own = make_action(
        cite, title="Lire ensemble", holder=holder, status=ActionStatus.RETAINED, starts_on=date(2026, 3, 1)
    )
    make_funding(own, make_source(cite), requested="1111", proposed="2222", programmed="3333", granted="4444")
    make_action(cite, title="Celle d’un autre", status=ActionStatus.RETAINED, starts_on=date(2026, 3, 1))

    text = text_of(sign_in(make_user(cite, Role.HOLDER, organisation=holder)).get(reverse(f"actions:{name}")))

    assert "Lire ensemble" in text
    assert "Celle d’un autre" not in text
    for secret in ("2 222", "3 333", "4 444"):
        assert secret not in text
    if name != "timeline":
        assert "1 111" in text


@pytest.mark.parametrize("name", VIEWS)
def test_a_reader_of_the_published_plan_sees_granted_amounts_once_released(sign_in, cite, text_of, name):
    source = make_source(cite)
    action = make_action(
        cite, title="Publiée", status=ActionStatus.RETAINED, published_at=NOON, starts_on=date(2026, 3, 1)
    )
    make_funding(action, source, requested="1111", programmed="3333", granted="4444")
    make_action(cite, title="Pas publiée", status=ActionStatus.RETAINED, starts_on=date(2026, 3, 1))
    Milestone.objects.create(action=action, label="Jalon interne", due_on=date(2026, 5, 4), created_by=author_of(cite))
    client, url = sign_in(make_user(cite, Role.PARTNER)), reverse(f"actions:{name}")

    before = text_of(client.get(url))
    release(source)
    after = text_of(client.get(url))

    assert "Publiée" in before
    assert "Pas publiée" not in before + after
    assert "4 444" not in before
    assert "4 444" in after
    for hidden in ("1 111", "3 333", "Jalon interne"):
        assert hidden not in after


def test_filters_of_the_unpublished_part_are_for_who_reads_it(sign_in, cite, lead):
    make_action(cite, published_at=NOON, status=ActionStatus.RETAINED)
    partner = make_user(cite, Role.PARTNER)

    every = sign_in(lead).get(reverse("actions:list"), {"filtres": "tous"})
    assert "statut" in every.context["listing"].form.fields
    listing = sign_in(partner).get(reverse("actions:list"), {"statut": "rejected", "role": "led"}).context["listing"]
    assert not {"statut", "role", "dispositif", "etablissement", "fiches"} & set(listing.form.fields)
    assert listing.count == 1


def test_the_other_filters_are_read_when_asked_for_or_used(sign_in, cite, lead, text_of):
    make_action(cite, title="Lecture")
    client, url = sign_in(lead), reverse("actions:list")

    closed = client.get(url, {"etape": "preparation", "exercice": ""})
    asked = client.get(url, {"filtres": "tous", "tri": "title"})
    used = client.get(url, {"exercice": "tous"})

    assert "Plus de filtres" in text_of(closed)
    assert 'name="filtres" value="tous"' in closed.content.decode()
    assert "exercice" not in closed.context["listing"].form.fields
    for response in (asked, used):
        assert "exercice" in response.context["listing"].form.fields
        assert "Plus de filtres</button>" not in response.content.decode()
    assert "filtres" not in asked.context["listing"].query()


# --- Columns and exports --------------------------------------------------------------------------


def rows_of(response):
    text = response.getvalue().decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_the_export_has_the_columns_chosen_and_the_rows_filtered(sign_in, cite, lead):
    axis = make_axis(make_programme(cite))
    kept = make_action(cite, title="Voile", axis=axis, starts_on=date(2026, 3, 1))
    make_action(cite, title="Lecture")
    quarter = make_neighbourhood("Albeck", communes=cite.communes.all())
    kept.neighbourhoods.add(quarter)
    query = {"axe": axis.pk, "colonnes": ["quarters", "starts_on", "reference"]}
    client = sign_in(lead)

    listing = client.get(reverse("actions:list"), query).context["listing"]
    rows = rows_of(client.get(reverse("actions:list"), {**query, "format": "csv"}))

    assert [header.key for header in listing.headers] == ["code", "title", "quarters", "reference", "starts_on"]
    assert rows[0] == ["Code", "Action", "Porteur", "Quartiers prioritaires", "Référence Dauphin", "Début"]
    assert [row[1] for row in rows[1:]] == ["Voile"]
    assert rows[1][3:] == ["Albeck", "", "01/03/2026"]


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_exports_the_same_file(sign_in, cite, lead, name):
    fill(cite, 3)
    client = sign_in(lead)

    assert rows_of(client.get(reverse(f"actions:{name}"), {"format": "csv"})) == rows_of(
        client.get(reverse("actions:list"), {"format": "csv"})
    )


def test_views_keep_the_filters_and_forget_the_page(sign_in, cite, lead):
    fill(cite, 2)

    views = sign_in(lead).get(reverse("actions:cards"), {"etape": "encours", "page": "1"}).context["views"]

    assert [view["url"] for view in views] == [
        f"{reverse(f'actions:{name}')}?etape=encours" for name in ("list", "cards", "timeline", "territory")
    ]
    assert [view["current"] for view in views] == [False, True, False, False]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "query",
    [
        "?etape=zzz", "?axe=abc", "?quartier=99999999999999999999", "?page=99", "?tri=x", "?debut=2026-13&mois=99",
        "?par=zzz&suite=-4", "?suite=abc", "?debut=2000-01", "?debut=2099-12&mois=12", "?colonnes=zzz", "?dates=x",
        "?porteur=0", "?montant=zzz", "?exercice=tous&debut=%00", "?format=zzz", "?exercice=1999",
    ],
)  # fmt: skip
def test_a_wrong_address_gives_a_page_and_never_a_fault(sign_in, cite, lead, name, query):
    fill(cite, 1)

    assert sign_in(lead).get(f"{reverse(f'actions:{name}')}{query}").status_code == 200


# --- Filters --------------------------------------------------------------------------------------


def test_what_is_missing_is_found(sign_in, cite, lead):
    quarter = make_neighbourhood("Albeck", communes=cite.communes.all())
    cite.neighbourhoods.add(quarter)
    dated = make_action(cite, title="Datée", communes=cite.communes.all(), starts_on=date(2026, 3, 1))
    dated.neighbourhoods.add(quarter)
    make_action(cite, title="Vide")
    make_action(
        cite,
        title="Partout",
        scope=Scope.INTERCOMMUNAL,
        intercommunal_role=IntercommunalRole.LED,
        ends_on=date(2026, 3, 1),
    )
    client = sign_in(lead)

    def titles(**query):
        listing = client.get(reverse("actions:list"), query).context["listing"]
        assert listing.errors == []
        return {action.title for action in listing.instances}

    assert titles(dates="sans") == {"Vide"}
    assert titles(dates="datees") == {"Datée", "Partout"}
    assert titles(territoire="inconnu") == {"Vide"}
    assert titles(quartier="sans") == {"Vide", "Partout"}
    assert titles(quartier=quarter.pk) == {"Datée"}
    assert titles(role="tous") == {"Partout"}
    assert titles(axe="sans") == {"Datée", "Vide", "Partout"}
    assert titles(porteur=dated.holder_id) == {"Datée"}
    assert titles(statut="submitted", appel="sans") == {"Datée", "Vide", "Partout"}


# --- Timeline -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "year", "start", "months", "end"),
    [
        ({}, 2026, date(2026, 1, 1), 12, date(2026, 12, 31)),
        ({"debut": "2026-09", "mois": "6"}, 2026, date(2026, 9, 1), 6, date(2027, 2, 28)),
        ({"debut": "2026-13", "mois": "0"}, 2025, date(2025, 1, 1), 12, date(2025, 12, 31)),
        ({"debut": "2099-12"}, 2026, date(2099, 12, 1), 12, date(2099, 10, 31)),
    ],
)
def test_the_window_is_whole_months(query, year, start, months, end):
    window = Window.asked(query, year)

    assert (window.start, window.months) == (start, months)
    if start.year < 2099:
        assert window.end == end


def test_places_are_percentages_of_equal_months():
    window = Window(date(2026, 1, 1), 12)

    assert window.place(date(2026, 7, 1)) == 50
    assert window.span(date(2025, 1, 1), date(2026, 3, 31)) == (0, 25)
    assert window.span(date(2026, 12, 1), date(2028, 1, 1)) == (pytest.approx(91.67), pytest.approx(8.33))
    assert window.span(date(2027, 1, 1), date(2027, 2, 1)) is None
    assert window.moved(-1).start == date(2025, 12, 1)
    assert window.moved(12).start == date(2027, 1, 1)


def drawn(client, **query):
    return client.get(reverse("actions:timeline"), query).context["drawn"]


def test_the_timeline_draws_what_runs_and_counts_the_rest(sign_in, cite, lead):
    axis = make_axis(make_programme(cite), "Conforter l’école")
    make_action(cite, title="Printemps", axis=axis, starts_on=date(2026, 3, 1), ends_on=date(2026, 5, 31))
    make_action(cite, title="Un jour", starts_on=date(2026, 4, 8))
    make_action(cite, title="Jusque-là", ends_on=date(2026, 4, 30))
    make_action(cite, title="Plus tard", starts_on=date(2027, 1, 4), ends_on=date(2027, 6, 1))
    make_action(cite, title="Sans rien")

    found = drawn(sign_in(lead), debut="2026-04", mois="3")

    assert found["counts"] == {"all": 5, "drawn": 3, "undated": 1, "elsewhere": 1}
    groups = {group["label"]: [row["title"] for row in group["rows"]] for group in found["groups"]}
    assert groups == {
        "Conforter l’école": ["Printemps"],
        "Sans axe": ["Un jour", "Jusque-là"],
        "Sans date": ["Sans rien"],
    }
    bars = {row["title"]: row["bar"] for group in found["groups"] for row in group["rows"]}
    assert (bars["Printemps"]["left"], bars["Printemps"]["goes_before"]) == ("0.00%", True)
    assert bars["Un jour"]["is_open"]
    assert bars["Sans rien"] is None


def test_the_timeline_groups_by_commune(sign_in, cite, lead):
    dunkerque, _ = communes = list(cite.communes.order_by("name"))
    shared = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 5, 31)}
    make_action(cite, title="Deux", communes=communes, **shared)
    make_action(cite, title="Nulle part", **shared)
    make_action(cite, title="Une", communes=[dunkerque], **shared)
    make_action(cite, title="Toutes", scope=Scope.INTERCOMMUNAL, communes=communes, **shared)

    groups = drawn(sign_in(lead), par="commune")["groups"]

    assert [(group["label"], [row["title"] for row in group["rows"]]) for group in groups] == [
        ("Intercommunal", ["Toutes"]),
        ("Dunkerque", ["Une"]),
        ("Plusieurs communes", ["Deux"]),
        ("Territoire inconnu", ["Nulle part"]),
    ]


def test_the_timeline_shows_sixty_rows_at_most(sign_in, cite, lead):
    for _ in range(61):
        make_action(cite, starts_on=date(2026, 3, 1))
    make_action(cite, title="Sans date, la dernière")
    client = sign_in(lead)

    first, second = drawn(client), drawn(client, suite="2")

    assert sum(len(group["rows"]) for group in first["groups"]) == 60
    assert [group["label"] for group in second["groups"]] == ["Sans axe", "Sans date"]
    assert first["pages"]["next"].endswith("suite=2")


def test_the_timeline_shows_school_holidays_milestones_and_today(sign_in, cite, lead, text_of, today):
    take_calendar(cite=cite, zone="B", actor=lead)
    take_calendar(cite=cite, zone="B", actor=lead)
    assert HolidayPeriod.objects.filter(cite=cite, school_year=2025).count() == 5
    action = make_action(cite, starts_on=date(2026, 2, 1), ends_on=date(2026, 6, 30), status=ActionStatus.RETAINED)
    Milestone.objects.create(action=action, label="Fête du livre", due_on=date(2026, 5, 4), created_by=lead)
    client = sign_in(lead)

    found = drawn(client, debut="2026-01", mois="6")
    text = text_of(client.get(reverse("actions:timeline"), {"debut": f"{today:%Y-%m}", "mois": "3"}))

    assert [one["label"] for one in found["holidays"]] == [
        "Vacances de Noël", "Vacances d’hiver", "Vacances de printemps",
    ]  # fmt: skip
    (mark,) = found["groups"][0]["rows"][0]["marks"]
    assert (mark["label"], mark["when"]) == ("Fête du livre", "4\u00a0mai")
    assert "frise-jour" in text


# --- Territory ------------------------------------------------------------------------------------


def test_the_territory_counts_each_commune_once_and_what_has_no_place(sign_in, cite, lead):
    dunkerque, synthe = communes = list(cite.communes.order_by("name"))
    quarter = make_neighbourhood("Albeck", communes=[synthe])
    cite.neighbourhoods.add(quarter)
    source, second = make_source(cite), make_source(cite)
    both = make_action(cite, communes=communes)
    both.neighbourhoods.add(quarter)
    for action in (
        both,
        make_action(cite, communes=[dunkerque]),
        make_action(cite, scope=Scope.INTERCOMMUNAL, communes=communes),
        make_action(cite),
    ):
        make_funding(action, source, requested="100")
        make_funding(action, second, requested="10")

    tables = sign_in(lead).get(reverse("actions:territory")).context["tables"]

    communes_table, quarters_table = tables
    found = {row["label"]: (row["count"], row["amounts"][0][1]) for row in communes_table["rows"]}
    assert found == {
        "Dunkerque": (2, "220\u00a0€"),
        "Grande-Synthe": (1, "110\u00a0€"),
        "Intercommunal": (1, "110\u00a0€"),
        "Territoire inconnu": (1, "110\u00a0€"),
    }
    assert (communes_table["total"]["count"], communes_table["total"]["amounts"][0][1]) == (4, "440\u00a0€")
    assert communes_table["counts_twice"]
    assert {row["label"]: row["count"] for row in quarters_table["rows"]} == {"Albeck": 1, "Quartier non précisé": 3}
    assert f"territoire={dunkerque.pk}" in communes_table["rows"][0]["url"]


def test_the_territory_tells_the_same_whatever_way_it_is_read(cite, lead, monkeypatch):
    communes = list(cite.communes.all())
    both, empty = make_action(cite, communes=communes), make_action(cite, communes=communes[:1])
    make_action(cite, scope=Scope.INTERCOMMUNAL)
    make_funding(both, make_source(cite), requested="100", granted="80")
    make_funding(both, make_source(cite), requested="10", in_kind=True)
    Funding.objects.filter(pk=make_funding(empty, make_source(cite), requested="7").pk).update(budget_year=2025)
    actions = Action.objects.visible_to(lead).filter(cite=cite)

    joined = [tallied(lead, cite, actions, LISTED), sums(actions, lead, LISTED, cite=cite)]
    for module in (places, readable):
        monkeypatch.setattr(module, "reads_every_amount", lambda user, cite: False)
    apart = [tallied(lead, cite, actions, LISTED), sums(actions, lead, LISTED, cite=cite)]

    assert joined == apart
    assert joined[0][places.SCOPE, Scope.COMMUNAL][0] == 2
    assert joined[0][places.PLACE, str(communes[0].pk)][1]["requested"] == Decimal(100)
    assert joined[1]["granted"] == Decimal(80)
    assert tallied(lead, cite, actions.none(), LISTED) == {}


# --- Intercommunal projects -----------------------------------------------------------------------


def test_intercommunal_projects_are_gathered_with_the_towns_shares(sign_in, cite, lead):
    town = make_source(cite, "Ville de Dunkerque", circuit="commune")
    other_line = make_source(cite, "Dunkerque, écoles", circuit="commune", organisation=town.organisation)
    together = make_source(cite, "Communauté urbaine", circuit="intercommunality")
    state = make_source(cite, "État")
    led = make_action(cite, title="Forum", scope=Scope.INTERCOMMUNAL, intercommunal_role=IntercommunalRole.LED)
    helped = make_action(cite, title="Soutenue", intercommunal_role=IntercommunalRole.SUPPORTED)
    make_action(cite, title="D’une seule commune")
    for source, amount in ((town, "100"), (other_line, "20"), (together, "50"), (state, "1000")):
        make_funding(led, source, requested=amount)
    make_funding(helped, town, requested="5", programmed="4")
    client, url = sign_in(lead), reverse("actions:intercommunal")

    listing = client.get(url, {"montant": "requested"}).context["listing"]
    rows = rows_of(client.get(url, {"montant": "requested", "format": "csv"}))

    assert [row.cells[0].text for row in listing.rows] == [led.code, helped.code]
    assert [cell.text for cell in listing.rows[0].cells[4:]] == [
        "120\u00a0€",
        "50\u00a0€",
        "1\u00a0000\u00a0€",
        "1\u00a0170\u00a0€",
    ]
    assert [total.text for total in listing.sums] == [
        "125\u00a0€",
        "50\u00a0€",
        "1\u00a0000\u00a0€",
        "1\u00a0175\u00a0€",
    ]
    assert rows[0][5:] == ["Ville de Dunkerque", "Communauté urbaine", "Autres financeurs", "Total"]
    assert rows[-1][5:] == ["125,00", "50,00", "1000,00", "1175,00"]
    assert client.get(url).context["listing"].step == "granted"


# --- Named views ----------------------------------------------------------------------------------


def test_a_named_view_opens_the_list_as_it_was(sign_in, cite, lead):
    client = sign_in(lead)
    make_action(cite)

    client.post(
        reverse("actions:saved_views"),
        {
            "name": "Frise du printemps",
            "presentation": "frise",
            "query": "etape=encours&page=3&suite=2",
            "is_shared": "1",
        },
    )
    view = SavedView.objects.get()
    response = client.get(reverse("actions:saved_view", args=[view.pk]))

    assert (view.is_shared, view.query) == (True, "etape=encours")
    assert response.url == f"{reverse('actions:timeline')}?etape=encours"
    assert (str(view.pk), "Frise du printemps") in client.get(reverse("actions:list")).context["listing"].saved


def test_the_same_name_replaces_the_view_and_a_holder_shares_none(sign_in, cite, lead):
    save_view(SavedView(cite=cite, name="À suivre", query="etape=encours"), actor=lead)
    save_view(SavedView(cite=cite, name="À suivre", query="etape=bilan"), actor=lead)
    assert [view.query for view in SavedView.objects.all()] == ["etape=bilan"]

    holder = make_user(cite, Role.HOLDER, organisation=make_organisation(cite=cite))
    sign_in(holder).post(reverse("actions:saved_views"), {"name": "Les miennes", "is_shared": "1"})

    assert not SavedView.objects.get(name="Les miennes").is_shared


def test_a_view_without_a_name_is_refused_with_a_sentence(sign_in, cite, lead, text_of):
    response = sign_in(lead).post(reverse("actions:saved_views"), {"name": " ", "query": "etape=encours"}, follow=True)

    assert "Donnez un nom à la vue" in text_of(response)
    assert not SavedView.objects.exists()
