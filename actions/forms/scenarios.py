from decimal import Decimal

from django import forms

from actions.services.scenarios import EMPTY, PROPOSED, REQUESTS

LABEL = {"label": "Nom du scénario", "max_length": 80}


class ScenarioForm(forms.Form):
    label = forms.CharField(**LABEL)
    start = forms.ChoiceField(
        label="Montants de départ",
        choices=[
            (REQUESTS, "ce qui est demandé"),
            (PROPOSED, "ce qui est déjà proposé"),
            (EMPTY, "aucun, toutes les cases vides"),
        ],
    )


class CopyForm(forms.Form):
    label = forms.CharField(**{**LABEL, "label": "Nom de la copie"})
    percent = forms.DecimalField(
        label="Baisse, en %",
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100),
        decimal_places=2,
        max_digits=5,
        localize=True,
        help_text="Chaque montant est arrondi à l’euro inférieur.",
    )
    source = forms.ModelChoiceField(
        label="Financeur concerné", queryset=None, required=False, empty_label="tous les financeurs"
    )

    def __init__(self, *args, sources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources

    def clean_percent(self):
        return self.cleaned_data["percent"] or Decimal(0)


class RenameForm(forms.Form):
    label = forms.CharField(**LABEL)
