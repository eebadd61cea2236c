from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.once import lock_row
from evaluation.enums import Category, Certainty, MeasurementState, Origin
from evaluation.models import Indicator, Measurement
from evaluation.periods import Period
from evaluation.places import Places, fields_of

NBSP = "\u00a0"
KEPT = ("value", "numerator", "denominator", "certainty", "comment")
MOVED = ("state", "remarks", "version")


@dataclass(frozen=True)
class Figure:
    """One cell to keep. `place` is the key of its territory; `version` that of what it replaces, 0 for a new one."""

    indicator: Indicator
    period: Period
    value: Decimal | None
    place: str = ""
    category: str = Category.ALL
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    certainty: str = Certainty.COUNTED
    comment: str = ""
    version: int = 0

    @property
    def cell(self):
        return self.indicator.pk, self.period.starts_on, self.period.ends_on, self.place, self.category


class FiguresConflict(Exception):
    """Somebody saved some of these cells since they were read; `pairs` are `(Figure, Measurement or None)`."""

    def __init__(self, pairs):
        super().__init__("Quelqu’un a enregistré ces chiffres pendant que vous les écriviez.")
        self.pairs = pairs


def cell_of(measurement):
    return (
        measurement.indicator_id,
        measurement.starts_on,
        measurement.ends_on,
        measurement.place,
        measurement.category,
    )


def known_cells(figures):
    """{cell: Measurement} of what is kept for the indicators and the days of these figures; one query."""
    rows = Measurement.objects.filter(
        indicator__in={figure.indicator.pk for figure in figures},
        starts_on__in={figure.period.starts_on for figure in figures},
    )
    return {cell_of(row): row for row in rows}


@transaction.atomic
def save_measurements(cite, figures, *, actor, said_by=""):
    """Keep what was entered, all of it or nothing, to be validated; returns the measurements that changed.

    A figure already validated goes back to be validated. What says the same as what is kept is left alone. Raises
    `FiguresConflict`, and `ValidationError` for a period outside the label or a territory of elsewhere.
    """
    lock_row(cite)
    _check(cite, figures)
    known = known_cells(figures)
    changed = [figure for figure in figures if _differs(figure, known.get(figure.cell))]
    conflicts = [
        (figure, known.get(figure.cell))
        for figure in changed
        if figure.version != (known[figure.cell].version if figure.cell in known else 0)
    ]
    if conflicts:
        raise FiguresConflict(conflicts)
    places = Places(cite)
    rows = [_written(figure, known.get(figure.cell), places, actor, said_by) for figure in changed]
    subjects = [(row, _entered(row, actor, said_by)) for row in rows]
    journal.record_many(cite_id=cite.pk, actor=actor, verb="measurement_entered", subjects=subjects)
    return rows


def _check(cite, figures):
    places = Places(cite)
    for figure in figures:
        if figure.indicator.cite_id != cite.pk:
            raise ValidationError(f"«{NBSP}{figure.indicator}{NBSP}» est l’indicateur d’une autre Cité.")
        check_period(cite, figure.period)
        try:
            places.find(figure.place)
        except KeyError as error:
            raise ValidationError("Ce territoire n’est pas, ou n’est plus, de la Cité.") from error


def check_period(cite, period):
    """Raises `ValidationError` for a period that does not touch the label, with its dates."""
    if period.overlaps(cite.label_starts_on, cite.label_ends_on):
        return
    first, last = date_fr(cite.label_starts_on), date_fr(cite.label_ends_on)
    raise ValidationError(
        f"«{NBSP}{period}{NBSP}» est hors du label, qui va du {first} au {last}{NBSP}: choisissez une année qui le touche."
    )


def _differs(figure, row):
    return row is None or any(getattr(figure, name) != getattr(row, name) for name in KEPT)


def _written(figure, row, places, actor, said_by):
    if row is None:
        row = Measurement(
            indicator=figure.indicator,
            starts_on=figure.period.starts_on,
            ends_on=figure.period.ends_on,
            category=figure.category,
            **fields_of(*places.find(figure.place)),
        )
    else:
        row.version += 1
    for name in KEPT:
        setattr(row, name, getattr(figure, name))
    row.indicator, row.said_by, row.origin, row.reference = figure.indicator, said_by, Origin.ENTRY, ""
    row.entered_by, row.entered_at = actor, timezone.now()
    row.state, row.validated_by, row.validated_at = MeasurementState.DRAFT, None, None
    row.save()
    return row


def _named(row):
    return f"«{NBSP}{row.indicator.name}{NBSP}» ({row.period_label})"


def _entered(row, actor, said_by):
    return f"{actor} a saisi un chiffre de {_named(row)}" + (f", reçu de {said_by}." if said_by else ".")


@transaction.atomic
def validate_measurements(cite, versions, *, actor):
    """Validate the measurements of `versions`, {key: version read}; returns `(validated, passed over)`.

    What somebody changed, validated or returned since it was read is passed over.
    """
    taken, passed = _still_the_same(cite, versions)
    for row in taken:
        row.state, row.validated_by, row.validated_at = MeasurementState.VALIDATED, actor, timezone.now()
        row.remarks, row.version = "", row.version + 1
    Measurement.objects.bulk_update(taken, [*MOVED, "validated_by", "validated_at"], batch_size=500)
    subjects = [(row, f"{actor} a validé un chiffre de {_named(row)}.") for row in taken]
    journal.record_many(cite_id=cite.pk, actor=actor, verb="measurement_validated", subjects=subjects)
    return taken, passed


@transaction.atomic
def return_measurements(cite, versions, *, reason, actor):
    """Give them back to whoever entered them, with the reason; returns `(returned, passed over)` like the validation."""
    if not reason.strip():
        raise ValidationError("Dites ce qui est à reprendre\u00a0: la personne qui a saisi le chiffre le lira.")
    taken, passed = _still_the_same(cite, versions)
    for row in taken:
        row.state, row.remarks, row.version = MeasurementState.RETURNED, reason.strip(), row.version + 1
    Measurement.objects.bulk_update(taken, MOVED, batch_size=500)
    subjects = [(row, f"{actor} a renvoyé un chiffre de {_named(row)}.") for row in taken]
    journal.record_many(cite_id=cite.pk, actor=actor, verb="measurement_returned", subjects=subjects)
    return taken, passed


def _still_the_same(cite, versions):
    lock_row(cite)
    rows = Measurement.objects.filter(indicator__cite=cite, pk__in=versions).select_related("indicator")
    taken = [row for row in rows if row.version == versions[row.pk] and row.state == MeasurementState.DRAFT]
    return taken, len(versions) - len(taken)
