"""Tables made for the tests of the import: CSV, XLSX with merged cells, ODS."""

import io

from odfdo import Cell, Document, Table
from openpyxl import Workbook


def csv(text, encoding="utf-8"):
    return text.encode(encoding)


def xlsx(sheets, merges=()):
    """`sheets`: {name: rows}; `merges` apply to the first one."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for merge in merges:
        book.worksheets[0].merge_cells(merge)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods(rows):
    document = Document("ods")
    document.body.clear()
    sheet = Table("Suivi")
    for line, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.set_cell((column, line), Cell(value))
    document.body.append(sheet)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
