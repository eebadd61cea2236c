"""What the cells of a column look like, whatever its title says."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from cite_educative.common.spreadsheets.model import Faulty, is_blank
from cite_educative.common.spreadsheets.numbers import as_number
from cite_educative.common.spreadsheets.values import dates_in, is_siret, school_year_in

SAMPLE = 400
RNA = re.compile(r"W\d[0-9A-Z]\d{7}")
MONEY_MARK = re.compile(r"€|\beur|\d,\d\d$|\d\.\d\d$", re.IGNORECASE)


@dataclass
class Profile:
    """`kind`: empty, number, year, date, school_year, siret, siren, rna, long or text."""

    kind: str
    filled: int = 0
    distinct: int = 0
    money: float = 0.0
    length: float = 0.0
    values: list = field(default_factory=list)

    @property
    def numeric(self):
        return self.kind in ("number", "year")

    @property
    def repeats(self):
        return self.filled > 3 and self.distinct <= 0.5 * self.filled


def profile(rows, index):
    cells = []
    for row in rows:
        cell = row.own(index)
        if not is_blank(cell) and not isinstance(cell, Faulty):
            cells.append(cell)
            if len(cells) == SAMPLE:
                break
    if not cells:
        return Profile("empty")
    kinds = Counter(_kind(cell) for cell in cells)
    texts = [str(cell).strip() for cell in cells]
    length = sum(map(len, texts)) / len(texts)
    return Profile(
        kind=_dominant(kinds, len(cells), length),
        filled=len(cells),
        distinct=len(set(texts)),
        money=sum(
            isinstance(cell, float) or bool(MONEY_MARK.search(text)) for cell, text in zip(cells, texts, strict=True)
        )
        / len(cells),
        length=length,
        values=texts,
    )


def _dominant(kinds, count, length):
    for kind, share in (
        ("siret", 0.5),
        ("siren", 0.6),
        ("rna", 0.6),
        ("school_year", 0.7),
        ("date", 0.7),
        ("year", 0.9),
    ):
        if kinds[kind] >= share * count:
            return kind
    if kinds["number"] + kinds["year"] + kinds["siren"] >= 0.7 * count:
        return "number"
    return "long" if length > 60 else "text"


def _kind(cell):
    if isinstance(cell, date):
        return "date"
    text = str(int(cell)) if isinstance(cell, int | float) and not isinstance(cell, bool) else str(cell).strip()
    digits = re.sub(r"[\s\u00a0'’.]", "", text)
    if digits.isdecimal() and len(digits) in (13, 14) and is_siret(digits.zfill(14)):
        return "siret"
    if digits.isdecimal() and len(digits) == 9 and "," not in text and not text.endswith("00"):
        return "siren"
    if re.fullmatch(r"(19|20)\d\d", text):
        return "year"
    if RNA.fullmatch(digits):
        return "rna"
    if as_number(cell) is not None:
        return "number"
    if len(text) <= 24 and school_year_in(text) is not None:
        return "school_year"
    return "date" if len(text) <= 20 and len(dates_in(text)) == 1 else "text"
