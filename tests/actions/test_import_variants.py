"""Tables of the family from other cities and years, invented: every layout ends as the same plan, to the cent."""

import pytest

from actions.imports import ImportRefused, import_table
from actions.models import Action, FunderAct, Funding, FundingEntry, FundingSource, ImportMapping
from partners.models import Organisation
from tests.actions.factories import make_call, make_source
from tests.actions.tables import csv, ods, xlsx

pytestmark = pytest.mark.django_db
NEW = {"new": "other", "name": "Ligne unique", "organisation": "Mairie"}


@pytest.fixture
def call(cite):
    return make_call(cite, "Appel 2026")


@pytest.fixture
def sources(cite):
    return {
        name: make_source(cite, label, short_label=name)
        for name, label in {"État": "État – P147", "Ville": "Ville de Vaulx", "CAF": "CAF du Rhône"}.items()
    }


@pytest.fixture
def take(call, lead):
    def taken(content, answers=None, filename="suivi.xlsx", **mapping):
        if answers is not None:
            mapping["answers"] = answers
        run = import_table(call=call, actor=lead, content=content, filename=filename, mapping=mapping or None)
        return run.result

    return taken


def money():
    """{(title, funder): {step: euros}} of what is known."""
    rows = {}
    for funding in Funding.objects.select_related("action", "source"):
        steps = {s: getattr(funding, s) for s in ("requested", "proposed", "granted", "paid")}
        rows[funding.action.title, funding.source.short_label] = {
            step: int(amount) for step, amount in steps.items() if amount is not None
        }
    return rows


def test_several_funding_columns_with_two_header_rows(take, sources):
    content = xlsx(
        {"Programmation": [
            ["Cité éducative – programmation 2026"],
            ["Action", "Structure porteuse", "État", None, "Ville"],
            [None, None, "Demandé", "Accordé", "Demandé"],
            ["Jardin", "Les Francas", 5000, 4000, 2000],
            ["Lecture", "Lire", 1000, 0, None],
            ["TOTAL", None, 6000, 4000, 2000],
        ]},
        merges=["A2:A3", "B2:B3", "C2:D2"],
    )  # fmt: skip
    result = take(content)

    assert money() == {
        ("Jardin", "État"): {"requested": 5000, "granted": 4000},
        ("Jardin", "Ville"): {"requested": 2000},
        ("Lecture", "État"): {"requested": 1000, "granted": 0},
    }
    assert {column["difference"] for column in result["columns"]} == {"0.00"}


def test_one_row_per_funder_with_its_own_act_is_one_action(take, sources):
    take(csv(
        "Projet;Association;Financeur;Montant voté;N° délibération;Date de la délibération\n"
        "Chorale;Les Voix;État;1 500,50 €;ARR-12;03/02/2026\nChorale;Les Voix;Ville;800;DEL-45;12/03/2026\n"
    ))  # fmt: skip

    assert Action.objects.count() == 1
    acts = {act.number: (act.organisation_id, str(act.decided_on)) for act in FunderAct.objects.all()}
    assert acts == {
        "ARR-12": (sources["État"].organisation_id, "2026-02-03"),
        "DEL-45": (sources["Ville"].organisation_id, "2026-03-12"),
    }
    assert Action.objects.get().status == "retained"


def test_merged_holders_and_titles_in_a_workbook(take, sources):
    content = xlsx(
        {"Suivi": [
            ["Porteur", "Action", "Financeur", "Demandé"],
            ["Ligue", "Séjour", "État", 100], [None, None, "Ville", 50], [None, "Devoirs", "CAF", 30],
        ]},
        merges=["A2:A4", "B2:B3"],
    )  # fmt: skip
    take(content)

    assert set(money()) == {("Séjour", "État"), ("Séjour", "Ville"), ("Devoirs", "CAF")}
    assert Organisation.objects.filter(name="Ligue").count() == 1


def test_an_amount_merged_over_two_actions_is_never_split_silently(take, sources):
    content = xlsx(
        {"Suivi": [["Porteur", "Action", "État accordé"], ["Ligue", "Séjour", 2500], ["Ligue", "Devoirs", None],
                   ["Scouts", "Camp", 700]]},
        merges=["C2:C3"],
    )  # fmt: skip
    result = take(content, {"amount:2": "1 000"})

    assert result["groups"]["unallocated"] == "0.00"
    assert money()["Séjour", "État"] == {"granted": 1000}
    assert money()["Devoirs", "État"] == {"granted": 1500}


def test_without_answer_the_merged_amount_stays_unallocated(take, sources):
    content = xlsx(
        {"Suivi": [["Porteur", "Action", "État accordé"], ["Ligue", "Séjour", 2500], ["Ligue", "Devoirs", None]]},
        merges=["C2:C3"],
    )
    result = take(content, {"funder": {"source": "État – P147"}})

    assert result["groups"]["unallocated"] == "2500.00"
    assert not Funding.objects.filter(granted__isnull=False).exists()


def test_a_windows_1252_csv_with_the_year_of_the_columns(take, sources):
    take(csv(
        "Réf. dossier;Bénéficiaire;Libellé du projet;Financeur;Exercice;Montant demandé;Montant alloué\r\n"
        "D1;Léo Lagrange;Été;CAF;2024;3.000,00;2.500,00\r\nD2;Léo Lagrange;Été;Ville;2024;4000;n.c.\r\n", "cp1252",
    ))  # fmt: skip

    assert money() == {("Été", "CAF"): {"requested": 3000, "granted": 2500}, ("Été", "Ville"): {"requested": 4000}}
    assert {funding.external_ref for funding in Funding.objects.all()} == {"D1", "D2"}
    assert Action.objects.get().budget_year == 2024


def test_an_ods_and_a_single_column_whose_funder_is_said_once(take):
    result = take(
        ods([["Suivi 2026"], [], ["Nom du projet", "Organisme", "Commune", "Montant sollicité"],
             ["Chorale", "Voix", "Dunkerque", 1200.5], ["Échecs", "Roi", "Lens", 300]]),
        {"funder": NEW},
    )  # fmt: skip

    assert result["steps"] == {"requested": "1500.50"}
    assert [commune.name for commune in Action.objects.get(title="Chorale").communes.all()] == ["Dunkerque"]
    assert FundingSource.objects.get().organisation.name == "Mairie"


def test_several_sheets_with_other_columns(take, sources):
    take(xlsx({
        "Écoles": [["Action", "Porteur", "État demandé"], ["A", "X", 10], ["B", "Y", 20]],
        "Collèges": [["Intitulé", "Structure", "Financeur", "Montant proposé"], ["C", "Z", "CAF", 5]],
    }))  # fmt: skip

    assert money() == {
        ("A", "État"): {"requested": 10}, ("B", "État"): {"requested": 20}, ("C", "CAF"): {"proposed": 5}
    }  # fmt: skip


def test_an_osiris_export_keeps_its_numbers_and_its_four_steps(take, cite):
    groups = [
        "",
        "Dossier/action",
        "Bénéficiaire",
        "Bénéficiaire",
        "Caractéristiques actions",
        *["Montants et versements"] * 5,
    ]
    titles = ["Numero Action Osiris", "Exercice début", "N° Siret", "Nom", "Intitulé", "Coût (total charges)", "Demandé",
              "Proposé", "Accordé", "Réalisé"]  # fmt: skip
    take(
        xlsx(
            {
                "Suivi": [
                    groups,
                    titles,
                    ["A-1", 2024, "225 000 016 00009", "Agence", "Action A", 5000, 2000, 1500, 1500, 700],
                ]
            }
        ),
        {"funder": {"new": "state_direct", "name": "État – P147", "organisation": "Préfecture"}},
    )
    action = Action.objects.get()

    assert (action.external_ref, action.budget_year, int(action.total_cost)) == ("A-1", 2024, 5000)
    assert action.holder.siret == "22500001600009"
    assert list(money().values()) == [{"requested": 2000, "proposed": 1500, "granted": 1500, "paid": 700}]


def test_programmed_columns_are_never_written(take, sources):
    take(csv("Action;Porteur;État demandé;Validé Troïka\nA;X;100;90\nB;Y;200;150\n"))

    assert not Funding.objects.filter(programmed__isnull=False).exists()
    assert not FundingEntry.objects.filter(step="programmed").exists()


def test_changed_amounts_are_updated_with_their_history_and_blanks_erase_nothing(take, sources):
    take(csv("Action;Porteur;État demandé;Ville demandé\nA;X;100;40\nB;Y;200;\n"))
    result = take(csv("Action;Porteur;État demandé;Ville demandé\nA;X;150;\nB;Y;n.c.;60\n"))

    assert money() == {
        ("A", "État"): {"requested": 150}, ("A", "Ville"): {"requested": 40},
        ("B", "État"): {"requested": 200}, ("B", "Ville"): {"requested": 60},
    }  # fmt: skip
    assert result["actions"] == {"created": 0, "updated": 2, "unchanged": 0}
    entries = FundingEntry.objects.filter(funding__action__title="A", funding__source=sources["État"])
    assert [(entry.before, entry.after) for entry in entries] == [(None, 100), (100, 150)]
    assert any("n.c." in warning["text"] and warning["line"] == 3 for warning in result["warnings"])


def test_two_lines_of_one_action_and_one_funder_ask_before_anything_is_summed(take, sources):
    content = csv("Action;Porteur;Financeur;Demandé\nA;X;État;100\nA;X;État;50\n")
    with pytest.raises(ImportRefused) as refused:
        take(content)
    (question,) = refused.value.plan.required
    assert "lignes 2 et 3" in question.text
    assert not Action.objects.exists()

    take(content, {question.id: "sum"})
    assert money() == {("A", "État"): {"requested": 150}}


def test_two_lines_said_distinct_are_two_actions_and_stay_two(take, sources):
    content = csv("Action;Porteur;Financeur;Demandé\nA;X;État;100\nA;X;État;50\n")
    with pytest.raises(ImportRefused) as refused:
        take(content)
    answers = {refused.value.plan.required[0].id: "distinct"}
    take(content, answers)
    again = take(content, answers)

    assert Action.objects.count() == 2
    assert again["rows"]["unchanged"] == 2


def test_one_funder_twice_with_two_file_numbers_is_two_actions(take, sources):
    take(csv(
        "N° dossier;Action;Porteur;Financeur;Accordé;N° délibération\n"
        "D1;A;X;État;100;1\nD2;A;X;État;50;1\nD3;B;Y;État;70;1\nD4;B;Y;Ville;30;1\n"
    ))  # fmt: skip

    assert Action.objects.filter(title="A").count() == 2
    assert Action.objects.filter(title="B").count() == 1
    assert sum(row["granted"] for row in (steps for steps in money().values())) <= 250
    assert sorted(int(f.granted) for f in Funding.objects.all()) == [30, 50, 70, 100]


def test_near_names_are_asked_and_distinct_by_default(take, sources):
    content = csv("Action;Porteur;État demandé\nA;LA CABANE BLEUE;100\nB;LACABANE BLEUE;50\n")
    with pytest.raises(ImportRefused) as refused:
        take(content)
    (question,) = refused.value.plan.required
    assert question.proposal == "new"

    take(content, {question.id: "same:LA CABANE BLEUE"})
    assert {action.holder.name for action in Action.objects.all()} == {"LA CABANE BLEUE"}


def test_what_was_answered_is_remembered_for_the_next_table(take, cite):
    take(csv("Action;Porteur;Montant\nA;X;100\n"), {"funder": NEW}, columns={"Montant": "requested"})
    take(csv("Action;Porteur;Montant\nB;Y;200\n"))

    assert ImportMapping.objects.count() == 1
    assert {row["requested"] for row in money().values()} == {100, 200}


def test_a_renamed_sheet_is_still_found_again(take, sources):
    content = csv("Action;Porteur;État demandé\nA;X;100\n")
    take(content)
    action = Action.objects.get()
    action.title = "Un autre nom"
    action.save()
    result = take(content)

    assert result["actions"] == {"created": 0, "updated": 0, "unchanged": 1}


def test_codes_given_here_find_their_action(take, sources):
    take(csv("Action;Porteur;État demandé\nA;X;100\n"))
    code = Action.objects.get().code
    take(csv(f"Code action;Action;Porteur;État demandé;État accordé\n{code};A bis;X;100;80\n"))

    assert Action.objects.count() == 1
    assert money() == {("A bis", "État"): {"requested": 100, "granted": 80}}


def test_free_dates_are_kept_beside_what_could_be_read(take, sources):
    take(csv("Action;Porteur;Calendrier;État demandé\nA;X;janvier à juin 2026;1\nB;Y;Selon la météo;2\n"))

    read = {
        action.title: (action.period_text, str(action.starts_on), str(action.ends_on))
        for action in Action.objects.all()
    }
    assert read == {
        "A": ("janvier à juin 2026", "2026-01-01", "2026-06-30"), "B": ("Selon la météo", "None", "None")
    }  # fmt: skip
