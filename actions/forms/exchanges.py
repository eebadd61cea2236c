from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from actions.enums import JOURNAL_ROLES, Audience
from actions.forms.quoting import QuotingForm
from actions.models import Exchange
from actions.permissions import allowed_audiences
from cite_educative.common.forms import DayField
from partners.enums import OrganisationKind
from partners.models import Mandate, Organisation, Person


def audience_choices(user, cite, current=""):
    """The circles that the user may open, and the one the row has already."""
    allowed = allowed_audiences(user, cite)
    return [(audience.value, audience.label) for audience in Audience if audience in allowed or audience == current]


class ExchangeForm(QuotingForm):
    """Three fields to fill, of which two are filled already; all the rest may wait."""

    LINKS = ("persons", "organisations", "actions")

    class Meta:
        model = Exchange
        fields = (
            *("kind", "held_on", "title", "summary", "next_step", "next_step_due", "next_step_owner", "audience"),
            *("lesson", "persons", "organisations", "actions"),
        )
        field_classes = {"held_on": DayField, "next_step_due": DayField}
        labels = {"next_step_due": "Pour le", "next_step_owner": "Qui s’en charge"}
        widgets = {"summary": forms.Textarea(attrs={"rows": 4}), "lesson": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"lesson": "Ce qui servira à d’autres\u00a0: pour un séminaire, ce que la Cité en rapporte."}

    def __init__(self, *args, request, cite, origin=None, short=False, **kwargs):
        kwargs["initial"] = self._first_values(request.user, origin) | (kwargs.get("initial") or {})
        super().__init__(*args, request=request, cite=cite, origin=origin, short=short, **kwargs)
        fields, row = self.fields, self.instance
        fields["audience"].choices = audience_choices(request.user, cite, row.audience if row.pk else "")
        if not row.pk:
            self.initial["audience"] = kwargs["initial"].get("audience") or fields["audience"].choices[0][0]
        owners = Mandate.objects.filter(person=OuterRef("pk"), cite=cite, role__in=JOURNAL_ROLES).active()
        possible = Person.objects.filter(Exists(owners) | Q(pk=row.next_step_owner_id))
        fields["next_step_owner"].queryset = possible.in_protocol_order(cite)
        fields["next_step_owner"].empty_label = "À choisir"

    @staticmethod
    def _first_values(user, origin):
        if origin is None:
            return {}
        first = {"kind": origin.kind, "held_on": timezone.localdate(), "next_step_owner": user.person_id}
        return first | {name: [row.pk for row in rows] for name, rows in origin.chosen.items()}

    def clean_held_on(self):
        day = self.cleaned_data["held_on"]
        if day > timezone.localdate():
            raise ValidationError(
                "Un échange a déjà eu lieu\u00a0: donnez sa date, et écrivez ce qui vient dans la prochaine étape."
            )
        return day

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("next_step"):
            cleaned["next_step_owner"] = None
            if cleaned.get("next_step_due"):
                self.add_error("next_step", "Dites ce qui est à faire pour cette date.")
        elif cleaned.get("next_step_owner") is None and "next_step_owner" not in self.errors:
            self.add_error("next_step_owner", "Choisissez qui s’en charge.")
        return cleaned


class PeerContactForm(forms.ModelForm):
    """Somebody of another Cité éducative, and that Cité, chosen or named."""

    organisation = forms.ModelChoiceField(
        label="Cité éducative",
        queryset=None,
        required=False,
        empty_label="Une nouvelle, nommée ci-dessous",
    )
    name = forms.CharField(
        label="Nom de la Cité éducative",
        max_length=255,
        required=False,
        help_text="Si elle n’est pas dans la liste\u00a0: par exemple «\u00a0Cité éducative de Roubaix\u00a0».",
    )

    field_order = ("organisation", "name")

    class Meta:
        model = Person
        fields = ("civility", "first_name", "last_name", "function", "email", "phone")

    def __init__(self, *args, cite, **kwargs):
        super().__init__(*args, **kwargs)
        peers = Organisation.objects.in_cite(cite).filter(kind=OrganisationKind.PEER_CITE)
        self.fields["organisation"].queryset = peers

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("organisation") and not cleaned.get("name") and not self.errors:
            self.add_error("name", "Choisissez une Cité éducative dans la liste, ou donnez son nom.")
        return cleaned

    @property
    def contact(self):
        """The arguments of `add_peer_contact`."""
        answers = dict(self.cleaned_data)
        organisation, name = answers.pop("organisation"), answers.pop("name")
        return {"organisation": organisation, "name": name, "identity": answers}
