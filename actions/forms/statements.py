"""Forms of the "compte rendu financier": written here, noted from Dauphin, sent back, accepted, followed."""

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from actions.finances.accounts import ACCOUNTS
from actions.finances.statements import columns_of, label_of, numbered
from actions.forms.fields import DayField, helper
from actions.models import FinancialStatement, StatementLine
from cite_educative.common.money import MoneyFormField
from cite_educative.common.uploads import IMAGES, PDF, UploadField

WORDS = ("implementation", "publics", "places", "results")


def _amount_input():
    return forms.TextInput(attrs={"class": "form-control montant"})


class StatementForm(forms.ModelForm):
    """What its holder writes here. One amount and one explanation per account: `actual-<n>`, `why-<n>`.

    `lines` are those shown: the ones kept, or those of the budget. `add-code` and `add-amount` add an account.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    add_code = forms.ChoiceField(label="Ajouter un compte", required=False)
    add_amount = MoneyFormField(label="Montant réalisé sur ce compte", required=False)

    class Meta:
        model = FinancialStatement
        fields = (*WORDS, "people_reached", "unspent", "apportionment", "attested_by", "attested_as")
        field_classes = {"unspent": MoneyFormField}
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in (*WORDS, "apportionment")}
        labels = {"unspent": "Non employé, sur l’ensemble des subventions"}
        help_texts = {
            "unspent": "0 si tout a été employé.",
            "attested_by": "Qui représente légalement le porteur.",
            "attested_as": "Par exemple «\u00a0présidente\u00a0».",
        }

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines
        self.fields["version"].initial = self.instance.version
        self.fields["add_code"].choices = [("", "Aucun")] + [
            (code, f"{account.post} · {account.label}") for code, account in ACCOUNTS.items()
        ]
        for rank, line in enumerate(lines):
            label = label_of(line)
            self.fields[f"actual-{rank}"] = MoneyFormField(
                label=f"Réalisé, {label}", required=False, initial=line.actual, widget=_amount_input()
            )
            self.fields[f"why-{rank}"] = forms.CharField(
                label=f"Explication, {label}",
                required=False,
                max_length=300,
                initial=line.explanation,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )
        self.helper = helper(Layout("version", *WORDS, "people_reached"))
        self.money_helper = helper(Layout("unspent", "apportionment", "attested_by", "attested_as"))

    @property
    def columns(self):
        """Those of the statement, with a field for each line."""
        ranks = {id(line): rank for rank, line in enumerate(self.lines)}
        return columns_of(self.lines, row=lambda line: self._row(line, ranks[id(line)]))

    def _row(self, line, rank):
        return {
            "line": line,
            "label": numbered(line),
            "actual": self[f"actual-{rank}"],
            "why": self[f"why-{rank}"],
        }

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("add_code") and cleaned.get("add_amount") is None and "add_amount" not in self.errors:
            self.add_error("add_amount", "Écrivez le montant de ce compte, ou choisissez «\u00a0Aucun\u00a0».")
        return cleaned

    @property
    def written(self):
        """`StatementLine`s not saved yet, the added one included."""
        lines = [
            StatementLine(
                side=line.side,
                code=line.code,
                precision=line.precision,
                planned=line.planned,
                actual=self.cleaned_data.get(f"actual-{rank}"),
                explanation=self.cleaned_data.get(f"why-{rank}", ""),
            )
            for rank, line in enumerate(self.lines)
        ]
        code = self.cleaned_data.get("add_code")
        if code:
            actual = self.cleaned_data["add_amount"]
            lines.append(StatementLine(side=ACCOUNTS[code].side, code=code, planned=None, actual=actual))
        return lines


class StatementElsewhereForm(forms.Form):
    """A statement filed in Dauphin, or received on paper."""

    filed_on = DayField(label="Déposé le")
    spent = MoneyFormField(label="Dépensé, en tout")
    unspent = MoneyFormField(label="Non employé, sur l’ensemble des subventions", help_text="0 si tout a été employé.")
    people_reached = forms.IntegerField(label="Personnes touchées", min_value=0, max_value=1_000_000)
    upload = UploadField(label="Le compte rendu", allowed=(*PDF, *IMAGES), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()

    @property
    def is_multipart(self):
        return True

    def clean_filed_on(self):
        day = self.cleaned_data["filed_on"]
        if day > timezone.localdate():
            raise ValidationError("Cette date n’est pas encore arrivée.")
        return day


class SendBackForm(forms.Form):
    remarks = forms.CharField(
        label="Ce qui est à corriger",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Dites ce que le porteur doit corriger."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi",
        max_length=200,
        help_text="Le grand livre garde ce qui avait été justifié, et ce motif.",
        error_messages={"required": "Dites pourquoi il est rouvert."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class AcceptForm(forms.Form):
    """`justified-<funding pk>`, proposed from what was left; `version` is that of the statement that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, fundings, proposed, version, **kwargs):
        super().__init__(*args, **kwargs)
        self.fundings = fundings
        self.fields["version"].initial = version
        for funding in fundings:
            self.fields[f"justified-{funding.pk}"] = MoneyFormField(
                label=f"Justifié, {funding.source}", initial=proposed[funding.pk], widget=_amount_input()
            )

    @property
    def rows(self):
        return [{"funding": funding, "field": self[f"justified-{funding.pk}"]} for funding in self.fundings]

    @property
    def justified(self):
        return {funding.pk: self.cleaned_data[f"justified-{funding.pk}"] for funding in self.fundings}


class RefundForm(forms.Form):
    asked_on = DayField(label="Reversement demandé le", required=False)
    refunded_on = DayField(label="Reversé le", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()

    def clean(self):
        cleaned = super().clean()
        for name, day in cleaned.items():
            if day and day > timezone.localdate():
                self.add_error(name, "Cette date n’est pas encore arrivée.")
        return cleaned


class ExtendForm(forms.Form):
    due_on = DayField(label="Nouveau délai")
    reason = forms.CharField(label="Pourquoi", max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()
