"""The life of an import "pour mémoire": given, answered, previewed, then confirmed or abandoned, withdrawn perhaps."""

import hashlib

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from actions.enums import ImportState
from actions.imports.mapping import to_remember
from actions.imports.reading import read_file
from actions.imports.words import plural
from actions.models import OutsideGrant, OutsideImport
from actions.outside.planning import build_plan
from actions.services.outside import known_programme
from cite_educative.common import journal
from cite_educative.common.money import euros
from partners.models import Cite

BATCH = 500


class ImportRefused(Exception):
    """Something keeps the import from being written; the message is a French sentence."""

    def __init__(self, plan):
        self.plan = plan
        said = [sentence for _, sentence in plan.faults] or [question.text for question in plan.required]
        super().__init__(" ".join(said) or "Aucune ligne de ce tableau ne peut être importée.")


class PreviewChanged(Exception):
    """What is kept already changed since the preview: `plan` is the new one."""

    def __init__(self, plan):
        self.plan = plan
        super().__init__(
            "Les données de la Cité ont changé depuis l’aperçu\u00a0: rien n’a été écrit. Vérifiez les nouveaux chiffres."
        )


@transaction.atomic
def start_import(*, cite, actor, programme, budget_year, content, filename, funder=""):
    """Keep the file, with the mapping of the last import of the same titles. Raises `SpreadsheetError`.

    `funder` is that of the lines that name none.
    """
    reading = read_file(ContentFile(content, name=filename), filename, budget_year)
    run = OutsideImport(
        cite=cite,
        programme=known_programme(cite, programme),
        budget_year=budget_year,
        filename=filename[-255:],
        sha256=hashlib.sha256(content).hexdigest(),
        signature=reading.signature,
        author=actor,
    )
    last = _done(run).filter(signature=run.signature).order_by("-confirmed_at", "-pk").first()
    run.mapping = last.result.get("remembered", {}) if last else {}
    if funder:
        run.mapping = {**run.mapping, "answers": {**run.mapping.get("answers", {}), "funder": funder}}
    run.file.save(f"{run.sha256[:16]}.table", ContentFile(content), save=False)
    run.save()
    return run


def _done(run):
    return OutsideImport.objects.filter(cite=run.cite, state=ImportState.DONE)


def earlier_import(run):
    """The last one of the very same file, written and not withdrawn, or None."""
    same = _done(run).filter(sha256=run.sha256, programme=run.programme, withdrawn_at__isnull=True)
    return same.exclude(pk=run.pk).order_by("-confirmed_at", "-pk").first()


def reading_of(run):
    with run.file.open("rb") as stream:
        return read_file(stream, run.filename, run.budget_year)


def plan_of(run, mapping=None):
    """The plan of a stored file under its mapping, or another one. Raises `MappingError`, `SpreadsheetError`."""
    return build_plan(run, reading_of(run), run.mapping if mapping is None else mapping)


@transaction.atomic
def save_answers(*, run, mapping):
    """Keep what was decided; the run is ready once no required question is left. Returns the plan."""
    run = OutsideImport.objects.select_for_update(of=("self",)).select_related("cite").get(pk=run.pk)
    plan = plan_of(run, mapping)
    if run.state in (ImportState.UPLOADED, ImportState.READY):
        run.mapping = mapping
        run.state = ImportState.READY if plan.can_be_written else ImportState.UPLOADED
        run.save(update_fields=["mapping", "state"])
    return plan


@transaction.atomic
def abandon_import(*, run):
    """Nothing of it will be written. Changes nothing of a written import."""
    OutsideImport.objects.filter(pk=run.pk).exclude(state=ImportState.DONE).update(state=ImportState.ABANDONED)


@transaction.atomic
def confirm_import(*, run, actor, fingerprint):
    """Write the plan, all of it or nothing. A second call changes nothing.

    Raises `PreviewChanged` when the plan is no longer the one previewed, `ImportRefused` when questions remain.
    """
    Cite.objects.select_for_update(of=("self",)).get(pk=run.cite_id)
    run = OutsideImport.objects.select_for_update(of=("self",)).select_related("cite").get(pk=run.pk)
    if run.state == ImportState.DONE:
        return run
    plan = plan_of(run)
    if not plan.can_be_written or run.state == ImportState.ABANDONED:
        raise ImportRefused(plan)
    if plan.fingerprint != fingerprint:
        raise PreviewChanged(plan)
    _write(plan, run, actor)
    return run


def _write(plan, run, actor):
    rows = [
        OutsideGrant(cite=run.cite, run=run, import_key=grant.key, author=actor, **grant.fields)
        for grant in plan.of("created")
    ]
    OutsideGrant.objects.bulk_create(rows, batch_size=BATCH)
    _update(plan.of("updated"))
    remembered = to_remember(plan.mapping, plan.reading, plan.choices)
    run.state, run.confirmed_at = ImportState.DONE, timezone.now()
    run.result = {**plan.figures, "remembered": remembered}
    run.save(update_fields=["state", "confirmed_at", "result"])
    counts = plan.figures["rows"]
    journal.record(
        cite_id=run.cite_id,
        actor=actor,
        verb="outside.import",
        subject=run,
        sentence=f"{actor} a importé, pour mémoire, «\u00a0{run.filename}\u00a0» ({run.programme})\u00a0: "
        f"{plural(counts['created'], 'subvention ajoutée', 'subventions ajoutées')}, "
        f"{plural(counts['updated'], 'mise à jour', 'mises à jour')}, {plural(counts['unchanged'], 'inchangée')}.",
    )


def _update(grants):
    if not grants:
        return
    for grant in grants:
        for name, value in grant.changes.items():
            setattr(grant.existing, name, value)
        grant.existing.version += 1
    fields = sorted({name for grant in grants for name in grant.changes})
    OutsideGrant.objects.bulk_update([grant.existing for grant in grants], [*fields, "version"], batch_size=BATCH)


@transaction.atomic
def import_outside(*, mapping=None, **table):
    """Start (with the arguments of `start_import`), answer and confirm in one go.

    Raises `ImportRefused` and keeps nothing then.
    """
    run = start_import(**table)
    if mapping is not None:
        run.mapping = mapping
        run.save(update_fields=["mapping"])
    plan = plan_of(run)
    if not plan.can_be_written:
        run.file.delete(save=False)
        raise ImportRefused(plan)
    return confirm_import(run=run, actor=run.author, fingerprint=plan.fingerprint)


def withdrawal(run):
    """What withdrawing would delete: {"count", "sum", "corrected"}."""
    rows = OutsideGrant.objects.filter(run=run)
    return {
        "count": rows.count(),
        "sum": rows.aggregate(sum=Sum("amount"))["sum"],
        "corrected": rows.filter(corrected_at__isnull=False).count(),
    }


@transaction.atomic
def withdraw_import(*, run, actor):
    """Delete every grant that this import added; its line and its figures stay. How many; a second call deletes none."""
    Cite.objects.select_for_update(of=("self",)).get(pk=run.cite_id)
    run = OutsideImport.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.state != ImportState.DONE or run.withdrawn_at:
        return 0
    gone = withdrawal(run)
    OutsideGrant.objects.filter(run=run).delete()
    run.withdrawn_at, run.withdrawn_by = timezone.now(), actor
    run.save(update_fields=["withdrawn_at", "withdrawn_by"])
    journal.record(
        cite_id=run.cite_id,
        actor=actor,
        verb="outside.withdrawn",
        subject=run,
        sentence=f"{actor} a retiré l’import «\u00a0{run.filename}\u00a0» ({run.programme})\u00a0: "
        f"{plural(gone['count'], 'subvention supprimée', 'subventions supprimées')}, {euros(gone['sum'])}.",
    )
    return gone["count"]
