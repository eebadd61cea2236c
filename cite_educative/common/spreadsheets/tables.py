"""From a sheet to its tables: titles, data rows, totals kept aside, footnotes and sections told apart."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from cite_educative.common.spreadsheets import errors
from cite_educative.common.spreadsheets.aliases import header_hits
from cite_educative.common.spreadsheets.headers import Column, filled, find_header, is_title_cell
from cite_educative.common.spreadsheets.model import Row, Span, is_blank
from cite_educative.common.spreadsheets.numbers import as_number
from cite_educative.common.spreadsheets.text import plain
from cite_educative.common.spreadsheets.totals import TotalRow, equals_running_sum, figures, labelled_total

FOOTNOTE = re.compile(
    r"\s*(\*|\(\*|\(?\d\)|nb\b|n\.b|note|source|remarque|legende|attention|document|mise? a jour|imprime)", re.I
)
SECTION = re.compile(
    r"\s*(axe|theme|thematique|objectif|priorite|commune|quartier|territoire|volet|orientation|pilier|partie|"
    r"chapitre|domaine|dispositif|[ivx]+\s*[.)–-]|[a-z]\s*[.)]\s|\d+\s*[.)–-])",
    re.IGNORECASE,
)
SECTION_NAME = "Titre de section"


@dataclass
class TableRow:
    """A data row. `number` is its physical line; `problem` a French sentence when its cells may be shifted."""

    number: int
    cells: list
    source: Row
    section: str = ""
    problem: str = ""

    def value(self, index):
        return self.cells[index] if index < len(self.cells) else None

    def own(self, index):
        """The value of this very cell: None where it repeats that of a merged range or of a carried column."""
        return None if self.source.is_carried(index) else self.value(index)

    def span(self, index):
        """The merged range the cell is part of, or None."""
        return self.source.merged.get(index)


@dataclass
class Table:
    """`header_rows` are physical lines (empty: the table has no titles); `title` the lines above them."""

    sheet: str
    header_rows: list
    columns: list
    rows: list = field(default_factory=list)
    total_rows: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    title: list = field(default_factory=list)

    def sum(self, index):
        """Exact sum of what the column's own cells say; cells that are no number are left out."""
        return sum((as_number(row.own(index)) or Decimal(0) for row in self.rows), Decimal(0))


def read_tables(workbook):
    """Every table of the workbook that has a row; raises SpreadsheetError when there is none."""
    tables = [table for sheet in workbook.sheets for table in find_tables(sheet)]
    found = [table for table in tables if table.rows]
    if not found:
        raise errors.SpreadsheetError(
            "Ce fichier contient des titres de colonnes mais aucune ligne à importer."
            if tables
            else "Aucun tableau n’a été trouvé dans ce fichier\u00a0: il faut une ligne de titres de colonnes "
            "et au moins une ligne en dessous."
        )
    return found


def find_tables(sheet):
    """The tables of a sheet, in order; raises SpreadsheetError past the limit of rows."""
    tables, position = [], 0
    rows = [row for row in sheet.rows if not row.is_blank]
    while position < len(rows):
        header = find_header(rows, position, sheet.fixed_width)
        if header is None:
            break
        builder = TableBuilder(sheet, header, _title_lines(rows[position : header.after], header))
        position = builder.read(rows, header.after)
        tables.append(builder.table)
    return tables


def _title_lines(rows, header):
    return [
        " ".join(dict.fromkeys(str(cell).strip() for cell in row.cells if not is_blank(cell)))
        for row in rows
        if row.number not in header.rows
    ]


class TableBuilder:
    def __init__(self, sheet, header, title):
        self.fixed_width = sheet.fixed_width
        self.width = len(header.columns)
        self.table = Table(sheet.name, header.rows, header.columns, notes=list(header.notes), title=title)
        self.titles = [
            {plain(part) for part in (column.name, *column.group.split(" – "))} for column in header.columns
        ]
        self.sums, self.counted = {}, 0
        self.part_sums, self.part_counted = {}, 0
        self.section, self.alone, self.repeated = "", [], []

    def read(self, rows, position):
        """Take rows until the sheet or the table ends; returns the position of what follows."""
        previous = None
        while position < len(rows):
            row = rows[position]
            gap = previous is not None and row.number - previous > 1
            if self._starts_another_table(row, gap):
                break
            self._take(row)
            previous = row.number
            position += 1
        self._finish()
        return position

    def _starts_another_table(self, row, gap):
        cells = [row.cells[index] for index in filled(row)]
        if len(cells) < 3 or not self.table.rows or self._repeats_titles(row):
            return False
        if not all(is_title_cell(cell) and isinstance(cell, str) for cell in cells):
            return False
        hits = header_hits(cells)
        return hits >= 3 and hits >= (0.7 if gap else 1) * len(cells) and len(set(cells)) == len(cells) and gap

    def _repeats_titles(self, row):
        indexes = [index for index in filled(row) if index < self.width]
        same = sum(plain(" ".join(str(row.cells[index]).split())) in self.titles[index] for index in indexes)
        return len(indexes) >= 2 and same >= 0.8 * len(indexes)

    def _take(self, row):
        if self._repeats_titles(row):
            self.repeated.append(row.number)
            return
        label = labelled_total(row)
        if label is not None:
            self._add_total(row, label)
        elif equals_running_sum(row, self.part_sums, self.part_counted) or equals_running_sum(
            row, self.sums, self.counted
        ):
            self._add_total(row, "")
        elif self._stands_alone(row):
            self.alone.append(row)
        else:
            self._settle_alone()
            self._add(row)

    def _stands_alone(self, row):
        """One text and nothing else: a section title when rows follow, else a footnote."""
        if self.width < 3:
            return False
        texts = {str(row.cells[index]).strip() for index in filled(row)}
        if len(texts) != 1:
            return False
        text = texts.pop()
        if as_number(text) is not None or not any(letter.isalpha() for letter in text):
            return False
        wide = any(span.right - span.left >= 1 for span in row.merged.values())
        return wide or (filled(row)[0] == 0 and (len(text) > 3)) or bool(FOOTNOTE.match(plain(text)))

    def _settle_alone(self):
        """Data follows the lone texts: sections, notes, or plain incomplete rows?"""
        for row in self.alone:
            text = str(row.cells[filled(row)[0]]).strip()
            wide = any(span.right - span.left >= 1 for span in row.merged.values())
            if FOOTNOTE.match(plain(text)) and not SECTION.match(plain(text)):
                self.table.notes.append(
                    f"Ligne {row.number} lue comme une remarque\u00a0: «\u00a0{text[:120]}\u00a0»."
                )
            elif wide or SECTION.match(plain(text)) or self._first_column_is_mostly_blank():
                self.section = " ".join(text.split())
            else:
                self._add(row)
        self.alone = []

    def _first_column_is_mostly_blank(self):
        rows = self.table.rows
        return not rows or sum(is_blank(row.value(0)) for row in rows) > 0.5 * len(rows)

    def _add(self, row):
        if len(self.table.rows) >= errors.MAX_ROWS:
            raise errors.too_many_rows()
        cells = row.cells[: self.width] + [None] * (self.width - len(row.cells))
        self.table.rows.append(TableRow(row.number, cells, row, self.section, self._shift(row)))
        for index, number in figures(row).items():
            self.sums[index] = self.sums.get(index, Decimal(0)) + number
            self.part_sums[index] = self.part_sums.get(index, Decimal(0)) + number
        self.counted += 1
        self.part_counted += 1

    def _shift(self, row):
        extra = [cell for cell in row.cells[self.width :] if not is_blank(cell)]
        if extra:
            return (
                f"La ligne {row.number} compte {len(row.cells)} cellules pour {self.width} colonnes\u00a0: "
                "un séparateur s’est glissé dans un texte. Mettez ce texte entre guillemets ou corrigez la ligne."
            )
        if self.fixed_width == self.width and row.width < self.width:
            return (
                f"La ligne {row.number} compte {row.width} cellules pour {self.width} colonnes\u00a0: "
                "elle semble coupée. Rétablissez-la sur une seule ligne."
            )
        return ""

    def _add_total(self, row, label):
        self._settle_trailing()
        subtotal = bool(re.match(r"\W*(sous|s/)", plain(label)))
        self.table.total_rows.append(TotalRow(row.number, label, figures(row), len(self.table.rows), subtotal))
        self.part_sums, self.part_counted = {}, 0

    def _settle_trailing(self):
        for row in self.alone:
            text = " ".join(str(row.cells[filled(row)[0]]).split())
            self.table.notes.append(f"Ligne {row.number} lue comme une remarque\u00a0: «\u00a0{text[:120]}\u00a0».")
        self.alone = []

    def _finish(self):
        self._settle_trailing()
        table = self.table
        if self.repeated:
            lines = ", ".join(map(str, self.repeated[:10]))
            table.notes.append(f"Titres de colonnes répétés, passés\u00a0: ligne {lines}.")
        if any(row.section for row in table.rows):
            index = self.width
            table.columns.append(Column(index, SECTION_NAME, virtual=True))
            for row in table.rows:
                row.cells.append(row.section or None)
        if any("milliers d" in plain(line) or "k€" in line.lower() for line in table.title):
            table.notes.append(
                "Le titre du tableau parle de milliers d’euros\u00a0: vérifiez les montants de l’aperçu."
            )


def carry_down(table, indexes):
    """Fill the blanks of these columns with the value above, in place; filled cells count as carried."""
    for index in indexes:
        value, top = None, 0
        for row in table.rows:
            if not is_blank(row.value(index)):
                value, top = row.value(index), row.number
            elif value is not None:
                row.cells[index] = value
                row.source.merged[index] = Span(top, index, row.number, index)


def looks_merged(table, index):
    """Whether a column seems to give its value once for several rows: blanks under a first filled cell."""
    if not table.rows or is_blank(table.rows[0].value(index)):
        return False
    blanks = sum(is_blank(row.value(index)) for row in table.rows)
    return 0.2 * len(table.rows) <= blanks < len(table.rows) - 1
