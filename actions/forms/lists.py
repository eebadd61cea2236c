from actions.forms.versions import VersionedForm
from actions.models import ContractTheme, Scheme, Theme


class ThemeForm(VersionedForm):
    class Meta:
        model = Theme
        fields = ("label",)


class ContractThemeForm(VersionedForm):
    class Meta:
        model = ContractTheme
        fields = ("label",)
        help_texts = {"label": "Comme l’écrit le contrat de ville signé."}


class SchemeForm(VersionedForm):
    class Meta:
        model = Scheme
        fields = ("label", "full_label", "institution")
        help_texts = {
            "label": "Le sigle ou le nom court, pour les tableaux.",
            "institution": "Qui le porte ou le finance.",
        }
