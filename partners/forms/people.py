from crispy_forms.layout import Fieldset
from django import forms

from partners.enums import Channel
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
