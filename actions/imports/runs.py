"""The life of an import: uploaded, answered, previewed, then confirmed or abandoned."""

import hashlib

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from actions.enums import ImportState
from actions.imports.applying import Writer
from actions.imports.mapping import described, to_remember
from actions.imports.planning import build_plan
from actions.imports.reading import read_file
from actions.imports.words import plural
from actions.models import Action, Funding, ImportMapping, ImportRun
from cite_educative.common import journal
from partners.models import Cite


class ImportRefused(Exception):
    """Something still keeps the import from being written; the message is a French sentence."""

    def __init__(self, plan):
        self.plan = plan
        said = [sentence for _, sentence in plan.faults] or [question.text for question in plan.required]
        super().__init__(" ".join(said) or "Aucune ligne de ce tableau ne peut être importée.")


class PreviewChanged(Exception):
    """The Cité changed since the preview: `plan` is the new one, to be shown before anything is written."""

    def __init__(self, plan):
        self.plan = plan
        super().__init__(
            "Les données de la Cité ont changé depuis l’aperçu\u00a0: rien n’a été écrit. Vérifiez les nouveaux chiffres."
        )


@transaction.atomic
def start_import(*, call, actor, content, filename):
    """Keep the file and what its titles recall of earlier imports. Raises SpreadsheetError when it is no table."""
    source = ContentFile(content, name=filename)
    reading = read_file(source, filename, call.budget_year)
    known = ImportMapping.objects.filter(cite=call.cite, signature=reading.signature).first()
    run = ImportRun(
        cite=call.cite,
        call=call,
        filename=filename[-255:],
        sha256=hashlib.sha256(content).hexdigest(),
        signature=reading.signature,
        mapping=known.mapping if known else {},
        author=actor,
    )
    run.file.save(f"{run.sha256[:16]}.table", ContentFile(content), save=False)
    run.save()
    return run


def reading_of(run):
    """The tables of a stored file."""
    with run.file.open("rb") as stream:
        return read_file(stream, run.filename, run.call.budget_year)


def plan_of(run, mapping=None):
    """The plan of a stored file under its mapping, or under another one. Raises MappingError, SpreadsheetError."""
    return build_plan(
        cite=run.cite,
        call=run.call,
        reading=reading_of(run),
        mapping=run.mapping if mapping is None else mapping,
        filename=run.filename,
        remembered=remembered_actions(run.call),
    )


def remembered_actions(call):
    """{key of an action in a file: its pk}, of the imports already written in this call; the last one wins."""
    keys = {}
    if call.pk:
        for result in (
            ImportRun.objects.filter(call=call, state=ImportState.DONE).order_by("pk").values_list("result", flat=True)
        ):
            keys.update(result.get("keys", {}))
    return keys


@transaction.atomic
def save_answers(*, run, mapping):
    """Keep what the user decided. The run is ready once its plan has no required question left. Returns the plan."""
    run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    plan = plan_of(run, mapping)
    if run.state in (ImportState.UPLOADED, ImportState.READY):
        run.mapping = mapping
        run.state = ImportState.READY if plan.can_be_written else ImportState.UPLOADED
        run.save(update_fields=["mapping", "state"])
    return plan


@transaction.atomic
def abandon_import(*, run):
    """Nothing of it will be written. A second call, or one on a written import, changes nothing."""
    ImportRun.objects.filter(pk=run.pk).exclude(state=ImportState.DONE).update(state=ImportState.ABANDONED)


@transaction.atomic
def confirm_import(*, run, actor, fingerprint):
    """Write the plan, all of it or nothing. A second call changes nothing.

    Raises `PreviewChanged` when the plan is no longer the one previewed (`fingerprint`), `ImportRefused` when
    questions remain. Returns the run as it stands.
    """
    Cite.objects.select_for_update(of=("self",)).get(pk=run.cite_id)
    run = ImportRun.objects.select_for_update(of=("self",)).select_related("cite", "call").get(pk=run.pk)
    if run.state == ImportState.DONE:
        return run
    _lock_plan_of(run.cite)
    plan = plan_of(run)
    if not plan.can_be_written or run.state == ImportState.ABANDONED:
        raise ImportRefused(plan)
    if plan.fingerprint != fingerprint:
        raise PreviewChanged(plan)
    _write(plan, run, actor)
    return run


def _lock_plan_of(cite):
    """Nobody changes a sheet or an amount between the comparison and the writing."""
    for rows in (Action.objects.filter(cite=cite), Funding.objects.filter(action__cite=cite)):
        list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


def _write(plan, run, actor):
    Writer(plan, run, actor).write()
    run.state, run.confirmed_at = ImportState.DONE, timezone.now()
    run.result = {**plan.figures, "keys": {action.name: action.saved.pk for action in plan.actions}}
    run.save(update_fields=["state", "confirmed_at", "result"])
    remember(plan, run, actor)
    rows = plan.figures["actions"]
    journal.record(
        cite_id=run.cite_id,
        actor=actor,
        verb="import.confirmed",
        subject=run,
        sentence=f"{actor} a importé «\u00a0{run.filename}\u00a0»\u00a0: "
        f"{plural(rows['created'], 'action créée', 'actions créées')}, "
        f"{plural(rows['updated'], 'mise à jour', 'mises à jour')}, {plural(rows['unchanged'], 'inchangée')}.",
    )


def remember(plan, run, actor):
    ImportMapping.objects.update_or_create(
        cite=run.cite,
        signature=run.signature,
        defaults={"mapping": to_remember(plan.mapping, plan.reading, plan.choices), "updated_by": actor},
    )


@transaction.atomic
def import_table(*, call, actor, content, filename, mapping=None):
    """Start, answer and confirm in one go: the command's way. Raises `ImportRefused` and keeps nothing then.

    Without `mapping`, the one remembered for these titles serves.
    """
    run = start_import(call=call, actor=actor, content=content, filename=filename)
    if mapping is not None:
        run.mapping = merged(run.mapping, mapping)
        run.save(update_fields=["mapping"])
    plan = plan_of(run)
    if not plan.can_be_written:
        run.file.delete(save=False)
        raise ImportRefused(plan)
    return confirm_import(run=run, actor=actor, fingerprint=plan.fingerprint)


def merged(remembered, given):
    """What is given wins over what was remembered, answer by answer and table by table."""
    answers = {**remembered.get("answers", {}), **given.get("answers", {})}
    return {**remembered, **given, "answers": {name: value for name, value in answers.items() if value is not None}}


def template_of(plan):
    """The mapping of this file, ready to be completed: null where an answer is missing."""
    answers = dict(plan.mapping.get("answers", {}))
    for question in plan.questions:
        if question.required and question.id != "call" and not question.id.startswith("column:"):
            answers.setdefault(question.id, question.proposal if question.id != "refused" else None)
    call = {"budget_year": plan.call.budget_year} if plan.call.pk is None else plan.mapping.get("call")
    template = {"tables": described(plan.reading, plan.choices), "answers": answers}
    return {"call": call, **template} if call else template
