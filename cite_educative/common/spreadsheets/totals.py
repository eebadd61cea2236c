"""Total rows: telling them from data, keeping their values, comparing them with the rows they cover."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from cite_educative.common.spreadsheets.model import is_blank
from cite_educative.common.spreadsheets.numbers import as_number, cents
from cite_educative.common.spreadsheets.text import plain

LABEL = re.compile(
    r"\W*(sous[\s-]*tota|s/?s?[\s-]?tota|tota[lu]|montant tota|cout tota|somme\b|cumul\b|ensemble\b|total)", re.I
)
SUBTOTAL = re.compile(r"sous[\s-]*tota|s/?s[\s-]?tota", re.IGNORECASE)


@dataclass
class TotalRow:
    """`values` maps a column index to the figure of the file; `after` counts the data rows above it."""

    number: int
    label: str
    values: dict = field(default_factory=dict)
    after: int = 0
    subtotal: bool = False


@dataclass(frozen=True)
class TotalCheck:
    """What a total row announces for a column against what the rows add up to."""

    number: int
    label: str
    column: int
    announced: Decimal
    computed: Decimal

    @property
    def agrees(self):
        return self.announced == self.computed


def labelled_total(row):
    """The label of a total row, or None. A row with other texts (a holder, a theme) is data."""
    texts = [
        cell.strip()
        for index, cell in enumerate(row.cells)
        if isinstance(cell, str) and cell.strip() and as_number(cell) is None and not row.is_carried(index)
    ]
    labels = [text for text in texts if LABEL.match(plain(text))]
    if not labels or len(texts) > 2:
        return None
    if len(texts) == 2 and not any(as_number(cell) is not None for cell in row.cells):
        return None
    return labels[0]


def figures(row):
    numbers = {}
    for index, _ in enumerate(row.cells):
        number = as_number(row.own(index))
        if number is not None:
            numbers[index] = number
    return numbers


def has_text(row):
    return any(not is_blank(cell) and as_number(cell) is None for cell in row.cells)


def equals_running_sum(row, sums, counted):
    """Whether an unlabelled row repeats the sum of two rows or more in each of its figures."""
    numbers = figures(row)
    if has_text(row) or not numbers or counted < 2:
        return False
    return any(numbers.values()) and all(cents(sums.get(i, Decimal(0))) == cents(n) for i, n in numbers.items())


def compare(table, indexes=None):
    """[TotalCheck] of every total row, in the scope (since the last subtotal, or since the top) that agrees.

    A figure that neither scope explains is compared with the whole table above it. A total of a
    column of which no row has a number is left out. `indexes` limits the columns.
    """
    checks, start = [], 0
    for total in table.total_rows:
        for index, announced in sorted(total.values.items()):
            if indexes is not None and index not in indexes:
                continue
            whole = _sum(table.rows[: total.after], index)
            if whole is None:
                continue
            part = _sum(table.rows[start : total.after], index)
            computed = part if part is not None and (total.subtotal or cents(part) == cents(announced)) else whole
            checks.append(TotalCheck(total.number, total.label, index, cents(announced), cents(computed)))
        start = total.after
    return checks


def _sum(rows, index):
    numbers = [number for row in rows if (number := as_number(row.own(index))) is not None]
    return sum(numbers, Decimal(0)) if numbers else None
