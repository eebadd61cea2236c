"""Forms around agreements: the draft and its clauses, a signature, the signed file, giving up."""

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from actions.finances.clauses import MERGE_FIELDS, check_clauses
from actions.forms.fields import DayField, helper
from actions.forms.versions import VersionedForm
from actions.models import Agreement, AgreementSignature
from cite_educative.common.money import MoneyFormField
from cite_educative.common.uploads import IMAGES, PDF, UploadField

SPARE = 2  # blank clauses at the end, to add some


class ClausesMixin:
    """`clause-<n>-title` and `clause-<n>-text`; emptying both takes a clause out."""

    def add_clauses(self, clauses):
        self.ranks = range(len(clauses) + SPARE)
        padded = [*clauses, *({"title": "", "text": ""} for _ in range(SPARE))]
        for rank, clause in enumerate(padded):
            name = f"Article {rank + 1}"
            self.fields[f"clause-{rank}-title"] = forms.CharField(
                label=f"{name}, titre", required=False, max_length=120, initial=clause["title"]
            )
            self.fields[f"clause-{rank}-text"] = forms.CharField(
                label=f"{name}, texte",
                required=False,
                max_length=6000,
                initial=clause["text"],
                widget=forms.Textarea(attrs={"rows": 4}),
            )

    @property
    def clause_fields(self):
        return [{"title": self[f"clause-{rank}-title"], "text": self[f"clause-{rank}-text"]} for rank in self.ranks]

    @property
    def clauses(self):
        written = [
            {part: self.cleaned_data.get(f"clause-{rank}-{part}", "").strip() for part in ("title", "text")}
            for rank in self.ranks
        ]
        return [clause for clause in written if clause["title"] or clause["text"]]

    def check(self):
        try:
            check_clauses(self.clauses)
        except ValidationError as error:
            self.add_error(None, error.messages)


class AgreementForm(ClausesMixin, forms.ModelForm):
    """A draft: its facts, one amount per line (`line-<pk>`, empty to take it out), its clauses."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Agreement
        fields = ("title", "starts_on", "ends_on", "balance_percent", "first_due_on", "balance_due_on")
        field_classes = dict.fromkeys(("starts_on", "ends_on", "first_due_on", "balance_due_on"), DayField)
        help_texts = {"balance_percent": "0 pour un versement unique."}

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines
        self.fields["version"].initial = self.instance.version
        for line in lines:
            self.fields[f"line-{line.pk}"] = MoneyFormField(
                label=f"Montant pour {line.funding.action}",
                required=False,
                initial=line.amount,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )
        self.add_clauses(self.instance.clauses)
        shown = ("version", "title", "starts_on", "ends_on", "balance_percent", "first_due_on", "balance_due_on")
        self.helper = helper(Layout(*shown))

    @property
    def amounts(self):
        return {line.pk: self.cleaned_data.get(f"line-{line.pk}") for line in self.lines}

    def clean(self):
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "La convention prend fin après avoir commencé\u00a0: vérifiez les deux dates.")
        for line in self.lines:
            amount, name = cleaned.get(f"line-{line.pk}"), f"line-{line.pk}"
            if self.instance.amends_id and amount is None and name not in self.errors:
                self.add_error(name, "Écrivez 0 pour retirer l’action de la convention.")
            elif amount == 0 and not self.instance.amends_id:
                self.add_error(name, "Écrivez un montant supérieur à zéro, ou videz la case pour retirer l’action.")
        self.check()
        self.instance.clauses = self.clauses
        return cleaned


class TemplateForm(ClausesMixin, forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, clauses, version, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = version
        self.add_clauses(clauses)
        self.helper = helper(Layout("version"))

    def clean(self):
        cleaned = super().clean()
        self.check()
        return cleaned


def merge_fields():
    """For the help beside clauses."""
    return [{"name": f"{{{name}}}", "meaning": meaning} for name, meaning in MERGE_FIELDS.items()]


class SignatureForm(VersionedForm):
    class Meta:
        model = AgreementSignature
        fields = ("capacity", "sent_on", "signed_on")
        field_classes = {"sent_on": DayField, "signed_on": DayField}
        help_texts = {
            "capacity": "La fonction, pas le nom\u00a0: «\u00a0le président\u00a0», «\u00a0la directrice\u00a0»."
        }

    def clean(self):
        cleaned = super().clean()
        for name in ("sent_on", "signed_on"):
            if cleaned.get(name) and cleaned[name] > timezone.localdate():
                self.add_error(name, "Cette date n’est pas encore arrivée.")
        return cleaned


class AgreementFileForm(forms.Form):
    upload = UploadField(label="La convention signée", allowed=(*PDF, *IMAGES))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()

    @property
    def is_multipart(self):
        return True


class CancelAgreementForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi", max_length=200, error_messages={"required": "Dites pourquoi ce projet est abandonné."}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()
