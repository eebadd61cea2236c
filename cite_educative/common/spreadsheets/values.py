"""Exact reading of one cell. Each reader returns None for a blank, and raises CellError (French) when it cannot."""

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from cite_educative.common.money import parse_euros
from cite_educative.common.spreadsheets.model import Faulty, is_blank
from cite_educative.common.spreadsheets.text import mend, plain, years_in

CENT = Decimal("0.01")
LARGEST = Decimal("10000000000")
DASHES = re.compile(r"[-–—_/.\s\u00a0]*")
PLAIN_DECIMAL = re.compile(r"[-+]?\d+\.(?:\d{1,2}|\d{4,})")
ENGLISH = re.compile(r"-?\d{1,3}(?:,\d{3})+\.\d{1,2}")
FIRST_SERIAL, LAST_SERIAL = 30_000, 60_000  # 1982 to 2064, as numbers of days
SCHOOL_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*[-–/]\s*(20\d\d|\d\d)(?!\d)")
SHORT_SCHOOL_YEAR = re.compile(r"(?<!\d)(\d\d)\s*[-–/]\s*(\d\d)(?!\d)")
LA_POSTE = "356000000"
MONTHS = {
    "janvier": 1, "janv": 1, "fevrier": 2, "fev": 2, "fevr": 2, "mars": 3, "avril": 4, "avr": 4, "mai": 5, "juin": 6,
    "juillet": 7, "juil": 7, "aout": 8, "septembre": 9, "sept": 9, "octobre": 10, "oct": 10, "novembre": 11, "nov": 11,
    "decembre": 12, "dec": 12,
}  # fmt: skip
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
ISO_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
FRENCH_DATE = re.compile(r"(?<!\d)(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?((?:19|20)\d\d|\d\d)(?!\d)")
WRITTEN_DATE = re.compile(rf"(?<!\d)(\d{{1,2}})\s*(?:er)?\s*({MONTH})\.?\s*((?:19|20)\d\d)(?!\d)")


class CellError(ValueError):
    """What is wrong in a cell and how to mend it, in one French sentence."""


def read_text(cell, *, multiline=False):
    """The text of any cell, spaces collapsed and broken accents mended; "" for a blank."""
    if isinstance(cell, Faulty):
        raise CellError(cell.sentence)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float):
        return (
            format(Decimal(repr(cell)), "f").rstrip("0").rstrip(".").replace(".", ",")
            if cell != int(cell)
            else str(int(cell))
        )
    text = mend(str(cell))
    if multiline:
        return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()
    return " ".join(text.split())


def read_amount(cell, factor=1):
    """Decimal euros, to the cent; `factor` is the column's (1000 when its title says k€).

    A dash alone is a blank. A longer number, the result of a formula, is rounded half up.
    """
    if isinstance(cell, Faulty):
        raise CellError(cell.sentence)
    if is_blank(cell):
        return None
    if isinstance(cell, bool | date):
        raise CellError(
            f"«\u00a0{read_text(cell)}\u00a0» n’est pas un montant\u00a0: "
            "saisissez un nombre, par exemple 1\u00a0234,50."
        )
    if isinstance(cell, int | float):
        value = Decimal(repr(cell))
    else:
        text = cell.strip().strip("'’").strip()
        if DASHES.fullmatch(text):
            return None
        value, written_in_thousands = _text_amount(text)
        factor = 1 if written_in_thousands else factor
    if not value.is_finite() or abs(value * factor) >= LARGEST:
        raise CellError(f"Le montant «\u00a0{read_text(cell)}\u00a0» est démesuré\u00a0: corrigez-le.")
    return (value * factor).quantize(CENT, ROUND_HALF_UP)


def _text_amount(text):
    if PLAIN_DECIMAL.fullmatch(text):
        return Decimal(text), False
    if ENGLISH.fullmatch(text):
        return Decimal(text.replace(",", "")), False
    try:
        return parse_euros(text), bool(re.search(r"k\s?€|ke\b|k$", text.lower()))
    except (ValueError, InvalidOperation) as error:
        raise CellError(str(error)) from error


def read_date(cell):
    if isinstance(cell, Faulty):
        raise CellError(cell.sentence)
    if is_blank(cell):
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and FIRST_SERIAL <= cell <= LAST_SERIAL:
        return date(1899, 12, 30) + timedelta(days=int(cell))
    text = read_text(cell)
    found = dates_in(text)
    if len(found) == 1:
        return found[0]
    if DASHES.fullmatch(text):
        return None
    raise CellError(f"«\u00a0{text}\u00a0» n’est pas une date\u00a0: écrivez-la comme 15/03/2026.")


def dates_in(text):
    """The complete dates a text contains, in the order they are written; impossible ones are left out."""
    text, found = plain(text), []
    for pattern, order in ((ISO_DATE, (1, 2, 3)), (FRENCH_DATE, (3, 2, 1)), (WRITTEN_DATE, (3, 2, 1))):
        for match in pattern.finditer(text):
            year, month, day = (match[position] for position in order)
            moment = _date(int(year), MONTHS.get(month) or int(month), int(day))
            if moment:
                found.append((match.start(), moment))
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return [moment for _, moment in sorted(found)]


def _date(year, month, day):
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def read_year(cell):
    """A civil year, from 2014, "Exercice 2014" or a date."""
    if isinstance(cell, Faulty):
        raise CellError(cell.sentence)
    if is_blank(cell):
        return None
    if isinstance(cell, date):
        return cell.year
    text = read_text(cell)
    years = years_in(text)
    if len(years) == 1 and not SCHOOL_YEAR.search(text):
        return years[0]
    raise CellError(
        f"«\u00a0{text}\u00a0» n’est pas une année\u00a0: écrivez-la en quatre chiffres, par exemple 2026."
    )


def read_school_year(cell):
    """The first civil year of a school year: 2024 for "2024-2025", "2024/25" or "année scolaire 24-25"."""
    if isinstance(cell, Faulty):
        raise CellError(cell.sentence)
    if is_blank(cell):
        return None
    text = read_text(cell)
    start = school_year_in(text)
    if start is None:
        raise CellError(f"«\u00a0{text}\u00a0» n’est pas une année scolaire\u00a0: écrivez-la comme 2025-2026.")
    return start


def school_year_in(text):
    for pattern in (SCHOOL_YEAR, SHORT_SCHOOL_YEAR):
        found = pattern.search(text)
        if found and (int(found[1]) + 1) % 100 == int(found[2]) % 100 and not FRENCH_DATE.search(text):
            return int(found[1]) % 100 + 2000
    return None


def read_siret(cell):
    """Fourteen digits that pass the check; spaces, quotes and lost leading zeros are mended."""
    digits = _digits(cell, 14, "SIRET")
    if digits is not None and not is_siret(digits):
        raise CellError(
            f"Le SIRET {digits} est faux (clé de contrôle)\u00a0: vérifiez-le, ou laissez la cellule vide."
        )
    return digits


def read_siren(cell):
    """Nine digits that pass the check; a SIRET gives its SIREN."""
    text = re.sub(r"\D", "", read_text(cell)) if isinstance(cell, str) else ""
    if len(text) == 14:
        return read_siret(cell)[:9]
    digits = _digits(cell, 9, "SIREN")
    if digits is not None and not _luhn(digits):
        raise CellError(
            f"Le SIREN {digits} est faux (clé de contrôle)\u00a0: vérifiez-le, ou laissez la cellule vide."
        )
    return digits


def _digits(cell, length, name):
    if isinstance(cell, Faulty):
        raise CellError(cell.sentence)
    if is_blank(cell):
        return None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        cell = str(int(cell))
    text = read_text(cell)
    if re.search(r"\d[.,]?\d*e\+?\d", text.lower()):
        raise CellError(
            f"Le tableur a arrondi ce {name} ({text})\u00a0: "
            "mettez la colonne au format Texte et saisissez-le à nouveau."
        )
    digits = re.sub(r"[\s.\u00a0'’\"`-]|\.0$", "", re.sub(r"\.0$", "", text))
    if not digits.isdecimal() or not length - 3 <= len(digits) <= length:
        raise CellError(f"«\u00a0{text}\u00a0» n’est pas un {name}\u00a0: il faut {length} chiffres.")
    return digits.zfill(length)


def is_siret(digits):
    if len(digits) != 14 or not digits.isdecimal() or not int(digits):
        return False
    if digits.startswith(LA_POSTE) and sum(map(int, digits)) % 5 == 0:
        return True
    return _luhn(digits)


def _luhn(digits):
    total = 0
    for position, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 + position % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0
