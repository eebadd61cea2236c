"""The grid of figures: which rows, what is kept in them, who may write them."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from evaluation.enums import Breakdown, Category, Certainty, Frequency, MeasurementState, Nature
from evaluation.masking import breakdown_of, masked_keys
from evaluation.models import Indicator, Measurement
from evaluation.numbers import MASKED, figure_text, typed_text
from evaluation.periods import Period, periods_of_year
from evaluation.permissions import can_measure
from evaluation.places import LETTERS, Places, key_of
from partners.permissions import can_steer

BADGES = {
    MeasurementState.DRAFT: "attendu",
    MeasurementState.RETURNED: "retard",
    MeasurementState.VALIDATED: "fait",
}


@dataclass(frozen=True)
class GridRow:
    """One cell of the grid: an indicator, a period, a territory, a part of the public, and what is kept there."""

    indicator: Indicator
    period: Period
    place: str
    category: str
    label: str
    detail: str
    names: tuple  # by which a pasted row may call it
    measurement: Measurement | None
    is_masked: bool
    can_write: bool

    @property
    def key(self):
        return f"i{self.indicator.pk}-{self.period.starts_on:%Y%m}-{self.place or 'cite'}-{self.category}"

    @property
    def full_label(self):
        return f"{self.label}, {self.detail}" if self.detail else self.label

    @property
    def text(self):
        """What a reader who does not enter figures is told."""
        row = self.measurement
        if row is None:
            return ""
        return MASKED if self.is_masked else figure_text(row.value, self.indicator.unit)

    @property
    def shown_comment(self):
        return self.measurement.comment if self.measurement else ""

    @property
    def typed(self):
        """The texts of its fields before anybody writes."""
        row = self.measurement
        if row is None:
            return {"value": "", "numerator": "", "denominator": "", "certainty": Certainty.COUNTED, "comment": ""}
        return {name: typed_text(getattr(row, name)) for name in ("value", "numerator", "denominator")} | {
            "certainty": row.certainty,
            "comment": row.comment,
        }

    @property
    def version(self):
        return self.measurement.version if self.measurement else 0

    @property
    def badge(self):
        if self.measurement is None:
            return None
        return BADGES[self.measurement.state], self.measurement.get_state_display()


@dataclass(frozen=True)
class Choice:
    """What the grid is asked to show: a civil year, and a territory or one indicator by territory."""

    year: int
    place: str = ""
    indicator: Indicator | None = None
    kind: str = ""


class Grid:
    """The rows of a `Choice`, as `user` may read and write them. Two to five queries."""

    def __init__(self, user, cite, choice, places=None):
        self.user, self.cite, self.choice = user, cite, choice
        self.places = places or Places(cite)

    @cached_property
    def indicators(self):
        """Those that are entered by hand and followed today."""
        rows = Indicator.objects.visible_to(self.user).filter(cite=self.cite, nature=Nature.MEASURED, is_active=True)
        found = list(rows)
        for row in found:
            row.cite = self.cite
        return found

    @cached_property
    def rows(self):
        cells = list(self._cells())
        known = self._known(cells)
        hidden = _hidden(cells, known)
        return [self._row(cell, known, hidden) for cell in cells]

    @property
    def writable(self):
        return [row for row in self.rows if row.can_write]

    @property
    def has_shares(self):
        return any(row.indicator.is_share for row in self.rows)

    def _cells(self):
        if self.choice.indicator is not None:
            indicator = self.choice.indicator
            for place in self.places.of(self.choice.kind):
                key = key_of(self.choice.kind, place)
                for period in periods_of_year(indicator.frequency, self.choice.year):
                    yield indicator, period, key, place, Category.ALL
            return
        kind, place = self.places.find(self.choice.place)
        for indicator in self.indicators:
            if kind is not None and kind not in indicator.breakdowns:
                continue
            for period in periods_of_year(indicator.frequency, self.choice.year):
                for category in (Category.ALL, *indicator.categories):
                    yield indicator, period, self.choice.place, place, category

    def _known(self, cells):
        indicators = {cell[0].pk for cell in cells}
        days = {cell[1].starts_on for cell in cells}
        rows = Measurement.objects.visible_to(self.user).filter(indicator__in=indicators, starts_on__in=days)
        if self.choice.indicator is None:
            rows = rows.filter(place=self.choice.place)
        else:
            rows = rows.filter(place__startswith=LETTERS[self.choice.kind])
        return {(row.indicator_id, row.starts_on, row.ends_on, row.place, row.category): row for row in rows}

    def _row(self, cell, known, hidden):
        indicator, period, key, place, category = cell
        by_place = self.choice.indicator is not None
        parts = [str(period)] if indicator.frequency != Frequency.CIVIL_YEAR else []
        parts += [Category(category).label] if category != Category.ALL else []
        label = str(place) if by_place else indicator.name
        names = (place.name, getattr(place, "uai", place.name)) if by_place else (indicator.name, indicator.code)
        commune = place if key.startswith(LETTERS[Breakdown.COMMUNE]) else None
        return GridRow(
            indicator,
            period,
            key,
            category,
            label,
            ", ".join(parts),
            names,
            known.get(_where(cell)),
            _where(cell) in hidden,
            can_measure(self.user, indicator, commune),
        )


def _where(cell):
    indicator, period, key, _, category = cell
    return indicator.pk, period.starts_on, period.ends_on, key, category


def _hidden(cells, known):
    """Where a figure tells of fewer than five persons, or would give such a figure away: by period and breakdown."""
    groups = defaultdict(dict)
    for cell in cells:
        row = known.get(_where(cell))
        if row is not None:
            indicator, period, _, _, category = cell
            groups[indicator, period, breakdown_of(category)][_where(cell)] = row
    return {where for (indicator, *_), figures in groups.items() for where in masked_keys(indicator, figures)}


def home_place(user, cite):
    """The territory that the grid opens on: a referent's own commune, else the whole Cité."""
    own = user.access.communes.get(cite.pk)
    return "" if can_steer(user, cite) or not own else f"{LETTERS[Breakdown.COMMUNE]}{min(own)}"
