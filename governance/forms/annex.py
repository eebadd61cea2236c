from crispy_forms.helper import FormHelper
from django import forms

from cite_educative.common.uploads import PDF, UploadField
from governance.models import AgendaItem


class AnnexForm(forms.Form):
    upload = UploadField(
        label="Fichier",
        allowed=PDF,
        help_text="Un PDF, 20\u00a0Mo au plus, sans mot de passe\u00a0: il est relié au dossier.",
    )
    title = forms.CharField(label="Intitulé", max_length=200)
    item = forms.ModelChoiceField(
        AgendaItem.objects.none(), label="Pour le point", required=False, empty_label="Toute la séance"
    )

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = AgendaItem.objects.filter(meeting=meeting)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    @property
    def is_multipart(self):
        return True
