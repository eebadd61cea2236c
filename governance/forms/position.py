from django import forms

from governance.enums import Verdict

NO_VERDICT = [("", "–"), *Verdict.choices]


class PositionForm(forms.Form):
    """One position, entered alone by the side itself."""

    verdict = forms.ChoiceField(label="Position", choices=Verdict)
    comment = forms.CharField(label="Précision", max_length=300, required=False)
