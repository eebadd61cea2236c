from django import forms

from cite_educative.common.forms import DayField, ManyChoiceField
from cite_educative.home.handover import mandate_label
from partners.models import Mandate, Person


class MandatesField(ManyChoiceField):
    def label_from_instance(self, mandate):
        return f"{mandate_label(mandate)}, pour {mandate.organisation}"


class HandoverForm(forms.Form):
    """Who takes over, from when, and which mandates."""

    leaves_on = DayField(
        label="Dernier jour", help_text="Les mandats finissent ce jour-là, et leurs suppléances avec eux."
    )
    successor = forms.ModelChoiceField(
        label="Qui prend la suite",
        queryset=Person.objects.none(),
        required=False,
        empty_label="Personne pour l’instant",
        help_text="Une personne qui a déjà un mandat dans la Cité. Ouvrez-lui d’abord un mandat si elle arrive.",
    )
    mandates = MandatesField(
        label="Mandats à lui transmettre",
        queryset=Mandate.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ceux que vous ne cochez pas prennent fin sans suite.",
    )

    def __init__(self, *args, people, mandates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = people
        self.fields["mandates"].queryset = mandates
        self.fields["mandates"].initial = [mandate.pk for mandate in mandates]
