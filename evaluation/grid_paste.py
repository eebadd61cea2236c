"""Figures copied from a spreadsheet onto the grid: a row an indicator or a territory, then its cells."""

from dataclasses import dataclass, field

from actions.finances.pasting import Unread, refused, rows_of
from cite_educative.common.search import normalise
from evaluation.enums import Certainty
from evaluation.numbers import NBSP

HEADINGS = {
    "valeur": "value",
    "chiffre": "value",
    "nombre": "value",
    "numerateur": "numerator",
    "denominateur": "denominator",
    "connaissance": "certainty",
    "precision": "comment",
    "commentaire": "comment",
}
CERTAINTIES = {normalise(label): value for value, label in Certainty.choices}


@dataclass
class PastedFigures:
    """`cells`: {row key: {field name: text}}, as they were written: the form reads them."""

    cells: dict = field(default_factory=dict)
    unread: list = field(default_factory=list)


def read_pasted(text, rows):
    """`rows` are the `GridRow` that may be written. A first row may name the columns. Raises `PasteError`."""
    pasted, header = PastedFigures(), None
    for number, cells in rows_of(text):
        why = refused(cells)
        named = _header(cells) if header is None and not pasted.cells else None
        if why:
            pasted.unread.append(Unread(number, _shown(cells), why))
        elif named:
            header = named
        else:
            _read_row(pasted, number, cells, rows, header)
    return pasted


def _shown(cells):
    return " | ".join(cell.replace("\x00", "\ufffd") for cell in cells if cell)[:120]


def _header(cells):
    named = [HEADINGS.get(normalise(cell)) for cell in cells[1:]]
    return named if any(named) else None


def _read_row(pasted, number, cells, rows, header):
    found = [row for row in rows if _is_called(row, cells[0])]
    exact = [row for row in found if normalise(row.full_label) == normalise(cells[0])]
    found = exact or found
    why = ""
    if not found:
        why = "aucune ligne de la grille ne porte ce nom, ou vous ne saisissez pas pour elle."
    elif len(found) > 1:
        why = f"plusieurs lignes portent ce nom{NBSP}: ajoutez ce qui les distingue, «{NBSP}{found[0].full_label}{NBSP}»."
    elif found[0].key in pasted.cells:
        why = "cette ligne est déjà donnée plus haut."
    if why:
        pasted.unread.append(Unread(number, _shown(cells), why))
        return
    row = found[0]
    columns = header or (["numerator", "denominator"] if row.indicator.is_share else ["value"]) + [
        "certainty",
        "comment",
    ]
    texts = {name: cell for name, cell in zip(columns, cells[1:], strict=False) if name and cell}
    if "certainty" in texts:
        texts["certainty"] = CERTAINTIES.get(normalise(texts["certainty"]), texts["certainty"])
    pasted.cells[row.key] = texts


def _is_called(row, words):
    wanted = normalise(words)
    return bool(wanted) and wanted in {normalise(name) for name in (*row.names, row.full_label)}
