from crispy_forms.layout import Fieldset
from django import forms

from cite_educative.common.forms import ManyChoiceField
from cite_educative.common.search import normalise
from partners.enums import Part
from partners.forms.layout import NONE, helper
from partners.models import Organisation, Side
from partners.validators import validate_siret

CONTACT_FIELDS = ("address", "email", "phone", "website")
IDENTITY_FIELDS = ("name", "acronym", "kind", "siret", "rna", *CONTACT_FIELDS, "communes")


class SiretField(forms.CharField):
    """Fourteen digits, however they are spaced."""

    def to_python(self, value):
        return "".join(super().to_python(value).replace(".", " ").split())


class WebsiteField(forms.URLField):
    """An address written without its scheme is a secure one."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs | {"assume_scheme": "https"})


class OrganisationForm(forms.ModelForm):
    """Identity and contact entry of an organisation, for who leads it."""

    siret = SiretField(
        label="SIRET",
        required=False,
        validators=[validate_siret],
        help_text="Quatorze chiffres. Il évite les doublons : donnez-le s’il est connu.",
    )

    class Meta:
        model = Organisation
        fields = IDENTITY_FIELDS
        field_classes = {"website": WebsiteField, "communes": ManyChoiceField}
        widgets = {"address": forms.Textarea(attrs={"rows": 3}), "communes": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper(
            Fieldset("Identité", "name", "acronym", "kind", "siret", "rna"),
            Fieldset("Contact et territoire", *CONTACT_FIELDS, "communes"),
        )


class NewPartnerForm(OrganisationForm):
    """A new partner and its part; one that is known by its SIRET joins the Cité as it stands."""

    class Meta(OrganisationForm.Meta):
        # The SIRET stays out of the model's checks: the service looks for who has it.
        fields = tuple(name for name in IDENTITY_FIELDS if name != "siret")

    part = forms.ChoiceField(label="Rôle dans la Cité", choices=Part.choices, initial=Part.HOLDER)
    side = forms.ModelChoiceField(
        label="Collège de la Troïka",
        queryset=Side.objects.none(),
        required=False,
        empty_label=NONE,
        help_text="Pour un pilote seulement.",
    )

    def __init__(self, *args, cite, **kwargs):
        super().__init__(*args, **kwargs)
        self._cite = cite
        self.fields["side"].queryset = cite.sides.all()
        self.helper.layout.insert(1, Fieldset("Place dans la Cité", "part", "side"))

    def clean_name(self):
        name = self.cleaned_data["name"]
        written = normalise(name)
        for known in Organisation.objects.in_cite(self._cite).search(name):
            if normalise(known.name) == written:
                raise forms.ValidationError("Un partenaire de la Cité porte déjà ce nom.")
        return name


class ContactEntryForm(forms.ModelForm):
    """What an organisation keeps up to date about itself."""

    class Meta:
        model = Organisation
        fields = CONTACT_FIELDS
        field_classes = {"website": WebsiteField}
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}


class PartnershipForm(forms.Form):
    part = forms.ChoiceField(label="Rôle dans la Cité", choices=Part.choices)
    side = forms.ModelChoiceField(
        label="Collège de la Troïka",
        queryset=Side.objects.none(),
        required=False,
        empty_label=NONE,
        help_text="Pour un pilote seulement.",
    )

    def __init__(self, *args, cite, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["side"].queryset = cite.sides.all()
