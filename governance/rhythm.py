"""How often a body meets, in words, and the days that a series of meetings would take."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from cite_educative.common.holidays import is_weekend, public_holiday
from governance.enums import Rhythm

MOST = 12
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class SeriesDay:
    """`moved` says why it is not the day that the rhythm gives."""

    day: date
    moved: str = ""


def rhythm_words(every, unit):
    if not unit:
        return "rythme libre"
    if every == 1:
        return "chaque semaine" if unit == Rhythm.WEEK else "tous les mois"
    return f"toutes les {every} semaines" if unit == Rhythm.WEEK else f"tous les {every} mois"


def series_days(start, every, unit, number, holidays):
    """The `number` days after `start`, its weekday kept: weekends, public and school holidays put one off by a week.

    By months, the rank of the weekday is kept too: the second Tuesday, or the last one. `holidays`: periods with
    `starts_on`, `ends_on` and `label`.
    """
    days = []
    for turn in range(1, number + 1):
        day = start + turn * every * WEEK if unit == Rhythm.WEEK else _months_later(start, turn * every)
        days.append(_put_off(day, holidays))
    return days


def _months_later(start, months):
    years, month = divmod(start.month - 1 + months, 12)
    first = date(start.year + years, month + 1, 1)
    length = monthrange(first.year, first.month)[1]
    day = 1 + (start.weekday() - first.weekday()) % 7
    is_last = start.day + 7 > monthrange(start.year, start.month)[1]
    rank = (start.day - 1) // 7
    day += 7 * rank
    while day > length:
        day -= 7
    return first.replace(day=day + 7 if is_last and day + 7 <= length else day)


def _put_off(day, holidays):
    reason = ""
    while why := _why_not(day, holidays):
        reason = reason or why
        # A weekend is left by going to the Monday after, which later weeks keep.
        day += timedelta(days=7 - day.weekday()) if is_weekend(day) else WEEK
    return SeriesDay(day, reason)


def _why_not(day, holidays):
    if is_weekend(day):
        return "fin de semaine"
    if name := public_holiday(day):
        return f"jour férié, {name}"
    period = next((one for one in holidays if one.starts_on <= day <= one.ends_on), None)
    return f"vacances scolaires, {period.label}" if period else ""
