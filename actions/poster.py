"""The year as twenty-four half-months: which of them an action fills, which are school holidays."""

import calendar
from datetime import date

from actions.wording import dates_text

MONTHS = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
HALF = 15  # the first half of a month ends on this day
# How tightly a sheet is set by its number of lines, actions and axes together; above, it goes on a second sheet.
DENSITIES = ((22, "aere"), (34, "moyen"), (52, "serre"))


def poster_columns(year, holidays):
    """`[{label, halves: [{start, end, is_holiday}]}]` of the civil year, as texts that a row keeps."""
    off = [(period.starts_on, period.ends_on) for period in holidays]
    return [{"label": MONTHS[month - 1], "halves": _halves(year, month, off)} for month in range(1, 13)]


def _halves(year, month, off):
    last = calendar.monthrange(year, month)[1]
    spans = ((date(year, month, 1), date(year, month, HALF)), (date(year, month, HALF + 1), date(year, month, last)))
    return [
        {
            "start": start.isoformat(),
            "end": end.isoformat(),
            "is_holiday": any(first <= end and last_day >= start for first, last_day in off),
        }
        for start, end in spans
    ]


def poster_row(action, columns):
    """One line: which halves it fills; `when` says its dates in words when it fills none of them."""
    start, end = action.starts_on, action.ends_on
    halves = [half for column in columns for half in column["halves"]]
    first, last = (start or end), (end or start)
    filled = [
        first is not None and first.isoformat() <= half["end"] and last.isoformat() >= half["start"] for half in halves
    ]
    return {
        "code": action.code,
        "title": action.title,
        "holder": action.holder.name,
        "filled": filled if any(filled) else [],
        "when": dates_text(action),
    }


def density(axes):
    """A name of `document.css` for so many lines; "" when one sheet cannot hold them."""
    lines = sum(1 + len(axis["rows"]) for axis in axes)
    return next((name for most, name in DENSITIES if lines <= most), "")
