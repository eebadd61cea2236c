"""Reader of the HTML tables that portals save with an .xls ending."""

import re
from html.parser import HTMLParser

from cite_educative.common.spreadsheets import errors
from cite_educative.common.spreadsheets.delimited import decode
from cite_educative.common.spreadsheets.model import Row, Sheet, Span, Workbook, carry_merged, trimmed

BREAKING = {"br", "p", "div", "li"}


def read_html(data, name):
    """Each <table> becomes a sheet; lines are numbered from 1 within it."""
    notes = []
    charset = re.search(rb"charset=[\"']?([\w-]+)", data[:2000])
    if charset and charset[1].lower() in (b"iso-8859-1", b"windows-1252"):
        text = data.decode("cp1252", "replace")
    else:
        text = decode(data, notes)
    parser = TableParser(name)
    parser.feed(text)
    parser.close()
    for sheet, spans in parser.found:
        carry_merged(sheet.rows, spans)
    sheets = [sheet for sheet, _ in parser.found if sheet.rows]
    if not sheets:
        raise errors.not_a_spreadsheet("d’une page web sans tableau")
    notes.append(
        "Ce fichier est une page web enregistrée comme un tableur\u00a0: les numéros de ligne sont ceux du tableau."
    )
    return Workbook(sheets=sheets, format="html", notes=notes)


class TableParser(HTMLParser):
    def __init__(self, name):
        super().__init__(convert_charrefs=True)
        self.name, self.found = name, []
        self.rows, self.spans, self.taken = [], [], set()
        self.line, self.cells, self.text = 0, None, None
        self.position = 0

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "table":
            self.rows, self.spans, self.taken, self.line = [], [], set(), 0
            self.found.append((Sheet(self.name, self.rows), self.spans))
        elif tag == "tr":
            self._end_row()
            self.line, self.cells, self.position = self.line + 1, [], 0
        elif tag in ("td", "th") and self.cells is not None:
            self._end_cell()
            self._start_cell(_number(attributes.get("colspan")), _number(attributes.get("rowspan")))
        elif tag in BREAKING and self.text is not None:
            self.text.append("\n")

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self._end_row()

    def handle_data(self, data):
        if self.text is not None:
            self.text.append(data)

    def _start_cell(self, wide, high):
        while (self.line, self.position) in self.taken:
            self.position += 1
        if self.position + wide > errors.MAX_COLUMNS:
            raise errors.too_many_columns()
        self.text, self.wide = [], wide
        if wide > 1 or high > 1:
            self.spans.append(Span(self.line, self.position, self.line + high - 1, self.position + wide - 1))
            self.taken.update(
                (self.line + down, self.position + right) for down in range(1, high) for right in range(wide)
            )

    def _end_cell(self):
        if self.text is None:
            return
        value = "\n".join(" ".join(line.split()) for line in "".join(self.text).split("\n")).strip()
        self.cells.extend([None] * (self.position + 1 - len(self.cells)))
        self.cells[self.position] = value or None
        self.position += self.wide
        self.text = None

    def _end_row(self):
        self._end_cell()
        if self.cells is None:
            return
        kept = trimmed(self.cells)
        if kept:
            if len(self.rows) >= errors.MAX_ROWS + errors.HEADER_ALLOWANCE:
                raise errors.too_many_rows()
            self.rows.append(Row(self.line, kept, width=len(kept)))
        self.cells = None


def _number(text):
    return min(int(text), 100) if text and text.isdecimal() and int(text) else 1
