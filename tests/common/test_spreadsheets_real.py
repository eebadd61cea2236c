"""The open tables of the repository, read as they are, equal to the cent to their published totals."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

import cite_educative
from cite_educative.common.spreadsheets import (
    Field,
    compare_totals,
    open_workbook,
    propose_mapping,
    read_amount,
    read_period,
    read_siret,
    read_tables,
    read_text,
)

DATA = Path(cite_educative.__file__).parent / "data"
LIGNES = "paris_pdv_2025_enveloppe{}_lignes.csv"
ARTICLES = "paris_pdv_2025_enveloppe{}_articles.csv"
CONTROLE = "paris_pdv_2025_enveloppe{}_controle.csv"
ENVELOPES = ("1", "2_10e_11e_13e")


def load(name):
    (table,) = read_tables(open_workbook(DATA / name))
    return table, {guess.field: index for index, guess in propose_mapping(table).items()}


def amounts(table, index, rows=None):
    return sum((read_amount(row.own(index)) or Decimal(0) for row in rows or table.rows), Decimal(0))


@pytest.mark.parametrize(
    "name", ["montpellier_2014_reussite_educative.xlsx", "montpellier_2014_reussite_educative_et_cohesion_sociale.csv"]
)
def test_montpellier_adds_up_to_its_printed_totals(name):
    table, fields = load(name)
    theme = fields[Field.THEME]
    schooling = [row for row in table.rows if row.value(theme) == "REUSSITE EDUCATIVE"]
    others = [row for row in table.rows if row not in schooling]
    assert amounts(table, fields[Field.PROPOSED], schooling) == Decimal("106200.00")
    assert amounts(table, fields[Field.REQUESTED], schooling) == Decimal("225701.00")
    if others:
        assert amounts(table, fields[Field.PROPOSED], others) == Decimal("47200.00")
    assert {Field.GRANTED, Field.STATUS_TEXT, Field.HOLDER_CODE, Field.PERIOD_TEXT, Field.NATURE} <= set(fields)


def test_montpellier_total_row_is_kept_aside_and_agrees():
    table, fields = load("montpellier_2014_reussite_educative.xlsx")
    assert [(total.number, total.label) for total in table.total_rows] == [(52, "Total")]
    assert [(check.column, check.agrees) for check in compare_totals(table)] == [(fields[Field.PROPOSED], True)]


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_paris_articles_equal_the_control_file(envelope):
    table, fields = load(ARTICLES.format(envelope))
    with open(DATA / CONTROLE.format(envelope), encoding="utf-8", newline="") as stream:
        for control in csv.DictReader(stream):
            rows = [row for row in table.rows if row.value(fields[Field.ACT_NUMBER]) == control["deliberation"]]
            assert len(rows) == int(control["nb_articles"])
            assert amounts(table, fields[Field.GRANTED], rows) == Decimal(control["somme_articles_eur"])


@pytest.mark.parametrize(
    ("envelope", "rows", "written", "articles"),
    [("1", 70, Decimal(35500), Decimal(173480)), ("2_10e_11e_13e", 161, Decimal(347150), Decimal(396850))],
)
def test_paris_lines_and_article_totals(envelope, rows, written, articles):
    table, fields = load(LIGNES.format(envelope))
    assert len(table.rows) == rows
    assert amounts(table, fields[Field.GRANTED]) == written
    totals = {
        (row.value(fields[Field.ACT_NUMBER]), row.value(fields[Field.GROUP])): read_amount(
            row.value(fields[Field.GROUP_TOTAL])
        )
        for row in table.rows
    }
    assert sum(totals.values()) == articles
    assert {Field.FUNDER, Field.TITLE, Field.HOLDER_NAME, Field.COMMUNE} <= set(fields)
    assert (Field.FUNDING_REF in fields) is (envelope != "1")


def test_scdl_keeps_physical_lines_and_mends_siret_and_accents():
    table, fields = load("scdl_maine-et-loire_conventions_2017.csv")
    assert len(table.rows) == 75
    assert table.rows[-1].number == 78
    assert amounts(table, fields[Field.GRANTED]) == Decimal("8327364.88")
    assert read_siret(table.rows[0].value(fields[Field.FUNDER_SIRET])) == "22490001900015"
    assert read_siret(table.rows[0].value(fields[Field.HOLDER_SIRET])) == "82212742900014"
    names = {read_text(row.value(fields[Field.HOLDER_NAME])) for row in table.rows}
    assert "LES RESTAURANTS DU CŒUR - LES RELAIS DU CŒUR DE MAINE-ET-LOIRE" in names
    assert not any("Å" in name or "Ã" in name for name in names)
    titles = {read_text(row.value(fields[Field.TITLE])) for row in table.rows}
    assert "soutien à l'enseignement agricole et rural" in titles
    assert read_period(table.rows[0].value(fields[Field.PERIOD_TEXT])).end is not None


def test_paris_votes_of_several_years():
    table, fields = load("paris_subventions_votees_ddct_dasco_2018-2024.csv")
    assert {Field.EXTERNAL_REF, Field.BUDGET_YEAR, Field.HOLDER_SIRET, Field.TITLE, Field.FUNDER, Field.NATURE} <= set(
        fields
    )
    assert amounts(table, fields[Field.GRANTED]) == Decimal("39944272.00")


@pytest.mark.parametrize(
    "name", ["jaune_plf2012_associations_dunkerquois_2010.csv", "jaune_plf2012_p147_associations_2010.csv"]
)
def test_jaune_details_and_totals(name):
    table, fields = load(name)
    assert {Field.HOLDER_SIREN, Field.HOLDER_NAME, Field.FUNDER, Field.GRANTED, Field.GROUP_TOTAL} <= set(fields)
    if "dunkerquois" in name:
        assert amounts(table, fields[Field.GRANTED]) == amounts(table, fields[Field.GROUP_TOTAL]) == Decimal(274270)


@pytest.mark.parametrize(
    "name", ["postes_adultes_relais_fonjep_cud_2024-2025.csv", "postes_adultes_relais_nord_2025.csv"]
)
def test_posts_are_read_with_their_employer(name):
    _, fields = load(name)
    assert {Field.HOLDER_SIRET, Field.HOLDER_NAME, Field.BUDGET_YEAR} <= set(fields)


@pytest.mark.parametrize("export", ["SuiviActions", "SuiviDossiers", "SuiviActionsEvaluation", "GISPRO (export P147)"])
def test_columns_of_the_state_exports_are_recognised(export, tmp_path):
    with open(DATA / "formes_exports_etat_colonnes.csv", encoding="utf-8", newline="") as stream:
        columns = [row for row in csv.DictReader(stream) if row["export"] == export]
    groups = [row["groupe_entete_ligne1"] for row in columns]
    titles = [row["colonne_entete_ligne2"] for row in columns]
    body = [_example(titles, index) for index in (1, 2, 3)]
    path = tmp_path / "export.csv"
    with open(path, "w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows([groups, titles, *body] if any(groups) else [titles, *body])
    (table,) = read_tables(open_workbook(path))
    assert len(table.rows) == 3
    assert [column.name.split(" (")[0] for column in table.columns] == [title.split(" (")[0] for title in titles]
    found = {guess.field for guess in propose_mapping(table).values()}
    if "GISPRO" in export:
        assert {Field.HOLDER_SIRET, Field.COMMITTED, Field.COMMITMENT_REF, Field.EXTERNAL_REF} <= found
    else:
        assert {
            Field.HOLDER_SIRET,
            Field.HOLDER_NAME,
            Field.REQUESTED,
            Field.PROPOSED,
            Field.GRANTED,
            Field.PAID,
            Field.TOTAL_COST,
        } <= found


def _example(titles, index):
    money = (
        "Coût",
        "Demandé",
        "Proposé",
        "Accordé",
        "Montant",
        "Réalisé",
        "Acompte",
        "Solde",
        "Compl",
        "Comp",
        "Rever",
        "Ecart",
    )
    return [
        "13000637200019"
        if "iret" in title or "SIRET" in title
        else str(1000 * index)
        if title.startswith(money)
        else f"{title} texte {index}"
        for title in titles
    ]
