"""Streaming reader of XLSX and XLSM sheets: values, formulas' cached results, merged ranges, hidden lines."""

import posixpath
import re
from datetime import time

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.cell import column_index_from_string, range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

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

LETTERS = re.compile(r"[A-Z]+")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
RELATIONSHIP_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATIONSHIP_ID = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def read_xlsx(stream):
    with open_archive(stream) as archive:
        names = set(archive.namelist())
        if "xl/workbook.bin" in names:
            raise errors.SpreadsheetError(
                "Ce classeur est au format binaire .xlsb. Enregistrez-le au format .xlsx puis recommencez."
            )
        workbook = Workbook(sheets=[], format="xlsx")
        sheets, epoch = _sheets(archive)
        shared = _shared_strings(archive) if "xl/sharedStrings.xml" in names else []
        dates = _date_styles(archive) if "xl/styles.xml" in names else set()
        if any(name.endswith("vbaProject.bin") for name in names):
            workbook.notes.append("Ce classeur contient des macros\u00a0: elles ont été ignorées.")
        hidden = [name for name, target, state in sheets if state != "visible"]
        if hidden:
            workbook.notes.append(
                "Feuilles masquées, non lues\u00a0: " + ", ".join(f"«\u00a0{name}\u00a0»" for name in hidden) + "."
            )
        for name, target, state in sheets[: errors.MAX_SHEETS]:
            if state == "visible" and target in names and "chartsheet" not in target:
                workbook.sheets.append(SheetReader(archive, name, shared, dates, epoch).read(target))
        return workbook


def _sheets(archive):
    """[(name, path, state)] in the order of the tabs, and the first day of the workbook's calendar."""
    targets = {}
    for _, element in parse_entry(archive, "xl/_rels/workbook.xml.rels"):
        if local_name(element.tag) == "Relationship":
            targets[element.get("Id")] = posixpath.normpath(posixpath.join("/xl", element.get("Target", ""))).lstrip(
                "/"
            )
    sheets, epoch = [], CALENDAR_WINDOWS_1900
    for _, element in parse_entry(archive, "xl/workbook.xml"):
        tag = local_name(element.tag)
        if tag == "sheet":
            identifier = element.get(RELATIONSHIP_ID) or element.get(STRICT_RELATIONSHIP_ID)
            sheets.append((element.get("name", ""), targets.get(identifier, ""), element.get("state", "visible")))
        elif tag == "workbookPr" and element.get("date1904") in ("1", "true"):
            epoch = CALENDAR_MAC_1904
    return sheets, epoch


def _text(element):
    """The text of a shared or inline string, without its phonetic hints."""
    parts = []
    for child in element:
        tag = local_name(child.tag)
        if tag == "t":
            parts.append(child.text or "")
        elif tag == "r":
            parts.extend(t.text or "" for t in child if local_name(t.tag) == "t")
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(parts)).replace("\r", "")


def _shared_strings(archive):
    strings = []
    for _, element in parse_entry(archive, "xl/sharedStrings.xml"):
        if local_name(element.tag) == "si":
            strings.append(_text(element))
            element.clear()
    return strings


def _date_styles(archive):
    """Indexes of the cell styles that show a number as a date."""
    custom, styles, inside = {}, set(), False
    position = 0
    for event, element in parse_entry(archive, "xl/styles.xml", ("start", "end")):
        tag = local_name(element.tag)
        if event == "start":
            inside = inside or tag == "cellXfs"
        elif tag == "numFmt":
            custom[element.get("numFmtId")] = element.get("formatCode", "")
        elif tag == "cellXfs":
            inside = False
        elif tag == "xf" and inside:
            number = element.get("numFmtId", "0")
            code = custom.get(number) or BUILTIN_FORMATS.get(int(number), "")
            if is_date_format(code):
                styles.add(position)
            position += 1
    return styles


class SheetReader:
    def __init__(self, archive, name, shared, dates, epoch):
        self.archive, self.name = archive, name
        self.shared, self.dates, self.epoch = shared, dates, epoch
        self.columns, self.spans, self.rows = {}, [], []
        self.hidden = self.without_result = 0

    def read(self, target):
        number, data = 0, None
        for event, element in parse_entry(self.archive, target, ("start", "end")):
            tag = local_name(element.tag)
            if event == "start":
                if tag == "sheetData":
                    data = element
                continue
            if tag == "row":
                number = int(element.get("r") or number + 1)
                self._add(number, element)
                if data is not None:
                    data.clear()
            elif tag == "mergeCell":
                self._merge(element.get("ref", ""))
        carry_merged(self.rows, self.spans)
        return Sheet(self.name, self.rows, notes=self._notes())

    def _add(self, number, element):
        cells, position = [], -1
        for cell in element:
            reference = cell.get("r")
            position = self._column(reference) if reference else position + 1
            value = self._value(cell, number, position)
            if value is None:
                continue
            if position >= errors.MAX_COLUMNS:
                raise errors.too_many_columns()
            cells.extend([None] * (position + 1 - len(cells)))
            cells[position] = value
        cells = trimmed(cells)
        if not cells:
            return
        if len(self.rows) >= errors.MAX_ROWS + errors.HEADER_ALLOWANCE:
            raise errors.too_many_rows()
        hidden = element.get("hidden") in ("1", "true")
        self.hidden += hidden
        self.rows.append(Row(number, cells, hidden=hidden, width=len(cells)))

    def _column(self, reference):
        letters = LETTERS.match(reference)[0]
        if letters not in self.columns:
            self.columns[letters] = column_index_from_string(letters) - 1
        return self.columns[letters]

    def _value(self, cell, number, position):
        raw, formula = None, False
        for child in cell:
            tag = local_name(child.tag)
            if tag == "v":
                raw = child.text
            elif tag == "f":
                formula = True
            elif tag == "is":
                return _text(child) or None
        if raw is None:
            return self._formula_without_result(number, position) if formula else None
        kind = cell.get("t", "n")
        if kind == "n":
            return self._number(raw, int(cell.get("s") or 0))
        if kind == "s":
            return self.shared[int(raw)] if int(raw) < len(self.shared) else None
        if kind == "b":
            return raw == "1"
        if kind == "e":
            return Faulty(f"La cellule {column_letter(position)}{number} contient l’erreur {raw}\u00a0: corrigez-la.")
        return ESCAPED.sub(lambda found: chr(int(found[1], 16)), raw)

    def _formula_without_result(self, number, position):
        self.without_result += 1
        return Faulty(
            f"La formule de la cellule {column_letter(position)}{number} n’a pas de résultat enregistré\u00a0: "
            "ouvrez le fichier dans Excel ou LibreOffice, enregistrez-le puis recommencez."
        )

    def _number(self, raw, style):
        try:
            number = float(raw)
        except ValueError:
            return raw
        if style in self.dates:
            try:
                moment = from_excel(number, self.epoch)
            except (ValueError, OverflowError):
                return number
            return number if isinstance(moment, time) else moment
        return int(number) if number.is_integer() and abs(number) < 1e15 else number

    def _merge(self, reference):
        try:
            left, top, right, bottom = range_boundaries(reference)
        except (ValueError, TypeError):
            return
        if right - left < errors.MAX_COLUMNS:
            self.spans.append(Span(top, left - 1, bottom, right - 1))

    def _notes(self):
        notes = []
        if self.hidden:
            notes.append(
                f"Feuille «\u00a0{self.name}\u00a0»\u00a0: {self.hidden} ligne(s) "
                "masquée(s) ou filtrée(s), lues comme les autres."
            )
        if self.without_result:
            notes.append(
                f"Feuille «\u00a0{self.name}\u00a0»\u00a0: {self.without_result} formule(s) sans résultat enregistré. "
                "Ouvrez le fichier dans Excel ou LibreOffice et enregistrez-le pour que leurs valeurs soient lues."
            )
        return notes
