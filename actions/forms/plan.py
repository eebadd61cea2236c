from django import forms

from actions.forms.fields import DayField
from actions.forms.versions import VersionedForm
from actions.models import Axis, ContractTheme, Objective, Programme
from cite_educative.common.forms import ManyChoiceField


class ProgrammeForm(VersionedForm):
    class Meta:
        model = Programme
        fields = ("label", "starts_on", "ends_on")
        field_classes = {"starts_on": DayField, "ends_on": DayField}
        help_texts = {"label": "Par exemple «\u00a0Programme 2024-2027\u00a0»."}


class AxisForm(VersionedForm):
    class Meta:
        model = Axis
        fields = ("national_objective", "label", "short_label", "summary")
        widgets = {"summary": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "short_label": "Un ou deux mots, pour les tableaux.",
            "summary": "Ce que la Cité vise par cet axe, en quelques phrases.",
        }


class ObjectiveForm(VersionedForm):
    """Of an objective of its programme: with another axis, its actions follow."""

    contract_themes = ManyChoiceField(
        label="Thèmes du contrat de ville",
        queryset=ContractTheme.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Objective
        fields = ("axis", "label", "summary", "contract_themes")
        labels = {"axis": "Axe"}
        widgets = {"summary": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "axis": "Si vous en changez, les actions de cet objectif suivent.",
            "summary": "Ce qui doit avoir changé à la fin du programme.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        axis, is_new = self.instance.axis, self.instance.pk is None
        self.fields["axis"].queryset = Axis.objects.filter(programme=axis.programme)
        self.fields["axis"].empty_label = None
        self.fields["axis"].required = False
        if is_new:
            del self.fields["axis"]
        chosen = [] if is_new else [theme.pk for theme in self.instance.contract_themes.all()]
        themes = ContractTheme.objects.filter(cite=axis.programme.cite)
        self.fields["contract_themes"].queryset = themes.in_use() | themes.filter(pk__in=chosen)
        if not self.fields["contract_themes"].queryset.exists():
            del self.fields["contract_themes"]

    def clean_axis(self):
        return self.cleaned_data["axis"] or self.instance.axis

    @property
    def saved_with(self):
        return {**super().saved_with, "contract_themes": self.cleaned_data.get("contract_themes")}
