from datetime import date
from decimal import Decimal

from django import forms
from django.db.models import Model, QuerySet

from actions.forms.fields import helper
from cite_educative.common.dates import date_fr
from cite_educative.common.money import MoneyFormField, euros

UNKNOWN = "–"


class VersionedForm(forms.ModelForm):
    """`version` is the optimistic lock; empty for a new row."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()
        self.initial.setdefault("version", self.instance.version if self.instance.pk else None)

    @property
    def saved_with(self):
        """What its service takes besides the row and the author."""
        return {"version": self.cleaned_data["version"]}

    def stored_besides(self, current):
        """What is stored, by field, for the fields that are no column of the row: the conflict page shows it."""
        return {}


def compared(form, current):
    """What the user wrote beside what is stored now, field by field, for the conflict page."""
    rows, besides = [], form.stored_besides(current)
    for name in form.fields:
        if name == "version":
            continue
        stored = besides[name] if name in besides else _stored(current, name)
        mine, theirs = _shown(form, name, form.cleaned_data[name]), _shown(form, name, stored)
        rows.append({"label": form.fields[name].label, "mine": mine, "theirs": theirs, "different": mine != theirs})
    return rows


def _stored(current, name):
    value = getattr(current, name)
    return list(value.all()) if current._meta.get_field(name).many_to_many else value


def _shown(form, name, value):
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return date_fr(value)
    if isinstance(value, Decimal):
        return euros(value) if isinstance(form.fields[name], MoneyFormField) else _number(value)
    if isinstance(value, list) and not any(isinstance(one, Model) for one in value):
        labels = dict(form.fields[name].choices)
        return ", ".join(str(labels.get(one, one)) for one in value) or UNKNOWN
    if isinstance(value, list | QuerySet):
        return ", ".join(str(one) for one in value) or UNKNOWN
    if value in (None, ""):
        return UNKNOWN
    return str(dict(form._meta.model._meta.get_field(name).flatchoices).get(value, value))


def _number(value):
    """As it is typed, without the zeros that a column adds: two equal figures are written alike."""
    written = f"{value:f}"
    return (written.rstrip("0").rstrip(".") if "." in written else written).replace(".", ",")
