"""Amounts in words, as agreements and letters write them, in the traditional spelling."""

from decimal import Decimal

from cite_educative.common.money import LIMIT

UNITS = (
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"),
    *("treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"),
)
TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante", 8: "quatre-vingt"}
THOUSAND, MILLION, BILLION = 1_000, 1_000_000, 1_000_000_000


def number_in_words(number):
    """A whole number from 0 to 999 999 999 999: "deux cent mille", "quatre-vingts", "soixante et onze"."""
    if number < THOUSAND:
        return _below_thousand(number)
    for value, name in ((BILLION, "milliard"), (MILLION, "million")):
        if number >= value:
            count, rest = divmod(number, value)
            words = f"{number_in_words(count)} {name}{'s' if count > 1 else ''}"
            return f"{words} {number_in_words(rest)}" if rest else words
    count, rest = divmod(number, THOUSAND)
    words = "mille" if count == 1 else f"{_below_thousand(count, is_final=False)} mille"
    return f"{words} {_below_thousand(rest)}" if rest else words


def _below_thousand(number, *, is_final=True):
    """`is_final`: nothing but a noun follows, so that "cents" and "quatre-vingts" take their s; before "mille" they do not."""
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest, is_final=is_final)
    plural = "s" if hundreds > 1 and not rest and is_final else ""
    words = "cent" if hundreds == 1 else f"{UNITS[hundreds]} cent{plural}"
    return f"{words} {_below_hundred(rest, is_final=is_final)}" if rest else words


def _below_hundred(number, *, is_final=True):
    if number < 20:
        return UNITS[number]
    tens, unit = divmod(number, 10)
    if tens in (7, 9):
        tens, unit = tens - 1, unit + 10
    if not unit:
        return f"{TENS[tens]}{'s' if tens == 8 and is_final else ''}"
    joined = " et " if unit in (1, 11) and tens != 8 else "-"
    return f"{TENS[tens]}{joined}{UNITS[unit]}"


def euros_in_words(amount):
    """ "mille deux cents euros et cinquante centimes"; a round million takes "d’euros". Raises `ValueError` when negative."""
    amount = Decimal(amount)
    if not 0 <= amount < LIMIT:
        raise ValueError("Only an amount of money can be written in words.")
    cents = int(amount * 100)
    whole, rest = divmod(cents, 100)
    link = " d’" if whole >= MILLION and whole % MILLION == 0 else " "
    words = f"{number_in_words(whole)}{link}euro{'s' if whole > 1 else ''}"
    if not rest:
        return words
    centimes = f"{number_in_words(rest)} centime{'s' if rest > 1 else ''}"
    return f"{words} et {centimes}" if whole else centimes


def counted(number, noun):
    """ "3 actions", "0 action": a noun that takes an s from two on."""
    return f"{number} {noun}{'s' if number > 1 else ''}"
