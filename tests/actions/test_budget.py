"""The budget of an action: the grid of CERFA 12156, exact sums, what the service refuses, what does not balance."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from actions import services
from actions.enums import BornIn, BudgetSide
from actions.finances.accounts import ACCOUNTS, IN_KIND, POST_BY_CODE, find_label, split_code
from actions.finances.budget import Budget, Line, balance_of, budget_of, unbalanced_budgets
from actions.finances.budget_paste import budget_text, read_budget
from actions.models import Action, BudgetLine
from actions.quality import CHECKS, Sheet, quality
from cite_educative.common.locks import ConflictError
from cite_educative.common.models import Entry
from tests.actions import factories

DATA = Path(settings.BASE_DIR) / "cite_educative" / "data"
EUROS = st.integers(0, 10**11).map(lambda cents: Decimal(cents).scaleb(-2))
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=20)
LINES = st.lists(st.builds(Line, st.sampled_from(sorted(ACCOUNTS)), EUROS, WORDS), max_size=30)


def once(lines):
    """As they may be saved: several lines of an account only where each funder has its own."""
    kept = {(line.code, rank if line.account.per_funder else 0): line for rank, line in enumerate(lines)}
    return list(kept.values())


def line(code, amount, precision=""):
    return Line(code, Decimal(amount), precision)


BALANCED = [line("604", "1000.10"), line("864", "50"), line("74etat", "600"), line("756", "400.10"), line("870", "50")]


@pytest.fixture
def action(cite):
    return factories.make_action(cite, title="Radio")


def save(action, lines, **fields):
    fields = {"budget_year": 2026, "actor": action.created_by, **fields}
    return services.save_budget(action, lines=lines, **fields)


# --- The grid -------------------------------------------------------------------------------------


def test_the_grid_has_every_line_of_the_form_and_none_besides():
    with open(DATA / "cerfa12156_lignes_budget.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))

    sides = {"depense": BudgetSide.CHARGE, "recette": BudgetSide.INCOME}
    lines = {row["ligne"]: row for row in rows if row["ligne"]}
    assert {code for code, account in ACCOUNTS.items() if not account.is_whole} == set(lines)
    assert set(POST_BY_CODE) == {row["poste"] for row in rows}
    for code, row in lines.items():
        account = ACCOUNTS[code]
        assert (account.post, account.side) == (row["poste"], sides[row["sens"]])
        assert account.per_funder == ("une par financeur" in row["niveau"])


def test_the_labels_of_the_form_are_recognised():
    with open(DATA / "cerfa12156_lignes_budget.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))

    unknown = [row["libelle"] for row in rows if not (find_label(row["libelle"]) or split_code(row["libelle"])[0])]

    assert unknown == []


# --- Sums -----------------------------------------------------------------------------------------


@given(LINES)
def test_a_total_is_the_sum_of_its_posts_and_of_its_lines_to_the_cent(lines):
    budget = Budget.of(2026, lines)
    balance = budget.balance

    for side, cash, whole in (
        (BudgetSide.CHARGE, balance.charges, balance.all_charges),
        (BudgetSide.INCOME, balance.income, balance.all_income),
    ):
        posts = budget.posts(side)
        mine = [one.planned for one in lines if one.account.side == side]
        assert whole == sum(mine, Decimal(0)) == sum((post.subtotal for post in posts), Decimal(0))
        assert cash == sum((post.subtotal for post in posts if post.post.code not in IN_KIND), Decimal(0))


def test_in_kind_is_balanced_apart():
    balance = balance_of([line("604", "100"), line("756", "100"), line("864", "30"), line("870", "20")])

    assert balance.gap == 0
    assert not balance.is_balanced
    assert balance.sentences == [
        "Les contributions en nature ne s’équilibrent pas\u00a0: le 86 dépasse le 87 de 10,00\u00a0€."
    ]


def test_the_same_total_in_kind_does_not_hide_a_gap_of_cash():
    """Charges and income are equal only if what is given in kind pays what is bought: they do not balance."""
    balance = balance_of([line("604", "100"), line("870", "100")])

    assert balance.all_charges == balance.all_income == 100
    assert balance.words == "écart de 100,00\u00a0€, en nature, écart de 100,00\u00a0€"


# --- Saving ---------------------------------------------------------------------------------------


def test_a_budget_is_saved_whole_and_its_charges_are_the_total_cost(action):
    save(action, BALANCED)
    save(action, [*BALANCED[1:], line("601", "900"), line("74etat", "5", "DRAC")])

    action.refresh_from_db()
    assert action.total_cost == Decimal("900")
    kept = [(row.code, row.planned, row.precision) for row in action.budget_lines.all()]
    assert kept == [
        ("601", Decimal("900"), ""),
        ("864", Decimal("50"), ""),
        ("74etat", Decimal("600"), ""),
        ("74etat", Decimal("5"), "DRAC"),
        ("756", Decimal("400.10"), ""),
        ("870", Decimal("50"), ""),
    ]


def test_another_year_leaves_the_total_cost_alone(action):
    save(action, BALANCED)
    save(action, [line("60", "7")], budget_year=2027)

    action.refresh_from_db()
    assert action.total_cost == Decimal("1000.10")
    assert budget_of(action, 2026).balance.charges == Decimal("1000.10")


def test_the_same_budget_again_changes_nothing(action):
    save(action, BALANCED)
    action.refresh_from_db()
    version, entries = action.version, Entry.objects.count()

    save(action, BALANCED)

    action.refresh_from_db()
    assert (action.version, Entry.objects.count()) == (version, entries)


def test_the_journal_says_each_line_that_changed(action):
    save(action, BALANCED)
    save(action, [line("604", "1000.10"), line("864", "50"), line("74etat", "650"), line("870", "50")])

    entry = Entry.objects.about(action).newest_first().first()
    assert entry.verb == "budget.saved"
    assert entry.before == {"year": "2026", "État": "600,00\u00a0€", "Cotisations": "400,10\u00a0€"}
    assert entry.after == {"year": "2026", "État": "650,00\u00a0€"}


def test_a_budget_changed_meanwhile_is_a_conflict(action):
    mark = services.budget_mark(budget_of(action, 2026))
    save(action, BALANCED)

    with pytest.raises(ConflictError):
        save(action, [], mark=mark)

    assert action.budget_lines.count() == len(BALANCED)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([line("604", "-1")], "négatif"),
        ([line("999", "1")], "n’est pas de la grille"),
        ([line("604", "1"), line("604", "2")], "n’a qu’un montant"),
        ([line("604", "1", "x" * 121)], "120 caractères"),
        ([line("604", "1", "a\x00b")], "120 caractères"),
        ([line("74com", "1", str(rank)) for rank in range(201)], "200 lignes au plus"),
    ],
)
def test_wrong_lines_are_refused_with_a_sentence_and_nothing_is_written(action, lines, sentence):
    save(action, BALANCED)

    with pytest.raises(ValidationError, match=sentence):
        save(action, lines)

    assert action.budget_lines.count() == len(BALANCED)


@given(LINES)
def test_a_budget_copied_and_pasted_again_is_the_same(lines):
    budget = Budget.of(2026, once(lines))

    text = budget_text(budget)

    if budget.lines:
        pasted = read_budget(text)
        assert (pasted.unread, pasted.remarks) == ([], [])
        assert Budget.of(2026, pasted.lines) == budget


# --- Checks ---------------------------------------------------------------------------------------


def test_the_unbalanced_budgets_with_their_gap_in_two_queries(cite, action, django_assert_num_queries):
    save(action, BALANCED)
    short = factories.make_action(cite)
    save(short, [line("604", "100"), line("756", "60")])
    kind = factories.make_action(cite)
    save(kind, [line("864", "5")], budget_year=2027)
    factories.make_action(cite)

    with django_assert_num_queries(2):
        found = list(unbalanced_budgets(Action.objects.filter(cite=cite)))

    assert [(one.action, one.year, one.balance.gap, one.balance.gap_in_kind) for one in found] == [
        (short, 2026, Decimal("40"), Decimal("0")),
        (kind, 2027, Decimal("0"), Decimal("5")),
    ]


def test_the_database_adds_up_as_python_does(cite, action):
    """An amount of its own on every line of the form: what is summed in SQL is what the page shows."""
    save(action, [line(code, 2**rank) for rank, code in enumerate(list(ACCOUNTS)[:30])])
    save(action, [line(code, 2**rank) for rank, code in enumerate(list(ACCOUNTS)[30:])], budget_year=2027)

    found = list(unbalanced_budgets(Action.objects.filter(cite=cite)))

    assert [one.balance for one in found] == [budget_of(action, year).balance for year in (2026, 2027)]


def test_a_sheet_is_asked_for_its_budget_unless_it_was_born_in_dauphin(cite, action):
    check = next(check for check in CHECKS if check.label == "un budget équilibré, compte par compte")
    assert check in quality(Sheet.of(action)).missing

    save(action, BALANCED)
    assert check not in quality(Sheet.of(action)).missing

    action.budget_lines.all().delete()
    action.call = factories.make_call(cite, blocks=["budget"], born_in=BornIn.DAUPHIN)
    assert check not in quality(Sheet.of(action)).missing
    action.call = factories.make_call(cite, "Ici", blocks=["budget"], born_in=BornIn.HERE)
    assert check in quality(Sheet.of(action)).missing
    action.call = factories.make_call(cite, "Sans budget", blocks=["need"], born_in=BornIn.HERE)
    assert check not in quality(Sheet.of(action)).missing


def test_a_renewed_action_has_no_budget_that_nobody_reviewed(action):
    save(action, BALANCED)

    copied = services.renew_action(action, actor=action.created_by, budget_year=2027)

    assert not BudgetLine.objects.filter(action=copied).exists()
    assert copied.total_cost is None
