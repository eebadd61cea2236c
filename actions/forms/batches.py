import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from actions.batches import usual_due_on
from actions.forms.fields import DayField, helper
from actions.forms.versions import VersionedForm
from actions.models import Axis, Call, HolidayPeriod, Objective, SavedView, Scheme, Theme
from cite_educative.common.forms import ManyChoiceField, read_key


class BatchForm(forms.Form):
    """What the gesture asks: one field at most, of rows of the Cité."""

    def __init__(self, *args, batch, cite, year, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper, self.batch = helper(), batch
        if batch.field:
            self.fields[batch.field] = _field(batch.field, cite, year, user)

    @property
    def choice(self):
        return self.cleaned_data[self.batch.field] if self.batch.field else None

    def clean_year(self):
        return int(self.cleaned_data["year"])

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError("Cette date est passée.")
        return day


def _field(name, cite, year, user):
    if name == "due_on":
        return DayField(label="Pièces attendues pour le", initial=usual_due_on())
    if name == "year":
        years = [(str(one), str(one)) for one in range(int(year) + 1, int(year) + 4)]
        return forms.ChoiceField(label="Exercice des nouvelles fiches", choices=years)
    if name in ("themes", "schemes"):
        model, label = (Theme, "Thématiques") if name == "themes" else (Scheme, "Dispositifs liés")
        rows = model.objects.filter(cite=cite).in_use()
        return ManyChoiceField(rows, label=label, widget=forms.CheckboxSelectMultiple)
    rows, label = {
        "call": (Call.objects.filter(cite=cite), "Appel à projets"),
        "axis": (Axis.objects.of_cite(cite).visible_to(user), "Axe"),
        "objective": (Objective.objects.visible_to(user).filter(axis__programme__cite=cite), "Objectif"),
    }[name]
    return forms.ModelChoiceField(rows, label=label)


class TokenForm(forms.Form):
    """What makes a second click find the first one."""

    token = forms.UUIDField()

    @property
    def value(self):
        return self.cleaned_data["token"] if self.is_valid() else uuid.uuid4()


def read_keys(values, limit):
    """The keys ticked, each once, in their order, no more than `limit` and one."""
    keys = dict.fromkeys(key for key in (read_key(value) for value in values) if key)
    return list(keys)[: limit + 1]


class SavedViewForm(forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ("name", "is_shared")


class HolidayForm(VersionedForm):
    class Meta:
        model = HolidayPeriod
        fields = ("label", "starts_on", "ends_on", "source")
        field_classes = {"starts_on": DayField, "ends_on": DayField}
        help_texts = {
            "label": "Par exemple «\u00a0Vacances d’hiver\u00a0».",
            "source": "D’où viennent ces dates\u00a0: arrêté, site de l’académie.",
        }
