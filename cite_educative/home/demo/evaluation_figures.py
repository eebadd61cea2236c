"""Three years of figures for Dunkerque, each state once. The IPS are published; every other figure is invented."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from django.conf import settings

from cite_educative.home.demo.accounts import DOMAIN
from evaluation.enums import Certainty, MeasurementState
from evaluation.models import Indicator, Measurement, Target
from evaluation.open_data import confirm_open_data, plan_of, start_open_data
from evaluation.periods import Period
from evaluation.services import Figure, return_measurements, save_measurements, validate_measurements
from partners.models import User

DATA = Path(settings.BASE_DIR) / "cite_educative" / "data"
# Year → commune ("" for the whole Cité) → figure, None when it is not known.
SESSIONS = {
    2024: {"": 96},
    2025: {"Dunkerque": 46, "Grande-Synthe": 32, "Saint-Pol-sur-Mer": 14, "Coudekerque-Branche": None},
    2026: {"Dunkerque": 51, "Grande-Synthe": 38},
}
PARENTS = {2025: {"Dunkerque": 31, "Grande-Synthe": 26, "Saint-Pol-sur-Mer": 3}}
TRAINED = {2024: {"": 38}, 2025: {"": 64}}
TARGETS = {2024: 40, 2025: 60, 2026: 90}
PUBLISHED = (
    ("C3", "colleges_cud_ips_2022-2023.csv", True),
    ("C3", "colleges_publics_cud_education_prioritaire_2024-2025.csv", True),
    ("C3E", "ecoles_cud_ips_2022-2023.csv", False),
)


def measure(dunkerque):
    indicators = {row.code: row for row in Indicator.objects.filter(cite=dunkerque.cite).select_related("cite")}
    _aim(indicators["R8F"])
    for code, years in (("R6", SESSIONS), ("R8", PARENTS), ("R8F", TRAINED)):
        figures = [
            _figure(dunkerque, indicators[code], year, place, value)
            for year, places in years.items()
            for place, value in places.items()
        ]
        save_measurements(dunkerque.cite, figures, actor=dunkerque.actor)
    _answer(dunkerque)
    referent = User.objects.get(email=f"referent@{DOMAIN}")
    told = _figure(dunkerque, indicators["R8"], 2026, "Grande-Synthe", 22)
    save_measurements(dunkerque.cite, [told], actor=referent)
    for code, filename, is_confirmed in PUBLISHED:
        _publish(dunkerque, indicators[code], filename, is_confirmed=is_confirmed)


def _aim(indicator):
    indicator.baseline, indicator.baseline_told = Decimal(22), "2023, feuilles de présence"
    indicator.save(update_fields=["baseline", "baseline_told"])
    Target.objects.bulk_create(Target(indicator=indicator, year=year, value=value) for year, value in TARGETS.items())


def _figure(dunkerque, indicator, year, place, value):
    commune = dunkerque.communes[place] if place else None
    certainty = Certainty.COUNTED if value is not None else Certainty.UNKNOWN
    if year == 2024:
        certainty = Certainty.ESTIMATED
    return Figure(
        indicator,
        Period(date(year, 1, 1), date(year, 12, 31)),
        None if value is None else Decimal(value),
        place=f"c{commune.pk}" if commune else "",
        certainty=certainty,
        comment="d’après les bilans reçus" if year == 2024 else "",
    )


def _answer(dunkerque):
    """All is validated but what is of this year: one figure is given back, the other waits."""
    rows = Measurement.objects.filter(indicator__cite=dunkerque.cite, state=MeasurementState.DRAFT)
    known = {row.pk: row.version for row in rows if row.starts_on.year < 2026}
    validate_measurements(dunkerque.cite, known, actor=dunkerque.actor)
    back = rows.filter(starts_on__year=2026).order_by("place").first()
    reason = "Les séances annulées ne se comptent pas."
    return_measurements(dunkerque.cite, {back.pk: back.version}, reason=reason, actor=dunkerque.actor)


def _publish(dunkerque, indicator, filename, *, is_confirmed):
    run = start_open_data(
        indicator=indicator, actor=dunkerque.actor, content=(DATA / filename).read_bytes(), filename=filename
    )
    if is_confirmed:
        confirm_open_data(run=run, actor=dunkerque.actor, fingerprint=plan_of(run).fingerprint)
