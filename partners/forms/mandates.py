from crispy_forms.layout import Fieldset
from django import forms
from django.utils import timezone

from cite_educative.common.forms import DayField, ManyChoiceField
from partners.enums import Civility, Role
from partners.forms.layout import CHOOSE, NONE, date_input, helper
from partners.models import Commune, Mandate, Organisation, Person, Seat, Side


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


class MandateEndForm(forms.Form):
    ends_on = DayField(
        label="Dernier jour du mandat",
        widget=date_input(),
        initial=timezone.localdate,
        help_text="Les suppléances de ce mandat finissent avec lui.",
    )
