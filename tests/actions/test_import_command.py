"""What the command prints can be completed and given back: one mapping, and nothing else, on the standard output."""

import json

import pytest
from django.conf import settings
from django.utils import timezone

from actions.models import Action, Call, FundingSource
from tests.actions.factories import make_call, make_source
from tests.actions.importing import run_command
from tests.actions.tables import csv

pytestmark = pytest.mark.django_db
GOOD = "Action;Porteur;État demandé\nChorale;Les Voix;1000\n"
MONTPELLIER = settings.BASE_DIR / "cite_educative/data/montpellier_2014_reussite_educative_et_cohesion_sociale.csv"


@pytest.fixture
def call(cite):
    return make_call(cite, "Appel 2026")


@pytest.fixture
def state(cite):
    return make_source(cite, "État")


@pytest.mark.parametrize(
    ("label", "content", "year"),
    [
        ("Appel 2031", GOOD, 2031),
        ("Rentrée", "Exercice;Action;Porteur;État demandé\n2024;A;X;1\n2024;B;Y;2\n2023;C;Z;3\n", 2024),
        ("Rentrée", "Action;Porteur;État demandé 2022\nA;X;1\n", 2022),
        ("Rentrée", GOOD, None),
    ],
)
def test_an_unknown_call_is_asked_with_its_year_and_created_once_said(
    label, content, year, cite, call, lead, state, tmp_path
):
    year = year or timezone.localdate().year
    code, out, err = run_command(tmp_path, cite, label, csv(content))
    assert code == 2
    assert "Appel 2026" in err
    assert not Call.objects.filter(label=label).exists()

    mapping = json.loads(out)
    assert mapping["call"] == {"budget_year": year}
    code, _, _ = run_command(tmp_path, cite, label, csv(content), mapping)
    assert code == 0
    assert Call.objects.get(label=label).budget_year == year


def test_the_printed_mapping_keeps_the_call_it_was_given(cite, lead, tmp_path):
    told = {"call": {"budget_year": 2026}}
    code, out, _ = run_command(tmp_path, cite, "Nouveau", csv(GOOD), told)

    assert code == 2
    assert json.loads(out)["call"] == told["call"]
    assert run_command(tmp_path, cite, "Nouveau", csv(GOOD), json.loads(out))[0] == 0


def test_with_questions_the_report_goes_to_the_errors_and_the_mapping_alone_to_the_output(cite, call, lead, tmp_path):
    code, out, err = run_command(tmp_path, cite, call.label, csv(GOOD))
    assert code == 2
    assert set(json.loads(out)) == {"tables", "answers"}
    assert "1\u00a0ligne lue\u00a0: 1\u00a0créée, 0\u00a0mise à jour" in err

    code, out, err = run_command(tmp_path, cite, call.label, csv(GOOD), json.loads(out))
    assert code == 0
    assert "Total demandé" in out
    assert "requested" not in out
    assert err == ""


def test_optional_questions_are_named_on_one_line(cite, call, lead, state, tmp_path):
    table = "N° délibération;Article;Porteur;Action;État accordé;Total article\nD1;1;X;A;;100\nD1;1;X;B;;100\n"
    told = {"columns": {"F": "group_total", "B": "group"}}
    _, _, err = run_command(tmp_path, cite, call.label, csv(table), told)
    (line,) = [line for line in err.splitlines() if "facultatives" in line]

    assert "announced:D1" in line
    assert "amount:2" in line


def test_the_sums_of_each_theme_are_printed(cite, lead, tmp_path):
    call = make_call(cite, "2014", budget_year=2014)
    city = {"new": "commune", "name": "Ville de Montpellier", "organisation": "Ville de Montpellier"}
    told = {"answers": {"funder": city, "title": "Fonctionnement"}}
    _, out, _ = run_command(tmp_path, cite, call.label, MONTPELLIER.read_bytes(), told)
    lines = [line.replace("\u00a0", " ") for line in out.splitlines() if "Thématique" in line]

    assert any("106 200,00 €" in line and "reussite educative" in line.lower() for line in lines)
    assert any("47 200,00 €" in line and "cohesion sociale" in line.lower() for line in lines)


def test_a_file_of_another_year_than_the_call_is_told_before_its_figures(cite, call, lead, state, tmp_path):
    table = csv("Exercice;Action;Porteur;État demandé\n2014;A;X;1\n")
    _, out, _ = run_command(tmp_path, cite, call.label, table)

    assert "Attention : L’exercice du fichier (2014) n’est pas celui de l’appel « Appel 2026 » (2026)." in out.replace(
        "\u00a0", " "
    )
    assert Action.objects.get().budget_year == 2014


def test_a_bare_town_is_asked_which_one_it_is(cite, call, lead, tmp_path):
    table = csv("Action;Porteur;Financeur;Demandé\nA;X;Ville;1\n")
    mapping = json.loads(run_command(tmp_path, cite, call.label, table)[1])
    assert mapping["answers"]["funder:ville"] == {"new": "commune", "name": "Ville", "organisation": None}

    code, _, err = run_command(tmp_path, cite, call.label, table, mapping)
    assert code == 2
    assert "quel organisme" in err

    mapping["answers"]["funder:ville"]["organisation"] = "Ville de Lens"
    assert run_command(tmp_path, cite, call.label, table, mapping)[0] == 0
    assert FundingSource.objects.get().organisation.name == "Ville de Lens"
