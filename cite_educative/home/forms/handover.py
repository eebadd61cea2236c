from crispy_forms.layout import Fieldset
from django import forms

from cite_educative.common.forms import DayField, ManyChoiceField
from cite_educative.home.handover import mandate_label
from partners.forms import IdentityFields, PersonChoiceField
from partners.forms.layout import helper
from partners.models import Mandate, Person


class MandatesField(ManyChoiceField):
    def label_from_instance(self, mandate):
        return f"{mandate_label(mandate)}, pour {mandate.organisation}"


class HandoverForm(IdentityFields):
    """Who takes over, known or new, from when, and which mandates."""

    leaves_on = DayField(
        label="Dernier jour", help_text="Les mandats finissent ce jour-là, et leurs suppléances avec eux."
    )
    successor = PersonChoiceField(
        label="Personne de l’annuaire",
        queryset=Person.objects.none(),
        required=False,
        empty_label="Aucune pour l’instant",
        help_text="Même sans mandat en cours. Si quelqu’un de nouveau arrive, laissez ce choix et décrivez la personne.",
    )
    mandates = MandatesField(
        label="Mandats repris",
        queryset=Mandate.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ouverts le lendemain, avec le même siège, les mêmes communes et les mêmes instances. Ceux que vous ne "
        "cochez pas prennent fin sans suite.",
    )

    def __init__(self, *args, people, mandates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = people
        self.fields["mandates"].queryset = mandates
        self.fields["mandates"].initial = [mandate.pk for mandate in mandates]
        self.helper = helper(
            "leaves_on",
            Fieldset("Qui prend la suite", "successor"),
            Fieldset("Ou une nouvelle personne", *self.IDENTITY),
            Fieldset("Ce qui est repris", "mandates"),
        )

    def clean(self):
        cleaned = super().clean()
        if any(cleaned.get(name) for name in self.IDENTITY):
            if cleaned.get("successor"):
                self.add_error(
                    "successor",
                    "Choisissez une personne de l’annuaire, ou décrivez-en une nouvelle\u00a0: pas les deux.",
                )
            self.require_identity("À remplir pour une nouvelle personne.")
        return cleaned

    def arguments(self):
        """For `hand_over`."""
        names = ("leaves_on", "successor", "mandates")
        identity = self.identity() if self.cleaned_data["last_name"] else None
        return {name: self.cleaned_data[name] for name in names} | {"identity": identity}
