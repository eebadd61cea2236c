from django import forms

from cite_educative.common.forms import DayField, ManyChoiceField
from partners.models import Person, PhotoConsent, ProcessingActivity


class ActivityForm(forms.ModelForm):
    class Meta:
        model = ProcessingActivity
        fields = (
            "label",
            "purpose",
            "lawful_basis",
            "people",
            "data",
            "recipients",
            "retention_months",
            "retention_text",
        )
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("purpose", "data", "recipients")}


class ReviewForm(forms.Form):
    """Which persons' details were checked today."""

    people = ManyChoiceField(
        label="Personnes vérifiées",
        queryset=Person.objects.none(),
        error_messages={"required": "Cochez au moins une personne dont vous avez vérifié les coordonnées."},
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people


class ConsentForm(forms.ModelForm):
    class Meta:
        model = PhotoConsent
        fields = ("person", "group", "keeper", "scope", "given_on", "expires_on")
        field_classes = {"given_on": DayField, "expires_on": DayField}
        labels = {"person": "Personne adulte", "group": "Ou groupe, manifestation"}

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people
        self.fields["person"].empty_label = "Aucune, c’est un groupe"
        self.fields[
            "scope"
        ].help_text = "Par exemple «\u00a0site et réseaux de la Cité, affiches, presse locale\u00a0»."

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("person")) == bool(cleaned.get("group")):
            self.add_error(
                "person", "Choisissez une personne adulte, ou bien décrivez un groupe sans nommer d’enfant."
            )
        if cleaned.get("group") and not cleaned.get("keeper") and "keeper" not in self.errors:
            self.add_error("keeper", "Pour un groupe, dites qui garde les autorisations signées.")
        return cleaned


class WithdrawalForm(forms.Form):
    on = DayField(label="Retiré le")
