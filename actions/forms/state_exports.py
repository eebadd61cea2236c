from django import forms
from django.utils import timezone

from actions.enums import ExportKind
from actions.forms.fields import helper
from actions.forms.imports import UploadForm
from actions.models import Call
from cite_educative.common.dates import BudgetYearFormField


class StateExportForm(forms.Form):
    """A table that comes out of one of the State's tools."""

    file = forms.FileField(
        label="Export",
        help_text=UploadForm.base_fields["file"].help_text,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.ods,.csv,.tsv,.txt", "data-file-name": ""}),
        error_messages=UploadForm.base_fields["file"].error_messages,
    )
    kind = forms.ChoiceField(
        label="Outil",
        choices=[("", "Reconnu à ses colonnes"), *ExportKind.choices],
        required=False,
        help_text="Les colonnes d’OSIRIS et de GISPRO sont connues\u00a0; celles de Dauphin vous seront demandées, une "
        "seule fois.",
    )
    budget_year = BudgetYearFormField(label="Exercice", help_text="Celui des lignes qui ne le disent pas elles-mêmes.")

    clean_file = UploadForm.clean_file

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["budget_year"].initial = kwargs.get("initial", {}).get("budget_year") or timezone.localdate().year
        self.helper = helper()


class SheetsForm(forms.Form):
    """The call in which the sheets of the rows that have none are prepared."""

    call = forms.ModelChoiceField(
        Call.objects.none(),
        label="Appel à projets des fiches à créer",
        empty_label="À choisir",
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": "Choisissez l’appel dans lequel créer les fiches."},
    )

    def __init__(self, *args, cite, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["call"].queryset = Call.objects.visible_to(user).filter(cite=cite)
        self.helper = helper()


def chosen_matches(post):
    """{key of a row: what was chosen}: a code that was typed wins over the choice beside it."""
    chosen = {name.removeprefix("row-"): value for name, value in post.items() if name.startswith("row-")}
    for name, value in post.items():
        if name.startswith("code-") and value.strip():
            chosen[name.removeprefix("code-")] = value.strip()[:40]
    return {key: value for key, value in chosen.items() if len(key) == 16}
