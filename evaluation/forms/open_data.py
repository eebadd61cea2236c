from django import forms
from django.core.exceptions import ValidationError

from actions.forms.fields import helper
from cite_educative.common.dates import SchoolYearFormField
from cite_educative.common.spreadsheets.errors import MAX_FILE_BYTES, MEGABYTE
from evaluation.enums import Nature
from evaluation.models import Indicator


class OpenDataForm(forms.Form):
    """A published file and the indicator it tells of."""

    indicator = forms.ModelChoiceField(
        label="Indicateur",
        queryset=Indicator.objects.none(),
        empty_label="Choisissez",
        error_messages={"required": "Dites de quel indicateur parle ce fichier."},
    )
    file = forms.FileField(
        label="Fichier publié",
        help_text="CSV, Excel (.xlsx) ou LibreOffice (.ods), tel que téléchargé, 20 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.ods,.csv,.tsv,.txt", "data-file-name": ""}),
        error_messages={
            "required": "Choisissez le fichier à importer.",
            "empty": "Ce fichier est vide. Vérifiez que vous avez choisi le bon fichier puis recommencez.",
            "missing": "Choisissez le fichier à importer.",
        },
    )
    year = SchoolYearFormField(
        label="Rentrée",
        required=False,
        help_text="Seulement si le fichier ne la dit pas. Par exemple 2024-2025.",
    )

    def __init__(self, *args, cite, user, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Indicator.objects.visible_to(user).filter(cite=cite, nature=Nature.IMPORTED, is_active=True)
        self.fields["indicator"].queryset = rows.select_related("cite")
        self.helper = helper()

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise ValidationError(
                f"Ce fichier dépasse {MAX_FILE_BYTES // MEGABYTE} Mo. Gardez seulement les lignes de votre département, "
                "puis recommencez."
            )
        return file


def columns_from_post(post, reading, fields):
    """The mapping that the page of columns sends; what is no field is ignored."""
    keys = {field.key for field in fields}
    chosen = {str(column.index): post.get(f"colonne-{column.index}", "") for column in reading.columns}
    return {index: key if key in keys else "" for index, key in chosen.items()}
