"""Files as people send them: any encoding and delimiter, hidden parts, formulas, and what must be refused."""

import contextlib
import io
import time
import zipfile
from datetime import date, datetime

import pytest
from odfdo import Cell, Document
from odfdo import Table as OdfTable
from openpyxl import Workbook

from cite_educative.common.spreadsheets import (
    CellError,
    SpreadsheetError,
    open_workbook,
    read_amount,
    read_tables,
    signature,
)
from cite_educative.common.spreadsheets.errors import MAX_ROWS

HEADER = "Intitulé;Porteur;Montant demandé\n"
ROWS = "Été à l’école;Francas;1 234,50\nCafé;MJC;10,00\n"


def opened(data, name="x.csv"):
    return open_workbook(io.BytesIO(data), name)


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def simple_xlsx():
    book = Workbook()
    for row in (["Action", "Porteur", "Demandé"], ["A", "X", 10]):
        book.active.append(row)
    return saved(book)


def rewritten(data, change):
    """The archive with each entry passed through `change(name, content)`."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, change(name, source.read(name)))
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_encoding_and_delimiter(encoding, delimiter):
    text = "\r\n".join(
        delimiter.join(f'"{cell}"' for cell in line.split(";")) for line in (HEADER + ROWS).splitlines()
    )
    table = read_tables(opened(text.encode(encoding)))[0]
    assert [column.name for column in table.columns] == ["Intitulé", "Porteur", "Montant demandé"]
    assert table.rows[0].value(0) == "Été à l’école"
    assert str(read_amount(table.rows[0].value(2))) == "1234.50"


def test_decimal_commas_do_not_pass_for_delimiters():
    table = read_tables(opened(b"Nom;Montant\nA;12,50\nB;13,75\nC;14,00\n"))[0]
    assert [column.name for column in table.columns] == ["Nom", "Montant"]


def test_lines_are_those_of_the_file_even_after_a_cell_on_several_lines():
    table = read_tables(opened(b'Action;Porteur;Montant\n"A\nsur trois\nlignes";X;1\n\nB;Y;2\n'))[0]
    assert [row.number for row in table.rows] == [2, 6]


def test_a_quote_left_open_does_not_swallow_the_file():
    body = "".join(f"Action {i};{'«' if i else chr(34)}X;{i}\n" for i in range(60))
    workbook = opened(("Action;Porteur;Montant\n" + body).encode())
    assert len(read_tables(workbook)[0].rows) == 60
    assert "guillemet" in " ".join(workbook.notes)


def test_a_separator_inside_an_unquoted_text_is_a_problem_of_its_line():
    body = "".join(f"A{i};X;{i}\n" for i in range(20)) + "Lire; écrire;X;50\n"
    rows = read_tables(opened(("Action;Porteur;Montant\n" + body).encode()))[0].rows
    assert [row.number for row in rows if row.problem] == [22]


def test_a_windows_line_inside_a_utf8_file_is_read():
    data = HEADER.encode() + b"\xc3\x89t\xc3\xa9 \xc3\xa0 \xc3\xa9crire;\xc3\x89cole;10\nCaf\xe9;MJC;12\n"
    workbook = opened(data)
    assert [row.value(0) for row in read_tables(workbook)[0].rows] == ["Été à écrire", "Café"]
    assert "ligne 3" in " ".join(workbook.notes)


def test_excel_hint_line_and_lines_quoted_as_a_whole():
    assert len(read_tables(opened(b"sep=,\nAction,Porteur,Montant\nA,X,1\n"))[0].columns) == 3
    table = read_tables(opened(b'"Action,Porteur,Montant"\n"A,""X, Y"",1"\n"B,Z,2"\n'))[0]
    assert table.rows[0].value(1) == "X, Y"


def test_html_saved_as_xls():
    page = (
        "<html><meta charset=utf-8><table><tr><th>Action<th>Porteur<th>Montant demandé</tr>"
        "<tr><td rowspan=2>Été<td>X<td>10</tr><tr><td>Y<td>20</td></tr></table></html>"
    )
    workbook = opened(page.encode(), "export.xls")
    table = read_tables(workbook)[0]
    assert [(row.value(0), row.value(1), row.value(2)) for row in table.rows] == [
        ("Été", "X", "10"),
        ("Été", "Y", "20"),
    ]


def test_formula_without_result_names_its_cell():
    book = Workbook()
    for row in (["Action", "Porteur", "Montant demandé"], ["A", "X", "=1+1"], ["B", "Y", 5]):
        book.active.append(row)
    workbook = opened(saved(book), "x.xlsx")
    with pytest.raises(CellError, match="C2"):
        read_amount(read_tables(workbook)[0].rows[0].value(2))
    assert "formule" in " ".join(workbook.sheets[0].notes)


def test_cached_result_of_a_formula_is_used_and_macros_are_told():
    book = Workbook()
    for row in (["Action", "Porteur", "Montant demandé"], ["A", "X", "=1+1"]):
        book.active.append(row)

    def with_result(name, content):
        return content.replace(b"<v />", b"<v>2</v>").replace(b"<v></v>", b"<v>2</v>").replace(b"<v/>", b"<v>2</v>")

    data = rewritten(saved(book), with_result)
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    workbook = opened(target.getvalue(), "x.xlsm")
    assert read_tables(workbook)[0].rows[0].value(2) == 2
    assert "macros" in " ".join(workbook.notes)


def test_dates_hidden_rows_and_true_lines_of_a_workbook():
    book = Workbook()
    sheet = book.active
    sheet["B5"], sheet["C5"], sheet["D5"] = "Action", "Date de début", "Montant demandé"
    sheet["B6"], sheet["C6"], sheet["D6"] = "A", datetime.fromisoformat("2025-09-01"), 10
    sheet["B9"], sheet["C9"], sheet["D9"] = "B", date(2025, 10, 1), 20.5
    sheet.row_dimensions[9].hidden = True
    workbook = opened(saved(book), "x.xlsx")
    rows = read_tables(workbook)[0].rows
    assert [row.number for row in rows] == [6, 9]
    assert rows[0].value(2) == datetime.fromisoformat("2025-09-01")
    assert "masquée" in " ".join(workbook.sheets[0].notes)


def encrypted_ods():
    document = Document("ods")
    table = OdfTable("S")
    table.set_cell((0, 0), Cell("Action"))
    document.body.append(table)
    stream = io.BytesIO()
    document.save(stream)
    mark = (
        b'<manifest:encryption-data xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        b"</manifest:manifest>"
    )
    return rewritten(stream.getvalue(), lambda name, content: content.replace(b"</manifest:manifest>", mark))


def bomb():
    def inflate(name, content):
        return content.replace(b"<sheetData>", b"<sheetData>" + b" " * 60_000_000) if "sheet1" in name else content

    return rewritten(simple_xlsx(), inflate)


def entities():
    laugh = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    return rewritten(simple_xlsx(), lambda name, content: laugh + content if "sheet1" in name else content)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "vide"),
        (b" \n\n ", "vide"),
        (b"%PDF-1.7 blah", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "image"),
        (bytes(range(32)) * 40, "n’est pas un tableau"),
        (b'{"a": 1}', "JSON"),
        (b"<html><p>rien</p></html>", "page web"),
        (b"ceci est un texte sans colonnes\nvoila tout\n", "Aucun tableau"),
        (HEADER.encode(), "aucune ligne"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
        (OLE + "Workbook".encode("utf-16-le"), ".xlsx"),
        (simple_xlsx()[:2000], "abîmé"),
        (simple_xlsx()[:40], "abîmé"),
        (encrypted_ods(), "mot de passe"),
        (bomb(), "démesuré"),
        (entities(), "démesuré"),
        (b"A;B;C\n" + b"1;2;3\n" * 60_000, "20\u00a0000"),
        (b"a" * (21 * 1024 * 1024), "20\u00a0Mo"),
        (";".join(f"c{i}" for i in range(400)).encode(), "colonnes"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "octets",  # bytes of an archive hold the time
)
def test_bad_files_get_a_sentence(data, said):
    started = time.monotonic()
    with pytest.raises(SpreadsheetError) as caught:
        read_tables(opened(data))
    assert said in str(caught.value)
    assert str(caught.value).endswith(".")
    assert time.monotonic() - started < 10


def test_sixty_thousand_rows_of_a_workbook_are_refused():
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for index in range(60_000):
        sheet.append(["Action", index])
    with pytest.raises(SpreadsheetError, match="lignes"):
        opened(saved(book), "x.xlsx")


def test_the_limit_itself_is_accepted():
    table = read_tables(opened(HEADER.encode() + b"Action;Porteur;10\n" * MAX_ROWS))[0]
    assert len(table.rows) == MAX_ROWS


def test_broken_workbooks_never_crash():
    data = simple_xlsx()
    for position in range(0, len(data), 97):
        with contextlib.suppress(SpreadsheetError):
            read_tables(opened(data[:position] + b"\xff" + data[position + 1 :], "x.xlsx"))


def test_two_columns_with_one_name_are_told_apart():
    table = read_tables(opened(b"Action;Porteur;Montant;Montant\nA;X;1;2\nB;Y;1;2\n"))[0]
    assert [column.name for column in table.columns][2:] == ["Montant", "Montant (2)"]
    assert "Montant (2)" in " ".join(table.notes)


def test_signature_forgets_years_case_and_accents_but_not_titles():
    def columns(text):
        return read_tables(opened(f"{text}\nA;X;1\n".encode()))[0].columns

    first = signature(columns("Intitulé;Porteur;Demandé 2024"))
    assert first == signature(columns("INTITULE;porteur;Demandé 2025"))
    assert first != signature(columns("Intitulé;Porteur;Accordé 2024"))
