"""Two kinds of year that must not be mixed, and dates as the French write them."""

import datetime
import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

NBSP = "\u00a0"
FIRST_YEAR, LAST_YEAR = 2000, 2100
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTH_BEGINNINGS = ("jan", "fev", "mar", "avr", "mai", "juin", "juil", "aou", "sep", "oct", "nov", "dec")


class YearError(ValueError):
    """A year that cannot be read; the message is a French sentence fit for the user."""


class Year(int):
    """A year between 2000 and 2100; any other raises `YearError`. Use one of the two subclasses."""

    example = "2026"

    def __new__(cls, value):
        try:
            year = super().__new__(cls, value)
        except (TypeError, ValueError):
            raise YearError(cls._sentence(value)) from None
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise YearError(cls._sentence(int(year)))
        return year

    @classmethod
    def _sentence(cls, written):
        return (
            f"Année illisible{NBSP}: «{NBSP}{str(written)[:20]}{NBSP}». "
            f"Écrivez par exemple {cls.example}, entre {FIRST_YEAR} et {LAST_YEAR}."
        )

    @classmethod
    def current(cls):
        return cls.of(timezone.localdate())

    def __repr__(self):
        return f"{type(self).__name__}({int(self)})"


class BudgetYear(Year):
    """A civil year, in which money is voted and spent."""

    @classmethod
    def parse(cls, text):
        return cls(str(text).strip().removesuffix(".0"))

    @classmethod
    def of(cls, date):
        return cls(date.year)

    def __str__(self):
        return int.__repr__(self)

    @property
    def start(self):
        return datetime.date(self, 1, 1)

    @property
    def end(self):
        return datetime.date(self, 12, 31)


class SchoolYear(Year):
    """A school year, 1 September to 31 August, known by the civil year in which it starts."""

    example = "2025-2026"
    WRITING = re.compile(r"(\d{4})(?:\s*[-/–]\s*(\d{4}|\d{2}))?(?:\.0)?")

    @classmethod
    def parse(cls, text):
        """Read `2025-2026`, `2025/26` or `2025` (the starting year)."""
        found = cls.WRITING.fullmatch(str(int(text)) if isinstance(text, int) else str(text).strip())
        if not found:
            raise YearError(cls._sentence(text))
        start, end = found.groups()
        if end and int(end) % 100 != (int(start) + 1) % 100:
            raise YearError(cls._sentence(text))
        return cls(start)

    @classmethod
    def of(cls, date):
        return cls(date.year if date.month >= 9 else date.year - 1)

    def __str__(self):
        return f"{int(self)}-{int(self) + 1}"

    @property
    def start(self):
        return datetime.date(self, 9, 1)

    @property
    def end(self):
        return datetime.date(self + 1, 8, 31)


class YearFormField(forms.Field):
    year_type = None

    def prepare_value(self, value):
        return str(self.year_type(value)) if type(value) is int and FIRST_YEAR <= value <= LAST_YEAR else value

    def to_python(self, value):
        if value in self.empty_values:
            return None
        try:
            return self.year_type.parse(value)
        except YearError as error:
            raise ValidationError(str(error), code="invalid") from error

    def widget_attrs(self, widget):
        return {"inputmode": "numeric", "maxlength": 9, "autocomplete": "off"}


class BudgetYearFormField(YearFormField):
    year_type = BudgetYear


class SchoolYearFormField(YearFormField):
    year_type = SchoolYear


class YearField(models.SmallIntegerField):
    """Gives its type from the database and from forms; refuses to store a year out of range.

    A lookup takes any integer, so that a filter on an absurd year finds nothing instead of failing.
    """

    year_type = None
    form_field = None

    def from_db_value(self, value, expression, connection):
        return None if value is None else self.year_type(value)

    def to_python(self, value):
        if value is None or value == "" or isinstance(value, self.year_type):
            return None if value == "" else value
        try:
            return self.year_type.parse(value)
        except YearError as error:
            raise ValidationError(str(error), code="invalid") from error

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return None if value is None else int(value)

    def get_db_prep_save(self, value, connection):
        if value is not None and not hasattr(value, "as_sql"):
            value = self.year_type(value)
        return super().get_db_prep_save(value, connection)

    def value_to_string(self, instance):
        year = self.value_from_object(instance)
        return "" if year is None else str(int(year))

    def formfield(self, **kwargs):
        return models.Field.formfield(self, **{"form_class": self.form_field, **kwargs})


class BudgetYearField(YearField):
    description = "année budgétaire"
    year_type = BudgetYear
    form_field = BudgetYearFormField


class SchoolYearField(YearField):
    description = "année scolaire"
    year_type = SchoolYear
    form_field = SchoolYearFormField


# --- Writing --------------------------------------------------------------------------------------


def _local(moment):
    is_aware = isinstance(moment, datetime.datetime) and timezone.is_aware(moment)
    return timezone.localtime(moment) if is_aware else moment


def date_fr(date, *, weekday=False, year=None):
    """Write `1er juin 2026` with no-break spaces; the year is left out when it equals `year`. None gives an empty string.

    A datetime is written as its day in Paris.
    """
    if date is None:
        return ""
    date = _local(date)
    day = "1er" if date.day == 1 else str(date.day)
    words = [day, MONTHS[date.month - 1]] + ([str(date.year)] if date.year != year else [])
    written = NBSP.join(words)
    return f"{WEEKDAYS[date.weekday()]} {written}" if weekday else written


def period_fr(start, end):
    """Write a period without repeating what both ends share: `du 1er au 3 juin 2026`."""
    if start is None and end is None:
        return ""
    if start is None:
        return f"jusqu’au {date_fr(end)}"
    if end is None:
        return f"à partir du {date_fr(start)}"
    start, end = _local(start), _local(end)
    if (start.year, start.month, start.day) == (end.year, end.month, end.day):
        return f"le {date_fr(start)}"
    if (start.year, start.month) == (end.year, end.month):
        return f"du {'1er' if start.day == 1 else start.day} au {date_fr(end)}"
    return f"du {date_fr(start, year=end.year)} au {date_fr(end)}"


def time_fr(moment):
    """Write `14 h 30` or `9 h`, with no-break spaces, for a time or a datetime (Paris time)."""
    if moment is None:
        return ""
    moment = _local(moment)
    minutes = f"{NBSP}{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour}{NBSP}h{minutes}"


# --- Reading --------------------------------------------------------------------------------------

NUMERIC = re.compile(r"(?P<day>\d{1,2})[/.\-](?P<month>\d{1,2})[/.\-](?P<year>\d{4}|\d{2})")
ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[t ][\d:.]+(?:z|[+-]\d\d:?\d\d)?)?")
WORDS = re.compile(r"(?:le )?(?:[a-z]+di |dimanche )?(?P<day>\d{1,2})(?:er)? (?P<name>[a-z]+)\.? (?P<year>\d{4})")


def parse_date_fr(text):
    """Read `01/02/2026`, `2026-02-01`, `1er février 2026`; None when no single day can be read.

    Numbers are day, month, year; a two-digit year is of this century. A datetime gives its day in Paris.
    """
    if isinstance(text, datetime.datetime):
        return _local(text).date()
    if text is None or isinstance(text, datetime.date):
        return text
    plain = unicodedata.normalize("NFKD", " ".join(str(text).lower().split()))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    found = NUMERIC.fullmatch(plain) or ISO.fullmatch(plain) or WORDS.fullmatch(plain)
    if not found:
        return None
    parts = found.groupdict()
    month = int(parts["month"]) if "month" in parts else _month_number(parts["name"])
    year = int(parts["year"])
    try:
        date = datetime.date(year + 2000 if len(parts["year"]) == 2 else year, month, int(parts["day"]))
    except ValueError:
        return None
    return date if 1900 <= date.year <= LAST_YEAR else None


def _month_number(name):
    """0 when no month begins so, which no date accepts."""
    for number, beginning in enumerate(MONTH_BEGINNINGS, start=1):
        if name.startswith(beginning):
            return number
    return 0
