"""Forms of the revue de projet: a review opened, one answer by its kind, a side's validation, a form imported."""

import re
from decimal import Decimal, InvalidOperation

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from actions.forms.fields import helper
from cite_educative.common.dates import BudgetYearFormField
from cite_educative.common.forms import DayField
from cite_educative.common.money import MoneyFormField
from cite_educative.common.uploads import UploadField
from evaluation.models import ReviewTemplate
from evaluation.review_enums import QuestionKind
from evaluation.review_shipped import CODES, shipped_form
from evaluation.review_values import CELL, field_value, number_fr, stored
from governance.forms.minutes import ReceivedForm
from partners.models import Person

SHIPPED = "modele:"
PARTED = re.compile(r"\s*[\t;]\s*")
LONGEST_LINE = 500


class NumberField(forms.Field):
    """A number as the French write it; a share when `most` is 100."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, most=None, **kwargs):
        self.most = most
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return number_fr(value) if isinstance(value, Decimal) else value

    def to_python(self, value):
        text = re.sub(r"\s|%$", "", value or "").replace(",", ".").replace("−", "-")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) >= 10**12:
            raise ValidationError("Écrivez un nombre, par exemple 12,5, ou laissez vide si vous ne le connaissez pas.")
        if self.most is not None and not 0 <= number <= self.most:
            raise ValidationError(f"Une part va de 0 à {self.most}\u00a0%. Un dépassement se dit dans le texte.")
        return number


class LinesField(forms.CharField):
    """One item a line."""

    widget = forms.Textarea(attrs={"rows": 5})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        lines = [line.strip() for line in (value or "").splitlines() if line.strip()]
        if any(len(line) > LONGEST_LINE for line in lines):
            raise ValidationError(f"Une ligne est trop longue\u00a0: {LONGEST_LINE} signes au plus.")
        return lines


class RowsField(LinesField):
    """A row a line, its cells parted by points-virgules, or by tabs when it was pasted from a spreadsheet."""

    def __init__(self, *, columns, **kwargs):
        self.columns = columns
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return "\n".join(CELL.join(row) for row in value) if isinstance(value, list) else value

    def to_python(self, value):
        rows = [PARTED.split(line) for line in super().to_python(value)]
        for number, row in enumerate(rows, start=1):
            if len(row) > len(self.columns):
                raise ValidationError(
                    f"Ligne {number}\u00a0: {len(row)} cases pour {len(self.columns)} colonnes ({', '.join(self.columns)})."
                )
        return [row + [""] * (len(self.columns) - len(row)) for row in rows]


def value_field(question, *, is_computed):
    """The field of its kind; None for a text that nothing computes, which has its own."""
    choices = [(choice, choice) for choice in question.choices]
    given = {"label": "Autre valeur que le calcul" if is_computed else "Réponse"}
    given |= {"required": False, "help_text": question.help}
    if question.kind == QuestionKind.TEXT:
        return forms.CharField(max_length=LONGEST_LINE, **given) if is_computed else None
    if question.kind == QuestionKind.LIST and choices:
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **given)
    if question.kind in (QuestionKind.CHOICE, QuestionKind.SCALE):
        return forms.ChoiceField(choices=[("", "pas de réponse"), *choices], widget=forms.RadioSelect, **given)
    return FIELDS[question.kind](question, given)


def _integer(question, given):
    errors = {"invalid": "Écrivez un nombre entier, par exemple 12, ou laissez vide si vous ne le connaissez pas."}
    return forms.IntegerField(min_value=0, max_value=10**9, error_messages=errors, **given)


def _yes_no(question, given):
    choices = [("", "pas de réponse"), ("oui", "oui"), ("non", "non")]
    return forms.TypedChoiceField(
        choices=choices,
        coerce=lambda word: word == "oui",
        empty_value=None,
        widget=forms.RadioSelect,
        **given,
    )


def _rows(question, given):
    columns = question.choices
    how = (
        f"Une ligne par rang, cases séparées par un point-virgule ou collées d’un tableur\u00a0: {CELL.join(columns)}."
    )
    return RowsField(columns=columns, **given | {"help_text": " ".join(filter(None, [question.help, how]))})


def _lines(question, given):
    return LinesField(**given | {"help_text": " ".join(filter(None, [question.help, "Un élément par ligne."]))})


FIELDS = {
    QuestionKind.INTEGER: _integer,
    QuestionKind.NUMBER: lambda question, given: NumberField(**given),
    QuestionKind.PERCENT: lambda question, given: NumberField(most=100, **given),
    QuestionKind.EUROS: lambda question, given: MoneyFormField(**given),
    QuestionKind.DATE: lambda question, given: DayField(**given),
    QuestionKind.YES_NO: _yes_no,
    QuestionKind.LIST: _lines,
    QuestionKind.TABLE: _rows,
}


class AnswerForm(forms.Form):
    """One answer. `owners` are the persons to whom the team may give the question; None for who does not assign."""

    text = forms.CharField(label="Texte", max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 8}))
    reason = forms.CharField(
        label="Pourquoi cette valeur remplace le calcul",
        max_length=300,
        required=False,
        help_text="Les deux sont montrées et imprimées.",
    )
    owner = forms.ModelChoiceField(
        Person.objects.none(), label="Répond", required=False, empty_label="L’équipe", help_text="Qui a un compte ici."
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, answer, is_computed, owners=None, text=None, **kwargs):
        kind = answer.question.kind
        first = {name: getattr(answer, name) for name in ("reason", "owner", "version")}
        first |= {"text": answer.text if text is None else text, "value": self._first(kind, answer.value)}
        super().__init__(*args, initial=first, **kwargs)
        self.kind = kind
        field = value_field(answer.question, is_computed=is_computed)
        if field:
            self.fields["value"] = field
        if not (field and is_computed):
            del self.fields["reason"]
        if owners is None:
            del self.fields["owner"]
        else:
            self.fields["owner"].queryset = owners
        self.fields["text"].label = "Texte" if field else "Réponse"
        if field:
            self.fields["text"].widget.attrs["rows"] = 4
        elif answer.question.help:
            self.fields["text"].help_text = answer.question.help
        self.order_fields(["value", "reason", "text", "owner", "version"])
        self.helper = helper()

    @staticmethod
    def _first(kind, value):
        if kind == QuestionKind.YES_NO:
            return {True: "oui", False: "non"}.get(value, "")
        return field_value(kind, value)

    @property
    def typed(self):
        """What `save_answer` takes."""
        data = self.cleaned_data
        typed = {
            "value": stored(self.kind, data["value"]) if "value" in data else None,
            "text": data["text"],
            "reason": data.get("reason", ""),
        }
        return typed | ({"owner": data["owner"]} if "owner" in data else {})


class ReviewForm(forms.Form):
    year = BudgetYearFormField(label="Année", help_text="L’année civile dont la revue rend compte.")
    template = forms.ChoiceField(
        label="Formulaire", help_text="Quand le formulaire national est connu, importez-le d’abord."
    )

    def __init__(self, *args, cite, **kwargs):
        super().__init__(*args, **kwargs)
        self.own = {str(row.pk): row for row in ReviewTemplate.objects.filter(cite=cite)}
        shipped = [(f"{SHIPPED}{code}", shipped_form(code)["label"]) for code in CODES]
        self.fields["template"].choices = [*((key, str(row)) for key, row in self.own.items()), *shipped]
        self.helper = helper(Layout("year", "template"))

    def clean_year(self):
        year = self.cleaned_data["year"]
        if year > timezone.localdate().year:
            raise ValidationError("Cette année n’a pas commencé\u00a0: sa revue ne peut pas encore s’ouvrir.")
        return year

    @property
    def shipped_code(self):
        """That of a form shipped with the application, "" for one of the Cité."""
        chosen = self.cleaned_data["template"]
        return chosen.removeprefix(SHIPPED) if chosen.startswith(SHIPPED) else ""

    @property
    def own_template(self):
        return self.own[self.cleaned_data["template"]]


class RemarkForm(forms.Form):
    body = forms.CharField(
        label="Remarque",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez la remarque avant de l’enregistrer."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class SideValidationForm(ReceivedForm):
    validated_on = DayField(label="Validée le", initial=timezone.localdate)

    field_order = ["validated_on", "received_from", "received_by", "received_on"]


class CorrectionForm(forms.Form):
    reason = forms.CharField(
        label="Objet de la correction", max_length=300, help_text="Il est imprimé sur la version corrigée."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class TemplateForm(forms.Form):
    year = BudgetYearFormField(label="Année du formulaire")
    label = forms.CharField(label="Intitulé", max_length=120, initial="Formulaire national")
    file = UploadField(
        label="Tableau des questions",
        allowed=(".xlsx", ".ods", ".csv", ".txt"),
        required=False,
        help_text="Excel, LibreOffice ou CSV, 20\u00a0Mo au plus.",
    )
    table = forms.CharField(
        label="Ou collez ses lignes",
        required=False,
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="La première ligne nomme les colonnes\u00a0: rubrique, code, question, nature, choix, aide, calcul.",
    )

    is_multipart = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()

    def clean(self):
        data = super().clean()
        if not self.errors and not data.get("file") and not data["table"].strip():
            self.add_error("file", "Donnez le tableau des questions, ou collez ses lignes.")
        return data
