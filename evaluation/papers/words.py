"""How the papers write figures: unknown in words, few persons masked, one year beside another."""

from decimal import Decimal

from cite_educative.common.money import short_euros
from evaluation.computed.words import NBSP, NOT_KNOWN, decimal_fr, thousands
from evaluation.enums import Unit
from evaluation.numbers import FEW, MASKED

PERSONS = (Unit.PERSONS, Unit.PARTICIPATIONS)
SUFFIXES = {Unit.PERCENT: f"{NBSP}%", Unit.DAYS: f"{NBSP}jours", Unit.HOURS: f"{NBSP}h", Unit.POINTS: f"{NBSP}points"}


def is_few(value, unit):
    """So few persons that a figure would point at them."""
    return unit in PERSONS and value is not None and 0 < value < FEW


def written(value, unit=Unit.NUMBER):
    if value is None:
        return NOT_KNOWN
    if is_few(value, unit):
        return MASKED
    if unit == Unit.EUROS:
        return short_euros(Decimal(value))
    return f"{_number(value)}{SUFFIXES.get(unit, '')}"


def _number(value):
    value = Decimal(value)
    if value == value.to_integral_value():
        return thousands(int(value))
    whole, _, decimals = decimal_fr(abs(value)).partition(",")
    return f"{'-' if value < 0 else ''}{thousands(int(whole))},{decimals}"


def change(before, after, unit=Unit.NUMBER):
    """ "+3", "−12 000 €", "+2,5 points", "stable"; in words when one of the two is not known or masked."""
    if before is None or after is None:
        return "non comparable"
    if is_few(before, unit) or is_few(after, unit):
        return "non comparable"
    difference = Decimal(after) - Decimal(before)
    if not difference:
        return "stable"
    if unit == Unit.PERCENT:
        unit = Unit.POINTS
    figure = short_euros(abs(difference)) if unit == Unit.EUROS else written(abs(difference), _plain(unit))
    return f"{'+' if difference > 0 else '−'}{figure}"


def _plain(unit):
    """A difference of three persons points at nobody."""
    return Unit.NUMBER if unit in PERSONS else unit
