from crispy_forms.layout import Fieldset
from django import forms

from partners.enums import Channel, Civility
from partners.forms.layout import helper
from partners.models import Person

# Without the number, nobody could follow what the person prefers; an e-mail or an address may come later.
NEEDED = {
    Channel.PHONE: ("phone", "Cette personne préfère le téléphone\u00a0: indiquez son numéro, ou changez de canal."),
    Channel.ASSISTANT: (
        "assistant",
        "Cette personne préfère passer par son secrétariat\u00a0: indiquez ses coordonnées, ou changez de canal.",
    ),
}
ASSISTANT_HELP = "Nom, téléphone ou courriel professionnels du secrétariat."


class PersonChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, person):
        return f"{person.formal_name} – {person.function or person.title}".removesuffix(" – ")


class IdentityFields(forms.Form):
    """Describes somebody new, beside a choice among the known persons; a form says itself when it is needed."""

    civility = forms.ChoiceField(label="Civilité", choices=[("", "–"), *Civility.choices], required=False)
    first_name = forms.CharField(label="Prénom", max_length=80, required=False)
    last_name = forms.CharField(label="Nom", max_length=80, required=False)
    function = forms.CharField(label="Fonction", max_length=160, required=False)
    email = forms.EmailField(label="Courriel professionnel", required=False)
    phone = forms.CharField(label="Téléphone professionnel", max_length=30, required=False)

    IDENTITY = ("civility", "first_name", "last_name", "function", "email", "phone")
    NAMING = ("civility", "first_name", "last_name")

    def require_identity(self, sentence):
        for name in self.NAMING:
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, sentence)

    def identity(self):
        """The fields of a new `Person`."""
        return {name: self.cleaned_data[name] for name in self.IDENTITY}


class ReachableForm(forms.ModelForm):
    """The preferred channel is one that can be used."""

    def clean(self):
        cleaned = super().clean()
        name, sentence = NEEDED.get(cleaned.get("preferred_channel"), ("", ""))
        if name and name not in self.errors and not cleaned.get(name):
            self.add_error(name, sentence)
        return cleaned


class PersonForm(ReachableForm):
    """A professional or elected contact."""

    class Meta:
        model = Person
        fields = (
            "civility",
            "first_name",
            "last_name",
            "title",
            "function",
            "email",
            "phone",
            "assistant",
            "preferred_channel",
        )
        help_texts = {
            "title": "Tel qu’il s’imprime\u00a0: «\u00a0Adjointe au maire, déléguée à l’éducation\u00a0».",
            "assistant": ASSISTANT_HELP,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper(
            Fieldset("Identité", "civility", "first_name", "last_name", "title", "function"),
            Fieldset("Contact professionnel", "email", "phone", "assistant", "preferred_channel"),
        )


class OwnContactForm(ReachableForm):
    """What a person keeps up to date about herself; her e-mail is that of her account."""

    class Meta:
        model = Person
        fields = ("function", "phone", "assistant", "preferred_channel")
        help_texts = {"assistant": ASSISTANT_HELP}
