"""Typed answers: as they are stored in `ReviewAnswer.value`, and as they are read."""

import re
from datetime import date
from decimal import Decimal

from cite_educative.common.dates import date_fr
from cite_educative.common.money import euros
from evaluation.review_enums import QuestionKind

NBSP = "\u00a0"
DECIMALS = (QuestionKind.NUMBER, QuestionKind.PERCENT, QuestionKind.EUROS)
# A number written as a text, with or without euros: never a code, which may begin with 0.
AMOUNT = re.compile(r"−?(?:0|[1-9][\d\u00a0\u202f]*)(?:,\d+)?(?:\u00a0€)?")
CELL = " ; "  # between the cells of a table written in a text field


def stored(kind, value):
    """JSON of what the form field of this kind gives; None when nothing was typed."""
    if value in (None, "", []):
        return None
    if kind in DECIMALS:
        return f"{value.normalize():f}"
    return value.isoformat() if kind == QuestionKind.DATE else value


def field_value(kind, value):
    """What the form field of this kind begins with; the opposite of `stored`."""
    if value is None:
        return None
    if kind in DECIMALS:
        return Decimal(value)
    return date.fromisoformat(value) if kind == QuestionKind.DATE else value


def number_fr(value):
    """ "12 345,5": thousands apart, no useless zero."""
    text = f"{Decimal(value).normalize():,f}"
    return text.replace(",", NBSP).replace(".", ",").replace("-", "−")


def shown(kind, value):
    """One line to read; "" when there is no value."""
    if value is None:
        return ""
    if kind == QuestionKind.EUROS:
        return euros(Decimal(value))
    if kind == QuestionKind.PERCENT:
        return f"{number_fr(value)}{NBSP}%"
    if kind in (QuestionKind.NUMBER, QuestionKind.INTEGER):
        return number_fr(value)
    if kind == QuestionKind.DATE:
        return date_fr(date.fromisoformat(value))
    if kind == QuestionKind.YES_NO:
        return "oui" if value else "non"
    if kind == QuestionKind.LIST:
        return ", ".join(value)
    if kind == QuestionKind.TABLE:
        return "\n".join(CELL.join(row) for row in value)
    return value
