"""The life of an export: given, its columns told, previewed, then confirmed or abandoned."""

import csv
import hashlib
import io
from datetime import date
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from actions import imports
from actions.enums import DifferenceState, ExportKind, ImportState
from actions.imports.mapping import to_remember
from actions.imports.reading import read_file, year_of
from actions.imports.words import plural
from actions.models import Difference, StateExport
from actions.state_exports.keeping import keep_rows, kept_reading, throw_file, unread
from actions.state_exports.known import known_mapping, recognise
from actions.state_exports.planning import build_plan, fingerprint
from actions.state_exports.structures import AMBIGUOUS, NEAR, OUTCOMES, UNMATCHED
from cite_educative.common import journal
from cite_educative.common.spreadsheets import NEVER_IMPORTED
from cite_educative.common.spreadsheets.model import Faulty, is_blank
from partners.models import Cite

BATCH = 500
OF_ROWS = "match:"


class ExportRefused(Exception):
    """Something keeps the export from being compared; the message is a French sentence. No plan: it was abandoned."""

    def __init__(self, plan):
        self.plan = plan
        if plan is None:
            super().__init__("Cet export a été laissé de côté.")
            return
        said = [sentence for _, sentence in plan.faults] or [question.text for question in plan.required]
        super().__init__(" ".join(said) or "Aucune ligne de cet export n’est rapprochée d’une fiche.")


class PreviewChanged(Exception):
    """The sheets changed since the preview: `plan` is the new one."""

    def __init__(self, plan):
        self.plan = plan
        super().__init__(
            "Les fiches ont changé depuis l’aperçu\u00a0: rien n’a été écrit. Vérifiez les nouveaux rapprochements."
        )


@transaction.atomic
def start_export(*, cite, actor, content, filename, budget_year=None, kind=""):
    """Keep the rows of a file, its tool recognised unless told, its columns known or as they were told last time.

    Without `budget_year`, the one that the file bears, else this year. Raises `SpreadsheetError`.
    """
    reading = read_file(ContentFile(content, name=filename), filename, budget_year)
    recognised, name = recognise(reading)
    kind = ExportKind(kind or recognised)
    run = StateExport(
        cite=cite,
        kind=kind,
        budget_year=budget_year or year_of(reading) or timezone.localdate().year,
        filename=PurePath(filename).name[-255:],
        sha256=hashlib.sha256(content).hexdigest(),
        signature=reading.signature,
        author=actor,
    )
    told = _told_before(run)
    known = known_mapping(reading, kind, name if kind == recognised else "")
    run.mapping = told or known
    keep_rows(run, reading, unread(reading, run.mapping, is_final=bool(known)))
    run.save()
    if run.mapping and build_plan(run, reading, run.mapping).can_be_written:
        run.state = ImportState.READY
        run.save(update_fields=["state"])
    return run


def _told_before(run):
    """How the columns of the last export with these titles were read, {} for new ones."""
    last = _done(run).filter(signature=run.signature).order_by("-confirmed_at", "-pk").first()
    return last.result.get("remembered", {}) if last else {}


def _done(run):
    return StateExport.objects.filter(cite=run.cite, kind=run.kind, state=ImportState.DONE)


def earlier_export(run):
    """The last one of the very same file, confirmed, or None."""
    return _done(run).filter(sha256=run.sha256).exclude(pk=run.pk).order_by("-confirmed_at", "-pk").first()


def plan_of(run, mapping=None):
    """The plan of a stored export. Raises `MappingError`, `SpreadsheetError`."""
    return build_plan(run, kept_reading(run), run.mapping if mapping is None else mapping)


@transaction.atomic
def save_answers(*, run, mapping):
    """Keep what was told of the columns; the run is ready once nothing is asked any more. Returns the plan."""
    run = StateExport.objects.select_for_update(of=("self",)).select_related("cite").get(pk=run.pk)
    plan = plan_of(run, mapping)
    _keep(run, plan, mapping)
    return plan


def _keep(run, plan, mapping):
    if run.state in (ImportState.UPLOADED, ImportState.READY):
        run.mapping = mapping
        is_told = not plan.required and not [fault for fault in plan.faults if not fault[0].startswith(OF_ROWS)]
        run.state = ImportState.READY if is_told else ImportState.UPLOADED
        run.save(update_fields=["mapping", "state"])


@transaction.atomic
def save_matches(*, run, chosen):
    """Keep which sheet each row is: `chosen` maps keys of rows to a sheet's key or code, "ignore", or "" for none."""
    run = StateExport.objects.select_for_update(of=("self",)).select_related("cite").get(pk=run.pk)
    answers = dict(run.mapping.get("answers", {}))
    for key, text in chosen.items():
        answers.pop(f"{OF_ROWS}{key}", None)
        if text:
            answers[f"{OF_ROWS}{key}"] = text
    mapping = {**run.mapping, "answers": answers}
    plan = plan_of(run, mapping)
    wrong = {name for name, _ in plan.faults}
    kept = {name: value for name, value in answers.items() if name not in wrong}
    _keep(run, plan, {**mapping, "answers": kept})
    return plan


@transaction.atomic
def abandon_export(*, run):
    """Nothing of it is kept but its name. Changes nothing of a confirmed one."""
    run = StateExport.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.state != ImportState.DONE:
        throw_file(run)
        run.state = ImportState.ABANDONED
        run.save(update_fields=["state", "file"])


@transaction.atomic
def confirm_export(*, run, actor, seen):
    """Open, update and close the differences, all or nothing; no sheet changes. A second call changes nothing.

    Raises `PreviewChanged` when the plan is no longer the one whose fingerprint is `seen`, `ExportRefused` when
    something is still asked.
    """
    Cite.objects.select_for_update(of=("self",)).get(pk=run.cite_id)
    run = StateExport.objects.select_for_update(of=("self",)).select_related("cite").get(pk=run.pk)
    if run.state == ImportState.DONE:
        return run
    if run.state == ImportState.ABANDONED:
        raise ExportRefused(None)
    plan = plan_of(run)
    if not plan.can_be_written:
        raise ExportRefused(plan)
    if fingerprint(plan) != seen:
        raise PreviewChanged(plan)
    _write(plan, run, actor)
    return run


def _write(plan, run, actor):
    now, changes = timezone.now(), plan.changes
    Difference.objects.bulk_create([_opened(found, run, now) for found in changes.opened], batch_size=BATCH)
    seen = [*changes.updated, *changes.unchanged]
    for row, found in seen:
        row.ours, row.theirs, row.theirs_value = found.ours[:700], found.theirs, found.value
        row.export, row.line, row.seen_at = run, found.line, now
    for row in changes.resolved:
        row.state, row.settled_by, row.settled_at = DifferenceState.RESOLVED, actor, now
    fields = ["ours", "theirs", "theirs_value", "export", "line", "seen_at", "state", "settled_by", "settled_at"]
    Difference.objects.bulk_update([*(row for row, _ in seen), *changes.resolved], fields, batch_size=BATCH)
    run.state, run.confirmed_at, run.result = ImportState.DONE, now, result_of(plan)
    reading = kept_reading(run)  # as it was given: the plan carried values down
    keep_rows(run, reading, unread(reading, run.mapping, is_final=True))
    run.save(update_fields=["state", "confirmed_at", "result", "file"])
    counts = run.result["differences"]
    journal.record(
        cite_id=run.cite_id,
        actor=actor,
        verb="state_export.confirmed",
        subject=run,
        sentence=f"{actor} a comparé l’export {run.get_kind_display()} «\u00a0{run.filename}\u00a0»\u00a0: "
        f"{plural(counts['opened'], 'écart nouveau', 'écarts nouveaux')}, "
        f"{plural(counts['resolved'], 'écart résolu', 'écarts résolus')}.",
    )


def _opened(found, run, now):
    return Difference(
        action=found.action,
        key=found.key,
        kind=run.kind,
        source=found.source,
        budget_year=found.year,
        ours=found.ours[:700],
        theirs=found.theirs,
        theirs_value=found.value,
        export=run,
        line=found.line,
        seen_at=now,
    )


def result_of(plan):
    """The figures, JSON-ready, and what the next export is to remember."""
    remembered = to_remember(plan.mapping, plan.reading, plan.choices)
    answers = remembered["answers"].items()
    remembered["answers"] = {name: value for name, value in answers if not name.startswith(OF_ROWS)}
    left = [row for row in plan.rows if row.outcome in (NEAR, AMBIGUOUS, UNMATCHED)]
    return {
        "rows": {"refused": len(plan.refused), **{name: len(plan.of(name)) for name in OUTCOMES if name != "refused"}},
        "differences": {
            name: len(getattr(plan.changes, name)) for name in ("opened", "updated", "unchanged", "kept", "resolved")
        },
        "left": [{"line": row.number, "title": row.title, "holder": row.holder_name} for row in left][:BATCH],
        "refused": [{"line": line.number, "reasons": line.errors} for line in plan.refused][:BATCH],
        "keys": {row.key: row.action.pk for row in plan.rows if row.action},
        "remembered": remembered,
    }


def import_export(*, cite, actor, content, filename, budget_year, answers=None, kind=""):
    """Give, answer and confirm in one go: the demonstration's way. Raises `ExportRefused`."""
    run = start_export(cite=cite, actor=actor, content=content, filename=filename, budget_year=budget_year, kind=kind)
    plan = save_answers(run=run, mapping={**run.mapping, "answers": answers or {}})
    return confirm_export(run=run, actor=actor, seen=fingerprint(plan))


@transaction.atomic
def create_sheets(*, run, call, actor):
    """An import of the plan prepared with the rows that no sheet answers, to be told and confirmed as any import.

    The columns of contacts are left out. Raises `ValueError` when every row has its sheet.
    """
    plan = plan_of(run)
    lines = [line for row in plan.of(UNMATCHED) for line in row.lines]
    if not lines:
        raise ValueError("Every row has a sheet.")
    content = _table_of(plan, {(line.table, line.number) for line in lines}, lines[0].table)
    name = f"{PurePath(run.filename).stem[:200]} (fiches à créer).csv"
    return imports.start_import(call=call, actor=actor, content=content, filename=name)


def _table_of(plan, wanted, position):
    table, choice = plan.reading.tables[position], plan.choices[position]
    columns = [
        column
        for column in table.columns
        if not column.virtual and choice.columns[column.index].field not in NEVER_IMPORTED
    ]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerow([column.label for column in columns])
    for row in table.rows:
        if (position, row.number) in wanted:
            writer.writerow([_cell(row.value(column.index)) for column in columns])
    return stream.getvalue().encode("utf-8-sig")


def _cell(value):
    if is_blank(value) or isinstance(value, Faulty):
        return ""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
