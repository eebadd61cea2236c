"""The figures of an indicator over its periods, its territories and its publics: what is known, added up as it may be.

Only validated figures count. Unknown is None, never 0. A sum over some of the communes says over how many.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal

from evaluation import computed
from evaluation.enums import Category, Certainty, Nature, Unit
from evaluation.headcounts import HEADCOUNT_SETS
from evaluation.masking import is_few, masked_keys
from evaluation.models import Indicator, Measurement
from evaluation.numbers import LEAST_SCHOOLS, MASKED, NBSP, UNKNOWN, divided, figure_text
from evaluation.periods import Period, periods_of_label, periods_of_year
from evaluation.places import Places

ADDED_UP = (Unit.PERSONS, Unit.PARTICIPATIONS, Unit.NUMBER, Unit.EUROS)


@dataclass(frozen=True)
class Point:
    """One figure, as it may be shown. `told` says how it was made up; `is_masked` that it is known and not said."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    certainty: str = Certainty.UNKNOWN
    told: str = ""
    comment: str = ""
    url: str = ""
    is_masked: bool = False

    @property
    def is_known(self):
        return self.value is not None

    def masked(self):
        return replace(self, value=None, numerator=None, denominator=None, comment="", is_masked=True)

    def text(self, unit):
        return MASKED if self.is_masked else figure_text(self.value, unit)


NOTHING = Point()


def is_added_up(indicator):
    """Whether its territories add up; else they make a mean."""
    return (
        indicator.is_share
        or indicator.unit in ADDED_UP
        or (indicator.unit == Unit.HOURS and indicator.nature == Nature.MEASURED)
    )


class Figures:
    """What is validated for one indicator. `weights`: {(school key, first day): enrolment}."""

    def __init__(self, indicator, places, rows, weights=None):
        self.indicator, self.places, self.weights = indicator, places, weights or {}
        self._rows = defaultdict(dict)
        for row in rows:
            self._rows[Period(row.starts_on, row.ends_on)][row.place, row.category] = row

    @property
    def periods(self):
        """Those of the label, those of any figure kept, and those between."""
        known = {*periods_of_label(self.indicator.frequency, self.places.cite), *self._rows}
        years = range(min(known).year, max(known).year + 1) if known else ()
        return sorted({*known, *(one for year in years for one in periods_of_year(self.indicator.frequency, year))})

    def has_any(self, period):
        return bool(self._rows.get(period))

    def at(self, period, place="", category=Category.ALL):
        """The figure kept for exactly this territory, hidden when it tells of fewer than five persons."""
        return self._shown(self._kept(period, place, category))

    def total(self, period, category=Category.ALL):
        """Of the whole Cité: the figure kept for it, else what the communes, else the schools make up."""
        return self._shown(self._total(period, category))

    def series(self):
        """`[(Period, Point)]` of the whole Cité."""
        return [(period, self.total(period)) for period in self.periods]

    def communes(self, period):
        """`[(Commune, Point)]` in alphabetical order, every commune of the Cité."""
        points = {commune: self._commune(period, commune) for commune in self.places.communes}
        return list(self._hidden(points).items())

    def neighbourhoods(self, period):
        points = {row: self._kept(period, f"q{row.pk}") for row in self.places.neighbourhoods}
        return list(self._hidden(points).items())

    def schools(self, period):
        """`[(School, Point)]`: for those who may read the figures of one school only."""
        points = {row: self._kept(period, f"e{row.pk}") for row in self.places.schools}
        return [(row, point) for row, point in self._hidden(points).items() if point.is_known or point.is_masked]

    def categories(self, period):
        """`[(Category, Point)]` of the whole Cité, one breakdown after the other."""
        shown = {}
        for breakdown in self.indicator.breakdowns:
            shown |= self._hidden({part: self._total(period, part) for part in Category.of(breakdown)})
        return [(Category(part), shown[part]) for part in self.indicator.categories]

    def _hidden(self, points):
        hidden = masked_keys(self.indicator, points)
        return {key: point.masked() if key in hidden else point for key, point in points.items()}

    def _shown(self, point):
        return point.masked() if is_few(self.indicator, point) else point

    def _kept(self, period, place, category=Category.ALL):
        row = self._rows.get(period, {}).get((place, category))
        if row is None:
            return NOTHING
        return Point(row.value, row.numerator, row.denominator, row.certainty, comment=row.comment)

    def _total(self, period, category):
        kept = self._kept(period, "", category)
        if kept.is_known:
            return kept
        parts = [self._kept(period, f"c{commune.pk}", category) for commune in self.places.communes]
        if any(part.is_known for part in parts):
            return self._made_up(parts, ("commune renseignée", "communes renseignées"))
        if not self._has_schools(period, category):
            return kept
        return self._of_schools(period, self.places.schools, category)

    def _commune(self, period, commune):
        kept = self._kept(period, f"c{commune.pk}")
        if kept.is_known or not self._has_schools(period, Category.ALL):
            return kept
        return self._of_schools(
            period, [row for row in self.places.schools if row.commune_id == commune.pk], Category.ALL
        )

    def _has_schools(self, period, category):
        return any(place.startswith("e") and part == category for place, part in self._rows.get(period, {}))

    def _of_schools(self, period, schools, category):
        """Of three schools at least, so that none can be told from the others."""
        points = {f"e{row.pk}": self._kept(period, f"e{row.pk}", category) for row in schools}
        known = {key: point for key, point in points.items() if point.is_known}
        if len(known) < LEAST_SCHOOLS:
            return (
                Point(told=f"moins de {LEAST_SCHOOLS} établissements{NBSP}: le chiffre n’est pas donné")
                if known
                else NOTHING
            )
        if is_added_up(self.indicator):
            return self._made_up(list(points.values()), ("établissement renseigné", "établissements renseignés"))
        return self._mean(period, known)

    def _mean(self, period, known):
        weights = {key: point.denominator or self.weights.get((key, period.starts_on)) for key, point in known.items()}
        certainty = _least_sure(known.values())
        if all(weights.values()):
            weighted = sum(point.value * weights[key] for key, point in known.items())
            told = f"moyenne de {len(known)} établissements, pondérée par leurs effectifs"
            return Point(divided(weighted, sum(weights.values())), certainty=certainty, told=told)
        told = f"moyenne simple de {len(known)} établissements{NBSP}: leurs effectifs ne sont pas tous connus"
        return Point(divided(sum(point.value for point in known.values()), len(known)), certainty=certainty, told=told)

    def _made_up(self, parts, words):
        """The sum of the known ones, and of how many it is."""
        known = [point for point in parts if point.is_known]
        told = (
            f"sur {len(known)} {words[len(known) > 1]}, de {len(parts)}"
            if len(known) < len(parts)
            else (f"sur {len(known)} {words[len(known) > 1]}")
        )
        certainty = _least_sure(known)
        if self.indicator.is_share:
            whole = [point for point in known if point.numerator is not None and point.denominator is not None]
            if not whole:
                return Point(told="parts connues sans ce qu’elles divisent")
            numerator, denominator = (
                sum(getattr(point, name) for point in whole) for name in ("numerator", "denominator")
            )
            value = divided(numerator * 100, denominator) if denominator else None
            return Point(value, numerator, denominator, certainty, told)
        if not is_added_up(self.indicator):
            value = divided(sum(point.value for point in known), len(known))
            return Point(value, certainty=certainty, told=f"moyenne simple {told}")
        if self.indicator.unit == Unit.PERSONS and len(known) > 1:
            told = f"{told}{NBSP}; une même personne peut y être comptée deux fois"
        return Point(sum(point.value for point in known), certainty=certainty, told=told)


def _least_sure(points):
    return (
        Certainty.ESTIMATED if any(point.certainty == Certainty.ESTIMATED for point in points) else Certainty.COUNTED
    )


def read_figures(cite, indicators, places=None):
    """{indicator key: `Figures`} of the entered and imported ones, in two queries, plus one a kind of territory.

    Says nothing of who may read them: `Figures.schools` is for `can_read_schools`.
    """
    indicators, places = list(indicators), places or Places(cite)
    rows = defaultdict(list)
    for row in Measurement.objects.validated().filter(indicator__in=indicators):
        rows[row.indicator_id].append(row)
    weights = {}
    if any(not is_added_up(indicator) for indicator in indicators):
        weights = _headcounts(cite)
    return {indicator.pk: Figures(indicator, places, rows[indicator.pk], weights) for indicator in indicators}


def _headcounts(cite):
    rows = Measurement.objects.validated().filter(
        indicator__in=Indicator.objects.filter(cite=cite, open_data_id__in=HEADCOUNT_SETS),
        school__isnull=False,
        category=Category.ALL,
    )
    return {(row.place, row.starts_on): row.value for row in rows if row.value}


def computed_point(indicator, cite, period, *, commune=None):
    """The figure that the application computes for this indicator, its explanation and the list behind it."""
    found = computed.compute(indicator.computed_key, cite, period, commune=commune)
    if not isinstance(found.value, int | float | Decimal):
        return Point(told=found.told, url=found.url)
    parts = (None if part is None else Decimal(part) for part in (found.numerator, found.denominator))
    point = Point(Decimal(found.value), *parts, Certainty.COUNTED, found.told, url=found.url)
    return point.masked() if is_few(indicator, point) else point


def is_computable(indicator):
    return indicator.computed_key in computed.COMPUTATIONS


def certainty_text(point):
    if point.is_masked or not point.is_known:
        return UNKNOWN if not point.is_masked else ""
    return Certainty(point.certainty).label
