"""A convocation being prepared, what is answered to it, and the messages that follow."""

from dataclasses import replace

from crispy_forms.layout import Layout
from django import forms

from governance.convocation_content import guests_of, signatories_of, usual_signatories
from governance.enums import Reply
from governance.forms.meeting import FrenchDateField, helper
from partners.tables import mandate_quality

SHARED = "même adresse qu’un membre convoqué"
GONE = "Une des personnes cochées n’est plus en fonction ce jour-là\u00a0: vérifiez la liste."


class MandatesField(forms.TypedMultipleChoiceField):
    def __init__(self, **kwargs):
        super().__init__(coerce=int, widget=forms.CheckboxSelectMultiple, **kwargs)


class ConvocationForm(forms.Form):
    """`members`: `Called` lines of the body; guests and signatories are those of the meeting."""

    reply_by = FrenchDateField(
        label="Réponse attendue pour le",
        error_messages={"required": "Dites pour quel jour la réponse est attendue."},
    )
    signatories = MandatesField(
        label="Signataires",
        help_text="Dans l’ordre protocolaire.",
        error_messages={"required": "Choisissez qui signe la convocation.", "invalid_choice": GONE},
    )
    place = forms.CharField(label="Fait à", max_length=100, required=False, help_text="La ville, avant la date.")
    opening = forms.CharField(
        label="Début de la lettre",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="La date, le lieu, l’ordre du jour et la date de réponse s’impriment ensuite, d’après la réunion.",
    )
    closing = forms.CharField(label="Fin de la lettre", max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    subject = forms.CharField(label="Objet du courriel", max_length=200)
    body = forms.CharField(
        label="Texte du courriel",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="{réponse} devient la date de réponse et le lien personnel de chacun. La lettre et l’agenda sont joints.",
    )
    members = MandatesField(label="Membres convoqués", required=False, error_messages={"invalid_choice": GONE})
    guests = MandatesField(label="Personnes invitées", required=False, error_messages={"invalid_choice": GONE})
    mark = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, meeting, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = {"members": members, "guests": guests_of(meeting)}
        for name, lines in self.lines.items():
            self.fields[name].choices = [(line.mandate.pk, line.person.formal_name) for line in lines]
        self._signatories = {mandate.pk: mandate for mandate in signatories_of(meeting)}
        self.fields["signatories"].choices = [
            (pk, f"{mandate.person.formal_name}, {mandate_quality(mandate)}")
            for pk, mandate in self._signatories.items()
        ]
        self.initial.setdefault("signatories", [mandate.pk for mandate in usual_signatories(meeting)])
        self.initial.setdefault(
            "members", [line.mandate.pk for line in members if line.mandate.substitute_of_id is None]
        )
        self.helper = helper()
        self.helper.layout = Layout(
            "reply_by", "signatories", "place", "opening", "closing", "subject", "body", "mark"
        )

    def _shown(self, name):
        chosen = self.data.getlist(name) if self.is_bound else self.initial.get(name, ())
        ticked = {str(pk) for pk in chosen}
        return [(line, str(line.mandate.pk) in ticked) for line in self.lines[name]]

    @property
    def shown_members(self):
        return self._shown("members")

    @property
    def shown_guests(self):
        return self._shown("guests")

    @property
    def has_guests(self):
        return any(ticked for _, ticked in self.shown_guests)

    def clean(self):
        data = super().clean()
        if not data.get("members") and not data.get("guests") and not {"members", "guests"} & set(self.errors):
            self.add_error("members", "Cochez au moins une personne à convoquer.")
        return data

    def clean_subject(self):
        return " ".join(self.cleaned_data["subject"].split())

    def clean_body(self):
        return _lines(self.cleaned_data["body"])

    def clean_opening(self):
        return _lines(self.cleaned_data["opening"])

    def clean_closing(self):
        return _lines(self.cleaned_data["closing"])

    @property
    def text(self):
        return {
            name: self.cleaned_data[name] for name in ("place", "opening", "closing", "reply_by", "subject", "body")
        }

    @property
    def chosen(self):
        """As `send_convocation` takes them; once valid."""
        data = self.cleaned_data
        people = {
            name: [line for line in lines if line.mandate.pk in data[name]] for name, lines in self.lines.items()
        }
        reached = {line.email.lower() for line in people["members"]}
        people["guests"] = [
            replace(line, email="", copy_to="", missing=SHARED)
            if line.email and line.email.lower() in reached
            else line
            for line in people["guests"]
        ]
        signatories = [mandate for pk, mandate in self._signatories.items() if pk in data["signatories"]]
        return people | {"signatories": signatories}


def _lines(text):
    """As browsers send it twice, in the form and in the preview, with the same line ends."""
    return text.replace("\r\n", "\n").strip()


class ReplyForm(forms.Form):
    """`invitee` answers, or somebody for her or him."""

    reply = forms.ChoiceField(
        label="Votre réponse",
        choices=[
            (Reply.PRESENT, "Je serai là"),
            (Reply.EXCUSED, "Je ne pourrai pas venir"),
            (Reply.REPRESENTED, "Je me ferai représenter"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse."},
    )
    represented_by = forms.CharField(
        label="Représentation par",
        max_length=160,
        required=False,
        help_text="Civilité, nom et qualité de qui viendra, si vous vous faites représenter.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, invitee, **kwargs):
        first = {name: getattr(invitee, name) for name in ("reply", "represented_by", "version")}
        super().__init__(*args, initial=first | kwargs.pop("initial", {}), **kwargs)
        self.helper = helper()

    def clean(self):
        data = super().clean()
        is_alone = data.get("reply") == Reply.REPRESENTED and not data.get("represented_by")
        if is_alone and "represented_by" not in self.errors:
            self.add_error("represented_by", "Dites par qui\u00a0: civilité, nom et qualité.")
        return data


class ReceivedReplyForm(ReplyForm):
    """A reply that the team received."""

    received = forms.CharField(
        label="Reçue",
        max_length=160,
        help_text="Par exemple «\u00a0par courriel\u00a0» ou «\u00a0au téléphone\u00a0».",
        error_messages={"required": "Dites comment cette réponse a été reçue."},
    )
    field_order = ["reply", "represented_by", "received", "version"]

    def __init__(self, *args, invitee, **kwargs):
        super().__init__(*args, invitee=invitee, initial={"received": invitee.received}, **kwargs)
        self.fields["reply"].label = "Réponse"
        self.fields["reply"].choices = [
            (Reply.PRESENT, "Sera là"),
            (Reply.EXCUSED, "Ne pourra pas venir"),
            (Reply.REPRESENTED, "Se fera représenter"),
        ]
        self.fields["represented_by"].help_text = "Civilité, nom et qualité de qui viendra, le cas échéant."
