"""Who does what by when, in one line; how it ended; the letters that remind of it."""

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cite_educative.common.forms import DayField
from cite_educative.common.uploads import UploadField
from governance.models import Body
from governance.services.point_reminders import BODY, PLACE, SUBJECT
from partners.models import Mandate, Organisation

TO_CHOOSE = [("", "Choisir")]


def _helper():
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class OwnerField(forms.TypedChoiceField):
    """A person by one of the mandates of today, or a partner organisation; `owners` gives the row back."""

    def __init__(self, *, cite, kept=None, **kwargs):
        mandates = list(Mandate.objects.active().filter(cite=cite).in_protocol_order())
        if kept and kept.mandate_id and kept.mandate_id not in {mandate.pk for mandate in mandates}:
            mandates.insert(0, kept.mandate)
        organisations = list(Organisation.objects.in_cite(cite).order_by("name", "pk"))
        self.owners = {f"m{mandate.pk}": mandate for mandate in mandates}
        self.owners |= {f"o{organisation.pk}": organisation for organisation in organisations}
        people = [(f"m{mandate.pk}", _named(mandate)) for mandate in mandates]
        partners = [(f"o{organisation.pk}", organisation.name) for organisation in organisations]
        choices = [*TO_CHOOSE, ("Personnes", people), ("Organismes", partners)]
        kwargs.setdefault("error_messages", {"required": "Choisissez qui s’en charge."})
        super().__init__(label="Par", choices=choices, coerce=self.owners.get, empty_value=None, **kwargs)


def _named(mandate):
    return f"{mandate.person.formal_name}, {mandate.title or mandate.role_label}"


def owner_key(point):
    return f"m{point.mandate_id}" if point.mandate_id else f"o{point.organisation_id}"


class ActionPointForm(forms.Form):
    text = forms.CharField(
        label="À faire", max_length=240, error_messages={"required": "Dites en une phrase ce qui est à faire."}
    )
    due_on = DayField(label="Pour le", required=False)
    body = forms.ModelChoiceField(
        Body.objects.none(),
        label="Instance",
        required=False,
        empty_label="Aucune",
        help_text="Sa prochaine réunion la reprend tant qu’elle est ouverte.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ("text", "owner", "due_on", "body")

    def __init__(self, *args, cite, point=None, bodies=None, **kwargs):
        """`bodies`: those that may be chosen; without them the origin says which it is."""
        if point:
            first = {"text": point.text, "owner": owner_key(point), "due_on": point.due_on, "body": point.body_id}
            kwargs["initial"] = first | {"version": point.version} | kwargs.get("initial", {})
        kwargs.setdefault("auto_id", "suite_%s")
        super().__init__(*args, **kwargs)
        self.fields["owner"] = OwnerField(cite=cite, kept=point)
        if bodies is None:
            del self.fields["body"]
        else:
            self.fields["body"].queryset = bodies
        self.order_fields(self.field_order)
        self.helper = _helper()

    def clean_text(self):
        return " ".join(self.cleaned_data["text"].split())

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day and not 2019 <= day.year <= timezone.localdate().year + 5:
            raise ValidationError("Cette année n’est pas possible. Écrivez par exemple 15/09/2026.")
        return day


class FinishForm(forms.Form):
    """Nothing is asked: a click is enough, what proves it may follow."""

    word = forms.CharField(
        label="Un mot sur ce qui a été fait", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    upload = UploadField(label="Un fichier qui le montre", required=False)
    on = DayField(label="Fait le", required=False)

    def __init__(self, *args, **kwargs):
        kwargs["initial"] = {"on": timezone.localdate()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.helper = _helper()

    def clean_word(self):
        return self.cleaned_data["word"].strip()


class DropForm(forms.Form):
    word = forms.CharField(
        label="Pourquoi elle est abandonnée",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Dites pourquoi\u00a0: la raison est gardée au journal."},
    )

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("auto_id", "abandon_%s")
        super().__init__(*args, **kwargs)
        self.helper = _helper()


class PointReminderForm(forms.Form):
    subject = forms.CharField(label="Objet", max_length=200, initial=SUBJECT)
    body = forms.CharField(
        label="Message",
        max_length=5000,
        initial=BODY,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=f"{PLACE} est remplacé, pour chaque destinataire, par ce qui lui revient. La réponse vous arrive.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = _helper()

    def clean_subject(self):
        return " ".join(self.cleaned_data["subject"].split())

    def clean_body(self):
        return self.cleaned_data["body"].replace("\r\n", "\n").strip()
