from django import forms

from actions.accounting import FIELDS
from actions.forms.fields import helper
from actions.forms.imports import UploadForm


class AccountingUploadForm(forms.Form):
    file = forms.FileField(
        label="Export comptable",
        help_text="CSV ou tableur, colonnes dans n’importe quel ordre. Rien n’est écrit avant votre confirmation.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.ods,.csv,.tsv,.txt", "data-file-name": ""}),
        error_messages=UploadForm.base_fields["file"].error_messages,
    )

    clean_file = UploadForm.clean_file

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()

    @property
    def is_multipart(self):
        return True


class AccountingColumnsForm(forms.Form):
    """Which column is what; `mapping` is `{field: column index}`."""

    def __init__(self, *args, run, **kwargs):
        super().__init__(*args, **kwargs)
        columns = [(str(index), label) for index, label in enumerate(run.columns)]
        for name, (label, _) in FIELDS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                choices=[("", "Aucune colonne"), *columns],
                required=False,
                coerce=int,
                empty_value=None,
                initial=str(run.mapping.get(name, "")),
            )
        self.helper = helper()

    @property
    def mapping(self):
        return {name: index for name, index in self.cleaned_data.items() if index is not None}
