"""The stretch of time a figure tells of: a civil year, a school year, a half-year."""

from dataclasses import dataclass
from datetime import date

from cite_educative.common.dates import SchoolYear, period_fr
from evaluation.enums import Frequency


@dataclass(frozen=True, order=True)
class Period:
    starts_on: date
    ends_on: date

    def __str__(self):
        return period_label(self.starts_on, self.ends_on)

    @property
    def year(self):
        """The civil year in which it starts: that of its targets."""
        return self.starts_on.year

    def overlaps(self, starts_on, ends_on):
        """Whether it touches these days; None leaves an end open."""
        return (ends_on is None or self.starts_on <= ends_on) and (starts_on is None or self.ends_on >= starts_on)


def period_label(starts_on, ends_on):
    """ "2025", "2024-2025", "1er semestre 2025", or the days when it is none of them."""
    bounds = (starts_on.month, starts_on.day), (ends_on.month, ends_on.day)
    if starts_on.year == ends_on.year:
        named = {
            ((1, 1), (12, 31)): f"{starts_on.year}",
            ((1, 1), (6, 30)): f"1er semestre {starts_on.year}",
            ((7, 1), (12, 31)): f"2d semestre {starts_on.year}",
        }.get(bounds)
        if named:
            return named
    if bounds == ((9, 1), (8, 31)) and ends_on.year == starts_on.year + 1:
        return f"{starts_on.year}-{ends_on.year}"
    return period_fr(starts_on, ends_on)


def periods_of_year(frequency, year):
    """The periods that start in a civil year: the year itself, the school year of its autumn, or its two halves."""
    if frequency == Frequency.SCHOOL_YEAR:
        school_year = SchoolYear(year)
        return [Period(school_year.start, school_year.end)]
    if frequency == Frequency.HALF_YEAR:
        return [Period(date(year, 1, 1), date(year, 6, 30)), Period(date(year, 7, 1), date(year, 12, 31))]
    return [Period(date(year, 1, 1), date(year, 12, 31))]


def periods_of_label(frequency, cite):
    """All those that touch the label of a Cité, in order; none while its dates are unknown."""
    first, last = cite.label_starts_on, cite.label_ends_on
    if first is None or last is None:
        return []
    periods = [period for year in range(first.year - 1, last.year + 1) for period in periods_of_year(frequency, year)]
    return [period for period in periods if period.overlaps(first, last)]
