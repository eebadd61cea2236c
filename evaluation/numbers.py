"""Figures as the French type them and read them."""

import re
from decimal import ROUND_HALF_UP, Decimal

from cite_educative.common.money import euros
from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets.numbers import as_number
from evaluation.enums import Unit

NBSP = "\u00a0"
UNKNOWN = "non connu"
FEW = 5
LEAST_SCHOOLS = 3  # of which a figure may be told together
MASKED = f"moins de {FEW}"
PLACES = Decimal("0.0001")
LARGEST = Decimal(10) ** 11
COUNTS = (Unit.PERSONS, Unit.PARTICIPATIONS)
DASHES = ("?", "-", "–", "—")
NOT_KNOWN = frozenset(
    (
        "na",
        "n a",
        "nc",
        "n c",
        "nd",
        "n d",
        "ns",
        "nsp",
        "non connu",
        "non connue",
        "inconnu",
        "inconnue",
        "non renseigne",
        "non renseignee",
        "non disponible",
        "non communique",
        "indisponible",
        "secret",
    )
)


class FigureError(ValueError):
    """What is wrong with a figure and how to mend it, in one French sentence."""


def says_unknown(text):
    """Whether these words, typed in the place of a figure, say that it is not known ("N/A", "nc", "?")."""
    return normalise(text) in NOT_KNOWN or text.strip() in DASHES


def read_figure(text, unit, *, share=True):
    """A `Decimal`, zero or more, of at most four decimals; None for a blank. Raises `FigureError`.

    `share` is False for the numerator or the denominator of a percentage, which may pass a hundred.
    """
    written = text.strip()
    if not written:
        return None
    value = as_number(_without_unit(written, unit))
    if value is None:
        raise FigureError(
            f"«{NBSP}{_short(written)}{NBSP}» n’est pas un nombre{NBSP}: écrivez par exemple 1{NBSP}234,5."
        )
    if value < 0:
        raise FigureError(f"«{NBSP}{_short(written)}{NBSP}» est négatif{NBSP}: ce chiffre ne peut pas l’être.")
    return checked(value, unit, share=share)


def checked(value, unit, *, share=True):
    """The same figure, refused when its unit cannot have it. Raises `FigureError`."""
    if value >= LARGEST:
        raise FigureError(f"Ce nombre est démesuré{NBSP}: vérifiez ses chiffres.")
    if unit in COUNTS and value != value.to_integral_value():
        raise FigureError(
            f"{number_text(value)} a des décimales{NBSP}: des {Unit(unit).label} se comptent en nombres entiers, "
            f"écrivez par exemple 1{NBSP}234."
        )
    if unit == Unit.PERCENT and share and value > 100:
        raise FigureError(f"{number_text(value)}{NBSP}% dépasse 100{NBSP}%{NBSP}: vérifiez ce pourcentage.")
    if value != value.quantize(PLACES):
        raise FigureError(f"Ce nombre est trop précis{NBSP}: donnez quatre décimales au plus.")
    return value


def _without_unit(written, unit):
    if unit == Unit.PERCENT:
        return written.removesuffix("%").strip()
    if unit == Unit.EUROS:
        return written
    return "" if re.search(r"€|eur|k$", written.lower()) else written


def _short(text):
    return f"{text[:40]}…" if len(text) > 40 else text


def percent_of(numerator, denominator):
    """Their quotient in percent, to four decimals. Raises `FigureError` where there is none."""
    if not denominator:
        raise FigureError(
            f"On ne divise pas par zéro{NBSP}: sans dénominateur, dites ce chiffre «{NBSP}{UNKNOWN}{NBSP}»."
        )
    if numerator > denominator:
        raise FigureError(
            f"Le numérateur ({number_text(numerator)}) dépasse le dénominateur ({number_text(denominator)}){NBSP}: "
            f"la part passerait 100{NBSP}%."
        )
    return divided(numerator * 100, denominator)


def divided(numerator, denominator):
    return (Decimal(numerator) / Decimal(denominator)).quantize(PLACES, ROUND_HALF_UP)


def number_text(value, decimals=2):
    """ "1 234,5": no useless zero, no-break spaces."""
    if value is None:
        return UNKNOWN
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if decimals else text
    return ("−" if rounded < 0 else "") + text.replace(",", NBSP).replace(".", ",")


def figure_text(value, unit):
    """A figure with its unit, ready to print; persons and numbers go without."""
    if value is None:
        return UNKNOWN
    if unit == Unit.EUROS:
        return euros(Decimal(value))
    if unit == Unit.PERCENT:
        return f"{number_text(value, 1)}{NBSP}%"
    if unit in (Unit.DAYS, Unit.HOURS):
        word = {Unit.DAYS: "jour", Unit.HOURS: "heure"}[unit]
        return f"{number_text(value, 1)}{NBSP}{word}{'s' if abs(value) >= 2 else ''}"
    return number_text(value)


def typed_text(value):
    """What a cell of the grid holds: every decimal kept, "" when not known."""
    return "" if value is None else number_text(value, 4)
