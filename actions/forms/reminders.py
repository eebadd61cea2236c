from datetime import timedelta

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from actions import letters
from actions.forms.fields import DayField, helper
from actions.models import ExpectedPiece
from cite_educative.common.dates import date_fr
from cite_educative.common.forms import ManyChoiceField
from partners.services import Recipient

USUAL_DELAY = timedelta(days=10)


class LetterForm(forms.Form):
    """A letter with a personal link, to people known (`contacts`, Recipients) and to somebody else if need be."""

    must_leave = True  # False where what the letter tells may be said another way

    recipients = forms.MultipleChoiceField(
        label="Destinataires", required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    other_name = forms.CharField(label="Autre destinataire", required=False, max_length=200)
    other_email = forms.EmailField(label="Son adresse électronique", required=False)
    due_on = DayField(label="Attendu pour le")
    subject = forms.CharField(label="Objet", max_length=200)
    body = forms.CharField(
        label="Message",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="Les mots entre crochets seront remplacés à l’envoi\u00a0: [le lien] par le lien personnel de chaque "
        "destinataire, [la date] par le jour choisi plus haut.",
    )

    def __init__(self, *args, contacts, **kwargs):
        super().__init__(*args, **kwargs)
        self._contacts = _by_key(contacts)
        self.fields["recipients"].choices = [(key, self.words(contact)) for key, contact in self._contacts.items()]
        self.fields["due_on"].initial = timezone.localdate() + USUAL_DELAY
        if not contacts:
            del self.fields["recipients"]

    @staticmethod
    def words(contact):
        return f"{contact.name}, {contact.email}"

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError("Cette date est passée.")
        return day

    def clean_body(self):
        body = self.cleaned_data["body"]
        if letters.MARKERS["lien"] not in body:
            raise ValidationError(
                "Gardez [le lien] dans le message, avec ses crochets\u00a0: c’est par lui que la personne répond."
            )
        return body

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("other_name")) != bool(cleaned.get("other_email")) and "other_email" not in self.errors:
            missing = "other_email" if cleaned.get("other_name") else "other_name"
            self.add_error(missing, "Le nom et l’adresse vont ensemble.")
        if self.must_leave and not self.errors and not self.chosen:
            raise ValidationError("Choisissez au moins un ou une destinataire.")
        return cleaned

    @property
    def chosen(self):
        chosen = [self._contacts[key] for key in self.cleaned_data.get("recipients", ())]
        if self.cleaned_data.get("other_email"):
            chosen.append(Recipient(self.cleaned_data["other_name"], self.cleaned_data["other_email"]))
        return chosen

    @property
    def letter(self):
        """The body as it leaves, but for the links."""
        return letters.filled(self.cleaned_data["body"], date=date_fr(self.cleaned_data["due_on"]), **self.words_of())

    def words_of(self):
        return {}


def _by_key(contacts):
    """Named by who they are and for whom they speak: their places in the list may change before the form comes back."""
    found = {}
    for contact in contacts:
        who = contact.person.pk if contact.person else contact.email
        voices = [str(getattr(contact, name, None) or "") for name in ("side_id", "source_id")]
        key = "-".join([str(who), *filter(None, voices)])
        found[key if key not in found else f"{key}-{len(found)}"] = contact
    return found


class ReminderForm(LetterForm):
    """`expected`: the pieces of the call, None when the letter asks for the sheet.

    Those who act for the holder are ticked; its own mailbox, which anybody may open, is the author's to tick.
    """

    pieces = ManyChoiceField(
        ExpectedPiece.objects.none(), label="Pièces demandées", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, expected, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["recipients"] = [key for key, contact in self._contacts.items() if contact.person]
        asks = expected is not None
        if asks:
            self.fields["pieces"].queryset = ExpectedPiece.objects.filter(pk__in=[row.pk for row in expected])
            self.fields["body"].help_text += " [la liste des pièces] deviendra celle des pièces cochées."
        else:
            del self.fields["pieces"]
        to = [name for name in ("recipients", "other_name", "other_email") if name in self.fields]
        asked = ["pieces", "due_on"] if asks else ["due_on"]
        self.helper = helper(
            Layout(Fieldset("À qui", *to), Fieldset("Quoi", *asked), Fieldset("Le message", "subject", "body"))
        )

    @staticmethod
    def words(contact):
        known = LetterForm.words(contact)
        return known if contact.person else f"{known} (adresse de l’organisme)"

    @property
    def asked(self):
        return list(self.cleaned_data.get("pieces", ()))

    def words_of(self):
        return {"pieces": "\n".join(f"– {row.label}" for row in self.asked)}
