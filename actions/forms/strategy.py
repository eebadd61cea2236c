from django import forms

from actions.forms.fields import helper
from actions.models import ProgrammeSection, ProgrammeVersion


class SectionForm(forms.ModelForm):
    """`version` is the lock of the text; 0 when nobody wrote it yet."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    class Meta:
        model = ProgrammeSection
        fields = ("body",)
        labels = {"body": "Texte de la section"}
        widgets = {"body": forms.Textarea(attrs={"rows": 18})}
        help_texts = {"body": "Laissez une ligne vide entre deux paragraphes, un tiret en tête de chaque point."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class VersionForm(forms.ModelForm):
    class Meta:
        model = ProgrammeVersion
        fields = ("label",)
        help_texts = {"label": "Par exemple «\u00a0demande de renouvellement du label\u00a0»."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class CompareForm(forms.Form):
    """Two versions, or one and the state of today (`aujourdhui`)."""

    TODAY = "aujourdhui"

    avant = forms.ChoiceField(label="Comparer")
    apres = forms.ChoiceField(label="avec")

    def __init__(self, *args, versions, with_today, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(str(version.number), f"Version {version.number}, {version.label}") for version in versions]
        today = [(self.TODAY, "L’état d’aujourd’hui")] if with_today else []
        self.fields["avant"].choices = choices
        self.fields["apres"].choices = [*today, *choices]
