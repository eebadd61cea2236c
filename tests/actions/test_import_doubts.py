"""What is doubtful in a table is asked or told, never decided nor dropped in silence."""

from io import BytesIO

import pytest

from actions.imports import build_plan, read_file
from actions.models import Action
from tests.actions.factories import make_call, make_source
from tests.actions.tables import csv, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan_for(cite):
    call = make_call(cite, "Appel 2026")

    def planned(content, answers=None, **mapping):
        reading = read_file(BytesIO(content), "suivi", call.budget_year)
        return build_plan(cite=cite, call=call, reading=reading, mapping={"answers": answers or {}, **mapping})

    return planned


def questions(plan):
    return {question.id: question for question in plan.required}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("CAF Nord", {"source": "CAF du Nord"}),
        ("la CAF (Nord)", {"source": "CAF du Nord"}),
        ("CAF de l’Oise", None),
        ("P147", {"source": "État – P147"}),
        ("Politique de la ville", None),
        ("Etat CE", None),
        ("Nord", {"new": "other", "name": "Nord", "organisation": "Nord"}),
        ("Ville de Lens", {"new": "commune", "name": "Ville de Lens", "organisation": "Ville de Lens"}),
    ],
)
def test_a_line_of_the_cite_is_proposed_only_when_the_names_agree(written, expected, plan_for, cite):
    make_source(cite, "CAF du Nord", circuit="family_fund", short_label="CAF")
    make_source(cite, "État – P147", circuit="state_direct", short_label="État")
    (question,) = plan_for(csv(f"Action;Porteur;Financeur;Demandé\nA;X;{written};10\n")).required

    assert question.proposal == expected
    assert ("source:CAF du Nord", "CAF du Nord") in question.choices


def test_the_only_line_of_the_cite_is_not_the_funder_of_a_file_that_names_none(plan_for, cite):
    make_source(cite, "État")
    assert questions(plan_for(csv("Action;Porteur;Demandé\nA;X;10\n")))["funder"].proposal is None


def test_a_new_line_of_the_state_is_the_states(plan_for):
    plan = plan_for(csv("Action;Porteur;Financeur;Demandé\nA;X;ANCT P147;10\nB;Y;DSDEN du Nord;5\n"))
    proposed = {question.proposal["name"]: question.proposal["organisation"] for question in plan.required}

    assert proposed == {"ANCT P147": "État", "DSDEN du Nord": "DSDEN du Nord"}


def test_words_under_a_date_are_kept_as_the_text_of_the_period(plan_for, cite):
    make_source(cite, "État")
    plan = plan_for(
        csv(
            "Action;Porteur;État demandé;Date de début;Date de fin\nA;X;1;mars 2023;juin 2023\nB;Y;2;rentrée;30/06/2024\n"
        )
    )
    first, second = (action.fields for action in plan.actions)

    assert first["period_text"] == "mars 2023 – juin 2023"
    assert (str(first["starts_on"]), str(first["ends_on"])) == ("2023-03-01", "2023-06-30")
    assert second["period_text"] == "rentrée"
    assert "starts_on" not in second
    assert str(second["ends_on"]) == "2024-06-30"


def test_two_columns_of_one_name_offer_the_steps(plan_for, cite):
    make_source(cite, "État")
    plan = plan_for(csv("Action;Porteur;Montant demandé;Montant demandé\nA;X;10;20\nB;Y;5;6\n"))
    (question,) = [question for question in plan.required if question.id.startswith("column:")]
    values = [value for value, _ in question.choices]

    assert {"granted", "proposed", "ignore"} <= set(values)
    assert len(values) == len(set(values))


def test_lines_and_notes_of_several_sheets_name_their_sheet(plan_for, cite):
    make_source(cite, "État")
    rows = [
        ["Action", "Porteur", "État demandé"],
        ["A", "X", "beaucoup"],
        ["B", "Y", 2],
        ["* voir la note", None, None],
    ]
    plan = plan_for(xlsx({"Écoles": rows, "Collèges": rows}))
    notes = [note for note in plan.figures["notes"] if "voir la note" in note]

    assert len(notes) == 2
    assert {note.split("\u00a0:")[0] for note in notes} == {
        "Feuille «\u00a0Écoles\u00a0»",
        "Feuille «\u00a0Collèges\u00a0»",
    }
    assert "2 (Écoles)" in questions(plan)["refused"].text


def test_objectives_axes_and_codes_that_are_not_the_cites_are_told(plan_for, cite):
    make_source(cite, "État")
    plan = plan_for(csv("Code;Action;Porteur;Axe;Objectif;État demandé\n1;A;X;Lune;Marcher;1\n2;B;Y;Lune;Voler;2\n"))
    notes = " ".join(plan.figures["notes"]).replace("\u00a0", " ")

    assert "Objectifs inconnus de la Cité, laissés de côté : « Marcher » et « Voler »." in notes
    assert "Axes inconnus de la Cité, gardés comme thématique : « Lune »." in notes
    assert "Colonne « Code » : 1 et 2 ne sont pas des codes d’actions de la Cité" in notes


def test_the_act_of_one_funder_is_not_carried_to_another(plan_for, cite):
    make_source(cite, "État")
    make_source(cite, "Ville")
    rows = "".join(f"A{n};X;État;10;ARR-{n}\nA{n};X;Ville;5;\n" for n in range(4))
    content = csv("Action;Porteur;Financeur;Accordé;N° délibération\n" + rows)

    assert questions(plan_for(content))["carry:E"].proposal == "blank"


@pytest.mark.parametrize(("written", "told"), [("3.500", True), ("3.500,00", False), ("3500", False)])
def test_a_point_read_as_thousands_is_told(written, told, plan_for, cite):
    make_source(cite, "État")
    plan = plan_for(csv(f"Action;Porteur;État demandé\nA;X;{written}\nB;Y;10\n"))
    warnings = [
        warning for warning in plan.figures["warnings"] if "est lu comme 3\u00a0500,00\u00a0€" in warning["text"]
    ]

    assert [warning["line"] for warning in warnings] == ([2] if told else [])
    assert plan.figures["steps"]["requested"] == "3510.00"
    assert not Action.objects.exists()
