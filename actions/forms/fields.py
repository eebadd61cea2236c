from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError

from cite_educative.common.dates import FIRST_YEAR, LAST_YEAR, parse_date_fr


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
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(f"L’année {day.year} n’est pas possible ici. Vérifiez la date.", code="invalid")
        return day


def helper(*layout):
    """Labels above, help under, no form tag: the page writes it."""
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True
    if layout:
        made.add_layout(layout[0])
    return made
