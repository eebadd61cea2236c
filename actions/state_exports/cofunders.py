"""The co-funders of a row: OSIRIS writes their names in one cell and what is asked of them in the next."""

import re

from actions.imports.words import plural
from cite_educative.common.spreadsheets import CellError, Field, read_amount, read_text
from cite_educative.common.spreadsheets.model import is_blank

COFUNDERS = "cofunders"
BETWEEN = re.compile(r"\s*[;|\n]\s*")


def read_cofunders(line, row, choice):
    """Sets `values["cofunders"]`, [(name, amount)]; gives back the sentences on what cannot be told apart."""
    names, amounts = choice.index(Field.COFUNDER), choice.index(Field.COFUNDER_AMOUNT)
    if names is None or amounts is None or is_blank(row.value(names)) or is_blank(row.value(amounts)):
        return []
    try:
        written = _parts(read_text(row.value(names), multiline=True))
        cell = row.value(amounts)
        values = [read_amount(part) for part in (_parts(cell) if isinstance(cell, str) else [cell])]
    except CellError as error:
        return [f"Ligne {line.number}, cofinanceurs\u00a0: {error}"]
    if len(written) != len(values):
        return [
            f"Ligne {line.number}\u00a0: {plural(len(written), 'cofinanceur')} pour "
            f"{plural(len(values), 'montant')}, ils ne sont pas comparés."
        ]
    line.values[COFUNDERS] = [
        (name, value) for name, value in zip(written, values, strict=True) if value is not None and value >= 0
    ]
    return []


def _parts(text):
    return [part for part in BETWEEN.split(text.strip()) if part]
