"""The plain structures that the import passes from reading to writing. Amounts are Decimal euros."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from actions.enums import Step
from cite_educative.common.spreadsheets import Field
from partners.services.matching import name_key


@dataclass(frozen=True)
class Question:
    """What the file does not say. `required` ones keep anything from being written until they are answered.

    `kind`: choice, text, funder, amount or year. `choices` are (value, label). `proposal` is preselected on the
    page; it is no answer.
    """

    id: str
    text: str
    kind: str = "choice"
    choices: tuple = ()
    proposal: Any = None
    required: bool = True
    help: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong (the line is refused) or doubtful (a warning) on a physical line; 0 for the whole file."""

    sheet: str
    number: int
    text: str


@dataclass(eq=False)
class Amount:
    """One cell of money. `column` is (table, index) of the file, None when the amount was deduced or answered."""

    step: Step
    value: Decimal
    funder: str
    year: int | None
    column: tuple | None


@dataclass(eq=False)
class Line:
    table: int
    sheet: str
    number: int
    values: dict = field(default_factory=dict)
    amounts: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    group: tuple | None = None
    group_total: Decimal | None = None
    is_control: bool = False
    holder: Any = None
    action: Any = None
    money: list = field(default_factory=list)
    fundings: list = field(default_factory=list)

    @property
    def outcome(self):
        if self.is_control:
            return "control"
        return "refused" if self.refused or self.action is None else self.action.outcome

    def get(self, name, default=""):
        return self.values.get(name, default)

    @property
    def refused(self):
        return bool(self.errors)

    @property
    def act(self):
        return self.get(Field.ACT_NUMBER), self.get(Field.ACT_DATE, None)


@dataclass(eq=False)
class Balance:
    """A group of lines whose total the file gives: what its lines say, what was deduced, what is left."""

    key: tuple
    label: str
    step: Step
    total: Decimal
    lines: list
    written: Decimal = Decimal("0.00")
    deduced: Decimal = Decimal("0.00")
    missing: list = field(default_factory=list)
    left: list = field(default_factory=list)
    column: tuple | None = None

    @property
    def on_lines(self):
        return self.written + self.deduced

    @property
    def unallocated(self):
        return self.total - self.on_lines


@dataclass(eq=False)
class SourceRef:
    """A funder's line, existing (`source`) or to be created. `key` tells them apart."""

    key: str
    label: str
    source: Any = None
    organisation: str = ""
    circuit: str = ""

    @property
    def organisation_key(self):
        return self.source.organisation_id if self.source else self.organisation


@dataclass(eq=False)
class HolderRef:
    """A holder, existing (`organisation`) or to be created."""

    name: str
    key: str
    organisation: Any = None
    siret: str = ""
    siren: str = ""
    rna: str = ""
    code: str = ""

    @property
    def stable(self):
        """The same before and after the organisation is created."""
        known = self.organisation
        return (known.siret if known else self.siret) or name_key(known.name if known else self.name)


@dataclass(eq=False)
class PlannedFunding:
    source: SourceRef
    year: int
    amounts: dict = field(default_factory=dict)
    ref: str = ""
    act: tuple = ("", None)
    commitment: str = ""
    in_kind: bool = False
    existing: Any = None
    changes: dict = field(default_factory=dict)
    new_ref: bool = False


@dataclass(eq=False)
class PlannedAction:
    key: tuple
    holder: HolderRef
    title: str
    year: int
    lines: list
    external_ref: str = ""
    fields: dict = field(default_factory=dict)
    communes: list = field(default_factory=list)
    neighbourhoods: list = field(default_factory=list)
    fundings: dict = field(default_factory=dict)
    existing: Any = None
    changes: dict = field(default_factory=dict)
    new_many: dict = field(default_factory=dict)
    saved: Any = None

    @property
    def outcome(self):
        if self.existing is None:
            return "created"
        moved = (
            self.changes
            or self.new_many
            or any(
                funding.changes or funding.existing is None or funding.new_ref for funding in self.fundings.values()
            )
        )
        return "updated" if moved else "unchanged"

    @property
    def name(self):
        return "|".join(str(part) for part in self.key if part not in (None, ""))


@dataclass(frozen=True)
class ActKey:
    organisation: Any
    number: str
    decided_on: date | None
