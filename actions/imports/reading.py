"""Opening the file and reading its rows into typed lines, each with what is wrong in it."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field

from actions.enums import Step
from actions.imports.structures import Amount, Line, Question
from actions.imports.words import of_sheet, plural, quoted
from cite_educative.common.dates import YearError
from cite_educative.common.money import euros
from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets import (
    STEP_FIELDS,
    CellError,
    Field,
    carry_down,
    looks_merged,
    open_workbook,
    propose_mapping,
    read_amount,
    read_date,
    read_period,
    read_school_year,
    read_siren,
    read_siret,
    read_tables,
    read_text,
    read_year,
    signature,
)
from cite_educative.common.spreadsheets.model import Faulty, is_blank
from cite_educative.common.spreadsheets.text import plain, years_in

UNKNOWN = re.compile(
    r"\W*(n\.?\s?/?c\.?|n\.?\s?/?d\.?|n\.?\s?/?r\.?|n\.?\s?/?a\.?|non (communique|connu|renseigne|determine|defini)e?|inconnue?|\?+|"
    r"(a|en) (definir|preciser|venir|confirmer|attente|cours)|sans objet|s\.?\s?o\.?|neant|x+)\W*"
)
TEXTS = (
    Field.CODE, Field.EXTERNAL_REF, Field.FUNDING_REF, Field.COMMITMENT_REF, Field.TITLE, Field.NATURE,
    Field.HOLDER_NAME, Field.HOLDER_RNA, Field.HOLDER_CODE, Field.FUNDER, Field.AXIS, Field.OBJECTIVE, Field.THEME,
    Field.COMMUNE, Field.NEIGHBOURHOOD, Field.PUBLIC, Field.GROUP, Field.ACT_NUMBER,
)  # fmt: skip
DOTTED = re.compile(r"[-+(]?\d{1,3}\.\d{3}\s*(?:€|eur|euros?)?\)?", re.IGNORECASE)
CARRIED = (Field.HOLDER_NAME, Field.HOLDER_SIRET, Field.HOLDER_SIREN, Field.GROUP, Field.ACT_NUMBER)


@dataclass
class Reading:
    """`guesses` are what `propose_mapping` says of each table; `notes` are French sentences to show."""

    tables: list
    guesses: list
    signature: str
    notes: list = field(default_factory=list)


def read_file(source, filename, call_year=None):
    """Open any table; raises SpreadsheetError. Amounts of `call_year` are this year's when a title names it."""
    workbook = open_workbook(source, filename)
    tables = read_tables(workbook)
    titled = {year for table in tables for column in table.columns for year in years_in(column.label)}
    year = call_year if call_year in titled else None
    signatures = [signature(table.columns) for table in tables]
    name = signatures[0] if len(tables) == 1 else hashlib.sha256("|".join(signatures).encode()).hexdigest()
    several = len({table.sheet for table in tables}) > 1
    notes = [
        *workbook.notes,
        *(of_sheet(sheet.name, note, several) for sheet in workbook.sheets for note in sheet.notes),
    ]
    return Reading(tables, [propose_mapping(table, budget_year=year) for table in tables], name[:64], notes)


def read_lines(reading, choices, answers):
    """Every line of the tables in use, the notes on them, and what to ask of the blanks under a first value."""
    lines, notes, questions = [], [], []
    several = len({table.sheet for table in reading.tables}) > 1
    for position, (table, choice) in enumerate(zip(reading.tables, choices, strict=True)):
        if not choice.use:
            continue
        told = list(table.notes)
        prefix = f"{position + 1}:" if len(reading.tables) > 1 else ""
        for index in _looking_merged(table, choice):
            questions.extend(_carry(table, choice, index, prefix, answers, told))
        notes.extend(of_sheet(table.sheet, note, several) for note in told)
        reader = LineReader(position, table, choice)
        lines.extend(reader.read(row) for row in table.rows)
    return lines, notes, questions


def year_of(reading):
    """The budget year that most rows of the file bear, else the latest that a title names, else None."""
    found, titled = Counter(), [0]
    for table, guesses in zip(reading.tables, reading.guesses, strict=True):
        titled += [year for column in table.columns for year in years_in(column.label)]
        for index, guess in guesses.items():
            if guess.field is Field.BUDGET_YEAR:
                found.update(year for row in table.rows for year in years_in(row.value(index))[:1])
    return found.most_common(1)[0][0] if found else max(titled) or None


def _looking_merged(table, choice):
    """Holders written once for several rows; with one row per funder, titles too."""
    indexes = [index for name in CARRIED if (index := choice.index(name)) is not None and looks_merged(table, index)]
    act = choice.index(Field.ACT_NUMBER)
    if act in indexes and not _grants_without_act(table, choice, act):
        indexes.remove(act)
    title, holder = choice.index(Field.TITLE), choice.index(Field.HOLDER_NAME)
    if title is None or holder is None or not choice.has(Field.FUNDER) or not looks_merged(table, title):
        return indexes
    together = all(is_blank(row.value(holder)) for row in table.rows if is_blank(row.value(title)))
    return [*indexes, title] if together else indexes


def _grants_without_act(table, choice, act):
    """Whether some row grants and leaves its act blank; where none does, a blank is a row that no act grants."""
    granted = [index for index, one in choice.columns.items() if one.field is Field.GRANTED]
    if not granted:
        return True
    return any(
        is_blank(row.value(act)) and any(not is_blank(row.value(index)) for index in granted) for row in table.rows
    )


def _carry(table, choice, index, prefix, answers, notes):
    """Carries a column down when the user says so; yields the question while nobody has answered."""
    column = table.columns[index]
    name = f"carry:{prefix}{column.letter or 'section'}"
    if answers.get(name) == "carry":
        carry_down(table, [index])
        notes.append(f"Colonne {quoted(column.label)}\u00a0: les cellules vides reprennent la valeur du dessus.")
    elif answers.get(name) != "blank":
        blanks = sum(is_blank(row.value(index)) for row in table.rows)
        yield Question(
            name,
            f"Colonne {quoted(column.label)}\u00a0: {plural(blanks, 'cellule vide', 'cellules vides')} sous une valeur. "
            "Faut-il reprendre la valeur du dessus\u00a0?",
            choices=(("carry", "Oui, reprendre la valeur du dessus"), ("blank", "Non, la cellule est vraiment vide")),
            proposal="blank" if _is_of_another_funder(table, choice, index) else "carry",
        )


def _is_of_another_funder(table, choice, index):
    """An act under which a row of another funder leaves a blank: that funder has its own act, not known yet."""
    funder = choice.index(Field.FUNDER)
    if funder is None or choice.columns[index].field is not Field.ACT_NUMBER:
        return False
    above, current = None, None
    for row in table.rows:
        current = normalise(row.value(funder) or current or "")
        if not is_blank(row.value(index)):
            above = current
        elif above is not None and current != above:
            return True
    return False


class LineReader:
    def __init__(self, position, table, choice):
        self.position, self.table = position, table
        self.by_field = {}
        self.money, self.totals = [], []
        for index, chosen in choice.columns.items():
            if chosen.field in STEP_FIELDS:
                self.money.append((index, chosen))
            elif chosen.field is Field.ROW_TOTAL:
                self.totals.append(index)
            elif chosen.field:
                self.by_field.setdefault(chosen.field, index)
        self.has_group = Field.GROUP in self.by_field

    def read(self, row):
        line = Line(self.position, self.table.sheet, row.number)
        if row.problem:
            line.errors.append(row.problem)
            return line
        for name in TEXTS:
            self._text(line, row, name)
        self._holder_numbers(line, row)
        self._years(line, row)
        self._dates(line, row)
        if Field.DESCRIPTION in self.by_field:
            line.values[Field.DESCRIPTION] = _quiet(row.value(self.by_field[Field.DESCRIPTION]), multiline=True)
        self._amounts(line, row)
        self._group(line, row)
        return line

    def _text(self, line, row, name):
        index = self.by_field.get(name)
        if index is None:
            return
        try:
            text = read_text(row.value(index))
        except CellError as error:
            line.errors.append(str(error))
            return
        if text:
            line.values[name] = text

    def _read(self, line, row, name, reader, *, refuse):
        index = self.by_field.get(name)
        if index is None:
            return
        try:
            value = reader(row.value(index))
        except (CellError, YearError) as error:
            label = self.table.columns[index].label
            (line.errors if refuse else line.warnings).append(f"Colonne {quoted(label)}\u00a0: {error}")
            return
        if value is not None:
            line.values[name] = value

    def _holder_numbers(self, line, row):
        self._read(line, row, Field.HOLDER_SIRET, read_siret, refuse=False)
        self._read(line, row, Field.HOLDER_SIREN, read_siren, refuse=False)

    def _years(self, line, row):
        self._read(line, row, Field.BUDGET_YEAR, _budget_year, refuse=True)
        self._read(line, row, Field.SCHOOL_YEAR, read_school_year, refuse=False)

    def _dates(self, line, row):
        self._read(line, row, Field.ACT_DATE, read_date, refuse=False)
        texts = [self._bound(line, row, Field.STARTS_ON, "start"), self._bound(line, row, Field.ENDS_ON, "end")]
        index = self.by_field.get(Field.PERIOD_TEXT)
        if index is not None:
            period = read_period(row.value(index))
            texts.insert(0, period.text)
            line.values.setdefault(Field.STARTS_ON, period.start)
            line.values.setdefault(Field.ENDS_ON, period.end)
        line.values[Field.PERIOD_TEXT] = " – ".join(dict.fromkeys(filter(None, texts)))
        start, end = line.get(Field.STARTS_ON, None), line.get(Field.ENDS_ON, None)
        if start and end and start > end:
            line.warnings.append("La date de fin précède la date de début\u00a0: les deux sont laissées de côté.")
            line.values[Field.STARTS_ON] = line.values[Field.ENDS_ON] = None

    def _bound(self, line, row, name, side):
        """Sets a date of the period; gives back the text that is no full date, to be kept as it was written."""
        index = self.by_field.get(name)
        cell = row.value(index) if index is not None else None
        try:
            line.values.update({name: found} if (found := read_date(cell)) else {})
        except CellError as error:
            label = quoted(self.table.columns[index].label)
            if isinstance(cell, Faulty) or UNKNOWN.fullmatch(plain(read_text(cell))):
                line.warnings.append(f"Colonne {label}\u00a0: {error}")
                return ""
            period = read_period(cell)
            if found := getattr(period, side):
                line.values[name] = found
            else:
                line.warnings.append(
                    f"Colonne {label}\u00a0: {quoted(period.text)} est gardé comme texte de la période."
                )
            return period.text
        return ""

    def _amounts(self, line, row):
        for index, chosen in self.money:
            value = self._money(line, row, index)
            if value is not None:
                step = Step(str(chosen.field))
                line.amounts.append(Amount(step, value, chosen.funder, chosen.year, (self.position, index)))
        cost = self.by_field.get(Field.TOTAL_COST)
        if cost is not None:
            line.values[Field.TOTAL_COST] = self._money(line, row, cost)
        for index in self.totals:
            announced = self._money(line, row, index)
            found = sum(amount.value for amount in line.amounts)
            if announced is not None and announced != found and not self._is_one_of(announced, line):
                line.warnings.append(
                    f"Colonne {quoted(self.table.columns[index].label)}\u00a0: le total de la ligne "
                    "ne correspond pas à ses montants."
                )

    @staticmethod
    def _is_one_of(announced, line):
        """The total may be that of one step among several."""
        sums = {}
        for amount in line.amounts:
            sums[amount.step] = sums.get(amount.step, 0) + amount.value
        return announced in sums.values()

    def _money(self, line, row, index):
        """The amount written in this very cell; one merged over several lines belongs to none of them."""
        cell, span = row.own(index), row.span(index)
        if span is not None and span.bottom > span.top and not is_blank(row.value(index)):
            return self._shared(line, row, index, span)
        column = self.table.columns[index]
        if isinstance(cell, str) and UNKNOWN.fullmatch(plain(cell)):
            line.warnings.append(
                f"Colonne {quoted(column.label)}\u00a0: {quoted(cell.strip())} est lu comme un montant inconnu."
            )
            return None
        try:
            value = read_amount(cell, column.factor)
        except CellError as error:
            line.errors.append(f"Colonne {quoted(column.label)}\u00a0: {error}")
            return None
        if value is not None and value < 0:
            line.errors.append(f"Colonne {quoted(column.label)}\u00a0: un montant ne peut pas être négatif.")
            return None
        if isinstance(cell, str) and DOTTED.fullmatch(cell.strip()):
            line.warnings.append(
                f"Colonne {quoted(column.label)}\u00a0: {quoted(cell.strip())} est lu comme {euros(value)}."
            )
        return value

    def _shared(self, line, row, index, span):
        """A cell merged over several lines is the total of these lines: it makes a group of them."""
        column = self.table.columns[index]
        try:
            total = read_amount(row.value(index), column.factor)
        except CellError as error:
            line.errors.append(f"Colonne {quoted(column.label)}\u00a0: {error}")
            return None
        line.values.setdefault("merged", []).append((index, span.top, span.bottom, total))
        return None

    def _group(self, line, row):
        index = self.by_field.get(Field.GROUP_TOTAL)
        if index is None:
            return
        holder = line.get(Field.HOLDER_SIRET) or line.get(Field.HOLDER_SIREN) or line.get(Field.HOLDER_NAME)
        label = line.get(Field.GROUP) if self.has_group else holder
        if not label:
            return
        line.group = (self.position, line.get(Field.ACT_NUMBER), str(label))
        try:
            line.group_total = read_amount(row.value(index), self.table.columns[index].factor)
        except CellError as error:
            line.warnings.append(f"Colonne {quoted(self.table.columns[index].label)}\u00a0: {error}")
        if not self.has_group and line.group_total is not None and not line.amounts:
            line.is_control = not line.get(Field.TITLE) and not line.get(Field.FUNDER)


def _budget_year(cell):
    year = read_year(cell)
    if year is not None and not 2000 <= year <= 2100:
        raise CellError(f"{quoted(year)} n’est pas un exercice possible\u00a0: il faut une année entre 2000 et 2100.")
    return year


def _quiet(cell, **options):
    return "" if isinstance(cell, Faulty) else read_text(cell, **options)
