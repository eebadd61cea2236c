from django import forms

from actions.forms.versions import VersionedForm
from cite_educative.common.forms import ManyChoiceField
from evaluation.forms.fields import decisions_of
from evaluation.models import Judgement
from governance.models import Decision


class JudgementForm(VersionedForm):
    """Decisions already linked, and those adopted from the year of the answer on: what it led to came after it."""

    decisions = ManyChoiceField(
        label="Décisions qui en découlent",
        queryset=Decision.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Celles que les instances ont prises depuis, à cause de cette réponse.",
    )

    class Meta:
        model = Judgement
        fields = ("text", "evidence", "verbatims", "contributors", "decisions")
        widgets = {
            "text": forms.Textarea(attrs={"rows": 10}),
            "verbatims": forms.Textarea(attrs={"rows": 5}),
        }
        help_texts = {
            "text": "Ce que la Cité répond, en commençant par la réponse.",
            "evidence": "Ce que valent les faits réunis, non ce que vaut l’action.",
            "verbatims": "Un par paragraphe, sans nom\u00a0: «\u00a0une mère d’élève\u00a0», «\u00a0un collégien de 4ᵉ\u00a0».",
            "contributors": "Par exemple «\u00a0douze porteurs, les quatre communes, deux groupes de parents\u00a0».",
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        row = self.instance
        kept = list(row.decisions.values_list("pk", flat=True)) if row.pk else []
        decisions = decisions_of(user, row.question.cite, kept)
        offered = decisions.filter(adopted_on__year__gte=row.year) | decisions.filter(pk__in=kept)
        self.fields["decisions"].queryset = offered.order_by("-adopted_on", "-number", "pk")
        if not offered.exists():
            del self.fields["decisions"]

    @property
    def saved_with(self):
        return {**super().saved_with, "decisions": self.cleaned_data.get("decisions")}
