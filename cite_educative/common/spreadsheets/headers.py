"""Finding the row, or rows, that hold the titles of a table's columns."""

import re
from dataclasses import dataclass

from cite_educative.common.spreadsheets.aliases import FUNDERS, STEPS, header_hits, known_title
from cite_educative.common.spreadsheets.model import column_letter, is_blank
from cite_educative.common.spreadsheets.numbers import as_number
from cite_educative.common.spreadsheets.text import header_key, years_in

SEARCHED = 60
LONGEST_TITLE = 150
MAX_HEADER_ROWS = 3
UNIT = re.compile(r"\(?\s*(?:en\s+)?(?:€|k\s?€|eur|euros?|%|milliers d.euros)\s*\)?", re.IGNORECASE)
THOUSANDS = re.compile(r"k ?€|\bke\b|\bkeur|milliers d", re.IGNORECASE)


@dataclass
class Column:
    """`name` is unique in its table; `group` is the title written above several columns.

    `factor` is 1000 when the title says k€. A `virtual` column exists in no cell of the file:
    it repeats the section title that stands above the rows.
    """

    index: int
    name: str
    group: str = ""
    factor: int = 1
    virtual: bool = False

    @property
    def letter(self):
        return "" if self.virtual else column_letter(self.index)

    @property
    def label(self):
        return f"{self.group} – {self.name}" if self.group else self.name


@dataclass
class Header:
    rows: list
    after: int
    columns: list
    notes: list


def filled(row):
    return [index for index, cell in enumerate(row.cells) if not is_blank(cell)]


def is_title_cell(cell):
    if isinstance(cell, int) and 1990 <= cell <= 2100:
        return True
    return isinstance(cell, str) and len(cell) <= LONGEST_TITLE and (as_number(cell) is None or bool(years_in(cell)))


def header_score(row, width):
    """How much a row looks like titles: 0 when it cannot be."""
    cells = [row.cells[index] for index in filled(row)]
    own = [cell for index, cell in enumerate(row.cells) if not is_blank(cell) and not row.is_carried(index)]
    if len(own) < 2 or not all(is_title_cell(cell) for cell in cells):
        return 0
    texts = [cell for cell in own if isinstance(cell, str)]
    hits = header_hits(texts)
    distinct = len(set(map(str, own))) / len(own)
    short = sum(len(text) <= 45 for text in texts) / max(len(texts), 1)
    return (1 + 2 * hits + len(own) / max(width, 1) * 4) * distinct * short


def find_header(rows, start, fixed_width=0):
    """The Header at or after `rows[start]`, or None when nothing there looks like a table."""
    window = rows[start : start + SEARCHED]
    width = max((len(filled(row)) for row in window), default=0)
    if width < 2:
        return None
    best, best_score = None, 0
    for offset, row in enumerate(window):
        if best is not None and _is_data(row) and _is_sure(rows[best]):
            break
        score = header_score(row, width) * (1 - 0.004 * offset)
        if score > best_score * 1.001:
            best, best_score = start + offset, score
    if best is None or not _believable(rows, best, width):
        return _without_titles(rows, start, width)
    first = last = best
    while first > start and last - first + 1 < MAX_HEADER_ROWS and _is_group_row(rows[first - 1], rows[first], width):
        first -= 1
    while last + 1 < len(rows) and last - first + 1 < MAX_HEADER_ROWS and _is_subheader(rows[last], rows[last + 1]):
        last += 1
    return _built(rows, first, last)


def _is_data(row):
    cells = [row.cells[index] for index in filled(row)]
    return len(cells) >= 2 and any(not is_title_cell(cell) for cell in cells)


def _is_sure(row):
    """Titles enough, known enough, for the table to start here rather than at a better row below."""
    cells = {str(row.cells[index]) for index in filled(row)}
    hits = header_hits(cells)
    return hits >= 2 and hits >= 0.6 * len(cells)


def _believable(rows, best, width):
    row = rows[best]
    texts = [cell for cell in row.cells if isinstance(cell, str)]
    if header_hits(texts) >= 2:
        return True
    below = rows[best + 1 : best + 6]
    has_numbers_below = any(as_number(cell) is not None for other in below for cell in other.cells)
    return len(filled(row)) >= max(2, 0.5 * width) and (has_numbers_below or header_hits(texts) >= 1)


def _without_titles(rows, start, width):
    first = next((i for i in range(start, len(rows)) if len(filled(rows[i])) >= max(2, width // 2)), None)
    if first is None:
        return None
    columns = [
        Column(index, f"Colonne {column_letter(index)}") for index in range(max(len(r.cells) for r in rows[first:]))
    ]
    note = "Aucun titre de colonne n’a été reconnu\u00a0: dites à quoi correspond chaque colonne."
    return Header([], first, columns, [note])


def _is_group_row(row, below, width):
    """Titles above titles: several of them, or one merged over a part of the table."""
    if below.number - row.number != 1:
        return False
    cells = [row.cells[index] for index in filled(row)]
    if not cells or not all(is_title_cell(cell) for cell in cells):
        return False
    distinct = {str(cell) for cell in cells}
    spans = {span for index, span in row.merged.items() if span.right > span.left}
    if len(distinct) == 1:
        span = next(iter(spans), None)
        if span:
            return span.left > 0 and span.right - span.left + 1 < 0.8 * width and not row.is_carried(span.left)
        return filled(row)[0] > 0 and known_title(cells[0])
    return all(len(str(cell)) <= 80 for cell in cells) and (bool(spans) or len(distinct) >= 2)


def _is_subheader(row, below):
    """Steps, funders, years or units written under a first row of titles."""
    if below.number - row.number != 1:
        return False
    written = [i for i in filled(below) if str(below.cells[i]) != str(row.value(i)) or not below.is_carried(i)]
    texts = [str(below.cells[i]) for i in written]
    if not texts or not all(is_title_cell(below.cells[i]) for i in written):
        return False
    if all(UNIT.fullmatch(text.strip()) for text in texts):
        return True
    under_group = [i for i in written if is_blank(row.value(i)) or _spans_several(row, i)]
    starts_group = [i for i in written if i + 1 in under_group]
    telling = sum(_tells_amount(text) for text in texts)
    return (
        bool(under_group)
        and len(set(under_group + starts_group)) >= 0.6 * len(written)
        and telling >= 0.6 * len(texts)
    )


def _spans_several(row, index):
    span = row.merged.get(index)
    return span is not None and span.right > span.left


def _tells_amount(text):
    key = header_key(text)
    return (
        known_title(text)
        or bool(FUNDERS.search(key))
        or any(pattern.search(key) for _, pattern in STEPS)
        or bool(years_in(text))
    )


def _built(rows, first, last):
    stack = rows[first : last + 1]
    width = max(len(row.cells) for row in stack)
    levels = [_level(row, width, carried=row is not stack[-1], below=rows[last]) for row in stack]
    columns, seen, notes = [], {}, []
    for index in range(width):
        titles = []
        for level in levels:
            title = " ".join(str(level[index] or "").split())
            if title and title not in titles:
                titles.append(title)
        units = [title for title in titles if UNIT.fullmatch(title)]
        named = [title for title in titles if title not in units] or [f"Colonne {column_letter(index)}"]
        column = Column(index, named[-1], " – ".join(named[:-1]))
        column.factor = 1000 if THOUSANDS.search(" ".join(titles)) else 1
        _make_unique(column, seen, notes)
        columns.append(column)
    return Header([row.number for row in stack], last + 1, columns, notes)


def _level(row, width, carried, below):
    """Titles of one header row; a group written once goes on to the right, above titled columns."""
    level = [row.value(index) for index in range(width)]
    if not carried:
        return level
    merged = any(span.right > span.left for span in row.merged.values())
    current = None
    for index in range(width):
        if not is_blank(level[index]):
            current = level[index]
        elif not merged and current is not None and not is_blank(below.value(index)):
            level[index] = current
        else:
            current = None
    return level


def _make_unique(column, seen, notes):
    key = (column.group, column.name)
    seen[key] = seen.get(key, 0) + 1
    if seen[key] > 1:
        notes.append(
            f"Deux colonnes s’appellent «\u00a0{column.name}\u00a0»\u00a0: la colonne {column.letter} "
            f"est nommée «\u00a0{column.name} ({seen[key]})\u00a0»."
        )
        column.name = f"{column.name} ({seen[key]})"
