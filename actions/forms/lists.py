from django import forms

from actions.forms.fields import helper
from actions.models import ContractTheme, Scheme, Theme


class ListItemForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class ThemeForm(ListItemForm):
    class Meta:
        model = Theme
        fields = ("label",)


class ContractThemeForm(ListItemForm):
    class Meta:
        model = ContractTheme
        fields = ("label",)
        help_texts = {"label": "Comme l’écrit le contrat de ville signé."}


class SchemeForm(ListItemForm):
    class Meta:
        model = Scheme
        fields = ("label", "full_label", "institution")
        help_texts = {
            "label": "Le sigle ou le nom court, pour les tableaux.",
            "institution": "Qui le porte ou le finance.",
        }
