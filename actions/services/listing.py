"""What people keep about the list: named views, the calendar of school holidays."""

import csv
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from actions.models import HolidayPeriod, SavedView
from cite_educative.common import journal
from cite_educative.common.dates import SchoolYear
from cite_educative.common.locks import next_version
from cite_educative.common.once import lock_row

CALENDAR = settings.BASE_DIR / "cite_educative" / "data" / "vacances_scolaires.csv"
CALENDAR_SOURCE = "Calendrier national, «\u00a0Vacances scolaires par zones\u00a0», data.gouv.fr"
MOST_VIEWS = 40

# --- Named views ----------------------------------------------------------------------------------


@transaction.atomic
def save_view(view, *, actor):
    """Under the same name, the author's own view is replaced. Raises `ValidationError`."""
    lock_row(view.cite)
    own = SavedView.objects.filter(cite=view.cite, owner=actor)
    known = own.filter(name=view.name).first()
    if known is None and own.count() >= MOST_VIEWS:
        raise ValidationError(f"Vous avez déjà {MOST_VIEWS} vues\u00a0: retirez-en une d’abord.")
    if known:
        view.pk, view.created_at = known.pk, known.created_at
    view.owner = actor
    view.full_clean(validate_unique=known is None, validate_constraints=known is None)
    view.save()
    return view


@transaction.atomic
def remove_view(view):
    view.delete()


# --- School holidays ------------------------------------------------------------------------------


@transaction.atomic
def save_holiday(period, *, actor, version=None):
    """Its school year is that of its first day. Raises `ValidationError`, `ConflictError` when saved since `version`."""
    lock_row(period.cite)
    period.version = next_version(period, version)
    if period.starts_on:
        period.school_year = SchoolYear.of(period.starts_on)
    period.full_clean()
    period.save()
    _record(period.cite, actor, f"{actor} a noté les vacances «\u00a0{period.label}\u00a0» ({period.school_year}).")
    return period


@transaction.atomic
def remove_holiday(period, *, actor):
    cite, label = period.cite, f"{period.label}\u00a0» ({period.school_year})"
    period.delete()
    _record(cite, actor, f"{actor} a retiré les vacances «\u00a0{label}.")


@transaction.atomic
def take_calendar(*, cite, zone, actor):
    """The national calendar of this zone in place of the years that it covers; returns how many periods."""
    lock_row(cite)
    with CALENDAR.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["zone"] == zone]
    years = {SchoolYear.parse(row["annee_scolaire"]) for row in rows}
    HolidayPeriod.objects.filter(cite=cite, school_year__in=years).delete()
    HolidayPeriod.objects.bulk_create(
        HolidayPeriod(
            cite=cite,
            zone=zone,
            school_year=SchoolYear.parse(row["annee_scolaire"]),
            label=row["vacances"],
            starts_on=date.fromisoformat(row["premier_jour"]),
            ends_on=date.fromisoformat(row["dernier_jour"]),
            source=CALENDAR_SOURCE,
        )
        for row in rows
    )
    _record(cite, actor, f"{actor} a repris le calendrier scolaire de la zone {zone}.")
    return len(rows)


def _record(cite, actor, sentence):
    journal.record(cite_id=cite.pk, actor=actor, verb="holidays.updated", subject=cite, sentence=sentence)
