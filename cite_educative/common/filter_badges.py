"""Active filters of a django-filter form, in words, with the parameters that carry each."""

import datetime
from decimal import Decimal

from django.db.models import Model, QuerySet
from django_filters.widgets import SuffixedMultiWidget

from cite_educative.common.dates import date_fr, period_fr
from cite_educative.common.money import MoneyFormField, euros


def parameter_names(form, name):
    """The names under which the address carries one field: several for a range."""
    widget = form.fields[name].widget
    prefixed = form.add_prefix(name)
    if isinstance(widget, SuffixedMultiWidget):
        return [widget.suffixed(prefixed, suffix) for suffix in widget.suffixes]
    return [prefixed]


def active_filters(form, query):
    """Yield (label, text, parameters to drop) for each value that filters; `form` is bound and valid."""
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        names = parameter_names(form, name)
        if value in (None, "") or not any(parameter in query for parameter in names):
            continue
        label = str(field.label or name)
        if isinstance(value, (list, tuple, QuerySet)):
            for one in value:
                yield label, _text(field, one), [(names[0], _parameter(field, one))]
        elif isinstance(value, slice):
            yield label, _range_text(field, value), names
        else:
            yield label, _text(field, value), names


def _parameter(field, value):
    return str(field.prepare_value(value)) if isinstance(value, Model) else str(value)


def _range_text(field, value):
    if isinstance(value.start or value.stop, datetime.date):
        return period_fr(value.start, value.stop)
    low = "" if value.start is None else f"à partir de {_text(field, value.start)}"
    high = "" if value.stop is None else f"jusqu’à {_text(field, value.stop)}"
    return " ".join(part for part in (low, high) if part)


def _text(field, value):
    if isinstance(value, Model):
        return field.label_from_instance(value)
    choices = dict(_flat(getattr(field, "choices", ())))
    if str(value) in choices:
        return choices[str(value)]
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime.date):
        return date_fr(value)
    if isinstance(value, Decimal) and isinstance(field, MoneyFormField):
        return euros(value)
    return str(value)


def _flat(choices):
    """Options as (value, label) strings, groups opened."""
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield from _flat(label)
        else:
            yield str(value), str(label)
