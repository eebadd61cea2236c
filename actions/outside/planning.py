"""What a table of another programme would write: one grant per line and funder, compared with those kept already."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from actions.enums import Step
from actions.imports.details import Territory
from actions.imports.figures import columns_of, groups_of, sheets_of
from actions.imports.groups import Groups, unallocated
from actions.imports.mapping import choices_for
from actions.imports.planning import ask_columns
from actions.imports.reading import read_lines
from actions.imports.structures import Question
from actions.imports.words import add, exact, lines_fr, listed, plural, quoted
from actions.models import OUTSIDE_STEPS, OutsideGrant
from actions.outside.holders import OutsideHolders
from cite_educative.common.money import euros
from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets import Field

OUTCOMES = ("created", "updated", "unchanged", "kept")
COMPARED = ("amount", "step", "holder_name", "title", "funder", "neighbourhood", "commune", "place", "reference")
REFERENCES = (Field.EXTERNAL_REF, Field.FUNDING_REF, Field.COMMITMENT_REF)


@dataclass(eq=False)
class PlannedGrant:
    """`changes` are the fields that differ from the row kept already (`existing`)."""

    line: Any
    key: str
    fields: dict
    existing: Any = None
    changes: dict = field(default_factory=dict)

    @property
    def outcome(self):
        if self.existing is None:
            return "created"
        if not self.changes:
            return "unchanged"
        return "kept" if self.existing.corrected_at else "updated"


@dataclass(eq=False)
class OutsidePlan:
    """Nothing here is written. `faults` are (question id, sentence): answers that cannot be used."""

    run: Any
    reading: Any
    choices: list
    mapping: dict
    lines: list = field(default_factory=list)
    balances: list = field(default_factory=list)
    grants: list = field(default_factory=list)
    questions: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    holders: list = field(default_factory=list)
    step: Step | None = None
    figures: dict = field(default_factory=dict)

    @property
    def required(self):
        return [question for question in self.questions if question.required]

    @property
    def can_be_written(self):
        return not self.required and not self.faults and bool(self.grants)

    @property
    def refused(self):
        return [line for line in self.lines if line.refused]

    @property
    def unallocated(self):
        return unallocated(self.balances)

    def of(self, outcome):
        return [grant for grant in self.grants if grant.outcome == outcome]

    @property
    def fingerprint(self):
        """The same for two plans that would write the same things; what a confirmation is compared with."""
        content = [
            [grant.key, grant.outcome, sorted((name, str(value)) for name, value in grant.fields.items())]
            for grant in self.grants
        ]
        content.append([[line.sheet, line.number] for line in self.refused])
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]


def build_plan(run, reading, mapping):
    """Reads the database, writes nothing. Raises `MappingError`."""
    answers = mapping.get("answers", {})
    choices = choices_for(reading, mapping)
    plan = OutsidePlan(run, reading, choices, mapping, notes=list(reading.notes))
    plan.lines, notes, carried = read_lines(reading, choices, answers)
    plan.notes += notes
    plan.questions += carried
    ask_columns(plan)
    groups = Groups(reading, choices, plan.lines, answers)
    plan.balances, plan.faults = groups.balances, groups.faults
    plan.step = _step(plan, answers)
    _plan_grants(plan, answers)
    plan.questions += groups.questions
    _check_nothing_is_lost(plan)
    _ask_refused(plan, answers)
    _compare(plan)
    plan.figures = _figures(plan)
    return plan


def steps_of(plan):
    """The amounts that the columns in use give, those that some line fills first, then the most telling."""
    filled = {amount.step for line in plan.lines for amount in line.amounts}
    given = {
        Step(str(chosen.field))
        for choice in plan.choices
        if choice.use
        for chosen in choice.columns.values()
        if chosen.is_step
    }
    return sorted((step for step in OUTSIDE_STEPS if step in given), key=lambda step: step not in filled)


def _step(plan, answers):
    """The one amount that is kept of each line: as answered, else the most telling."""
    steps = steps_of(plan)
    asked = answers.get("step")
    return next((step for step in steps if step == asked), steps[0] if steps else Step.GRANTED)


def _plan_grants(plan, answers):
    holders, territory = OutsideHolders(plan.run.cite, answers), Territory(plan.run.cite)
    for place in plan.run.cite.neighbourhoods.exclude(code=""):
        territory.neighbourhoods.setdefault(normalise(place.code), place)
    ranks = Counter()
    for line in plan.lines:
        if line.refused or line.is_control:
            continue
        line.holder = holders.resolve(line)
        if line.holder is None:
            continue
        found = [amount for amount in line.amounts if amount.step == plan.step]
        for amount in found or [None]:
            fields = _fields(plan, line, amount, territory, answers)
            plain = _plain_key(line.holder, fields)
            ranks[plain] += 1
            plan.grants.append(PlannedGrant(line, _hashed(plain, ranks[plain]), fields))
    plan.holders = holders.refs
    plan.questions += holders.questions.values()
    plan.notes += territory.notes


def _fields(plan, line, amount, territory, answers):
    communes = territory.places(line.get(Field.COMMUNE), territory.communes, "Territoires")
    quarters = territory.places(line.get(Field.NEIGHBOURHOOD), territory.neighbourhoods, "Quartiers")
    written = (line.get(Field.NEIGHBOURHOOD), line.get(Field.COMMUNE))
    act = line.get(Field.ACT_NUMBER)
    funder = (amount.funder if amount else "") or line.get(Field.FUNDER) or answers.get("funder", "")
    return {
        "programme": plan.run.programme,
        "budget_year": (amount and amount.year) or line.get(Field.BUDGET_YEAR, None) or plan.run.budget_year,
        "holder": line.holder.organisation,
        "holder_name": line.holder.name,
        "holder_siret": line.get(Field.HOLDER_SIRET) or "",
        "title": _cut(line, line.get(Field.TITLE), 300),
        "funder": str(funder)[:160],
        "amount": amount.value if amount else None,
        "step": str(plan.step),
        "neighbourhood": quarters[0] if len(quarters) == 1 else None,
        "commune": communes[0] if len(communes) == 1 else None,
        "place": ", ".join(filter(None, written))[:200],
        "reference": next((str(line.get(name)) for name in REFERENCES if line.get(name)), "")[:80],
        "note": f"Acte {act}" if act else "",
        "sheet": line.sheet[:120],
        "row_number": line.number,
    }


def _cut(line, text, most):
    if len(text) <= most:
        return text
    line.warnings.append(f"L’intitulé dépasse {most} caractères\u00a0: il est coupé.")
    return text[: most - 1] + "…"


def _plain_key(holder, fields):
    words = [fields[name] for name in ("programme", "title", "funder", "reference")]
    return "|".join([str(int(fields["budget_year"])), holder.key, *map(normalise, words)])


def _hashed(plain, rank):
    return hashlib.sha256(f"{plain}|{rank}".encode()).hexdigest()


def _check_nothing_is_lost(plan):
    """The grants hold to the cent what the lines say, or nothing may be written."""
    read = add(
        amount.value
        for line in plan.lines
        if not line.refused and not line.is_control
        for amount in line.amounts
        if amount.step == plan.step
    )
    planned = add(grant.fields["amount"] for grant in plan.grants if grant.fields["amount"] is not None)
    if read != planned:
        plan.faults.append(
            ("", f"Les lignes portent {euros(read)} et l’import {euros(planned)}\u00a0: rien ne sera écrit, signalez ce fichier.")
        )  # fmt: skip


def _ask_refused(plan, answers):
    if not plan.refused or not plan.grants or answers.get("refused") == "skip":
        return
    plan.questions.append(
        Question(
            "refused",
            f"{plural(len(plan.refused), 'ligne est refusée', 'lignes sont refusées')} ({lines_fr(plan.refused)})"
            "\u00a0: corrigez le fichier, ou importez les autres sans elles.",
            choices=(("skip", "Importer sans les lignes refusées"),),
        )
    )


def _compare(plan):
    rows = OutsideGrant.objects.filter(cite=plan.run.cite).exclude(import_key="")
    known = {row.import_key: row for row in rows.select_related("neighbourhood", "commune")}
    for grant in plan.grants:
        grant.existing = known.pop(grant.key, None)
        if grant.existing:
            grant.changes = {
                name: grant.fields[name] for name in COMPARED if getattr(grant.existing, name) != grant.fields[name]
            }
            if grant.fields["holder"] and grant.fields["holder"].pk != grant.existing.holder_id:
                grant.changes["holder"] = grant.fields["holder"]
    years = {int(grant.fields["budget_year"]) for grant in plan.grants}
    gone = [row for row in known.values() if row.budget_year in years and row.programme == plan.run.programme]
    if gone:
        names = listed([quoted(row.holder_name) for row in gone], 3)
        plan.notes.append(
            f"{plural(len(gone), 'ligne d’un import précédent n’est', 'lignes d’imports précédents ne sont')} plus dans "
            f"ce fichier ({names})\u00a0: elles restent, supprimez-les si elles n’ont plus cours."
        )


def _figures(plan):
    """JSON-ready; amounts are strings of euros, "1234.50"."""
    amounts = [grant.fields["amount"] for grant in plan.grants]
    known = [amount for amount in amounts if amount is not None]
    refs = plan.holders
    return {
        "file": plan.run.filename,
        "programme": plan.run.programme,
        "step": str(plan.step),
        "rows": {
            "read": len(plan.lines),
            "refused": len(plan.refused),
            "control": sum(line.is_control for line in plan.lines),
            **{outcome: len(plan.of(outcome)) for outcome in OUTCOMES},
        },
        "grants": len(plan.grants),
        "total": exact(add(known)),
        "unknown": len(amounts) - len(known),
        "holders": {"read": len(refs), "matched": sum(ref.organisation is not None for ref in refs)},
        "unmatched": sorted(ref.name for ref in refs if ref.organisation is None),
        "refused_rows": [{"sheet": line.sheet, "line": line.number, "reasons": line.errors} for line in plan.refused],
        "warnings": [
            {"sheet": line.sheet, "line": line.number, "text": text} for line in plan.lines for text in line.warnings
        ],
        "sheets": sheets_of(plan),
        "notes": list(dict.fromkeys(plan.notes)),
        "columns": columns_of(plan),
        "funders": _funders(plan),
        "groups": groups_of(plan),
    }


def _funders(plan):
    sums = {}
    for grant in plan.grants:
        if grant.fields["amount"] is not None:
            sums.setdefault(grant.fields["funder"], []).append(grant.fields["amount"])
    return [{"label": label, "sum": exact(add(sums[label]))} for label in sorted(sums)]
