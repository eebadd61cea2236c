"""A budget copied from a spreadsheet: one column of accounts, or charges and income side by side.

A row of a post and the rows of its lines are one amount: the post is then a subtotal, checked and left aside.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from actions.finances.accounts import (
    ACCOUNTS,
    POST_BY_CODE,
    SUBSIDIES,
    WHOLE,
    account_of,
    find_funder,
    find_label,
    split_code,
)
from actions.finances.budget import Line
from actions.finances.pasting import Unread, looks_like_amount, read_amount, refused, rows_of
from cite_educative.common.money import ZERO, MoneyError, euros
from cite_educative.common.search import normalise

LONGEST = 120
UNKNOWN = "ce compte n’est pas de la grille\u00a0: commencez la ligne par son numéro (60, 604, 74…)."
AMOUNT_ALONE = "ce montant n’a pas d’intitulé."


@dataclass
class PastedBudget:
    """`lines` may be saved as they are; `remarks` are sentences about what was added up or does not add up."""

    lines: list = field(default_factory=list)
    unread: list = field(default_factory=list)
    remarks: list = field(default_factory=list)
    left_aside: int = 0  # rows of totals


@dataclass
class _Found:
    """One amount as it was pasted; `code` may be that of a post, and `is_whole` then says that it is no subtotal."""

    code: str
    precision: str
    amount: Decimal
    is_whole: bool

    @property
    def is_post(self):
        return self.code in POST_BY_CODE and not self.is_whole


def read_budget(text):
    """Raises `PasteError` when nothing can be read."""
    pasted, found, context = PastedBudget(), [], {}
    for number, cells in rows_of(text):
        why = refused(cells)
        if why:
            pasted.unread.append(Unread(number, _shown(cells), why))
            continue
        for rank, label, amount in _pairs(cells):
            _read_pair(pasted, found, context, (number, rank, label, amount))
    _add_up(pasted, found)
    return pasted


def budget_text(budget):
    """The lines as text to copy into a spreadsheet or into Dauphin; `read_budget` reads them back."""
    rows = []
    for line in budget.lines:
        words = f"{line.code} {line.account.label}" + (f"\u00a0: {line.precision}" if line.precision else "")
        rows.append(f"{words}\t{euros(line.planned)}")
    return "\n".join(rows)


def _shown(cells):
    return " | ".join(cell.replace("\x00", "\ufffd") for cell in cells if cell)[:120]


def _pairs(cells):
    """`[(rank of the label, label, amount or None)]`: the words that come before each amount of the row."""
    pairs, words, rank = [], [], 0
    for place, cell in enumerate(cells):
        if not cell:
            continue
        is_code = not words and account_of_cell(cell)
        if looks_like_amount(cell) and not is_code:
            pairs.append((rank, words, cell))
            words = []
            continue
        if words and _starts_anew(words, cell, after_blank=not cells[place - 1]):
            pairs.append((rank, words, None))
            words = []
        rank = rank if words else place
        words.append(cell)
    return pairs + ([(rank, words, None)] if words else [])


def account_of_cell(cell):
    """Whether a cell is the code of an account and nothing else."""
    code, rest = split_code(cell)
    return bool(code) and not rest


def _starts_anew(words, cell, *, after_blank):
    """Whether a cell begins the other column, its own words having had no amount."""
    if account_of_cell(words[-1]):
        return False
    return bool(split_code(cell)[0]) or (after_blank and find_label(cell) is not None)


def _read_pair(pasted, found, context, pair):
    number, rank, words, amount = pair
    label = " ".join(words)
    if normalise(label).startswith("total") or normalise(label).startswith("sous total"):
        pasted.left_aside += 1
        return
    code, precision, is_whole = read_label(label, context.get(rank, ""))
    if code:
        context[rank] = code if code in POST_BY_CODE else ACCOUNTS[code].post
    if amount is None:
        return _without_amount(pasted, number, words, code)
    why = ""
    if not words:
        why = AMOUNT_ALONE
    elif not code:
        why = UNKNOWN
    else:
        try:
            found.append(_Found(code, precision, read_amount(amount), is_whole))
        except MoneyError as error:
            why = str(error)
    if why:
        pasted.unread.append(Unread(number, _shown([*words, amount]), why))
    return None


def _without_amount(pasted, number, words, code):
    """A line of the form left blank says nothing; other words may be an amount that was not understood."""
    text = _shown(words)
    if not code and any(character.isdigit() for character in text):
        pasted.unread.append(Unread(number, text, "aucun montant n’y a été trouvé."))


def read_label(label, context=""):
    """`(code, precision, is_whole)` of the words before an amount; the code may be that of a post, "" when unknown.

    `is_whole`: what stands under the code of a post is an amount of its own and no subtotal.

    `context` is the post of the row above: under « 74 Subventions » a town's name is enough.
    """
    code, rest = split_code(label)
    if not code:
        code = find_label(label) or ""
        if not code and context == SUBSIDIES:
            funder = find_funder(label)
            return (funder.code, label, False) if funder else ("", "", False)
        return code, "", False
    named = _after_label(code, rest)
    if named is None and code in POST_BY_CODE:
        return _detailed(code, rest)
    return code, rest if named is None else named, _is_whole(code, rest)


def _after_label(code, rest):
    """What follows the account's own label; None when the words are not its label."""
    labels = [ACCOUNTS[code].label] if code in ACCOUNTS else []
    labels += [POST_BY_CODE[code].label] if code in POST_BY_CODE else []
    for label in labels:
        if rest[: len(label)].lower() == label.lower():
            after = rest[len(label) :]
            if not after[:1].isalnum():
                return after.lstrip("\u00a0 ").removeprefix(":").strip()
    return "" if find_label(rest) == code or not rest else None


def _is_whole(code, rest):
    return code in ACCOUNTS and ACCOUNTS[code].is_whole and WHOLE in rest.lower()


def _detailed(code, rest):
    """The words of a post that are not its label: a line of it by its label, or whose subsidy it is."""
    label = find_label(rest) or ""
    if label in ACCOUNTS and ACCOUNTS[label].post == code:
        return label, "", False
    funder = find_funder(rest) if code == SUBSIDIES else None
    if funder:
        return funder.code, "" if normalise(rest) == normalise(funder.label) else rest, False
    return code, rest, True


# --- Subtotals ------------------------------------------------------------------------------------


def _add_up(pasted, found):
    detailed = {}
    for one in found:
        if not one.is_post:
            post = account_of(one.code).post
            detailed[post] = detailed.get(post, ZERO) + one.amount
    lines = []
    for one in found:
        if one.is_post and one.code in detailed:
            line = _remainder(pasted, one, detailed[one.code])
            lines += [line] if line else []
        else:
            lines.append(Line(account_of(one.code).code, one.amount, one.precision[:LONGEST].strip()))
    pasted.lines = _merged(pasted, lines)


def _remainder(pasted, post, detail):
    """Of a subtotal: nothing when it is the sum of its lines, else what they do not say."""
    title = POST_BY_CODE[post.code].title
    if post.amount == detail:
        return None
    told = (
        f"«\u00a0{title}\u00a0»\u00a0: le sous-total collé est {euros(post.amount)}, ses lignes font {euros(detail)}"
    )
    account = account_of(post.code)
    if post.amount < detail or not account.is_whole:
        pasted.remarks.append(f"{told}. Les lignes sont gardées, le sous-total non.")
        return None
    pasted.remarks.append(f"{told}. La différence est mise en «\u00a0{WHOLE}\u00a0».")
    return Line(account.code, post.amount - detail)


def _merged(pasted, lines):
    """One amount for each account that is written once."""
    kept = {}
    for rank, line in enumerate(lines):
        key = (line.code, rank) if line.account.per_funder else line.code
        if key in kept:
            known = kept[key]
            words = ", ".join(filter(None, [known.precision, line.precision]))[:LONGEST].strip()
            kept[key] = replace(known, planned=known.planned + line.planned, precision=words)
            pasted.remarks.append(
                f"«\u00a0{line.account.label}\u00a0» y est plusieurs fois\u00a0: les montants sont additionnés."
            )
        else:
            kept[key] = line
    return list(kept.values())
