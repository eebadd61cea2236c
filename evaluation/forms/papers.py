from django import forms

from actions.forms.fields import helper
from actions.forms.versions import VersionedForm
from actions.models import Action
from cite_educative.common.forms import ManyChoiceField
from evaluation.models import EvaluationPaper, PaperText, PaperVersion
from evaluation.paper_enums import PaperKind


class PaperForm(VersionedForm):
    flagships = ManyChoiceField(
        label="Actions phares",
        queryset=Action.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Celles que le rapport présente en quelques mots. Seules les actions publiées y entrent.",
    )

    class Meta:
        model = EvaluationPaper
        fields = ("title", "flagships")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        paper = self.instance
        actions = Action.objects.filter(cite=paper.cite, budget_year=paper.year, published_at__isnull=False)
        self.fields["flagships"].queryset = actions.order_by("code", "pk")
        if paper.kind != PaperKind.REPORT:
            del self.fields["flagships"]

    @property
    def saved_with(self):
        return {**super().saved_with, "flagships": self.cleaned_data.get("flagships", [])}


class PaperTextForm(forms.ModelForm):
    """`version` is the lock of the text; 0 when nobody wrote it yet."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    class Meta:
        model = PaperText
        fields = ("body",)
        labels = {"body": "Texte"}
        widgets = {"body": forms.Textarea(attrs={"rows": 16})}
        help_texts = {"body": "Laissez une ligne vide entre deux paragraphes, un tiret en tête de chaque point."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class IssueForm(forms.ModelForm):
    class Meta:
        model = PaperVersion
        fields = ("label",)
        help_texts = {"label": "À remplir pour une version qui en corrige une autre."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()
