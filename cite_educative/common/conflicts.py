"""Both versions of what two people wrote, field by field, for the conflict page."""

from decimal import Decimal

from cite_educative.common.dates import date_fr
from cite_educative.common.money import DASH, euros

HIDDEN = ("version", "mark", "confirmed")


def compared(mine, theirs, *, left_out=()):
    """`[{label, mine, theirs, different}]` of two forms of one kind: the one sent, and one of what is stored now."""
    rows = []
    for name, field in mine.fields.items():
        if name in (*HIDDEN, *left_out) or name not in theirs.fields:
            continue
        typed, kept = _shown(mine, name), _shown(theirs, name)
        rows.append({"label": field.label, "mine": typed, "theirs": kept, "different": typed != kept})
    return rows


def _shown(form, name):
    field, value = form.fields[name], form[name].value()
    if name in getattr(form, "cleaned_data", {}):
        value = form.cleaned_data[name]
    if value is None or value == "":
        return DASH
    if isinstance(value, Decimal):
        return euros(value)
    if hasattr(value, "isoformat"):
        return date_fr(value)
    return str(dict(getattr(field, "choices", ())).get(value, value))
