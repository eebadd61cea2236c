from django import forms
from django.core.exceptions import ValidationError

from actions.forms.fields import helper
from actions.models import Call
from cite_educative.common.dates import BudgetYear, YearError
from cite_educative.common.spreadsheets.errors import MAX_FILE_BYTES, MEGABYTE


class UploadForm(forms.Form):
    """A table and the call it belongs to, chosen or named on the spot."""

    file = forms.FileField(
        label="Tableau",
        help_text="Excel (.xlsx), LibreOffice (.ods) ou CSV, 20 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.ods,.csv,.tsv,.txt", "data-file-name": ""}),
        error_messages={
            "required": "Choisissez le fichier à importer.",
            "empty": "Ce fichier est vide. Vérifiez que vous avez choisi le bon fichier puis recommencez.",
            "missing": "Choisissez le fichier à importer.",
        },
    )
    call = forms.ModelChoiceField(
        label="Appel à projets",
        queryset=Call.objects.none(),
        required=False,
        empty_label="Un nouvel appel, nommé ci-dessous",
    )
    label = forms.CharField(
        label="Nom du nouvel appel",
        max_length=120,
        required=False,
        help_text="Par exemple «\u00a0Appel à projets 2026\u00a0».",
    )
    year = forms.CharField(
        label="Exercice du nouvel appel", max_length=9, required=False, help_text="Par exemple 2026."
    )

    def __init__(self, *args, cite, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.cite = cite
        self.fields["call"].queryset = Call.objects.visible_to(user).filter(cite=cite)
        self.helper = helper()

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise ValidationError(
                f"Ce fichier dépasse {MAX_FILE_BYTES // MEGABYTE} Mo. Retirez les images et les feuilles inutiles, "
                "ou enregistrez la seule feuille à importer au format .csv puis recommencez."
            )
        return file

    def clean_year(self):
        text = self.cleaned_data["year"]
        try:
            return BudgetYear.parse(text) if text else None
        except YearError as error:
            raise ValidationError(str(error)) from error

    def clean(self):
        answers = super().clean()
        if answers.get("call"):
            return answers
        if not answers.get("label") and "label" not in self.errors:
            self.add_error("label", "Choisissez un appel dans la liste, ou donnez un nom au nouvel appel.")
        if answers.get("year") is None and "year" not in self.errors:
            self.add_error("year", "Donnez l’exercice du nouvel appel, par exemple 2026.")
        same = Call.objects.filter(cite=self.cite, label=answers.get("label") or "").exists()
        if same:
            self.add_error("label", "Un appel de cette Cité porte déjà ce nom\u00a0: choisissez-le dans la liste.")
        return answers

    def call_to_use(self):
        """The chosen call, or an unsaved one."""
        answers = self.cleaned_data
        return answers["call"] or Call(cite=self.cite, label=answers["label"], budget_year=answers["year"])


def mapping_from_post(post, run, reading):
    """The mapping that the page of settings sends: every column as chosen, the answers given or taken back."""
    tables = []
    for position, table in enumerate(reading.tables):
        columns = {}
        for column in table.columns:
            name = f"{position}-{column.letter or 'section'}"
            entry = {"field": post.get(f"field-{name}") or None, "funder": post.get(f"funder-{name}", "").strip()}
            if f"year-{name}" in post:
                entry["year"] = post[f"year-{name}"].strip()
            columns[column.letter or "section"] = entry
        used = len(reading.tables) == 1 or f"use-{position}" in post
        tables.append({"use": used, "columns": columns})
    forgotten = set(post.getlist("forget"))
    answers = {name: value for name, value in run.mapping.get("answers", {}).items() if name not in forgotten}
    for field, value in post.items():
        if field.startswith("answer:") and value.strip():
            name = field.removeprefix("answer:")
            answers[name] = _answer(post, name, value.strip())
    return {"tables": tables, "answers": answers}


def _answer(post, name, value):
    """A funder comes as a choice and two names; everything else as it is typed."""
    is_funder = name == "funder" or name.startswith("funder:")
    if is_funder and value.startswith("source:"):
        return {"source": value.removeprefix("source:")}
    if is_funder and value.startswith("new:"):
        label = post.get(f"name:{name}", "").strip()
        organisation = post.get(f"organisation:{name}", "").strip() or None
        return {"new": value.removeprefix("new:"), "name": label, "organisation": organisation}
    return value
