"""The measurements of a scratch Cité: two for each action, ten thousand for the largest."""

from datetime import date

from django.db import transaction

from cite_educative.home.bench.data import BATCH
from evaluation.enums import Breakdown, Category, Level, MeasurementState, Unit
from evaluation.models import Indicator, Measurement
from partners.models import School

INDICATORS, SCHOOLS = 20, 50
FIRST_YEAR = 2000
PER_ACTION = 2
WAITING = 10  # one in ten is to be validated


@transaction.atomic
def add_figures(plan):
    """Fill a `Plan` just built: twenty indicators, by commune and by school, over as many years as it takes."""
    schools = [
        School.objects.get_or_create(
            uai=f"{rank:07d}Z", defaults={"name": f"École {rank}", "kind": "école", "commune": plan.communes[0]}
        )[0]
        for rank in range(SCHOOLS)
    ]
    plan.cite.schools.set(schools)
    indicators = Indicator.objects.bulk_create(
        Indicator(
            cite=plan.cite,
            code=f"B{rank}",
            name=f"Indicateur {rank}",
            level=Level.OUTPUT,
            unit=Unit.NUMBER,
            breakdowns=[Breakdown.COMMUNE, Breakdown.SCHOOL],
            order=rank,
        )
        for rank in range(INDICATORS)
    )
    places = [{"place": ""}, *({"commune": row, "place": f"c{row.pk}"} for row in plan.communes)]
    places += [{"school": row, "place": f"e{row.pk}"} for row in schools]
    count = plan.size * PER_ACTION
    Measurement.objects.bulk_create(
        [_measurement(plan, indicators, places, rank) for rank in range(count)], batch_size=BATCH
    )


def _measurement(plan, indicators, places, rank):
    """Indicator first, then place, then year back: the latest year of every place is filled before the one before."""
    place = places[rank // INDICATORS % len(places)]
    year = max(plan.year - rank // (INDICATORS * len(places)), FIRST_YEAR)
    return Measurement(
        indicator=indicators[rank % INDICATORS],
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        category=Category.ALL,
        value=10 + rank % 90,
        state=MeasurementState.DRAFT if rank % WAITING == 0 else MeasurementState.VALIDATED,
        entered_by=plan.actor,
        **place,
    )
