"""From a file to its columns and rows, the same for a table and for a GeoJSON."""

import io
from dataclasses import dataclass, field

from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets import (
    CellError,
    Column,
    SpreadsheetError,
    open_workbook,
    read_text,
    signature,
)
from partners.enums import TerritoryKind
from partners.imports.fields import FIELDS
from partners.imports.geojson import read_features

HEADER_SEARCHED = 20
SAMPLES = 3


@dataclass
class ImportRow:
    """`number` is the line of the file, or the rank of the outline. `values` are texts, "" for a blank."""

    number: int
    values: list
    geometry: object = None


@dataclass
class Reading:
    """`word` names a row: "ligne" or "contour"; `notes` are French sentences to show."""

    columns: list
    rows: list
    signature: str
    word: str = "ligne"
    notes: list = field(default_factory=list)

    def samples(self, index):
        values = dict.fromkeys(row.values[index] for row in self.rows if row.values[index])
        return [value[:60] for value in list(values)[:SAMPLES]]


def read_file(content, filename, kind):
    """Read the bytes of a file as what `kind` says it is. Raises SpreadsheetError, a French sentence."""
    if kind == TerritoryKind.OUTLINES:
        columns, features = read_features(content)
        rows = [
            ImportRow(number, [_clean(value) for value in values], geometry) for number, values, geometry in features
        ]
        return Reading(columns, rows, signature(columns), word="contour")
    return read_table(content, filename, FIELDS[kind])


def read_table(content, filename, fields):
    """The first sheet: an open dataset is one flat table, whose titles stand on the row that `fields` know best.

    Raises SpreadsheetError, a French sentence.
    """
    workbook = open_workbook(io.BytesIO(content), filename)
    sheet = workbook.sheets[0]
    lines = [line for line in sheet.rows if not line.is_blank]
    top = _header(lines, fields)
    width = max(len(line.cells) for line in lines)
    titles = [_clean(lines[top].value(index)) for index in range(width)]
    columns = [Column(index, title or f"Colonne {index + 1}") for index, title in enumerate(titles)]
    rows = [ImportRow(line.number, [_clean(line.value(index)) for index in range(width)]) for line in lines[top + 1 :]]
    if not rows:
        raise SpreadsheetError("Ce fichier contient des titres de colonnes mais aucune ligne à importer.")
    notes = [*workbook.notes, *sheet.notes]
    if len(workbook.sheets) > 1:
        notes.append(f"Seule la première feuille, «\u00a0{sheet.name}\u00a0», est lue.")
    return Reading(columns, rows, signature(columns), notes=notes)


def _header(lines, fields):
    known = {title for one in fields for title in one.titles}
    hits = [
        sum(normalise(cell) in known for cell in line.cells if isinstance(cell, str))
        for line in lines[:HEADER_SEARCHED]
    ]
    return hits.index(max(hits))


def _clean(cell):
    try:
        return read_text(cell)
    except CellError:
        return ""
