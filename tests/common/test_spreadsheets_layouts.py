"""Several tables in a file, titles written in other ways, sheets of other programs."""

import io
from decimal import Decimal

import pytest
from odfdo import Cell, Document
from odfdo import Table as OdfTable
from openpyxl import Workbook

from cite_educative.common.spreadsheets import Field, open_workbook, propose_mapping, read_tables
from tests.common.spreadsheets import column_sum, csv, found, only_table, xlsx


def test_several_tables_and_sheets():
    book = Workbook()
    first = book.active
    first.title = "Élémentaire"
    for row in (["Action", "Porteur", "Montant demandé"], ["A", "X", 10], ["B", "Y", 20]):
        first.append(row)
    for row in (
        [],
        [],
        ["Intitulé", "Structure", "Financeur", "Montant voté"],
        ["C", "Z", "CAF", 5],
        ["D", "Z", "ARS", 6],
    ):
        first.append(row)
    book.create_sheet("Vide")
    hidden = book.create_sheet("Brouillon")
    hidden.append(["Action", "Porteur"])
    hidden.sheet_state = "hidden"
    second = book.create_sheet("Collège")
    for row in (["Nom de l’action", "Bénéficiaire", "Octroyé"], ["E", "W", 7]):
        second.append(row)
    stream = io.BytesIO()
    book.save(stream)
    workbook = open_workbook(stream, "x.xlsx")
    tables = read_tables(workbook)
    assert [(table.sheet, len(table.rows)) for table in tables] == [
        ("Élémentaire", 2),
        ("Élémentaire", 2),
        ("Collège", 1),
    ]
    assert "Brouillon" in " ".join(workbook.notes)


def test_repeated_titles_are_passed():
    table = only_table(csv("Action;Porteur;Demandé\nA;X;100\nAction;Porteur;Demandé\nB;Y;200\n"))
    assert [row.number for row in table.rows] == [2, 4]
    assert "répétés" in " ".join(table.notes)


def test_ods_with_dates_and_repeated_blank_lines():
    document = Document("ods")
    document.body.clear()
    sheet = OdfTable("Suivi")
    for line, row in enumerate(
        [
            ["Suivi des demandes 2025"],
            [],
            ["Nom du projet", "Organisme", "Commune", "Montant sollicité", "Montant octroyé"],
            ["Chorale", "Voix", "Lille", 1200.5, 1000],
            ["Échecs", "Roi", "Lens", 300, 0],
        ]
    ):
        for column, value in enumerate(row):
            sheet.set_cell((column, line), Cell(value))
    document.body.append(sheet)
    stream = io.BytesIO()
    document.save(stream)
    table = only_table(stream, "suivi.ods")
    assert table.header_rows == [3]
    assert column_sum(table, "Montant sollicité") == Decimal("1500.50")
    result = found(table)
    assert result[("commune", "")] == "Commune"
    assert result[("granted", "")] == "Montant octroyé"


def test_contacts_are_never_proposed_for_import():
    table = only_table(
        csv("Projet;Association;Nom du responsable;Téléphone;Courriel;Demandé\nA;X;M. Z;0611;z@z.fr;100\n")
    )
    guesses = propose_mapping(table)
    assert [guesses[index].field for index in (2, 3, 4)] == [Field.CONTACT] * 3


def test_osiris_export_with_its_two_header_rows():
    groups = [
        "",
        "Dossier/action",
        "Dossier/action",
        "Bénéficiaire",
        "Bénéficiaire",
        "Caractéristiques actions",
        "Montants et versements",
        "Montants et versements",
        "Montants et versements",
        "Montants et versements",
        "Montants et versements",
        "Cofinanceurs",
        "Cofinanceurs",
    ]
    titles = [
        "Numero Action Osiris",
        "Etat dossier",
        "Exercice début",
        "N° Siret",
        "Nom",
        "Intitulé",
        "Coût (total charges)",
        "Demandé",
        "Proposé",
        "Accordé",
        "Réalisé",
        "Noms",
        "Montants demandés",
    ]
    rows = [
        ["A-1", "Validé", 2024, "130 006 372 00019", "Assoc A", "Action A", 5000, 2000, 1500, 1500, 1500, "CAF", 300],
        ["A-2", "Validé", 2024, None, "Assoc B", "Action B", 6000, 2500, 1000, 1000, 0, "CAF, Ville", 400],
    ]
    merges = ["B1:C1", "D1:E1", "G1:K1", "L1:M1"]
    for options in ((), merges):
        table = only_table(xlsx([groups, titles, *rows], merges=options))
        assert table.header_rows == [1, 2]
        result = found(table)
        assert result[("external_ref", "")] == "Numero Action Osiris"
        assert result[("title", "")] == "Caractéristiques actions – Intitulé"
        assert result[("holder_name", "")] == "Bénéficiaire – Nom"
        assert result[("requested", "")] == "Montants et versements – Demandé"
        assert result[("granted", "")] == "Montants et versements – Accordé"
        assert result[("paid", "")] == "Montants et versements – Réalisé"
        assert result[("total_cost", "")] == "Montants et versements – Coût (total charges)"
        assert ("requested", "Noms") not in result


@pytest.mark.parametrize(
    "name", ["Montant demandé", "MONTANT DEMANDÉ (€)", "Mt demandé", "Subv. sollicitée", "Aide demandée en euros"]
)
def test_spellings_of_one_title(name):
    table = only_table(csv(f"Action;Porteur;{name}\nA;X;100\nB;Y;200\n"))
    assert propose_mapping(table)[2].field is Field.REQUESTED


def test_titles_that_are_only_a_year_ask_which_amount_they_hold():
    table = only_table(
        xlsx(
            [
                ["PLAN 2024"],
                [],
                ["Axe", "Action", "Porteur", "Bénéficiaires", "2023", "2024"],
                ["Axe 1", "A", "X", "Élèves de CP", 1, 2],
                ["Axe 1", "B", "Y", "Parents", 3, 4],
            ]
        )
    )
    guesses = propose_mapping(table)
    assert guesses[3].field is Field.PUBLIC
    assert guesses[4].field is Field.PREVIOUS_YEAR
    assert guesses[5].question


def test_a_column_of_amounts_full_of_words_is_still_a_column_of_amounts():
    table = only_table(
        csv("Action;Porteur;Subvention demandée P147;État (BOP 147) accordé\nA;X;500;1\nB;Y;n.c.;2\nC;Z;n.c.;3\n")
    )
    guesses = propose_mapping(table)
    assert (guesses[2].field, guesses[2].funder) == (Field.REQUESTED, "P147")
    assert (guesses[3].field, guesses[3].funder) == (Field.GRANTED, "État BOP 147")
