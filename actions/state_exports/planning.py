"""Building what an export would open, update and close: the path that the preview and the confirmation share."""

import hashlib
import json
from dataclasses import dataclass, field

from actions.differences import MONEY, OF_FILE
from actions.enums import DifferenceState, ImportState
from actions.imports.mapping import choices_for
from actions.imports.planning import ask_columns
from actions.imports.reading import read_lines
from actions.models import Difference, StateExport
from actions.state_exports.cofunders import read_cofunders
from actions.state_exports.comparing import compare, spoken_of
from actions.state_exports.funders import ExportFunders
from actions.state_exports.known import BY_FILE, recognise
from actions.state_exports.matching import gather, match_rows
from actions.state_exports.structures import ExportPlan
from cite_educative.common.spreadsheets import CellError, Field, read_text
from cite_educative.common.spreadsheets.numbers import as_number


@dataclass
class Changes:
    """`opened` are `Found`; the others are (difference, found), and differences for `resolved`."""

    opened: list = field(default_factory=list)
    updated: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    kept: list = field(default_factory=list)
    resolved: list = field(default_factory=list)


def build_plan(run, reading, mapping):
    """Reads the database, writes nothing. Raises `MappingError`."""
    answers = mapping.get("answers", {})
    choices = choices_for(reading, mapping)
    plan = ExportPlan(run, reading, choices, mapping, recognise(reading)[1] == BY_FILE, notes=list(reading.notes))
    plan.lines, notes, carried = read_lines(reading, choices, answers)
    plan.notes += notes
    plan.questions += carried
    ask_columns(plan)
    _read_more(plan)
    plan.rows = gather(plan.lines, run.budget_year)
    match_rows(plan.rows, run.cite, remembered_rows(run), answers, plan.faults, by_file=plan.by_file)
    plan.spoken = spoken_of(choices, by_file=plan.by_file)
    funders = ExportFunders(run.cite, answers)
    compare(plan, funders)
    plan.questions += funders.questions.values()
    plan.notes += funders.notes
    plan.faults += funders.faults
    plan.changes = _changes(plan)
    return plan


def remembered_rows(run):
    """{key of a row: pk of its action}, as the exports of this tool confirmed them; the last one wins."""
    keys = {}
    done = StateExport.objects.filter(cite=run.cite, kind=run.kind, state=ImportState.DONE).order_by("pk")
    for result in done.values_list("result", flat=True):
        keys.update(result.get("keys", {}))
    return keys


def _read_more(plan):
    """What the import of a plan leaves aside: the status of the State's tool, the size of a file, its co-funders."""
    by_line = {(line.table, line.number): line for line in plan.lines}
    for position, (table, choice) in enumerate(zip(plan.reading.tables, plan.choices, strict=True)):
        if not choice.use:
            continue
        for row in table.rows:
            line = by_line[position, row.number]
            _read_status(line, row, choice.index(Field.STATUS_TEXT))
            _read_count(line, row, choice.index(Field.ACTIONS_COUNT))
            plan.notes += read_cofunders(line, row, choice)


def _read_status(line, row, index):
    try:
        text = read_text(row.value(index)) if index is not None else ""
    except CellError:
        return
    if text:
        line.values[Field.STATUS_TEXT] = text


def _read_count(line, row, index):
    count = as_number(row.value(index)) if index is not None else None
    if count is not None and count > 0:
        line.values[Field.ACTIONS_COUNT] = int(count)


def _changes(plan):
    """What the differences known of this tool become."""
    changes = Changes()
    actions = {action.pk for row in plan.rows for action in row.actions}
    known = Difference.objects.filter(action__in=actions, kind=plan.run.kind).select_related("source").order_by("pk")
    still, kept = {}, {}
    for row in known.filter(state__in=[DifferenceState.OPEN, DifferenceState.KEPT]):
        (still if row.state == DifferenceState.OPEN else kept)[row.action_id, row.key] = row
    for found in plan.found:
        place = found.action.pk, found.key
        if place in still:
            row = still.pop(place)
            same = (row.theirs_value, row.ours) == (found.value, found.ours)
            (changes.unchanged if same else changes.updated).append((row, found))
        elif place in kept and (kept[place].theirs_value, kept[place].ours) == (found.value, found.ours):
            changes.kept.append((kept[place], found))
        else:
            changes.opened.append(found)
    changes.resolved = [row for row in still.values() if _is_gone(plan, row)]
    return changes


def _is_gone(plan, row):
    """Whether the export now agrees, or no longer says it. An amount that could not be compared proves nothing."""
    if row.field not in plan.spoken:
        return False
    if row.field not in (*MONEY, *OF_FILE):
        return True
    return (row.action_id, row.key) in plan.compared or (row.action_id, row.field) not in plan.given


def fingerprint(plan):
    """The same for two plans that would write the same things; what a confirmation is compared with."""
    content = [
        [[row.key, row.outcome, [action.pk for action in row.actions]] for row in plan.rows],
        [[found.action.pk, found.key, found.ours, found.value] for found in plan.found],
        [row.pk for row in plan.changes.resolved],
    ]
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()[:32]
