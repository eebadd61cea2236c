"""The life of an import: given, mapped, previewed, then confirmed or abandoned."""

import hashlib

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.once import lock_row
from cite_educative.common.spreadsheets.values import school_year_in
from evaluation.enums import Certainty, ImportState, MeasurementState, Origin
from evaluation.models import Measurement, OpenDataImport, place_key
from evaluation.open_data.fields import fields_of
from evaluation.open_data.planning import Outcome, build_plan
from partners.imports import guess_fields, read_table

WAITING = (ImportState.UPLOADED, ImportState.READY)
WRITTEN = (
    *("value", "numerator", "denominator", "certainty", "comment", "state", "remarks", "origin", "reference"),
    *("said_by", "entered_by", "entered_at", "validated_by", "validated_at", "version"),
)


class OpenDataRefused(Exception):
    """Something keeps the import from being written; the message is a French sentence."""


@transaction.atomic
def start_open_data(*, indicator, actor, content, filename, year=None):
    """Keep the file, with the columns of the last import of the same titles; ready when nothing is left to say.

    Without `year`, the school year that the file's name tells. Raises SpreadsheetError.
    """
    reading = read_table(content, filename, fields_of(indicator))
    run = OpenDataImport(
        cite=indicator.cite,
        indicator=indicator,
        filename=filename[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        signature=reading.signature,
        year=year or school_year_in(filename),
        author=actor,
    )
    run.mapping = _remembered(run) or {
        str(index): key for index, key in guess_fields(fields_of(indicator), reading.columns).items()
    }
    if not build_plan(run, reading).faults:
        run.state = ImportState.READY
    run.file.save(f"{run.sha256[:16]}.donnees", ContentFile(content), save=False)
    run.save()
    return run


def _done(run):
    return OpenDataImport.objects.filter(indicator=run.indicator, state=ImportState.DONE)


def _remembered(run):
    last = _done(run).filter(signature=run.signature).order_by("-confirmed_at").first()
    return last.mapping if last else None


def earlier_import(run):
    """The last confirmed import of the very same file, or None."""
    return _done(run).filter(sha256=run.sha256).exclude(pk=run.pk).order_by("-confirmed_at").first()


def reading_of(run):
    with run.file.open("rb") as stream:
        return read_table(stream.read(), run.filename, fields_of(run.indicator))


def plan_of(run):
    return build_plan(run, reading_of(run))


@transaction.atomic
def save_columns(*, run, mapping, year):
    """Keep what each column becomes; the run is ready when nothing required is missing. Returns the plan."""
    run.mapping, run.year = mapping, year
    plan = plan_of(run)
    run.state = ImportState.UPLOADED if plan.faults else ImportState.READY
    waiting = OpenDataImport.objects.filter(pk=run.pk, state__in=WAITING)
    waiting.update(mapping=mapping, year=year, state=run.state)
    return plan


@transaction.atomic
def abandon_open_data(*, run):
    """Nothing of it will be written. Changes nothing of a written import."""
    OpenDataImport.objects.filter(pk=run.pk, state__in=WAITING).update(state=ImportState.ABANDONED)


@transaction.atomic
def confirm_open_data(*, run, actor, fingerprint, skip=False):
    """Write the plan as validated measurements, all of it or nothing; `skip` leaves the refused rows aside.

    A second call changes nothing. Raises `OpenDataRefused` when rows are refused and `skip` is not said, when nothing
    is to be written, or when the plan is no longer the one previewed (`fingerprint`).
    """
    lock_row(run.cite)
    run = OpenDataImport.objects.select_related("cite", "indicator").get(pk=run.pk)
    if run.state == ImportState.DONE:
        return run
    if run.state != ImportState.READY:
        raise OpenDataRefused("Cet import n’attend pas de confirmation.")
    plan = plan_of(run)
    if plan.fingerprint != fingerprint:
        raise OpenDataRefused(
            "Les données ont changé depuis l’aperçu\u00a0: rien n’a été écrit, vérifiez-le à nouveau."
        )
    if plan.of(Outcome.REFUSED) and not skip:
        raise OpenDataRefused(
            "Rien n’a été écrit\u00a0: corrigez les lignes refusées dans le fichier, "
            "ou cochez «\u00a0Importer sans les lignes refusées\u00a0»."
        )
    if not plan.written:
        raise OpenDataRefused("Ce fichier ne change rien\u00a0: il n’y a rien à écrire.")
    _write(plan, run, actor)
    run.state, run.confirmed_at, run.report = ImportState.DONE, timezone.now(), plan.report()
    run.save(update_fields=["state", "confirmed_at", "report"])
    journal.record(
        cite_id=run.cite_id,
        actor=actor,
        verb="open_data_imported",
        subject=run,
        sentence=f"{actor} a importé «\u00a0{run.filename}\u00a0» ({run.indicator.name})\u00a0: "
        f"{len(plan.written)} chiffres de {run.report['schools']} établissements.",
    )
    return run


def _write(plan, run, actor):
    rows = [_measurement(planned, run, actor) for planned in plan.written]
    Measurement.objects.bulk_create([row for row in rows if row.pk is None], batch_size=500)
    Measurement.objects.bulk_update([row for row in rows if row.pk is not None], WRITTEN, batch_size=500)


def _measurement(planned, run, actor):
    row = planned.kept
    if row is None:
        row = Measurement(
            indicator=run.indicator,
            starts_on=planned.period.starts_on,
            ends_on=planned.period.ends_on,
            school=planned.school,
            place=place_key(school=planned.school.pk),
        )
    else:
        row.version += 1
    row.value, row.numerator, row.certainty = planned.value, None, Certainty.COUNTED
    row.denominator = planned.weight if planned.weight is not None else row.denominator
    row.state, row.remarks, row.comment, row.said_by = MeasurementState.VALIDATED, "", "", ""
    row.origin, row.reference = Origin.IMPORT, run.filename
    row.entered_by = row.validated_by = actor
    row.entered_at = row.validated_at = timezone.now()
    return row
