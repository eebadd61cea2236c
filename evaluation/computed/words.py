"""How computed figures are written, and where their rows are listed."""

from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from cite_educative.common.dates import date_fr
from cite_educative.common.money import DASH, euros, round_cents
from evaluation.enums import Unit
from evaluation.numbers import FEW, MASKED

NBSP = "\u00a0"
NOT_KNOWN = "non connu"


def share(part, whole):
    """Percent to two decimals; None when either is not known, or nothing is to be shared."""
    return None if part is None or not whole else round_cents(Decimal(100 * part) / whole)


def ratio(part, whole):
    """`part` for one of `whole`, to two decimals; None as for `share`."""
    return None if part is None or not whole else round_cents(Decimal(part) / whole)


def count(number, one, many):
    """ "3 actions", "1 action", "0 action"; the number with its thousands apart."""
    return f"{thousands(number)} {many if abs(number) > 1 else one}"


def thousands(number):
    return NOT_KNOWN if number is None else f"{number:,}".replace(",", NBSP)


def decimal_fr(value):
    """ "12,5": no decimals when there are none."""
    return NOT_KNOWN if value is None else f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def known_euros(amount):
    return NOT_KNOWN if amount is None else euros(amount)


def day(on):
    return date_fr(on) if on else DASH


def capital(text):
    return f"{text[:1].upper()}{text[1:]}"


def names(values):
    return ", ".join(str(value) for value in values)


def listed(view, **query):
    """The address of a list with its filters."""
    return f"{reverse(view)}?{urlencode(query)}" if query else reverse(view)


def persons(number):
    """A count of persons: fewer than five are not told."""
    return MASKED if number is not None and number < FEW else thousands(number)


def value_text(value, unit):
    """A computed value as people read it."""
    if value is None or isinstance(value, str):
        return value or capital(NOT_KNOWN)
    if unit == Unit.EUROS:
        return euros(value)
    if unit in (Unit.PERSONS, Unit.PARTICIPATIONS):
        return persons(value)
    written = decimal_fr(value) if isinstance(value, Decimal) else thousands(value)
    after = {Unit.PERCENT: "%", Unit.DAYS: "jours" if value > 1 else "jour"}.get(unit, "")
    return f"{written}{NBSP}{after}" if after else written
