"""The plain structures that readers fill and that `tables` and `mapping` work on."""

from dataclasses import dataclass, field

MAX_CARRIED = 2_000_000  # cells that all merged ranges of a sheet may cover


@dataclass(frozen=True)
class Span:
    """A merged range: `top`/`bottom` are physical line numbers, `left`/`right` zero-based columns."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Faulty:
    """A cell that holds no usable value; `sentence` names the cell and says how to mend it."""

    sentence: str

    def __str__(self):
        return ""


@dataclass
class Row:
    """One physical line. `cells` are str, int, float, bool, date, datetime, Faulty or None.

    `merged` gives the range of each cell that is part of one; a cell of a range other than its
    top-left one carries the value of that one, and must not be counted again in a sum.
    `width` is the number of cells the line had in the file, trailing blanks included.
    """

    number: int
    cells: list
    merged: dict = field(default_factory=dict)
    hidden: bool = False
    width: int = 0

    def value(self, index):
        return self.cells[index] if index < len(self.cells) else None

    def is_carried(self, index):
        span = self.merged.get(index)
        return span is not None and (span.top, span.left) != (self.number, index)

    def own(self, index):
        """The value written in this very cell: None when it only carries a merged neighbour's."""
        return None if self.is_carried(index) else self.value(index)

    @property
    def is_blank(self):
        return all(is_blank(cell) for cell in self.cells)


@dataclass
class Sheet:
    name: str
    rows: list
    fixed_width: int = 0  # cells per line in a text file where (nearly) every line has as many, else 0
    notes: list = field(default_factory=list)


@dataclass
class Workbook:
    """`format` is xlsx, ods, csv or html; `notes` are French sentences to show with the preview."""

    sheets: list
    format: str
    notes: list = field(default_factory=list)


def is_blank(cell):
    return cell is None or (isinstance(cell, str) and not cell.strip())


def trimmed(cells):
    """The cells without the blanks at the end."""
    last = len(cells)
    while last and is_blank(cells[last - 1]):
        last -= 1
    return cells[:last]


def column_letter(index):
    """0 -> A, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def carry_merged(rows, spans):
    """Give every cell of each merged range the value of its top-left cell, and remember it in `merged`."""
    by_line = {row.number: row for row in rows}
    left = MAX_CARRIED
    for span in spans:
        left -= (min(span.bottom - span.top, len(rows)) + 1) * (span.right - span.left + 1)
        if left < 0:
            break
        origin = by_line.get(span.top)
        value = origin.value(span.left) if origin else None
        if is_blank(value):
            continue
        for line in range(span.top, min(span.bottom, span.top + len(rows) + 1) + 1):
            row = by_line.get(line)
            if row is None or (row.is_blank and line != span.top):
                continue
            for index in range(span.left, span.right + 1):
                if index >= len(row.cells):
                    row.cells.extend([None] * (index + 1 - len(row.cells)))
                row.cells[index] = value
                row.merged[index] = span
