"""What can be read of a free-text period: the text is always kept, dates only when nothing is doubtful."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime

from cite_educative.common.spreadsheets.model import Faulty, is_blank
from cite_educative.common.spreadsheets.text import YEAR, plain
from cite_educative.common.spreadsheets.values import (
    FRENCH_DATE,
    ISO_DATE,
    MONTH,
    MONTHS,
    dates_in,
    read_text,
    school_year_in,
)

BETWEEN = r"\s*(?:a|au|jusqu'?(?:a|en|au)?|et|/|-|–|->|=>|>)\s*(?:fin\s+|debut\s+|mi-?)?"
MONTH_RANGE = re.compile(rf"({MONTH})\.?\s*((?:19|20)\d\d)?{BETWEEN}({MONTH})\.?\s*((?:19|20)\d\d)")
ONE_MONTH = re.compile(rf"(?<![a-z])({MONTH})\.?\s*((?:19|20)\d\d)")
DAYS = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s*(?:er)?\s*(?:({MONTH})\.?)?{BETWEEN}(\d{{1,2}})\s*(?:er)?\s*({MONTH})\.?\s*((?:19|20)\d\d)"
)
PART = re.compile(r"(\d)\s*(?:er|e|eme|nd)?\s*(trimestre|semestre)\s*(?:de\s*)?((?:19|20)\d\d)")
START_OF_SCHOOL = re.compile(r"rentree\s*(?:scolaire\s*)?(?:de\s*)?(?:septembre\s*)?((?:19|20)\d\d)")
WHOLE_YEAR = re.compile(r"(?:toute\s*)?(?:l'?\s*)?(?:annee|exercice|an)?\s*(?:civile\s*)?((?:19|20)\d\d)")
DOUBTFUL = re.compile(r"\bou\b|environ|vers\b|a definir|a preciser|a confirmer|selon\b|semaine")
WITHOUT_START = re.compile(r"^\s*(nc|n\.c\.?|jusqu)\b")
ENDING = re.compile(r"^\s*(jusqu|au plus tard|avant|fin\b)")


@dataclass(frozen=True)
class Period:
    start: date | None
    end: date | None
    text: str


def read_period(cell):
    """Period(start, end, text): a bound that is unsaid or doubtful is None. Never raises for a text."""
    if isinstance(cell, Faulty):
        return Period(None, None, "")
    if is_blank(cell):
        return Period(None, None, "")
    text = read_text(cell)
    if isinstance(cell, date):
        return Period(cell.date() if isinstance(cell, datetime) else cell, None, text)
    start, end = _bounds(plain(text))
    if start and end and start > end:
        start = end = None
    return Period(start, end, text)


def _bounds(text):
    if DOUBTFUL.search(text):
        return None, None
    days = DAYS.search(text)
    if days:
        year, last_month = int(days[5]), MONTHS[days[4]]
        return _day(year, MONTHS.get(days[2], last_month), days[1]), _day(year, last_month, days[3])
    found = dates_in(text)
    if found or FRENCH_DATE.search(text) or ISO_DATE.search(text):
        return _from_dates(text, found)
    year = school_year_in(text)
    if year is not None and not re.search(MONTH, text):
        return date(year, 9, 1), date(year + 1, 8, 31)
    return _from_months(text)


def _from_dates(text, found):
    if len(found) == 2:
        return found[0], found[1]
    if len(found) == 1:
        return (None, found[0]) if WITHOUT_START.match(text) or ENDING.match(text) else (found[0], None)
    return None, None


def _from_months(text):
    span = MONTH_RANGE.search(text)
    if span:
        last, end_year = MONTHS[span[3]], int(span[4])
        first = MONTHS[span[1]]
        start_year = int(span[2]) if span[2] else end_year - (first > last)
        return date(start_year, first, 1), _last_day(end_year, last)
    part = PART.search(text)
    if part:
        length = 3 if part[2] == "trimestre" else 6
        last = int(part[1]) * length
        return (
            (date(int(part[3]), last - length + 1, 1), _last_day(int(part[3]), last))
            if 0 < last <= 12
            else (None, None)
        )
    school = START_OF_SCHOOL.search(text)
    if school:
        return date(int(school[1]), 9, 1), None
    months = ONE_MONTH.findall(text)
    if (
        len(months) == 1
        and len(YEAR.findall(text)) == 1
        and len(re.findall(rf"(?<![a-z])(?:{MONTH})(?![a-z])", text)) <= 1
    ):
        month, year = MONTHS[months[0][0]], int(months[0][1])
        return date(year, month, 1), _last_day(year, month)
    whole = WHOLE_YEAR.fullmatch(text.strip())
    return (date(int(whole[1]), 1, 1), date(int(whole[1]), 12, 31)) if whole else (None, None)


def _day(year, month, day):
    try:
        return date(year, month, int(day))
    except ValueError:
        return None


def _last_day(year, month):
    return date(year, month, calendar.monthrange(year, month)[1])
