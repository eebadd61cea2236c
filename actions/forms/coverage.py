from django import forms

from actions.coverage import AGES, BETWEEN_COMMUNES, COMMUNES, THEMES, UNKNOWN_PLACE, WITHOUT
from actions.enums import PublicKind
from actions.models import Theme
from partners.models import Commune


class CoverageForm(forms.Form):
    """What to count; the presentation itself is a link. The dimension of the columns is no filter."""

    commune = forms.ChoiceField(label="Territoire", required=False)
    public = forms.ChoiceField(label="Public", required=False)
    thematique = forms.ChoiceField(label="Thématique", required=False)

    def __init__(self, *args, user, cite, view, **kwargs):
        super().__init__(*args, **kwargs)
        places = [(str(row.pk), row.name) for row in Commune.objects.filter(cites=cite)]
        special = [(BETWEEN_COMMUNES, "Intercommunal"), (UNKNOWN_PLACE, "Territoire inconnu")]
        themes = [(str(row.pk), row.label) for row in Theme.objects.visible_to(user).filter(cite=cite)]
        choices = {
            "commune": [("", "Tout"), *places, *special],
            "public": [("", "Tous"), *PublicKind.choices, (WITHOUT, "sans âge ni public")],
            "thematique": [("", "Toutes"), *themes, (WITHOUT, "Sans thématique")],
        }
        for name, listed in choices.items():
            self.fields[name].choices = listed
            self.fields[name].widget.attrs["data-autosubmit"] = ""
        for name in {COMMUNES: ["commune"], AGES: ["public"], THEMES: ["thematique"]}[view]:
            del self.fields[name]

    @property
    def chosen(self):
        """Values of the list's filters; a wrong one counts for nothing."""
        return {name: self.cleaned_data.get(name, "") for name in ("commune", "public", "thematique")}
