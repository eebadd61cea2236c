from datetime import date

from django import forms

from actions.forms.fields import helper
from cite_educative.common.dates import date_fr

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


def compared(form, current):
    """What the user wrote beside what is stored now, field by field, for the conflict page."""
    rows = []
    for name in form.fields:
        if name == "version":
            continue
        mine, theirs = _shown(form, name, form.cleaned_data[name]), _shown(form, name, _stored(current, name))
        rows.append({"label": form.fields[name].label, "mine": mine, "theirs": theirs, "different": mine != theirs})
    return rows


def _stored(current, name):
    value = getattr(current, name)
    return list(value.all()) if current._meta.get_field(name).many_to_many else value


def _shown(form, name, value):
    field = form._meta.model._meta.get_field(name)
    if field.many_to_many:
        return ", ".join(str(one) for one in value) or UNKNOWN
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        labels = dict(form.fields[name].choices)
        return ", ".join(str(labels.get(one, one)) for one in value) or UNKNOWN
    if isinstance(value, date):
        return date_fr(value)
    return UNKNOWN if value in (None, "") else str(dict(field.flatchoices).get(value, value))
