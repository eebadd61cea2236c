"""Tables of the family that no folder holds: other cities, years, titles, orders, encodings and layouts."""

from decimal import Decimal

from cite_educative.common.spreadsheets import Field, compare_totals, propose_mapping
from tests.common.spreadsheets import column_sum, csv, found, only_table, xlsx


def test_wide_table_with_one_pair_of_columns_per_funder():
    table = only_table(
        xlsx(
            [
                ["Cité éducative de Vaulx – programmation 2025"],
                [],
                [
                    "N°",
                    "Intitulé de l'action",
                    "Porteur",
                    "SIRET",
                    "État demandé",
                    "État accordé",
                    "CAF demandé",
                    "CAF accordé",
                    "Coût total",
                ],
                [1, "Coup de pouce lecture", "Ville de Vaulx", 21690256300017, 12000, 10000, 3000, 2500, 20000],
                [2, "Ciné-débat", "MJC Centre", None, 4000, 0, 1500, 1500, 7000],
                ["TOTAL GÉNÉRAL", None, None, None, 16000, 10000, 4500, 4000, 27000],
            ]
        )
    )
    assert table.header_rows == [3]
    assert [row.number for row in table.rows] == [4, 5]
    assert all(check.agrees for check in compare_totals(table))
    assert found(table) == {
        ("code", ""): "N°",
        ("title", ""): "Intitulé de l'action",
        ("holder_name", ""): "Porteur",
        ("holder_siret", ""): "SIRET",
        ("requested", "État"): "État demandé",
        ("granted", "État"): "État accordé",
        ("requested", "CAF"): "CAF demandé",
        ("granted", "CAF"): "CAF accordé",
        ("total_cost", ""): "Coût total",
    }


def test_two_header_rows_with_merged_groups_of_funders():
    table = only_table(
        xlsx(
            [
                ["Action", "Structure porteuse", "Politique de la ville", None, "Fondation Orange", None],
                [None, None, "Sollicité", "Attribué", "Sollicité", "Attribué"],
                ["Jardin partagé", "Les Francas", 5000, 4000, 2000, 1000],
                ["Boîte à lire", "Culture et partage", 1000, 800, 500, 500],
                [None, None, 6000, 4800, 2500, 1500],
            ],
            merges=["A1:A2", "B1:B2", "C1:D1", "E1:F1"],
        )
    )
    assert table.header_rows == [1, 2]
    assert len(table.rows) == 2
    assert [total.number for total in table.total_rows] == [5]
    result = found(table)
    assert result[("requested", "Politique de la ville")] == "Politique de la ville – Sollicité"
    assert result[("granted", "Fondation Orange")] == "Fondation Orange – Attribué"
    assert result[("title", "")] == "Action"
    assert result[("holder_name", "")] == "Structure porteuse"


def test_two_header_rows_without_merges_in_a_csv():
    table = only_table(
        csv(
            "Projet;Association;P147;;Ville;\n;;Demandé;Voté;Demandé;Voté\n"
            "Atelier vélo;Roule;1 500,00 €;1 000,00 €;500;500\nThéâtre;Scène;2 000,50 €;;300;200\n"
        ),
        "x.csv",
    )
    assert table.header_rows == [1, 2]
    assert column_sum(table, "P147 – Demandé") == Decimal("3500.50")
    result = found(table)
    assert result[("granted", "Ville")] == "Ville – Voté"
    assert result[("requested", "P147")] == "P147 – Demandé"


def test_one_row_per_action_and_funder_in_windows_1252():
    table = only_table(
        csv(
            "Réf. dossier;Bénéficiaire;Libellé du projet;Financeur;Exercice;Montant demandé;Montant alloué\r\n"
            "D1;Léo Lagrange;Été solidaire;CAF;2024;3.000,00;2.500,00\r\n"
            "D2;Léo Lagrange;Été solidaire;Préfecture;2024;4000;4000\r\n",
            "cp1252",
        ),
        "x.csv",
    )
    assert table.rows[0].value(1) == "Léo Lagrange"
    result = found(table)
    assert result[("funder", "")] == "Financeur"
    assert result[("funding_ref", "")] == "Réf. dossier"
    assert result[("granted", "")] == "Montant alloué"
    assert result[("budget_year", "")] == "Exercice"


def test_merged_holders_and_a_merged_amount_are_carried_but_counted_once():
    table = only_table(
        xlsx(
            [
                ["Porteur", "Action", "Montant proposé", "Subvention accordée"],
                ["Ligue 45", "Aide aux devoirs", 1000, 2500],
                [None, "Séjour", 2000, None],
                ["Scouts", "Camp", 700, 700],
            ],
            merges=["A2:A3", "D2:D3"],
        )
    )
    assert [row.value(0) for row in table.rows] == ["Ligue 45", "Ligue 45", "Scouts"]
    assert table.sum(3) == 3200
    assert table.rows[1].own(3) is None
    assert (table.rows[1].span(3).top, table.rows[1].span(3).bottom) == (2, 3)


def test_sections_subtotals_and_footnotes():
    table = only_table(
        xlsx(
            [
                ["Fiche action", "Porteur de projet", "Quartier", "Demandé 2026", "Proposé 2026"],
                ["AXE 1 – Conforter le rôle de l’école", None, None, None, None],
                ["Petits lecteurs", "Lire ensemble", "Les Minguettes", 1000, 900],
                ["Mallette", "Lire ensemble", "Les Minguettes", 500, 400],
                ["Sous-total axe 1", None, None, 1500, 1300],
                ["AXE 2 – Promouvoir la continuité", None, None, None, None],
                ["Parents", "CSC", "Grappinière", 800, 800],
                ["Sous-total axe 2", None, None, 800, 800],
                ["TOTAL", None, None, 2300, 2100],
                ["* sous réserve du vote du budget", None, None, None, None],
            ],
            merges=["A2:E2", "A6:E6"],
        )
    )
    assert [row.section for row in table.rows] == ["AXE 1 – Conforter le rôle de l’école"] * 2 + [
        "AXE 2 – Promouvoir la continuité"
    ]
    assert len(table.total_rows) == 3
    assert all(check.agrees for check in compare_totals(table))
    assert "Ligne 10" in " ".join(table.notes)
    result = found(table)
    assert result[("axis", "")] == "Titre de section"
    assert result[("title", "")] == "Fiche action"


def test_last_years_columns_and_row_totals_are_not_amounts_of_this_year():
    table = only_table(
        xlsx(
            [
                [
                    "Intitulé",
                    "Opérateur",
                    "Subvention N-1",
                    "Accordé 2024",
                    "Part Ville 2025",
                    "Part CUD 2025",
                    "Total 2025",
                ],
                ["A", "X", 100, 90, 50, 60, 110],
                ["B", "Y", 100, 90, 20, 30, 50],
            ]
        )
    )
    guesses = propose_mapping(table)
    assert guesses[2].field is Field.PREVIOUS_YEAR
    assert guesses[3].field is Field.PREVIOUS_YEAR
    assert (guesses[4].funder, guesses[5].funder) == ("Ville", "CUD")
    assert guesses[4].confidence < 0.5
    assert guesses[4].question
    assert guesses[6].field is Field.ROW_TOTAL


def test_bare_funder_names_ask_whether_requested_or_granted():
    table = only_table(
        csv("Action\tAssociation\tÉtat\tDépartement\tCAF du Nord\nA\tX\t1000\t200\t300\nB\tY\t\t100\t\n"), "x.tsv"
    )
    guesses = propose_mapping(table)
    assert [guesses[index].funder for index in (2, 3, 4)] == ["État", "Département", "CAF du Nord"]
    assert all(guesses[index].question for index in (2, 3, 4))


def test_english_titles_and_pipes():
    table = only_table(
        csv(
            "Project title|Applicant|Year|Amount requested|Amount granted\n"
            "Books|Acme|2023|1,200.50|1000\nBikes|Bee|2023|300.00|0\n"
        )
    )
    result = found(table)
    assert result[("title", "")] == "Project title"
    assert result[("granted", "")] == "Amount granted"
    assert column_sum(table, "Amount requested") == Decimal("1500.50")


def test_thousands_of_euros_written_in_the_title():
    table = only_table(
        csv("Intitulé du projet;Structure;Montant sollicité (k€);Avis\nA;X;12,5;favorable\nB;Y;3;réservé\n")
    )
    assert column_sum(table, "Montant sollicité (k€)") == Decimal("15500.00")
    assert found(table)[("requested", "")] == "Montant sollicité (k€)"


def test_programmed_columns_are_left_to_the_decisions():
    table = only_table(csv("Action;Porteur;Demandé;Validé Troïka;Programmé COPIL\nA;X;100;90;90\nB;Y;200;150;150\n"))
    guesses = propose_mapping(table)
    assert guesses[3].field is Field.IGNORE
    assert "décision" in guesses[3].reason
    assert guesses[4].field is Field.IGNORE
    assert "décision" in guesses[4].reason
