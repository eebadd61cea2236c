"""What is written to the holders of one source, before the letters are made."""

from crispy_forms.layout import Layout
from django import forms

from actions.enums import LetterKind
from actions.finances.letters import USUAL, check_text, fields_of
from actions.forms.fields import helper
from actions.models import LetterBatch


class LettersForm(forms.ModelForm):
    """The text and who signs it; `token` makes a second click find the first one."""

    token = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = LetterBatch
        fields = ("text", "signatory")
        widgets = {"text": forms.Textarea(attrs={"rows": 9})}
        help_texts = {"signatory": "Par exemple «\u00a0La cheffe de projet opérationnelle\u00a0»."}

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = LetterKind(kind)
        names = ", ".join(f"{{{name}}}\u00a0: {meaning}" for name, meaning in fields_of(self.kind).items())
        self.fields["text"].initial = USUAL[self.kind]
        self.fields["text"].help_text = f"Un paragraphe par ligne. Chacun lira, à la place de {names}."
        self.helper = helper(Layout("token", "text", "signatory"))

    def clean_text(self):
        check_text(self.cleaned_data["text"], self.kind)
        return self.cleaned_data["text"]
