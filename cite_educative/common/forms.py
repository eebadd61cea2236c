"""What browsers send, read without trusting it."""

from django import forms
from django.core.exceptions import ValidationError

from cite_educative.common.dates import parse_date_fr

LONGEST_KEY = 18  # digits that a 64-bit integer always holds


def read_key(text):
    """The primary key that an address or a form names; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY else 0


class ManyChoiceField(forms.ModelMultipleChoiceField):
    """Refuses, with the usual sentence, the keys that no database holds: Django hands them on and fails."""

    def _check_values(self, value):
        for key in value if isinstance(value, (list, tuple)) else ():
            if not read_key(str(key)):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": str(key)[:40]}
                )
        return super()._check_values(value)


class DayField(forms.DateField):
    """A date picked, or typed as the French write it."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**kwargs)

    def to_python(self, value):
        if value in self.empty_values:
            return None
        day = parse_date_fr(value)
        if day is None:
            raise ValidationError("Cette date est illisible. Écrivez par exemple 15/09/2026.", code="invalid")
        return day
