import re

from crispy_forms.layout import HTML, Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from cite_educative.common.colours import contrast_in_words, is_readable_under_white
from cite_educative.common.dates import date_fr
from cite_educative.common.forms import DayField
from partners.forms.layout import helper
from partners.models import Cite

EMPTY = "–"
CONTRAST = '{% include "partners/includes/_contrast.html" with swatch=form.swatch only %}'
SAYS_CONTRAST = {
    "hx-get": reverse_lazy("partners:cite_contrast"),
    "hx-trigger": "input changed delay:300ms",
    "hx-target": "#temoin-couleur",
    "hx-swap": "outerHTML",
    "aria-controls": "temoin-couleur",
}


def swatch(colour):
    """For `_contrast.html`: the colour, and what is said of it; `colour` is empty when it cannot be read."""
    try:
        colour = Cite._meta.get_field("accent_colour").clean(colour, None)
    except ValidationError:
        return {"colour": "", "words": "Cette couleur n’est pas encore écrite en entier."}
    return {"colour": colour, "words": contrast_in_words(colour)}


class CiteForm(forms.ModelForm):
    """How the Cité is named, dated and coloured. `version` is that of the row the user read."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Cite
        fields = ("name", "subtitle", "label_starts_on", "label_ends_on", "accent_colour", "note_prefix")
        field_classes = {"label_starts_on": DayField, "label_ends_on": DayField}
        widgets = {"accent_colour": forms.TextInput(attrs=SAYS_CONTRAST)}
        help_texts = {
            "subtitle": "Par exemple le nom de l’agglomération. Laissez vide si le nom suffit.",
            "accent_colour": "Un dièse et six chiffres ou lettres, par exemple #0E4A5A. Du texte blanc s’écrit dessus.",
            "note_prefix": "En tête des codes et des numéros à venir, en capitales (CE donne CE26-001). Ceux déjà "
            "donnés ne changent pas.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        self.helper = helper(
            Fieldset("Nom", "name", "subtitle"),
            Fieldset("Label", "label_starts_on", "label_ends_on"),
            Fieldset("Apparence et numéros", "accent_colour", HTML(CONTRAST), "note_prefix", "version"),
        )

    @property
    def swatch(self):
        return swatch(self["accent_colour"].value() or "")

    def clean_accent_colour(self):
        colour = self.cleaned_data["accent_colour"].upper()
        Cite._meta.get_field("accent_colour").run_validators(colour)
        if not is_readable_under_white(colour):
            raise forms.ValidationError(f"{contrast_in_words(colour)} Choisissez une couleur plus foncée.")
        return colour

    def clean_note_prefix(self):
        prefix = self.cleaned_data["note_prefix"].upper()
        if not re.fullmatch(r"[A-Z0-9]{1,6}", prefix):
            raise forms.ValidationError("Un préfixe tient en six lettres ou chiffres au plus, sans espace ni accent.")
        return prefix

    @property
    def changes(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def compared(self, current):
        """For `_conflict.html`: what the user wrote beside what was saved meanwhile."""
        return [
            {
                "label": self.fields[name].label,
                "mine": _written(self.cleaned_data[name]),
                "theirs": _written(getattr(current, name)),
                "different": self.cleaned_data[name] != getattr(current, name),
            }
            for name in self.Meta.fields
        ]


def _written(value):
    return (date_fr(value) if hasattr(value, "year") else value) or EMPTY
