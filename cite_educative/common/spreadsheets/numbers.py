"""Quick, silent recognition of numbers, to profile columns; `values` does the exact, explained reading."""

import re
from decimal import Decimal
from functools import lru_cache

SPACES = re.compile(r"[\s\u00a0\u202f\u2009']")
NUMBER = re.compile(r"[-+(]?\d+(?:[.,]\d+)?\)?")
DOTTED = re.compile(r"[-+(]?\d{1,3}(?:\.\d{3})+,\d{1,2}\)?")
ENGLISH = re.compile(r"[-+(]?\d{1,3}(?:,\d{3})+\.\d{1,2}\)?")
CURRENCY = re.compile(r"(?:€|k€|eur|euros?)$", re.IGNORECASE)
CENT = Decimal("0.01")


def as_number(cell):
    """Decimal for a cell that is plainly a number (or an amount), else None."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return Decimal(repr(cell))
    return _text_number(cell) if isinstance(cell, str) and len(cell) < 30 else None


@lru_cache(maxsize=4096)
def _text_number(text):
    thousands = 1000 if re.search(r"\dk€$|\d[\s\u00a0]k€$", text.lower()) else 1
    bare = CURRENCY.sub("", SPACES.sub("", text)).removesuffix("k")
    if DOTTED.fullmatch(bare):
        bare = bare.replace(".", "")
    elif ENGLISH.fullmatch(bare):
        bare = bare.replace(",", "")
    if not NUMBER.fullmatch(bare):
        return None
    negative = bare.startswith(("-", "("))
    value = Decimal(bare.strip("()+-").replace(",", ".")) * thousands
    return -value if negative else value


def cents(number):
    return number.quantize(CENT)
