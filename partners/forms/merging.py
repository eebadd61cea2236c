from django import forms
from django.utils.text import capfirst

from partners.services.merging import DROPPED, KEPT, differing_fields
from partners.tables import siret_fr

NOTHING = "(rien)"


class MergeForm(forms.Form):
    """One choice for each field where the two rows differ."""

    def __init__(self, *args, kept, dropped, **kwargs):
        super().__init__(*args, **kwargs)
        for name, proposed in differing_fields(kept, dropped):
            self.fields[name] = forms.ChoiceField(
                label=field_label(kept, name),
                choices=[(side, written(row, name) or NOTHING) for side, row in ((KEPT, kept), (DROPPED, dropped))],
                widget=forms.RadioSelect,
                initial=proposed,
            )


def field_label(row, name):
    return capfirst(row._meta.get_field(name).verbose_name)


def written(row, name):
    """A field as it is read: the label of a choice, a SIRET in groups."""
    if name == "siret":
        return siret_fr(row.siret)
    display = getattr(row, f"get_{name}_display", None)
    return str(display() if display else getattr(row, name))
