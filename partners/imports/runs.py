"""The life of an import: given, mapped, previewed, then confirmed or abandoned."""

import hashlib

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from partners.enums import TerritoryKind, TerritoryState
from partners.imports import planning
from partners.imports.fields import guess_columns
from partners.imports.ground import Ground
from partners.imports.kinds import PLANNERS
from partners.imports.planning import Options, Outcome
from partners.imports.reading import read_file
from partners.imports.writing import write
from partners.models import Cite, TerritoryImport


class ImportRefused(Exception):
    """Something keeps the import from being written; the message is a French sentence."""


@transaction.atomic
def start_import(*, cite, actor, kind, content, filename):
    """Keep the file, with the mapping of the last import of the same titles. Raises SpreadsheetError."""
    reading = read_file(content, filename, kind)
    run = TerritoryImport(
        cite=cite,
        kind=kind,
        filename=filename[-255:],
        sha256=hashlib.sha256(content).hexdigest(),
        signature=reading.signature,
        author=actor,
    )
    run.mapping = _remembered(run) or _first_mapping(run, reading)
    run.file.save(f"{run.sha256[:16]}.territoire", ContentFile(content), save=False)
    run.save()
    return run


def _done(run):
    return TerritoryImport.objects.filter(cite=run.cite, kind=run.kind, state=TerritoryState.DONE)


def _remembered(run):
    last = _done(run).filter(signature=run.signature).order_by("-confirmed_at").first()
    return {**last.mapping, "skip": False} if last else None


def _first_mapping(run, reading):
    """Schools and neighbourhoods of the Cité join its perimeter unless told otherwise; communes do when it has none."""
    has_communes = run.cite.communes.exists()
    is_first = run.kind == TerritoryKind.COMMUNES and not has_communes
    return {
        "columns": {str(index): key for index, key in guess_columns(run.kind, reading.columns).items()},
        "everywhere": is_first,
        "attach": run.kind in (TerritoryKind.SCHOOLS, TerritoryKind.NEIGHBOURHOODS),
        "skip": False,
    }


def earlier_import(run):
    """The last confirmed import of the very same file, or None."""
    return _done(run).filter(sha256=run.sha256).exclude(pk=run.pk).order_by("-confirmed_at").first()


def reading_of(run):
    with run.file.open("rb") as stream:
        return read_file(stream.read(), run.filename, run.kind)


def plan_of(run, actor):
    """The plan of a stored file under its mapping, for what `actor` may change."""
    reading = reading_of(run)
    planner = PLANNERS[run.kind](Ground(run.cite, actor.access.led), Options.of(run.mapping))
    return planning.build_plan(planner, reading, run.mapping)


@transaction.atomic
def save_mapping(*, run, mapping, actor):
    """Keep what each column becomes; the run is ready when nothing required is missing. Returns the plan."""
    run.mapping = mapping
    plan = plan_of(run, actor)
    run.state = TerritoryState.UPLOADED if plan.faults else TerritoryState.READY
    waiting = TerritoryImport.objects.filter(pk=run.pk, state__in=[TerritoryState.UPLOADED, TerritoryState.READY])
    waiting.update(mapping=mapping, state=run.state)
    return plan


@transaction.atomic
def abandon_import(*, run):
    """Nothing of it will be written. Changes nothing of a written import."""
    TerritoryImport.objects.filter(pk=run.pk).exclude(state=TerritoryState.DONE).update(state=TerritoryState.ABANDONED)


@transaction.atomic
def confirm_import(*, run, actor, fingerprint, skip=False):
    """Write the plan, all of it or nothing; `skip` leaves the refused rows aside. A second call changes nothing.

    Raises `ImportRefused` when rows are refused and `skip` is not said, when nothing is to be written, or when the
    plan is no longer the one previewed (`fingerprint`).
    """
    Cite.objects.select_for_update(of=("self",)).get(pk=run.cite_id)
    run = TerritoryImport.objects.select_for_update(of=("self",)).select_related("cite").get(pk=run.pk)
    if run.state == TerritoryState.DONE:
        return run
    if run.state != TerritoryState.READY:
        raise ImportRefused("Cet import n’attend pas de confirmation.")
    run.mapping = {**run.mapping, "skip": skip}
    plan = plan_of(run, actor)
    _check(plan, fingerprint)
    write(plan, run)
    run.state, run.confirmed_at, run.report = TerritoryState.DONE, timezone.now(), plan.report()
    run.save(update_fields=["state", "confirmed_at", "report", "mapping"])
    counts = run.report["counts"]
    journal.record(
        cite_id=run.cite_id,
        actor=actor,
        verb="territory.import",
        subject=run,
        sentence=f"{actor} a importé «\u00a0{run.filename}\u00a0» ({run.get_kind_display().lower()})\u00a0: "
        f"ajouts {counts['created']}, mises à jour {counts['updated']}, sans changement {counts['unchanged']}.",
    )
    return run


def _check(plan, fingerprint):
    if plan.fingerprint != fingerprint:
        raise ImportRefused("Les données ont changé depuis l’aperçu\u00a0: rien n’a été écrit, vérifiez-le à nouveau.")
    refused = len(plan.of(Outcome.REFUSED))
    if refused and not plan.options.skip:
        raise ImportRefused(
            "Rien n’a été écrit\u00a0: corrigez les lignes refusées dans le fichier, "
            "ou cochez «\u00a0Importer sans les lignes refusées\u00a0»."
        )
    if not plan.can_be_written:
        raise ImportRefused("Ce fichier ne change rien\u00a0: il n’y a rien à écrire.")
