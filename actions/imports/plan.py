"""The plan of an import: what would be written, what is asked, what is refused, and its figures."""

import hashlib
import json
from dataclasses import dataclass, field

from actions.imports.groups import unallocated
from actions.imports.words import add, exact
from cite_educative.common.spreadsheets import Field


@dataclass
class Plan:
    """Nothing here is written. `faults` are (question id, sentence): answers that cannot be used.

    `alerts` are sentences to read before the figures; `notes`, after them.
    """

    cite: object
    call: object
    filename: str
    reading: object
    choices: list
    mapping: dict
    lines: list = field(default_factory=list)
    actions: list = field(default_factory=list)
    balances: list = field(default_factory=list)
    questions: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    alerts: list = field(default_factory=list)
    holders: list = field(default_factory=list)
    default_year: int | None = None
    figures: dict = field(default_factory=dict)

    @property
    def required(self):
        return [question for question in self.questions if question.required]

    @property
    def optional(self):
        return [question for question in self.questions if not question.required]

    @property
    def can_be_written(self):
        return not self.required and not self.faults and bool(self.actions)

    @property
    def refused(self):
        return [line for line in self.lines if line.refused]

    @property
    def unallocated(self):
        return unallocated(self.balances)

    def count(self, outcome):
        return sum(action.outcome == outcome for action in self.actions)

    @property
    def fingerprint(self):
        """The same for two plans that would write the same things; what a confirmation is compared with."""
        content = [
            [action.name, action.holder.key, action.title, action.year, action.outcome,
             action.existing.pk if action.existing else 0, sorted(action.changes.items(), key=str),
             [[key, year, funding.ref, sorted((str(s), exact(a)) for s, a in funding.amounts.items()),
               sorted((str(s), [exact(x) for x in pair]) for s, pair in funding.changes.items())]
              for (key, year), funding in action.fundings.items()]]
            for action in self.actions
        ]  # fmt: skip
        content.append([[line.sheet, line.number] for line in self.refused])
        return hashlib.sha256(json.dumps(content, default=str, sort_keys=True).encode()).hexdigest()[:32]

    def sums_by_act(self):
        """{(number, date): Decimal} of the granted amounts of the file."""
        sums = {}
        for action in self.actions:
            for funding in action.fundings.values():
                if "granted" in funding.amounts:
                    sums.setdefault(funding.act, []).append(funding.amounts["granted"])
        return {act: add(amounts) for act, amounts in sums.items()}

    @property
    def acts_with_articles(self):
        return sorted(
            {line.get(Field.ACT_NUMBER) for line in self.lines if line.get(Field.GROUP) and line.get(Field.ACT_NUMBER)}
        )
