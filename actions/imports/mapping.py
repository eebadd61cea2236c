"""The mapping: what the user said of the columns and answered to the questions. Format in docs/import.md."""

import json
from dataclasses import dataclass

from actions.imports.words import quoted
from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets import AMOUNT_FIELDS, NEVER_IMPORTED, STEP_FIELDS, Field, Guess

SEVERAL = (*NEVER_IMPORTED, Field.ROW_TOTAL)
ASKED_BELOW = 0.5
NOT_REMEMBERED = ("amount:", "double:", "announced:", "refused", "column:")
HOLDERS = (Field.HOLDER_NAME, Field.HOLDER_SIRET, Field.HOLDER_SIREN)


class MappingError(ValueError):
    """The mapping cannot be applied to this file; the message is a French sentence."""


@dataclass
class Choice:
    """What one column stands for. `field` is None while nobody has decided."""

    field: Field | None
    funder: str = ""
    year: int | None = None
    guess: Guess | None = None
    decided: bool = False

    @property
    def is_step(self):
        return self.field in STEP_FIELDS

    @property
    def must_be_asked(self):
        return self.field is None or bool(
            not self.decided and self.guess.question and self.guess.confidence < ASKED_BELOW
        )


@dataclass
class TableChoice:
    use: bool
    columns: dict

    def index(self, field):
        return next((index for index, choice in self.columns.items() if choice.field == field), None)

    def has(self, *fields):
        return any(self.index(field) is not None for field in fields)


def column_key(column):
    return column.letter or "section"


def load_mapping(text):
    """The mapping written in a JSON text; raises MappingError."""
    try:
        mapping = json.loads(text)
    except ValueError as error:
        raise MappingError(f"Le fichier de correspondance n’est pas du JSON lisible\u00a0: {error}.") from error
    if not isinstance(mapping, dict):
        raise MappingError("Le fichier de correspondance doit contenir un objet JSON, entre accolades.")
    for name, kind in (("answers", dict), ("tables", list), ("columns", dict), ("call", dict)):
        if not isinstance(mapping.get(name, kind()), kind):
            raise MappingError(
                f"Dans la correspondance, {quoted(name)} n’a pas la forme attendue (voir docs/import.md)."
            )
    return mapping


def choices_for(reading, mapping):
    """[TableChoice], one per table: the guesses, corrected by the mapping. Raises MappingError."""
    given = mapping.get("tables", [])
    if len(given) > len(reading.tables):
        raise MappingError(
            f"La correspondance décrit {len(given)} tableaux, le fichier n’en contient que {len(reading.tables)}."
        )
    choices = []
    for position, (table, guesses) in enumerate(zip(reading.tables, reading.guesses, strict=True)):
        told = given[position] if position < len(given) else {}
        if not isinstance(told, dict) or not isinstance(told.get("columns", {}), dict):
            raise MappingError("Dans la correspondance, chaque tableau est un objet avec ses «\u00a0columns\u00a0».")
        columns = {index: Choice(guess.field, guess.funder, guess.year, guess) for index, guess in guesses.items()}
        _correct(table, columns, mapping.get("columns", {}), strict=len(reading.tables) == 1)
        _correct(table, columns, told.get("columns", {}), strict=True)
        _correct(table, columns, _answered_columns(mapping, position, len(reading.tables)), strict=True)
        choice = TableChoice(bool(told.get("use", True)), columns)
        if "use" not in told:
            choice.use = choice.has(*HOLDERS) and (
                choice.has(Field.TITLE) or any(c.is_step or c.field is None for c in columns.values())
            )
        if choice.use:
            _check(table, columns)
        choices.append(choice)
    if not any(choice.use for choice in choices):
        raise MappingError(
            "Aucun tableau du fichier ne nomme un porteur et une action\u00a0: dites quelle colonne est le porteur."
        )
    return choices


def _answered_columns(mapping, position, tables):
    prefix = f"column:{position + 1}:" if tables > 1 else "column:"
    answers = mapping.get("answers", {})
    return {name.removeprefix(prefix): value for name, value in answers.items() if name.startswith(prefix) and value}


def _correct(table, columns, told, *, strict):
    for name, value in told.items():
        column = _find(table, name)
        if column is None:
            if strict:
                raise MappingError(f"La correspondance parle d’une colonne {quoted(name)} que le fichier n’a pas.")
            continue
        value = value if isinstance(value, dict) else {"field": value}
        header = value.get("header")
        if header and normalise(header) != normalise(column.label):
            raise MappingError(
                f"La colonne {column_key(column)} s’appelle {quoted(column.label)} dans le fichier "
                f"et {quoted(header)} dans la correspondance\u00a0: ce n’est pas le même tableau."
            )
        choice = columns[column.index]
        if value.get("field", "") is None:
            choice.field, choice.decided = None, False
        elif "field" in value:
            choice.field, choice.decided = _field(value["field"], name), True
        if "funder" in value:
            choice.funder = str(value["funder"] or "").strip()
        if "year" in value:
            choice.year = _year(value["year"])


def _find(table, name):
    wanted = normalise(name)
    for column in table.columns:
        if name in (column_key(column), column.label, column.name):
            return column
    return next(
        (column for column in table.columns if wanted in (normalise(column.label), normalise(column.name))), None
    )


def _field(value, name):
    try:
        return Field(value)
    except ValueError:
        known = ", ".join(Field)
        raise MappingError(
            f"Colonne {quoted(name)}\u00a0: {quoted(value)} n’est pas un champ connu ({known})."
        ) from None


def _year(value):
    if value in (None, ""):
        return None
    try:
        year = int(value)
    except (TypeError, ValueError):
        year = 0
    if not 2000 <= year <= 2100:
        raise MappingError(
            f"L’année {quoted(value)} est illisible\u00a0: écrivez-la en quatre chiffres, par exemple 2026."
        )
    return year


def _check(table, columns):
    """One column per field; one column per step, funder and year."""
    taken = {}
    for column in table.columns:
        choice = columns[column.index]
        if choice.field is None or choice.field in SEVERAL:
            continue
        key = (choice.field, normalise(choice.funder), choice.year) if choice.is_step else choice.field
        if key in taken:
            raise MappingError(
                f"Les colonnes {quoted(taken[key].label)} et {quoted(column.label)} sont toutes deux lues comme "
                f"{quoted(choice.field.label)}"
                + (
                    " d’un même financeur\u00a0: donnez à chacune son financeur, ou n’en gardez qu’une."
                    if choice.is_step
                    else "\u00a0: n’en gardez qu’une."
                )
            )
        taken[key] = column
    if not any(choice.field in HOLDERS for choice in columns.values()):
        raise MappingError("Dites quelle colonne nomme le porteur de l’action.")


def described(reading, choices):
    """The columns as JSON, ready to be completed: `field` is null where the user must decide."""
    tables = []
    for table, choice in zip(reading.tables, choices, strict=True):
        columns = {}
        for column in table.columns:
            chosen = choice.columns[column.index]
            entry = {"header": column.label, "field": None if chosen.must_be_asked else str(chosen.field)}
            if chosen.field in AMOUNT_FIELDS or chosen.must_be_asked:
                entry["funder"] = chosen.funder
                entry["year"] = chosen.year
            columns[column_key(column)] = entry
        tables.append({"sheet": table.sheet, "use": choice.use, "columns": columns})
    return tables


def to_remember(mapping, reading, choices):
    """What serves again for the next table with these titles: the corrections to what was guessed, and the answers.

    No year, no amount, nothing of one line only. A guess that was right is guessed again, from the new rows.
    """
    tables = []
    for table, choice in zip(reading.tables, choices, strict=True):
        columns = {
            column_key(column): {"field": str(chosen.field), "funder": chosen.funder}
            for column in table.columns
            if _is_correction(chosen := choice.columns[column.index])
        }
        tables.append({"use": choice.use, "columns": columns})
    answers = {
        name: value for name, value in mapping.get("answers", {}).items()
        if not name.startswith(NOT_REMEMBERED) and name != "year"
    }  # fmt: skip
    return {"tables": tables, "answers": answers}


def _is_correction(chosen):
    asked = chosen.guess.question and chosen.guess.confidence < ASKED_BELOW
    return chosen.field is not None and bool(
        asked or chosen.field != chosen.guess.field or chosen.funder != chosen.guess.funder
    )
