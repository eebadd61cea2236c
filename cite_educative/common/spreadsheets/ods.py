"""Streaming reader of ODS sheets: repeated and covered cells, merged ranges, hidden sheets and lines."""

from datetime import date, datetime

from cite_educative.common.spreadsheets import errors
from cite_educative.common.spreadsheets.archive import local_name, open_archive, parse_entry
from cite_educative.common.spreadsheets.model import (
    Faulty,
    Row,
    Sheet,
    Span,
    Workbook,
    carry_merged,
    column_letter,
    trimmed,
)

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
CELLS = {f"{TABLE}table-cell", f"{TABLE}covered-table-cell"}


def read_ods(stream):
    with open_archive(stream) as archive:
        for _, element in parse_entry(archive, "META-INF/manifest.xml"):
            if local_name(element.tag) == "encryption-data":
                raise errors.password_protected()
        return ContentReader(archive).read()


class ContentReader:
    def __init__(self, archive):
        self.archive = archive
        self.workbook = Workbook(sheets=[], format="ods")
        self.hidden_styles, self.hidden_sheets = set(), []
        self.table = None

    def read(self):
        style, depth = "", 0
        for event, element in parse_entry(self.archive, "content.xml", ("start", "end")):
            if event == "start":
                if element.tag == f"{STYLE}style":
                    style = element.get(f"{STYLE}name", "")
                elif element.tag == f"{TABLE}table":
                    depth += 1
                    if depth == 1:
                        self._open(element)
            elif element.tag == f"{STYLE}table-properties" and element.get(f"{TABLE}display") == "false":
                self.hidden_styles.add(style)
            elif element.tag == f"{TABLE}table":
                depth -= 1
                if depth == 0:
                    self._close()
                    element.clear()
            elif element.tag == f"{TABLE}table-row" and depth == 1:
                self.table.add(element)
                element.clear()
        if self.hidden_sheets:
            names = ", ".join(f"«\u00a0{name}\u00a0»" for name in self.hidden_sheets)
            self.workbook.notes.append(f"Feuilles masquées, non lues\u00a0: {names}.")
        return self.workbook

    def _open(self, element):
        name = element.get(f"{TABLE}name", "")
        hidden = element.get(f"{TABLE}style-name") in self.hidden_styles or element.get(f"{TABLE}display") == "false"
        self.table = TableReader(name, hidden)

    def _close(self):
        if self.table.skipped:
            self.hidden_sheets.append(self.table.name)
        elif len(self.workbook.sheets) < errors.MAX_SHEETS:
            self.workbook.sheets.append(self.table.sheet())


class TableReader:
    def __init__(self, name, skipped):
        self.name, self.skipped = name, skipped
        self.rows, self.spans = [], []
        self.line, self.hidden, self.without_result = 1, 0, 0

    def add(self, element):
        repeated = int(element.get(f"{TABLE}number-rows-repeated", 1))
        cells = [] if self.skipped else self._cells(element)
        if cells:
            if len(self.rows) + repeated > errors.MAX_ROWS + errors.HEADER_ALLOWANCE:
                raise errors.too_many_rows()
            hidden = element.get(f"{TABLE}visibility", "visible") != "visible"
            self.hidden += hidden * repeated
            for number in range(self.line, self.line + repeated):
                self.rows.append(Row(number, list(cells), hidden=hidden, width=len(cells)))
        self.line += repeated

    def sheet(self):
        carry_merged(self.rows, self.spans)
        notes = []
        if self.hidden:
            notes.append(
                f"Feuille «\u00a0{self.name}\u00a0»\u00a0: {self.hidden} ligne(s) "
                "masquée(s) ou filtrée(s), lues comme les autres."
            )
        if self.without_result:
            notes.append(
                f"Feuille «\u00a0{self.name}\u00a0»\u00a0: {self.without_result} formule(s) sans résultat enregistré."
            )
        return Sheet(self.name, self.rows, notes=notes)

    def _cells(self, element):
        cells, position = [], 0
        for cell in element:
            if cell.tag not in CELLS:
                continue
            repeated = int(cell.get(f"{TABLE}number-columns-repeated", 1))
            value = None if cell.tag.endswith("covered-table-cell") else self._value(cell, position)
            if value is not None:
                if position + repeated > errors.MAX_COLUMNS:
                    raise errors.too_many_columns()
                cells.extend([None] * (position - len(cells)))
                cells.extend([value] * repeated)
                self._span(cell, position)
            position += repeated
        return trimmed(cells)

    def _span(self, cell, position):
        wide = int(cell.get(f"{TABLE}number-columns-spanned", 1))
        high = int(cell.get(f"{TABLE}number-rows-spanned", 1))
        if (wide > 1 or high > 1) and wide <= errors.MAX_COLUMNS:
            self.spans.append(Span(self.line, position, self.line + high - 1, position + wide - 1))

    def _value(self, cell, position):
        kind = cell.get(f"{OFFICE}value-type")
        if kind in ("float", "currency", "percentage"):
            number = float(cell.get(f"{OFFICE}value", "0"))
            return int(number) if number.is_integer() and abs(number) < 1e15 else number
        if kind == "date":
            return _moment(cell.get(f"{OFFICE}date-value", ""))
        if kind == "boolean":
            return cell.get(f"{OFFICE}boolean-value") == "true"
        text = "\n".join(_paragraph(child) for child in cell if child.tag == f"{TEXT}p")
        if cell.get(f"{TABLE}formula"):
            where = f"{column_letter(position)}{self.line}"
            if kind is None and not text:
                self.without_result += 1
                return Faulty(
                    f"La formule de la cellule {where} n’a pas de résultat enregistré\u00a0: "
                    "ouvrez le fichier dans LibreOffice, enregistrez-le puis recommencez."
                )
            if text.startswith(("#", "Err:")):
                return Faulty(f"La cellule {where} contient l’erreur {text}\u00a0: corrigez-la.")
        return text or None


def _moment(text):
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return text or None


def _paragraph(element):
    """The text of a paragraph, with the spaces, tabs and breaks that ODF writes as elements."""
    parts = [element.text or ""]
    for child in element:
        name = local_name(child.tag)
        if name == "s":
            parts.append(" " * min(int(child.get(f"{TEXT}c", 1)), 100))
        elif name in ("tab", "line-break"):
            parts.append("\t" if name == "tab" else "\n")
        elif name not in ("annotation", "note"):
            parts.append(_paragraph(child))
        parts.append(child.tail or "")
    return "".join(parts)
