"""The coverage matrix: counts, amounts, links that give the same number, and what each reader may count."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.coverage import (
    AGES,
    COMMUNES,
    THEMES,
    age_columns,
    commune_columns,
    covering_actions,
    matrix,
    theme_columns,
)
from actions.enums import ActionStatus, PublicKind, Scope
from actions.models import ActionPublic, Objective, Theme
from partners.enums import Role
from tests.actions import factories

YEAR = 2026


@pytest.fixture
def objectives(cite):
    axis = factories.make_axis(factories.make_programme(cite, published_at="2026-01-05T10:00Z"))
    return [factories.make_objective(axis, f"Objectif {letter}", order=rank) for rank, letter in enumerate("AB", 1)]


@pytest.fixture
def themes(cite):
    return [Theme.objects.create(cite=cite, label=label) for label in ("Sport", "Égalité")]


def make(cite, *, objective=None, publics=(), themes=(), **fields):
    action = factories.make_action(cite, objective=objective, axis=objective and objective.axis, **fields)
    ActionPublic.objects.bulk_create(ActionPublic(action=action, kind=kind) for kind in publics)
    action.themes.set(themes)
    return action


def counts(user, cite, view, columns, **chosen):
    objectives = list(Objective.objects.filter(axis__programme__cite=cite))
    rows, everything = matrix(user, covering_actions(user, cite, YEAR, **chosen), objectives, columns, view)
    names = [column.label for column in columns]
    told = {
        row.label: {name: cell.count for name, cell in zip(names, row.cells, strict=True) if cell.count}
        for row in [*rows, everything]
    }
    totals = {row.label: row.total.count for row in [*rows, everything]}
    return told, totals


def page(client, **query):
    return client.get(reverse("actions:coverage"), query)


def links(response):
    """Every link of the table with the number it shows."""
    found = []
    for group in response.context["groups"]:
        for row in group["rows"]:
            found += [(cell["url"], cell["count"]) for cell in [row["total"], *row["cells"]] if cell["url"]]
    everything = response.context["everything"]
    found += [(cell["url"], cell["count"]) for cell in [everything["total"], *everything["cells"]] if cell["url"]]
    return found + [(gap["url"], gap["count"]) for gap in response.context["gaps"] if gap["count"]]


def test_an_action_counts_once_in_its_row_and_in_each_of_its_ages(cite, lead, objectives):
    make(cite, objective=objectives[0], publics=[PublicKind.AGE_3_6, PublicKind.AGE_6_11])
    make(cite, objective=objectives[0], publics=[PublicKind.AGE_6_11])
    make(cite, objective=objectives[0])
    make(cite, publics=[PublicKind.PARENTS])

    told, totals = counts(lead, cite, AGES, age_columns())

    assert told["Objectif A"] == {"3-6 ans": 1, "6-11 ans": 2, "Sans âge": 1}
    assert told["Objectif B"] == {}
    assert told["Sans objectif"] == {"Parents": 1}
    assert told["Ensemble"] == {"3-6 ans": 1, "6-11 ans": 2, "Sans âge": 1, "Parents": 1}
    assert totals == {"Objectif A": 3, "Objectif B": 0, "Sans objectif": 1, "Ensemble": 4}


def test_themes_in_use_have_their_column_even_empty(cite, lead, objectives, themes):
    retired = Theme.objects.create(cite=cite, label="Ancien", is_active=False)
    Theme.objects.create(cite=cite, label="Jamais", is_active=False)
    make(cite, objective=objectives[0], themes=[themes[0], retired])
    make(cite, objective=objectives[1])
    columns = theme_columns(cite, covering_actions(lead, cite, YEAR))

    told, _ = counts(lead, cite, THEMES, columns)

    assert [column.label for column in columns] == ["Ancien", "Sport", "Égalité", "Sans thématique"]
    assert told["Objectif A"] == {"Sport": 1, "Ancien": 1}
    assert told["Objectif B"] == {"Sans thématique": 1}


def test_communes_intercommunal_and_unknown_territory(cite, lead, objectives):
    dunkerque, grande_synthe = cite.communes.order_by("name")
    make(cite, objective=objectives[0], communes=[dunkerque])
    make(cite, objective=objectives[0], communes=[dunkerque, grande_synthe], scope=Scope.INTERCOMMUNAL)
    make(cite, objective=objectives[0], scope=Scope.INTERCOMMUNAL)
    make(cite, objective=objectives[0])

    told, totals = counts(lead, cite, COMMUNES, commune_columns(cite))

    assert told["Objectif A"] == {"Dunkerque": 2, "Grande-Synthe": 1, "Intercommunal": 2, "Territoire inconnu": 1}
    assert totals["Objectif A"] == 4


def test_the_territory_narrows_the_ages(cite, lead, objectives):
    dunkerque, grande_synthe = cite.communes.order_by("name")
    make(cite, objective=objectives[0], publics=[PublicKind.AGE_0_3], communes=[dunkerque])
    make(cite, objective=objectives[0], publics=[PublicKind.AGE_3_6], communes=[grande_synthe])

    told, _ = counts(lead, cite, AGES, age_columns(), commune=str(dunkerque.pk))

    assert told["Ensemble"] == {"0-3 ans": 1}


def test_rejected_abandoned_and_other_years_do_not_cover(cite, lead, objectives):
    for status in (ActionStatus.REJECTED, ActionStatus.ABANDONED):
        make(cite, objective=objectives[0], status=status)
    make(cite, objective=objectives[0], budget_year=2025)

    _, totals = counts(lead, cite, AGES, age_columns())

    assert totals["Ensemble"] == 0


def test_an_objective_of_another_programme_has_a_row_of_its_own(cite, lead, objectives):
    old = factories.make_objective(factories.make_axis(factories.make_programme(cite, "Programme 2021-2024")))
    make(cite, objective=old)
    rows, everything = matrix(lead, covering_actions(lead, cite, YEAR), objectives, age_columns(), AGES)

    assert {row.label: row.total.count for row in rows}["Objectifs d’un autre programme"] == 1
    assert everything.total.count == 1


# --- Money ----------------------------------------------------------------------------------------


def test_money_is_granted_when_known_and_programmed_otherwise(cite, lead, objectives):
    state, caf, town = (factories.make_source(cite) for _ in range(3))
    action = make(cite, objective=objectives[0], publics=[PublicKind.AGE_0_3, PublicKind.AGE_3_6])
    factories.make_funding(action, state, programmed="1000", granted="800")
    factories.make_funding(action, caf, programmed="500")
    factories.make_funding(action, town, requested="9999")

    rows, _ = matrix(lead, covering_actions(lead, cite, YEAR), objectives, age_columns(), AGES)

    amounts = rows[0].total.amounts
    assert (amounts.granted, amounts.programmed, amounts.known) == (Decimal(800), Decimal(500), Decimal(1300))
    assert [cell.amounts.known for cell in rows[0].cells[:3]] == [Decimal(1300), Decimal(1300), None]


def test_the_page_never_says_granted_of_what_is_only_programmed(sign_in, cite, lead, objectives, text_of):
    action = make(cite, objective=objectives[0], publics=[PublicKind.AGE_0_3])
    factories.make_funding(action, factories.make_source(cite), programmed="500")

    text = text_of(page(sign_in(lead)))

    assert '<small class="somme">500 €</small> <small class="nature">programmés</small>' in text
    assert '<small class="nature">accordés' not in text


# --- Links ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", [{}, {"vue": "thematiques"}, {"vue": "communes"}, {"public": "0-3", "vue": "communes"}]
)
def test_every_cell_opens_the_list_that_it_counts(sign_in, cite, lead, objectives, themes, query):
    dunkerque, grande_synthe = cite.communes.order_by("name")
    make(cite, objective=objectives[0], publics=[PublicKind.AGE_0_3], themes=themes, communes=[dunkerque])
    make(cite, objective=objectives[0], publics=[PublicKind.AGE_0_3, PublicKind.PARENTS], scope=Scope.INTERCOMMUNAL)
    make(cite, objective=objectives[1], themes=[themes[0]], communes=[dunkerque, grande_synthe])
    make(cite, publics=[PublicKind.PROFESSIONALS])
    make(cite, objective=objectives[1], status=ActionStatus.REJECTED)
    client = sign_in(lead)

    found = links(page(client, **query))

    assert len(found) > 6
    for url, number in found:
        assert client.get(url).context["listing"].count == number, url


def test_where_there_is_nothing_is_written(sign_in, cite, lead, objectives, text_of):
    make(cite, objective=objectives[0], publics=[PublicKind.AGE_0_3])

    text = text_of(page(sign_in(lead)))

    assert "1 objectif sans aucune action : Objectif B." in text
    assert text.count("<span>rien</span>") > 10
    assert "1 action sans thématique" in text
    assert "1 action au territoire inconnu" in text
    assert "Aucune action sans objectif" in text


@pytest.mark.parametrize(
    "query", [{"commune": "999999"}, {"commune": "x' OR 1=1"}, {"vue": "autre"}, {"public": "99"}]
)
def test_a_wrong_choice_counts_for_nothing(sign_in, cite, lead, objectives, query):
    make(cite, objective=objectives[0])

    response = page(sign_in(lead), **query)

    assert response.status_code == 200
    assert response.context["everything"]["total"]["count"] == 1


@pytest.mark.parametrize(
    ("name", "value"), [("objectif", "abc"), ("public", "99"), ("thematique", "9" * 30), ("territoire", "?")]
)
def test_a_wrong_filter_of_the_list_is_told(sign_in, cite, lead, name, value, text_of):
    assert "Filtre" in text_of(sign_in(lead).get(reverse("actions:list"), {name: value}))


# --- Readers --------------------------------------------------------------------------------------


def test_a_reader_counts_published_actions_and_released_grants_only(builders, cite, lead, objectives):
    reader = builders.make_user(cite, Role.READER)
    released, kept = factories.make_source(cite), factories.make_source(cite)
    shown = make(cite, objective=objectives[0], published_at="2026-02-05T10:00Z", status=ActionStatus.RETAINED)
    factories.make_funding(shown, released, programmed="900", granted="700")
    factories.make_funding(shown, kept, programmed="500", granted="400")
    hidden = make(cite, objective=objectives[0])
    factories.make_funding(hidden, released, granted="50")
    factories.release(released)

    rows, _ = matrix(reader, covering_actions(reader, cite, YEAR), objectives, age_columns(), AGES)

    assert rows[0].total.count == 1
    assert (rows[0].total.amounts.granted, rows[0].total.amounts.programmed) == (Decimal(700), None)


def test_a_holder_does_not_learn_that_its_request_was_rejected(builders, cite, objectives):
    organisation = builders.make_organisation(cite=cite)
    holder = builders.make_user(cite, Role.HOLDER, organisation=organisation)
    action = make(cite, objective=objectives[0], holder=organisation, status=ActionStatus.REJECTED)
    factories.make_funding(action, factories.make_source(cite), programmed="0")

    _, totals = counts(holder, cite, AGES, age_columns())

    assert totals["Ensemble"] == 1


def test_somebody_elses_plan_is_not_counted(builders, cite, lead, objectives):
    other = builders.make_cite("amiens")
    make(other, publics=[PublicKind.AGE_0_3])

    _, totals = counts(lead, cite, AGES, age_columns())

    assert totals["Ensemble"] == 0


# --- Exports and cost -----------------------------------------------------------------------------


def test_the_export_holds_counts_and_both_kinds_of_money(sign_in, cite, lead, objectives, text_of):
    action = make(cite, objective=objectives[0], publics=[PublicKind.AGE_0_3])
    factories.make_funding(action, factories.make_source(cite), programmed="1234.50")
    client = sign_in(lead)

    lines = text_of(page(client, format="csv")).splitlines()

    assert lines[0].startswith("\ufeffAxe;Objectif;Ensemble : actions;Ensemble : accordé;Ensemble : programmé")
    assert lines[1].endswith(";Objectif A;1;;1234,50;1;;1234,50" + ";0;;" * 8)
    assert page(client, format="xlsx")["Content-Type"].startswith("application/vnd.openxmlformats")


@pytest.mark.parametrize("view", ["ages", "thematiques", "communes"])
def test_the_page_costs_the_same_for_one_action_or_many(sign_in, cite, lead, objectives, themes, view):
    def fill(number):
        for rank in range(number):
            make(
                cite,
                objective=objectives[rank % 2],
                publics=[PublicKind.AGE_0_3],
                themes=themes,
                communes=cite.communes.all(),
            )

    client = sign_in(lead)
    fill(1)
    page(client, vue=view)
    with CaptureQueriesContext(connection) as few:
        page(client, vue=view)
    fill(5)
    with CaptureQueriesContext(connection) as many:
        page(client, vue=view)

    assert len(many) == len(few) <= 16
