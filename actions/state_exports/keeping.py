"""What is kept of an export: the rows of the columns that are read, never the file itself.

The file of a `StateExport` is the JSON of its rows. A column that is thrown away keeps its title, not its cells.
"""

import json
import re
from datetime import date, datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from actions.enums import ImportState
from actions.imports.mapping import MappingError, choices_for, column_key
from actions.imports.reading import Reading, read_file
from actions.models import StateExport
from actions.state_exports.known import recognise
from cite_educative.common.outbox import register_sweep
from cite_educative.common.spreadsheets import (
    NEVER_IMPORTED,
    Column,
    Field,
    Guess,
    SpreadsheetError,
    Table,
    TableRow,
)
from cite_educative.common.spreadsheets.model import Faulty, Row, Span, is_blank

ENDING = ".rows.json"
UNTOLD_DAYS = 30
AT_ONCE = 2  # a large file takes seconds, and the sweep has fifty
PERSONAL = re.compile(
    r"[^@\s]+@[^@\s]+\.[a-z]{2,}|[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){3,}.*|(?:\+33|0)\s?[1-9](?:[\s.-]?\d\d){4}",
    re.IGNORECASE,
)
THROWN = Guess(Field.IGNORE, 1.0, "")
QUOTES_A_LINE = "lue comme une remarque"


def unread(reading, mapping, *, is_final):
    """[{index of a column that is thrown away}], one set a table.

    Until the columns are told (`is_final` false), what is plainly personal; then all that the mapping does not read.
    """
    if not is_final:
        return [
            {column.index for column in table.columns if _is_personal(table, column, guesses[column.index])}
            for table, guesses in zip(reading.tables, reading.guesses, strict=True)
        ]
    thrown = []
    for table, choice in zip(reading.tables, choices_for(reading, mapping), strict=True):
        never = {index for index, chosen in choice.columns.items() if chosen.field in (*NEVER_IMPORTED, None)}
        thrown.append(never if choice.use else {column.index for column in table.columns})
    return thrown


def _is_personal(table, column, guess):
    if guess.field is Field.CONTACT:
        return True
    cells = [cell for row in table.rows if isinstance(cell := row.value(column.index), str) and cell.strip()]
    return bool(cells) and sum(bool(PERSONAL.fullmatch(cell.strip())) for cell in cells) >= len(cells) / 5


def keep_rows(run, reading, thrown):
    """Replaces the file of `run` by its rows; the former one goes with the commit. Saves no row of the database."""
    former, storage = run.file.name, run.file.storage
    text = json.dumps(_packed(reading, thrown), ensure_ascii=False)
    run.file.save(f"{run.sha256[:16]}{ENDING}", ContentFile(text.encode()), save=False)
    if former:
        transaction.on_commit(lambda: storage.delete(former), robust=True)


def throw_file(run):
    """Nothing of the export is kept but its name. Saves no row of the database."""
    if run.file:
        former, storage = run.file.name, run.file.storage
        transaction.on_commit(lambda: storage.delete(former), robust=True)
        run.file = ""


def kept_reading(run):
    """The rows that were kept; raises `SpreadsheetError` when none are."""
    return _unpacked(_content(run))


def kept_columns(run):
    """(titles of the columns kept, titles of those thrown away), both empty when nothing is kept any more."""
    if not run.file:
        return [], []
    kept, thrown = [], []
    for table in _content(run)["tables"]:
        for column in table["columns"]:
            label = Column(**column["column"]).label
            (thrown if column["thrown"] else kept).append(label)
    return kept, thrown


def thrown_columns(run):
    """{(position of the table, its column as a mapping names it)} of what was thrown away."""
    return {
        (position, column_key(Column(**column["column"])))
        for position, table in enumerate(_content(run)["tables"])
        for column in table["columns"]
        if column["thrown"]
    }


def _content(run):
    if not run.file:
        raise SpreadsheetError("Les lignes de cet export ne sont plus gardées\u00a0: donnez le fichier à nouveau.")
    with run.file.open("rb") as stream:
        return json.load(stream)


def _packed(reading, thrown):
    return {
        "signature": reading.signature,
        "notes": reading.notes,
        "tables": [
            _packed_table(table, guesses, gone)
            for table, guesses, gone in zip(reading.tables, reading.guesses, thrown, strict=True)
        ],
    }


def _packed_table(table, guesses, gone):
    return {
        "sheet": table.sheet,
        "header_rows": table.header_rows,
        "notes": [note for note in table.notes if QUOTES_A_LINE not in note],
        "columns": [
            {
                "column": vars(column),
                "guess": vars(THROWN if column.index in gone else guesses[column.index]),
                "thrown": column.index in gone,
            }
            for column in table.columns
        ],
        "rows": [_packed_row(row, len(table.columns), gone) for row in table.rows],
    }


def _packed_row(row, width, gone):
    kept = [index for index in range(width) if index not in gone]
    return {
        "number": row.number,
        "problem": row.problem,
        "cells": {index: _packed_cell(row.value(index)) for index in kept if not is_blank(row.value(index))},
        "merged": {index: vars(span) for index in kept if (span := row.span(index))},
    }


def _packed_cell(cell):
    if isinstance(cell, Faulty):
        return {"faulty": cell.sentence}
    if isinstance(cell, datetime):
        return {"datetime": cell.isoformat()}
    return {"date": cell.isoformat()} if isinstance(cell, date) else cell


def _unpacked(content):
    tables, guesses = [], []
    for packed in content["tables"]:
        columns = [Column(**column["column"]) for column in packed["columns"]]
        tables.append(Table(packed["sheet"], packed["header_rows"], columns, notes=packed["notes"]))
        tables[-1].rows = [_unpacked_row(row, len(columns)) for row in packed["rows"]]
        told = [{**column["guess"], "field": Field(column["guess"]["field"])} for column in packed["columns"]]
        guesses.append({column.index: Guess(**guess) for column, guess in zip(columns, told, strict=True)})
    return Reading(tables, guesses, content["signature"], content["notes"])


def _unpacked_row(packed, width):
    cells = [None] * width
    for index, cell in packed["cells"].items():
        cells[int(index)] = _unpacked_cell(cell)
    merged = {int(index): Span(**span) for index, span in packed["merged"].items()}
    return TableRow(packed["number"], cells, Row(packed["number"], cells, merged), problem=packed["problem"])


def _unpacked_cell(cell):
    if not isinstance(cell, dict):
        return cell
    ((kind, text),) = cell.items()
    return {"faulty": Faulty, "datetime": datetime.fromisoformat, "date": date.fromisoformat}[kind](text)


@register_sweep
def sweep():
    """Gives up the exports that nobody told for a month, and rewrites the files that were kept whole before."""
    waiting = StateExport.objects.filter(state__in=[ImportState.UPLOADED, ImportState.READY])
    waiting.filter(created_at__lt=timezone.now() - timedelta(days=UNTOLD_DAYS)).update(state=ImportState.ABANDONED)
    with_file = StateExport.objects.exclude(file="")
    stale = with_file.filter(Q(state=ImportState.ABANDONED) | ~Q(file__endswith=ENDING)).order_by("pk")
    for pk in stale.values_list("pk", flat=True)[:AT_ONCE]:
        trim(pk)


@transaction.atomic
def trim(pk):
    """Only the rows that serve stay. A file that cannot be read any more is thrown away; a second run changes nothing."""
    run = StateExport.objects.select_for_update(of=("self",)).get(pk=pk)
    try:
        if run.state == ImportState.ABANDONED:
            throw_file(run)
        elif run.file and not run.file.name.endswith(ENDING):
            with run.file.open("rb") as stream:
                reading = read_file(stream, run.filename, run.budget_year)
            is_final = run.state == ImportState.DONE or bool(recognise(reading)[1])
            keep_rows(run, reading, unread(reading, run.mapping, is_final=is_final))
    except (SpreadsheetError, MappingError, OSError):
        throw_file(run)
    run.save(update_fields=["file"])
