"""Spreadsheets that open right in French: typed cells in XLSX, `;` and decimal comma in CSV, no formula in either.

A column is anything with `key`, `label`, `kind` (text, money, date, count, status) and `width`, such as
`tables.Column`. A row is a dict by column key: Decimal, int, date, datetime, bool, str or None.
"""

import csv
import datetime
import re
from decimal import Decimal
from io import BytesIO, StringIO

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
WIDTHS = {"text": 32, "money": 16, "date": 12, "count": 10, "status": 18}
NUMBER_FORMATS = {"money": '#,##0.00 "€"', "date": "dd/mm/yyyy", "count": "#,##0"}
CELL_LIMIT = 32_767
DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
PLAIN_NUMBER = re.compile(r"[+-]?[\d\s.,]*\d[\d\s.,]*(?:%|€)?")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
TOTAL_LABEL = "Total"


def neutralise(text):
    """Lead with an apostrophe what a spreadsheet would run as a formula; plain numbers stay as they are."""
    is_formula = text.lstrip().startswith(DANGEROUS) or text.startswith(("\t", "\r"))
    return f"'{text}" if is_formula and not PLAIN_NUMBER.fullmatch(text.strip()) else text


def _plain(value):
    """The value without markup or zone: a datetime is given in Paris time."""
    if isinstance(value, SafeString):
        value = strip_tags(value)
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return timezone.localtime(value).replace(tzinfo=None)
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value


def _total_row(columns, totals):
    """The sums under their columns, with a label in the first column that has none."""
    row = dict(totals)
    first = next((column.key for column in columns if column.key not in totals), None)
    return row if first is None else {**row, first: TOTAL_LABEL}


# --- XLSX -----------------------------------------------------------------------------------------


def write_xlsx(file, columns, rows, *, title, totals=None):
    """Write one sheet to the binary `file`, row by row in constant memory, with a bold last row of `totals`."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": title})
        sheet = book.add_worksheet(_sheet_name(title))
        styles = {kind: book.add_format({"num_format": written}) for kind, written in NUMBER_FORMATS.items()}
        bold = {
            kind: book.add_format({"num_format": written, "bold": True, "top": 1})
            for kind, written in {"text": "@", **NUMBER_FORMATS}.items()
        }
        _write_header(book, sheet, columns)
        number = 0
        for number, row in enumerate(rows, start=1):
            for rank, column in enumerate(columns):
                _write_cell(sheet, number, rank, _plain(row.get(column.key)), styles.get(column.kind), styles["date"])
        if columns:
            sheet.autofilter(0, 0, number, len(columns) - 1)
        if totals:
            row = _total_row(columns, totals)
            for rank, column in enumerate(columns):
                style = bold.get(column.kind, bold["text"])
                _write_cell(sheet, number + 1, rank, _plain(row.get(column.key)), style, style)


def _sheet_name(title):
    return re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:31] or "Feuille"


def _write_header(book, sheet, columns):
    style = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for rank, column in enumerate(columns):
        width = column.width or max(WIDTHS.get(column.kind, WIDTHS["text"]), min(len(column.label) + 2, 40))
        sheet.set_column(rank, rank, width)
    for rank, column in enumerate(columns):
        sheet.write_string(0, rank, column.label, style)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_cell(sheet, line, rank, value, style, date_style):
    if value is None or value == "":
        return
    if isinstance(value, (int, float, Decimal)):
        sheet.write_number(line, rank, value, style)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(line, rank, value, date_style)
    else:
        sheet.write_string(line, rank, CONTROL.sub(" ", str(value))[:CELL_LIMIT], style)


def xlsx_response(columns, rows, *, title, filename, totals=None):
    """A download named `filename`.xlsx."""
    file = BytesIO()
    write_xlsx(file, columns, rows, title=title, totals=totals)
    return HttpResponse(file.getvalue(), content_type=XLSX_TYPE, headers=_headers(f"{filename}.xlsx"))


# --- CSV ------------------------------------------------------------------------------------------


def stream_csv(columns, rows, *, title, filename, totals=None):
    """A streamed download named `filename`.csv: UTF-8 with BOM, `;`, decimal comma, days first."""
    content = csv_chunks(columns, rows, totals=totals)
    return StreamingHttpResponse(content, content_type=CSV_TYPE, headers=_headers(f"{filename}.csv"))


def csv_chunks(columns, rows, *, totals=None, lines_per_chunk=500):
    """Yield the text of the file in pieces of some hundred lines."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([neutralise(column.label) for column in columns])
    for number, row in enumerate(rows, start=1):
        writer.writerow([_csv_text(row.get(column.key)) for column in columns])
        if number % lines_per_chunk == 0:
            yield _emptied(buffer)
    if totals:
        row = _total_row(columns, totals)
        writer.writerow([_csv_text(row.get(column.key)) for column in columns])
    yield _emptied(buffer)


def _emptied(buffer):
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _csv_text(value):
    value = _plain(value)
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, float):
        return repr(value).replace(".", ",")
    if isinstance(value, datetime.datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, datetime.date):
        return f"{value:%d/%m/%Y}"
    return neutralise(CONTROL.sub(" ", str(value)))


def _headers(filename):
    return {"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "private, no-store"}
