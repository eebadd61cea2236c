"""Tables made for the tests of the reader, and what is found in them."""

import io
from decimal import Decimal

from openpyxl import Workbook

from cite_educative.common.spreadsheets import Field, open_workbook, propose_mapping, read_amount, read_tables


def xlsx(rows, merges=(), title="Programmation"):
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for merge in merges:
        sheet.merge_cells(merge)
    stream = io.BytesIO()
    book.save(stream)
    return stream


def csv(text, encoding="utf-8"):
    return io.BytesIO(text.encode(encoding))


def only_table(stream, name="tableau.xlsx"):
    tables = read_tables(open_workbook(stream, name))
    assert len(tables) == 1
    return tables[0]


def found(table, **options):
    """{(field, funder): column label} of what would be imported."""
    guesses = propose_mapping(table, **options)
    return {
        (guess.field.value, guess.funder): table.columns[index].label
        for index, guess in guesses.items()
        if guess.field is not Field.IGNORE
    }


def column_sum(table, label):
    column = next(column for column in table.columns if column.label == label)
    return sum(read_amount(row.own(column.index), column.factor) or Decimal(0) for row in table.rows)
