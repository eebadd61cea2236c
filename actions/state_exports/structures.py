"""What the comparison of an export passes from reading to writing."""

from dataclasses import dataclass, field
from typing import Any

from actions.imports.structures import Line
from cite_educative.common.spreadsheets import Field

MATCHED, NEAR, AMBIGUOUS, UNMATCHED, IGNORED, REFUSED = (
    "matched",
    "near",
    "ambiguous",
    "unmatched",
    "ignored",
    "refused",
)
OUTCOMES = (MATCHED, NEAR, AMBIGUOUS, UNMATCHED, IGNORED, REFUSED)


@dataclass(eq=False)
class ExportRow:
    """One request of the export: the lines of one reference, or of one title and holder when there is none.

    `how` tells by what its action was found; `proposals` are those among which a person is to choose. `mates` are
    the other sheets of a file, when the export counts by file.
    """

    key: str
    lines: list[Line]
    title: str
    holder_name: str
    siret: str
    year: int
    refs: tuple = ()
    code: str = ""
    action: Any = None
    mates: list = field(default_factory=list)
    how: str = ""
    proposals: list = field(default_factory=list)
    ambiguous: bool = False
    ignored: bool = False

    @property
    def actions(self):
        return [self.action, *self.mates] if self.action else []

    @property
    def size(self):
        """How many actions the file holds, as the export says it; else as many as there are sheets."""
        told = [count for line in self.lines if (count := line.get(Field.ACTIONS_COUNT, None))]
        return max(told, default=len(self.actions))

    @property
    def number(self):
        return self.lines[0].number

    @property
    def outcome(self):
        if self.action:
            return MATCHED
        if self.ignored:
            return IGNORED
        if self.ambiguous:
            return AMBIGUOUS
        return NEAR if self.proposals else UNMATCHED


@dataclass(eq=False)
class Found:
    """One thing that the export says otherwise than the sheet of `action`."""

    action: Any
    key: str
    ours: str
    theirs: str
    value: Any
    line: int
    source: Any = None
    year: int | None = None


@dataclass(eq=False)
class ExportPlan:
    """Nothing here is written. `faults` are (question id, sentence): answers that cannot be used.

    `spoken` are the fields that the columns in use speak of, `given` the (action, step) for which some line has an
    amount, `compared` the (action, key) that were set side by side: what is none of these closes no difference.
    """

    run: Any
    reading: Any
    choices: list
    mapping: dict
    by_file: bool = False
    lines: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    found: list = field(default_factory=list)
    spoken: frozenset = frozenset()
    given: set = field(default_factory=set)
    compared: set = field(default_factory=set)
    questions: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    changes: Any = None

    @property
    def required(self):
        return [question for question in self.questions if question.required]

    @property
    def refused(self):
        return [line for line in self.lines if line.refused]

    @property
    def can_be_written(self):
        return not self.required and not self.faults and any(row.action for row in self.rows)

    def of(self, outcome):
        return [row for row in self.rows if row.outcome == outcome]
