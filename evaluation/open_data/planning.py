"""What a published file would write, row by row, before anything is written."""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from cite_educative.common.spreadsheets import CellError, read_school_year, read_year
from cite_educative.common.spreadsheets.numbers import as_number
from evaluation.enums import Category
from evaluation.models import Measurement
from evaluation.numbers import NBSP, PLACES, FigureError, checked, says_unknown
from evaluation.open_data.fields import fields_of
from evaluation.periods import Period, periods_of_year
from partners.imports import double_faults, missing_faults
from partners.validators import is_uai

SHOWN = 10
NO_YEAR = "Ce fichier ne dit pas de quelle rentrée il parle\u00a0: choisissez-la, ou dites quelle colonne la donne."


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    UNPUBLISHED = "unpublished"
    ELSEWHERE = "elsewhere"
    REFUSED = "refused"


@dataclass
class PlannedFigure:
    """One row of the file; `kept` is the measurement it would replace, None for a new one."""

    number: int
    uai: str
    outcome: Outcome
    reason: str = ""
    school: Any = None
    period: Period | None = None
    value: Decimal | None = None
    weight: Decimal | None = None
    kept: Any = None

    @property
    def key(self):
        return None if self.school is None or self.period is None else (self.school.pk, self.period)

    def refuse(self, reason):
        self.outcome, self.reason = Outcome.REFUSED, reason
        return self


@dataclass
class Plan:
    """`faults` are sentences that keep anything from being written; then there are no rows."""

    reading: Any
    faults: list = field(default_factory=list)
    rows: list = field(default_factory=list)

    def of(self, *outcomes):
        return [row for row in self.rows if row.outcome in outcomes]

    @property
    def written(self):
        return self.of(Outcome.CREATED, Outcome.UPDATED)

    @property
    def reasons(self):
        """[(sentence, numbers of rows)] of what is refused, the most frequent first."""
        groups = defaultdict(list)
        for row in self.of(Outcome.REFUSED):
            groups[row.reason].append(row.number)
        return sorted(groups.items(), key=lambda group: -len(group[1]))

    @property
    def fingerprint(self):
        told = [(row.number, row.outcome, str(row.value), str(row.weight), str(row.period)) for row in self.rows]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def report(self):
        """What is kept of it for ever, as plain data: no figure."""
        return {
            "counts": {str(outcome): len(self.of(outcome)) for outcome in Outcome},
            "read": len(self.rows),
            "schools": len({row.school.pk for row in self.written}),
            "elsewhere": list(dict.fromkeys(row.uai for row in self.of(Outcome.ELSEWHERE)))[:SHOWN],
            "reasons": [
                {"text": text, "count": len(numbers), "lines": numbers[:SHOWN]} for text, numbers in self.reasons
            ],
        }


def build_plan(run, reading):
    """Three queries at most, whatever the number of rows."""
    columns = {int(index): key for index, key in run.mapping.items() if key}
    fields, chosen = fields_of(run.indicator), list(columns.values())
    plan = Plan(reading, faults=missing_faults(fields, chosen) + double_faults(fields, chosen))
    if run.year is None and not {"school_year", "session"} & set(chosen):
        plan.faults.append(NO_YEAR)
    if plan.faults:
        return plan
    schools = {school.uai: school for school in run.cite.schools.all()}
    kept = _kept(run.indicator)
    plan.rows = [_planned(run, row, columns, schools, kept) for row in reading.rows]
    _settle_doubles(plan.rows)
    return plan


def _kept(indicator):
    rows = Measurement.objects.filter(indicator=indicator, school__isnull=False, category=Category.ALL)
    return {(row.school_id, row.period): row for row in rows}


def _planned(run, row, columns, schools, kept):
    told = defaultdict(str, {key: row.values[index] for index, key in columns.items() if index < len(row.values)})
    uai = told["uai"].strip().upper()
    planned = PlannedFigure(row.number, uai, Outcome.ELSEWHERE, school=schools.get(uai))
    if planned.school is None:
        if is_uai(uai):
            return planned
        return planned.refuse(f"L’UAI «{NBSP}{uai[:20]}{NBSP}» est illisible." if uai else "La ligne n’a pas d’UAI.")
    try:
        planned.period = _period(run, told)
        planned.value = _number(told["value"], run.indicator.unit)
        planned.weight = _number(told["weight"], "number")
    except (CellError, FigureError) as error:
        return planned.refuse(str(error))
    if planned.value is None:
        planned.outcome = Outcome.UNPUBLISHED
        return planned
    planned.kept = kept.get(planned.key)
    planned.outcome = _outcome(planned)
    return planned


def _outcome(planned):
    if planned.kept is None:
        return Outcome.CREATED
    weight = planned.kept.denominator if planned.weight is None else planned.weight
    same = (planned.kept.value, planned.kept.denominator) == (
        planned.value,
        weight,
    ) and planned.kept.state == "validated"
    return Outcome.UNCHANGED if same else Outcome.UPDATED


def _period(run, told):
    """The school year of a row: told by it, that before the session of its exam, or the one of the whole file."""
    if told["school_year"]:
        try:
            year = read_school_year(told["school_year"])
        except CellError:
            year = read_year(told["school_year"])
    elif told["session"]:
        year = read_year(told["session"]) - 1
    else:
        year = run.year
    if year is None or not 2000 <= year <= 2100:
        raise FigureError("La ligne ne dit pas sa rentrée.")
    return periods_of_year(run.indicator.frequency, year)[0]


def _number(text, unit):
    """To four decimals; None for a figure that is not published."""
    if not text.strip() or says_unknown(text):
        return None
    value = as_number(text.strip().removesuffix("%"))
    if value is None or value < 0:
        raise FigureError(f"«{NBSP}{text[:40]}{NBSP}» n’est pas un nombre.")
    return checked(value.quantize(PLACES, ROUND_HALF_UP), unit)


def _settle_doubles(rows):
    """Of rows that tell of the same school and year, the first stands for those that say the same; else none is taken."""
    groups = defaultdict(list)
    for row in rows:
        if row.key is not None and row.outcome is not Outcome.REFUSED:
            groups[row.key].append(row)
    for group in groups.values():
        first, *others = group
        if all((row.value, row.weight) == (first.value, first.weight) for row in others):
            for row in others:
                row.outcome = Outcome.UNCHANGED
            continue
        for row in group:
            row.refuse(
                f"L’établissement {row.uai} a {len(group)} valeurs différentes pour {row.period}\u00a0: gardez une ligne par "
                "établissement et par année."
            )
