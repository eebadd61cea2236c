import csv
import datetime
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.utils.safestring import mark_safe

from cite_educative.common.exports import csv_chunks, neutralise, stream_csv, write_xlsx
from cite_educative.common.tables import Column

COLUMNS = [
    Column("title", "Intitulé"),
    Column("amount", "Demandé", kind="money", total=True),
    Column("on", "Date", kind="date"),
    Column("number", "Nombre", kind="count"),
]
ROWS = [
    {"title": "Élèves; « œuvres »", "amount": Decimal("1234.50"), "on": datetime.date(2026, 6, 1), "number": 3},
    {"title": "=1+1", "amount": None, "on": None, "number": 0},
    {"title": mark_safe("<b>Gras</b>"), "amount": Decimal("-0.10"), "on": "courant mai"},
    {"title": "a\x00\x0bb" + "c" * 40_000},
]
TOTALS = {"amount": Decimal("1234.40")}


def read_csv(text):
    return list(csv.reader(StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def read_xlsx(rows=ROWS, title="Actions", **options):
    file = BytesIO()
    write_xlsx(file, COLUMNS, rows, title=title, **options)
    return openpyxl.load_workbook(file)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        *((danger, f"'{danger}") for danger in ("=1+1", "+cmd()", "-x", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1")),
        *((danger, f"'{danger}") for danger in ("-1+cmd|' /C calc'!A0", "+33 x", "＝1+1", "=1")),
        *((plain, plain) for plain in ("-12", "-1 234,50", "+3,5 %", "-1\u00a0234,50\u00a0€", "a=b", "", "12")),
    ],
)
def test_what_a_spreadsheet_would_run_is_neutralised(text, safe):
    assert neutralise(text) == safe


def test_the_csv_opens_right_in_french():
    text = "".join(csv_chunks(COLUMNS, ROWS, totals=TOTALS, lines_per_chunk=2))

    assert text.startswith("\ufeffIntitulé;Demandé;Date;Nombre\r\n")
    lines = read_csv(text)
    assert lines[1] == ["Élèves; « œuvres »", "1234,50", "01/06/2026", "3"]
    assert lines[2] == ["'=1+1", "", "", "0"]
    assert lines[3] == ["Gras", "-0,10", "courant mai", ""]
    assert lines[-1] == ["Total", "1234,40", "", ""]


def test_the_csv_is_streamed_as_a_private_download():
    response = stream_csv(COLUMNS, iter(ROWS), title="Actions", filename="actions-2026-06-01")

    assert response.streaming
    assert response["Content-Disposition"] == 'attachment; filename="actions-2026-06-01.csv"'
    assert response["Cache-Control"] == "private, no-store"
    assert response.getvalue().decode().count("\r\n") == 5


def test_the_xlsx_holds_typed_values_and_no_formula():
    sheet = read_xlsx(totals=TOTALS).active

    assert [cell.value for cell in sheet[1]] == ["Intitulé", "Demandé", "Date", "Nombre"]
    assert [sheet[f"{letter}2"].value for letter in "ABD"] == ["Élèves; « œuvres »", 1234.5, 3]
    assert sheet["C2"].value.date() == datetime.date(2026, 6, 1)
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=1+1", "s")
    assert sheet["B2"].number_format == '#,##0.00 "€"'
    assert sheet["C2"].number_format == "dd/mm/yyyy"
    assert (sheet["A4"].value, sheet["C4"].value) == ("Gras", "courant mai")
    assert sheet["A5"].value.startswith("a  bccc")
    assert [cell.value for cell in sheet[6]] == ["Total", 1234.4, None, None]
    assert sheet["B6"].font.bold


def test_the_xlsx_is_ready_to_read_and_print():
    book = read_xlsx(title="Actions : 2026/2027 [toutes les communes]")
    sheet = book.active

    assert sheet.title == "Actions   2026 2027  toutes les"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:D5"
    assert sheet.column_dimensions["A"].width > 30
    assert book.properties.title == "Actions : 2026/2027 [toutes les communes]"


def test_an_empty_export_still_has_its_header():
    sheet = read_xlsx(rows=[]).active

    assert sheet.max_row == 1
    assert "".join(csv_chunks(COLUMNS, [])) == "\ufeffIntitulé;Demandé;Date;Nombre\r\n"
