"""What a file would change, row by row, before anything is written."""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

from django.core.exceptions import FieldDoesNotExist

from partners.imports.fields import mapping_faults

OUTSIDE = "hors des communes de la Cité"
SHOWN_LINES = 10
SHOWN_LABELS = 60


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    OUTSIDE = "outside"
    REFUSED = "refused"


@dataclass
class Options:
    """`everywhere`: also what lies outside the Cité. `attach`: what is read joins the perimeter. `skip`: the refused
    rows are left aside and the others written."""

    everywhere: bool = False
    attach: bool = False
    skip: bool = False

    @classmethod
    def of(cls, mapping):
        return cls(*(bool(mapping.get(name)) for name in ("everywhere", "attach", "skip")))


@dataclass
class PlannedRow:
    """`target` is the known row, None for a new one; `changes` its new values by field name.

    `communes` are added to a neighbourhood, never taken away. `key` identifies the row in the file.
    """

    number: int
    label: str
    key: object = None
    outcome: Outcome = Outcome.UNCHANGED
    reason: str = ""
    target: object = None
    changes: dict = field(default_factory=dict)
    communes: list = field(default_factory=list)
    is_attached: bool = False
    told: tuple = ()

    def refuse(self, reason):
        self.outcome, self.reason, self.changes, self.is_attached = Outcome.REFUSED, reason, {}, False
        return self

    def leave_out(self, reason):
        self.outcome, self.reason = Outcome.OUTSIDE, reason
        return self

    def settle(self):
        """The outcome that the changes give."""
        if self.target is None:
            self.outcome = Outcome.CREATED
        elif self.changes or self.communes or self.is_attached:
            self.outcome = Outcome.UPDATED
        return self

    @property
    def is_written(self):
        return self.outcome in (Outcome.CREATED, Outcome.UPDATED)


@dataclass
class Plan:
    """`faults` are sentences that keep anything from being written; then there are no rows."""

    reading: object
    options: Options
    rows: list = field(default_factory=list)
    faults: list = field(default_factory=list)

    def of(self, outcome):
        return [row for row in self.rows if row.outcome == outcome]

    @property
    def written(self):
        return [row for row in self.rows if row.is_written]

    @property
    def can_be_written(self):
        return bool(self.written) and not self.faults and (self.options.skip or not self.of(Outcome.REFUSED))

    @property
    def reasons(self):
        """[(sentence, numbers of rows)] of what is refused, the most frequent first."""
        return _grouped(self.of(Outcome.REFUSED))

    @property
    def fingerprint(self):
        told = [(row.number, row.outcome, row.reason, row.is_attached) for row in self.rows]
        values = [(row.changes, row.communes) for row in self.written]
        return hashlib.sha256(json.dumps([told, values], default=str, sort_keys=True).encode()).hexdigest()

    def report(self):
        """What is kept of it for ever, as plain data."""
        return {
            "counts": {str(outcome): len(self.of(outcome)) for outcome in Outcome},
            "word": self.reading.word,
            "attached": sum(row.is_attached for row in self.written),
            "reasons": [
                {"text": text, "count": len(numbers), "lines": numbers[:SHOWN_LINES]}
                for text, numbers in self.reasons[:SHOWN_LABELS]
            ],
            "created": [row.label for row in self.of(Outcome.CREATED)[:SHOWN_LABELS]],
            "updated": [row.label for row in self.of(Outcome.UPDATED)[:SHOWN_LABELS]],
        }


def _grouped(rows):
    groups = defaultdict(list)
    for row in rows:
        groups[row.reason].append(row.number)
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def build_plan(planner, reading, mapping):
    """The plan of a file under its mapping, by the planner of its kind (`partners.imports.kinds.PLANNERS`)."""
    options = Options.of(mapping)
    columns = {int(index): key for index, key in mapping.get("columns", {}).items() if key}
    plan = Plan(reading, options, faults=mapping_faults(planner.kind, list(columns.values())))
    if plan.faults:
        return plan
    plan.rows = [planner.plan(row.number, _told(row, columns), row.geometry) for row in reading.rows]
    _settle_doubles(plan.rows, planner)
    planner.finish(plan.rows)
    return plan


def _told(row, columns):
    """{field: text} of a row; "" for a field without column."""
    return defaultdict(str, {key: row.values[index] for index, key in columns.items() if index < len(row.values)})


def _settle_doubles(rows, planner):
    """Rows of one key: the first stands for those that say the same; when they differ, none is taken."""
    groups = defaultdict(list)
    for row in rows:
        if row.key is not None and row.outcome is not Outcome.REFUSED:
            groups[row.key].append(row)
    for key, group in groups.items():
        if len(group) > 1:
            planner.settle_doubles(key, group)


def refuse_doubles(name, group):
    """Same key, other values: nobody can tell which row is right."""
    first, *others = group
    if all(row.told == first.told for row in others):
        for row in others:
            row.outcome, row.changes, row.communes, row.is_attached = Outcome.UNCHANGED, {}, [], False
        return
    numbers = [str(row.number) for row in group]
    lines = f"{', '.join(numbers[:-1])} et {numbers[-1]}"
    for row in group:
        row.refuse(
            f"{name} figure {len(group)} fois (n° {lines}) avec des valeurs différentes\u00a0: gardez une ligne."
        )


class Planner:
    """Understands the rows of one `kind` of file; `ground` is what they are compared with."""

    kind = None

    def __init__(self, ground, options):
        self.ground, self.options = ground, options

    def plan(self, number, told, geometry):
        """The PlannedRow of one row, whose fields are in `told` ("" for a blank)."""
        raise NotImplementedError

    def settle_doubles(self, key, group):
        """Decide between rows of the same key."""
        raise NotImplementedError

    def finish(self, rows):
        """A last look at all the rows together."""


def too_long(model, changes):
    """A sentence on the first text that the database would cut, or ""."""
    for name, value in changes.items():
        try:
            limit = model._meta.get_field(name).max_length
        except FieldDoesNotExist:
            continue
        if limit and isinstance(value, str) and len(value) > limit:
            return f"«\u00a0{value[:40]}…\u00a0» dépasse {limit} caractères\u00a0: raccourcissez-le."
    return ""
