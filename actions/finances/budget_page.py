"""The budget as two columns ready to show: charges and income, posts with subtotals, last year beside."""

from dataclasses import dataclass

from actions.enums import BudgetSide
from actions.finances.accounts import ACCOUNTS, IN_KIND, POSTS
from actions.finances.budget import balance_of, budget_of
from actions.models import Action
from actions.services.budget import VERB
from cite_educative.common import journal
from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.money import ZERO, euros
from cite_educative.common.search import normalise

LAST_CHANGES = 10
TITLES = {BudgetSide.CHARGE: "Charges", BudgetSide.INCOME: "Produits"}


@dataclass(frozen=True)
class Row:
    """`amount` and `precision` are texts, or bound fields in a form."""

    label: str
    amount: object
    precision: object = ""
    before: str = ""


@dataclass(frozen=True)
class PostRows:
    """`alone`: the post has one line, and is that line."""

    code: str
    title: str
    subtotal: str
    before: str
    rows: list
    alone: bool = False


@dataclass(frozen=True)
class Column:
    """`cash` and `in_kind` posts; the totals with and without in kind."""

    side: str
    title: str
    cash: list
    in_kind: list
    total: str
    whole: str
    total_before: str
    whole_before: str


def columns(budget, *, last=None, form=None):
    """The two columns; `last` is the budget shown beside, `form` makes every line of the grid one to fill in."""
    return [_column(side, budget, last, form) for side in BudgetSide]


def _column(side, budget, last, form):
    posts = [post for post in POSTS if post.side == side]
    shown = [_post(post, budget, last, form) for post in posts]
    if form is None:
        shown = [post for post in shown if post.rows]
    total, whole = _totals(side, budget)
    total_before, whole_before = _totals(side, last) if last else ("", "")
    return Column(
        side.value,
        TITLES[side],
        [post for post in shown if post.code not in IN_KIND],
        [post for post in shown if post.code in IN_KIND],
        total,
        whole,
        total_before,
        whole_before,
    )


def _totals(side, budget):
    balance = balance_of(budget.lines)
    if side == BudgetSide.CHARGE:
        return euros(balance.charges), euros(balance.all_charges)
    return euros(balance.income), euros(balance.all_income)


def _post(post, budget, last, form):
    lines = budget.of_post(post.code)
    before = last.of_post(post.code) if last else []
    rows = _form_rows(post, form, before) if form else _read_rows(lines, before)
    return PostRows(post.code, post.title, _sum(lines), _sum(before), rows, alone=len(post.accounts) == 1)


def _sum(lines):
    return euros(sum((line.planned for line in lines), ZERO)) if lines else ""


def _read_rows(lines, before):
    """The lines of the year, then those that only last year had."""
    rows = [
        Row(line.account.label, euros(line.planned), line.precision, _same_line(line.code, line.precision, before))
        for line in lines
    ]
    known = {_line_key(line) for line in lines}
    gone = [line for line in before if _line_key(line) not in known]
    return rows + [Row(line.account.label, "", line.precision, euros(line.planned)) for line in gone]


def _line_key(line):
    """What makes a line of this year the one of last year."""
    return line.code, normalise(line.precision) if line.account.per_funder else ""


def _form_rows(post, form, before):
    rows = []
    for account in post.accounts:
        for amount, precision in form.rows[account.code]:
            words = precision.value() if precision is not None and account.per_funder else ""
            told = _same_line(account.code, words or "", before) if words or not account.per_funder else ""
            label = "Montant non détaillé" if account.is_whole else account.label
            rows.append(Row(label, amount, precision, told))
    return rows


def _same_line(code, precision, before):
    """The amount of the same account last year; of the same funder where each has its line."""
    same = [line for line in before if line.code == code]
    if ACCOUNTS[code].per_funder:
        same = [line for line in same if normalise(line.precision) == normalise(precision)]
    return euros(sum((line.planned for line in same), ZERO)) if same else ""


def last_budget(user, action, year):
    """The budget of the action that this one renews, when the reader may see it and it has lines; else None."""
    if action.renews_id is None or year != action.budget_year:
        return None
    before = Action.objects.visible_to(user).filter(pk=action.renews_id).prefetch_related("communes").first()
    if before is None or before.reading_level(user.access) not in ("full", "own"):
        return None
    budget = budget_of(before, before.budget_year)
    return budget if budget.lines else None


def years_of(action):
    """The civil years of the action: its own, and those of its fundings and of its budgets."""
    found = {int(action.budget_year)}
    found |= {int(year) for year in action.fundings.values_list("budget_year", flat=True)}
    return sorted(found | {int(year) for year in action.budget_lines.values_list("budget_year", flat=True)})


def changes_of(action, year, *, hides_names):
    """The last savings of this budget, newest first: `who`, `when`, `rows` of `label`, `before`, `after`."""
    entries = journal.entries_for(action).filter(verb=VERB).select_related("actor__person")[: 5 * LAST_CHANGES]
    kept = [entry for entry in entries if (entry.after or {}).get("year") == str(year)]
    return [
        {
            "who": "" if hides_names or not entry.actor else str(entry.actor),
            "when": f"{date_fr(entry.created_at)} à {time_fr(entry.created_at)}",
            "rows": _changed_rows(entry.before or {}, entry.after or {}),
        }
        for entry in kept[:LAST_CHANGES]
    ]


def _changed_rows(before, after):
    names = [name for name in {**before, **after} if name != "year"]
    return [
        {
            "label": "Coût total" if name == "total_cost" else name,
            "before": _amount(name, before.get(name)),
            "after": _amount(name, after.get(name)),
        }
        for name in names
    ]


def _amount(name, text):
    """As `services.budget` journals it."""
    return euros(text) if name == "total_cost" or text is None else text


def printed(budget):
    """The budget of a printed sheet, as strings."""
    return {
        "year": str(budget.year),
        "words": budget.balance.words,
        "columns": [
            {
                "title": column.title,
                "rows": [
                    {"post": post.title, "subtotal": post.subtotal, "lines": _printed_lines(post)}
                    for post in [*column.cash, *column.in_kind]
                ],
                "total": column.total,
                "whole": column.whole if column.in_kind else "",
            }
            for column in columns(budget)
        ],
    }


def for_dauphin(budget):
    """Each column as text to copy, in the order of the screen of Dauphin, under its total."""
    return [
        {
            "side": column.side,
            "title": column.title,
            "whole": column.whole,
            "text": "\n".join(
                f"{row.label}\u00a0: {row.precision}\u00a0: {row.amount}"
                if row.precision
                else f"{row.label}\u00a0: {row.amount}"
                for post in [*column.cash, *column.in_kind]
                for row in post.rows
            ),
        }
        for column in columns(budget)
    ]


def _printed_lines(post):
    return [
        {"label": f"{row.label}\u00a0: {row.precision}" if row.precision else row.label, "amount": row.amount}
        for row in post.rows
        if row.precision or not post.alone
    ]
