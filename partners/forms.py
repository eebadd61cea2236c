from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils import timezone

from cite_educative.common.forms import DayField, ManyChoiceField
from cite_educative.common.search import normalise
from partners.enums import Civility, Part, Role
from partners.models import Commune, Mandate, Organisation, Person, Seat, Side
from partners.validators import validate_siret

NONE, CHOOSE = "Aucun", "Choisissez…"
CONTACT_FIELDS = ("address", "email", "phone", "website")
IDENTITY_FIELDS = ("name", "acronym", "kind", "siret", "rna", *CONTACT_FIELDS, "communes")


def date_input():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def helper(*fieldsets):
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True
    made.layout = Layout(*fieldsets)
    return made


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


class SeatForm(forms.Form):
    side = forms.ModelChoiceField(label="Collège de la Troïka", queryset=Side.objects.none(), empty_label=CHOOSE)
    organisation = forms.ModelChoiceField(label="Organisme", queryset=Organisation.objects.none(), empty_label=CHOOSE)
    label = forms.CharField(
        label="Intitulé du siège",
        max_length=160,
        help_text="Par exemple : « Maire de Grande-Synthe ou son représentant ».",
    )

    def __init__(self, *args, cite, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["side"].queryset = cite.sides.all()
        self.fields["organisation"].queryset = Organisation.objects.in_cite(cite)


class PersonChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, person):
        return f"{person.formal_name} – {person.function or person.title}".removesuffix(" – ")


class MandateForm(forms.Form):
    """Who acts, for whom, where and from when; the person is chosen or described."""

    role = forms.ChoiceField(label="Rôle", choices=Role.choices, initial=Role.PILOT)
    seat = forms.ModelChoiceField(
        label="Siège de la Troïka",
        queryset=Seat.objects.none(),
        required=False,
        empty_label=NONE,
        help_text="Il donne le collège et l’organisme.",
    )
    substitute_of = forms.ModelChoiceField(
        label="Suppléance de",
        queryset=Mandate.objects.none(),
        required=False,
        empty_label="Personne",
        help_text="À remplir pour un suppléant ou une suppléante : le siège est alors celui du titulaire.",
    )
    side = forms.ModelChoiceField(
        label="Collège",
        queryset=Side.objects.none(),
        required=False,
        empty_label=NONE,
        help_text="Pour un membre de la Troïka sans siège attitré.",
    )
    organisation = forms.ModelChoiceField(
        label="Organisme au nom duquel la personne agit",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="Celui du siège",
    )
    communes = ManyChoiceField(
        label="Communes suivies",
        queryset=Commune.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Pour un référent ou une référente de commune.",
    )
    person = PersonChoiceField(
        label="Personne déjà connue", queryset=Person.objects.none(), required=False, empty_label="Une autre personne"
    )
    civility = forms.ChoiceField(label="Civilité", choices=[("", "–"), *Civility.choices], required=False)
    first_name = forms.CharField(label="Prénom", max_length=80, required=False)
    last_name = forms.CharField(label="Nom", max_length=80, required=False)
    function = forms.CharField(label="Fonction", max_length=160, required=False)
    email = forms.EmailField(label="Courriel professionnel", required=False)
    phone = forms.CharField(label="Téléphone professionnel", max_length=30, required=False)
    title = forms.CharField(
        label="Qualité", max_length=160, required=False, help_text="Telle qu’elle s’imprime : « adjointe au maire »."
    )
    starts_on = DayField(label="Du", widget=date_input(), initial=timezone.localdate)
    ends_on = DayField(label="Au", widget=date_input(), required=False, help_text="Vide s’il n’a pas de terme.")

    IDENTITY = ("civility", "first_name", "last_name", "function", "email", "phone")
    NEEDED = ("civility", "first_name", "last_name")

    def __init__(self, *args, cite, user, **kwargs):
        super().__init__(*args, **kwargs)
        pilots = Mandate.objects.visible_to(user).active().filter(cite=cite, role=Role.PILOT)
        self.fields["seat"].queryset = Seat.objects.filter(side__cite=cite).select_related("side")
        self.fields["side"].queryset = cite.sides.all()
        self.fields["substitute_of"].queryset = pilots.filter(substitute_of__isnull=True).in_protocol_order()
        self.fields["organisation"].queryset = Organisation.objects.in_cite(cite)
        self.fields["communes"].queryset = cite.communes.all()
        self.fields["person"].queryset = Person.objects.visible_to(user)
        self.helper = helper(
            Fieldset("Mandat", "role", "seat", "substitute_of", "side", "organisation", "communes", "title"),
            Fieldset("Personne", "person", *self.IDENTITY),
            Fieldset("Dates", "starts_on", "ends_on"),
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("person") is None and "person" not in self.errors:
            for name in self.NEEDED:
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, "À remplir, ou choisissez une personne déjà connue.")
        return cleaned

    def arguments(self):
        """For `services.appoint`."""
        arguments = {name: value for name, value in self.cleaned_data.items() if name not in self.IDENTITY}
        return arguments | {"identity": {name: self.cleaned_data[name] for name in self.IDENTITY}}


class PersonForm(forms.ModelForm):
    """A professional or elected contact."""

    class Meta:
        model = Person
        fields = ("civility", "first_name", "last_name", "title", "function", "email", "phone", "assistant")


class MandateEndForm(forms.Form):
    ends_on = DayField(
        label="Dernier jour du mandat",
        widget=date_input(),
        initial=timezone.localdate,
        help_text="Les suppléances de ce mandat finissent avec lui.",
    )
