"""A budget pasted from a spreadsheet: what is read, what is added up, what is left out with its reason."""

import csv
from decimal import Decimal
from pathlib import Path
from time import monotonic

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from actions.finances.budget import Budget
from actions.finances.budget_paste import read_budget
from actions.finances.pasting import PasteError
from cite_educative.home.demo.budgets import filed_text

FILED = Path(settings.BASE_DIR) / "cite_educative" / "data" / "dauphin_budget_action_2022_exemple_reel_anonymise.csv"


def read(text):
    """`{account: euros}`; every line of the paste must have been read."""
    pasted = read_budget(text)
    assert pasted.unread == []
    return {line.code: line.planned for line in pasted.lines}


def filed(*, with_posts):
    """The real budget, as a spreadsheet gives it: label, amount."""
    with open(FILED, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    lines = []
    for row in rows:
        is_post = row["libelle_ligne"] == "(total du poste)"
        if is_post and with_posts:
            lines.append(f"{row['libelle_poste']}\t{row['montant_prevu_eur']}")
        elif not is_post:
            code = row["sous_poste"] or row["ligne"]
            lines.append(f"{code} {row['libelle_ligne']}\t{row['montant_prevu_eur']}")
    return "\n".join(lines)


@pytest.mark.parametrize("text", [filed(with_posts=True), filed(with_posts=False), filed_text()])
def test_the_real_budget_of_dauphin_is_exact(text):
    pasted = read_budget(text)
    balance = Budget.of(2022, pasted.lines).balance

    assert (pasted.unread, pasted.remarks) == ([], [])
    assert balance.all_charges == balance.all_income == Decimal("257112")
    assert balance.used_in_kind == balance.brought_in_kind == Decimal("116000")
    assert balance.is_balanced
    assert Budget.of(2022, pasted.lines).subsidies == Decimal("118425")
    assert len([line for line in pasted.lines if line.code == "74etat"]) == 4


def test_the_demonstration_names_no_funder_of_the_real_file():
    names = ("PROVENCE", "BOUCHES", "AIX", "13-")

    assert not [name for name in names if name in filed_text().upper()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("60 Achats\t1 200,50", {"60": "1200.50"}),
        ("60 Achats 1 200,50", {"60": "1200.50"}),
        ("60 - Achats ; 1200", {"60": "1200"}),
        ("60\tAchats\t1\u202f200 €", {"60": "1200"}),
        ("60\t1200", {"60": "1200"}),
        ("Locations\t12", {"613": "12"}),
        ("65 Autres charges de gestion courante\t7", {"65x": "7"}),
        ("606 Petit équipement\t20", {"60": "20"}),
        ("74\tÉtat\t500", {"74etat": "500"}),
        ("74 Ville de Dunkerque\t500", {"74com": "500"}),
        ("74 Subventions\nPréfecture du Nord\t500\nCAF du Nord\t30", {"74etat": "500", "74orgasoc": "30"}),
        ("60 Achats\t100\t70 Ventes\t90", {"60": "100", "70x": "90"}),
        ("613 Locations\t\t756 Cotisations\t90", {"756": "90"}),
        ("Locations\t\tCotisations\t90", {"756": "90"}),
        ("60 Achats\t30\n604 Prestations\t10\n601\t20\nTotal\t30", {"604": "10", "601": "20"}),
        ("864 Personnel bénévole\t40\n870\t40", {"864": "40", "870": "40"}),
        ("60 Achats\t0", {"60": "0"}),
        ("\ufeffCompte\tMontant\r\n604 Prestations\t12\r\n\r\n", {"604": "12"}),
    ],
)
def test_what_people_paste_is_read(text, expected):
    assert read(text) == {code: Decimal(amount) for code, amount in expected.items()}


def test_a_funder_keeps_its_name():
    pasted = read_budget("74com Commune : Ville de Grande-Synthe\t500\n74com\tDunkerque\t20")

    assert [(line.precision, line.planned) for line in pasted.lines] == [
        ("Ville de Grande-Synthe", Decimal(500)),
        ("Dunkerque", Decimal(20)),
    ]


def test_a_subtotal_that_says_more_than_its_lines_keeps_the_difference_and_says_so():
    pasted = read_budget("60 Achats\t100\n604 Prestations\t30")

    assert {line.code: line.planned for line in pasted.lines} == {"604": Decimal(30), "60": Decimal(70)}
    assert "le sous-total collé est 100,00\u00a0€, ses lignes font 30,00\u00a0€" in pasted.remarks[0]


def test_a_subtotal_below_its_lines_is_left_and_said():
    pasted = read_budget("60 Achats\t20\n604 Prestations\t30")

    assert {line.code: line.planned for line in pasted.lines} == {"604": Decimal(30)}
    assert "Les lignes sont gardées, le sous-total non" in pasted.remarks[0]


def test_the_same_account_twice_is_added_up_and_said():
    pasted = read_budget("604 Prestations\t30\n604 Traiteur\t12,50")

    assert [(line.code, line.planned) for line in pasted.lines] == [("604", Decimal("42.50"))]
    assert "plusieurs fois" in pasted.remarks[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("=SOMME(A1:A9)\t12", "une formule ne se lit pas"),
        ("604 Prestations\t=B2*2", "une formule ne se lit pas"),
        ("604 Prestations\t-12", "négatif"),
        ("604 Prestations\t(12)", "négatif"),
        ("604 Prestations\t1,234", "ambigu"),
        ("604 Prestations\t12,345678", "trop précis"),
        ("604 Prestations\t999999999999999", "trop grand"),
        ("Licorne\t12", "n’est pas de la grille"),
        ("\t12", "n’a pas d’intitulé"),
        ("604 Pre\x00stations\t12", "caractère illisible"),
        ("604 " + "x" * 2000 + "\t12", "trop longue"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_row_and_the_rest_is_read(text, why):
    pasted = read_budget(f"601 Achats\t5\n{text}")

    assert [(line.code, line.planned) for line in pasted.lines] == [("601", Decimal(5))]
    assert [one.row for one in pasted.unread] == [2]
    assert why in pasted.unread[0].why
    assert "\x00" not in pasted.unread[0].text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "rien à lire"),
        ("\n \t\n", "rien à lire"),
        ("604 Prestations\t12\n" * 10_000, "trop long"),
        ("60\t1\n" * 10_000, "a 10000 lignes"),
    ],
)
def test_a_paste_that_is_no_budget_is_refused_whole(text, sentence):
    with pytest.raises(PasteError, match=sentence):
        read_budget(text)


def test_a_hostile_paste_is_read_quickly():
    begun = monotonic()

    for row in ("1 " * 149 + "x", "1" * 999, "9," * 499, ";" * 300, "60 " * 300, "-" * 300):
        read_budget("\n".join(["604 Prestations\t1", *[row[:240]] * 390]))

    assert monotonic() - begun < 5


@given(st.text(max_size=400))
def test_any_text_is_read_without_failing(text):
    try:
        pasted = read_budget(text)
    except PasteError:
        return
    assert all(line.planned >= 0 and "\x00" not in line.precision for line in pasted.lines)
