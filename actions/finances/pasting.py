"""What people copy from a spreadsheet into a text box: rows of cells, read without ever failing."""

import re
from dataclasses import dataclass

from cite_educative.common.money import MoneyError, parse_euros

MOST_ROWS = 400
LONGEST = 100_000
LONGEST_ROW = 1000
LONGEST_TYPED = 300  # of a row without separator
LONGEST_AMOUNT = 40
_AMOUNT_LIKE = re.compile(r"[\s\d.,'’()€+\-−–]*\d[\s\d.,'’()€+\-−–]*(k|M|k€|M€|euros?|EUR)?", re.IGNORECASE)
_WIDE_GAP = re.compile(r" {3,}|\s*;\s*")
_LAST_AMOUNT = re.compile(r"(?P<label>.*?\D)\s+(?P<amount>-?\d[\d\s.,]*(?:€|euros?)?)", re.IGNORECASE)
_FORMULA = re.compile(r"[=@]")


@dataclass(frozen=True)
class Unread:
    """A row of the paste that was left out; `row` counts from one."""

    row: int
    text: str
    why: str


class PasteError(ValueError):
    """Nothing of the paste is read; the message is a French sentence."""


def rows_of(text):
    """`[(number, cells)]` of the rows that hold something. Raises `PasteError` when there are too many."""
    if len(text) > LONGEST:
        raise PasteError("Ce tableau est trop long\u00a0: ne copiez que les lignes qui ont un montant.")
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = [(number, row) for number, row in enumerate(rows, start=1) if row.strip("\t ;\u00a0")]
    if not kept:
        raise PasteError("Il n’y a rien à lire\u00a0: copiez les cellules du tableur, puis collez-les dans la case.")
    if len(kept) > MOST_ROWS:
        raise PasteError(
            f"Ce tableau a {len(kept)} lignes, on en lit {MOST_ROWS} au plus\u00a0: ne copiez que celles qui ont un montant."
        )
    return [(number, _cells(row)) for number, row in kept]


def _cells(row):
    """Separated by tabs; without any, by semicolons or wide gaps, else the last amount of the row."""
    if "\t" in row:
        return [cell.strip() for cell in row.split("\t")]
    parts = [part.strip() for part in _WIDE_GAP.split(row.strip())]
    if len(parts) > 1:
        return parts
    found = _LAST_AMOUNT.fullmatch(row.strip()) if len(row) <= LONGEST_TYPED else None
    return [found["label"].strip(), found["amount"].strip()] if found else [row.strip()]


def refused(cells):
    """Why this row cannot be read at all; "" when it can."""
    if any("\x00" in cell for cell in cells):
        return "un caractère illisible s’y trouve."
    if sum(map(len, cells)) > LONGEST_ROW:
        return "elle est trop longue pour une ligne de tableau."
    if any(_FORMULA.match(cell) for cell in cells):
        return "une formule ne se lit pas\u00a0: copiez sa valeur."
    return ""


def looks_like_amount(cell):
    return len(cell) <= LONGEST_AMOUNT and bool(_AMOUNT_LIKE.fullmatch(cell))


def read_amount(cell):
    """Euros, zero or more. Raises `MoneyError` with a sentence."""
    amount = parse_euros(cell)
    if amount < 0:
        raise MoneyError(f"Le montant «\u00a0{cell[:40]}\u00a0» est négatif\u00a0: écrivez-le dans l’autre colonne.")
    return amount
