from django import forms

from actions.forms.versions import VersionedForm
from actions.models import Theme
from cite_educative.common.forms import ManyChoiceField
from evaluation.models import EvaluationQuestion


def theme_boxes():
    return ManyChoiceField(
        label="Thématiques", queryset=Theme.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )


def offered_themes(row):
    """Those in use in its Cité, and those it already has."""
    themes = Theme.objects.filter(cite=row.cite)
    kept = row.themes.values("pk") if row.pk else ()
    return themes.in_use() | themes.filter(pk__in=kept)


class QuestionForm(VersionedForm):
    themes = theme_boxes()

    class Meta:
        model = EvaluationQuestion
        fields = ("code", "text", "level", "criteria", "method", "respondents", "calendar", "themes")
        widgets = {
            "criteria": forms.Textarea(attrs={"rows": 4}),
            "method": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "code": "Court et à vous\u00a0: par exemple «\u00a0EQ9\u00a0».",
            "criteria": "À quoi verra-t-on que la réponse est oui\u00a0?",
            "method": "Où l’on regarde et qui l’on écoute\u00a0: comptages, entretiens, questionnaires, récits.",
            "respondents": "Par exemple «\u00a0porteurs, familles, établissements scolaires\u00a0».",
            "calendar": "Par exemple «\u00a0chaque automne, avant la revue de projet\u00a0».",
            "themes": "Elles disent, dans la couverture, quelles actions cette question éclaire.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["themes"].help_text = self._meta.help_texts["themes"]
        self.fields["themes"].queryset = offered_themes(self.instance)
        if not self.fields["themes"].queryset.exists():
            del self.fields["themes"]

    @property
    def saved_with(self):
        return {**super().saved_with, "themes": self.cleaned_data.get("themes")}
