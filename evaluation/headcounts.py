"""How many pupils the schools of a Cité have, from the figures repeated from open data."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from evaluation.enums import Category, Unit
from evaluation.models import Measurement
from evaluation.numbers import LEAST_SCHOOLS

HEADCOUNT_SETS = ("fr-en-college-effectifs-niveau-sexe-lv",)


@dataclass(frozen=True)
class Headcount:
    """`schools` of the `of` schools are known; `period` is the last one among them."""

    pupils: int
    schools: int
    of: int
    period: str

    @property
    def is_whole(self):
        return self.schools == self.of


def headcounts(cite):
    """`{school key: (pupils, period label)}`: the last known of each. A published headcount, else the weight of an index.

    One query. For whole territories: the figure of one school is not for everybody (`permissions.can_read_schools`).
    """
    published = Q(indicator__open_data_id__in=HEADCOUNT_SETS, indicator__unit=Unit.NUMBER)
    weighted = Q(indicator__unit=Unit.POINTS, denominator__isnull=False)
    rows = Measurement.objects.validated().filter(published | weighted, indicator__cite=cite, category=Category.ALL)
    rows = rows.filter(school__isnull=False).select_related("indicator").order_by("starts_on", "pk")
    known = {}
    for row in rows:
        pupils = row.value if row.indicator.unit == Unit.NUMBER else row.denominator
        known[row.school_id] = (int(pupils), row.period_label)
    return known


def by_commune(schools, known, *, reads_schools):
    """`{commune key: Headcount}` of `schools`; a commune with fewer than three known ones is for who reads schools."""
    own = defaultdict(list)
    for school in schools:
        own[school.commune_id].append(school)
    return {
        commune: found
        for commune, rows in own.items()
        if (found := added(rows, known)) and (reads_schools or found.schools >= LEAST_SCHOOLS)
    }


def added(schools, known):
    """The `Headcount` of these schools; None when none is known."""
    told = [known[school.pk] for school in schools if school.pk in known]
    if not told:
        return None
    return Headcount(
        pupils=sum(pupils for pupils, _ in told),
        schools=len(told),
        of=len(schools),
        period=max(period for _, period in told),
    )
