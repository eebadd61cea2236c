"""What the forms of the evaluation ask in their own way."""

import re

from django import forms
from django.core.exceptions import ValidationError

from governance.models import Decision
from partners.models import Person

SPACES = re.compile(r"[\s\u00a0\u202f]")


class FigureField(forms.DecimalField):
    """A figure as the French write it: "1 234,5"."""

    def __init__(self, **kwargs):
        kwargs = {"max_digits": 16, "decimal_places": 4, "required": False} | kwargs
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)
        self.error_messages["invalid"] = "Ce chiffre est illisible. Écrivez par exemple 1 234,5."

    def prepare_value(self, value):
        """Without the zeros that the column adds."""
        if value is None or isinstance(value, str):
            return value
        written = f"{value:f}"
        return (written.rstrip("0").rstrip(".") if "." in written else written).replace(".", ",")

    def to_python(self, value):
        if value in self.empty_values:
            return None
        written = SPACES.sub("", str(value)).replace(",", ".").replace("−", "-")
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", written):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(written)


def people_of(cite, kept_id):
    """Those who act in the Cité, in protocol order, and the one already chosen."""
    people = Person.objects.acting_in(cite) | Person.objects.filter(pk=kept_id)
    return people.in_protocol_order(cite)


def decisions_of(user, cite, kept=()):
    """Those in force that the user may read, the newest first, and those already chosen."""
    seen = Decision.objects.visible_to(user).filter(body__cite=cite)
    chosen = seen.adopted() | seen.filter(pk__in=kept)
    return chosen.distinct().select_related("body").order_by("-adopted_on", "-number", "pk")
