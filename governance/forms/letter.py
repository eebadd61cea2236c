"""A letter and its recipients as ticked: written, read again, then sent by a person."""

from dataclasses import dataclass

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from governance.network import Addressee


@dataclass(frozen=True)
class Choice:
    """One line of the recipients: ticked, or refused with its reason."""

    addressee: Addressee
    ticked: bool


class LetterForm(forms.Form):
    """`addressees` in the order in which they are shown; those of `concerned` (all by default) are ticked at first."""

    recipients = forms.TypedMultipleChoiceField(
        label="Destinataires",
        coerce=int,
        error_messages={
            "required": "Cochez au moins un ou une destinataire.",
            "invalid_choice": "Une des personnes cochées n’est plus concernée, ou n’a pas d’adresse.",
        },
    )
    subject = forms.CharField(label="Objet", max_length=200)
    body = forms.CharField(
        label="Message",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="Ni nom ni détail qui désigne un enfant ou une famille. La réponse arrive à votre adresse.",
    )
    layout = ("subject", "body")

    def __init__(self, *args, addressees, concerned=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.addressees = addressees
        self._reached = {one.person.pk: one for one in addressees if not one.missing}
        self.fields["recipients"].choices = [(pk, one.person.formal_name) for pk, one in self._reached.items()]
        ticked = [pk for pk in self._reached if concerned is None or pk in concerned]
        self.initial.setdefault("recipients", ticked)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*self.layout)

    @property
    def choices(self):
        chosen = self.data.getlist("recipients") if self.is_bound else map(str, self.initial["recipients"])
        ticked = set(chosen)
        return [Choice(one, str(one.person.pk) in ticked and not one.missing) for one in self.addressees]

    def clean_subject(self):
        return " ".join(self.cleaned_data["subject"].split())

    def clean_body(self):
        """As browsers send it twice, in the form and in the preview, with the same line ends."""
        return self.cleaned_data["body"].replace("\r\n", "\n").strip()

    @property
    def lines(self):
        """The addressees ticked, in protocol order; once valid."""
        chosen = set(self.cleaned_data["recipients"])
        return [one for pk, one in self._reached.items() if pk in chosen]

    @property
    def persons(self):
        return [one.person for one in self.lines]
