from crispy_forms.helper import FormHelper
from django import forms

from cite_educative.common.money import MoneyFormField
from governance.forms.richtext import RichTextFormField

FIELDS = ("title", "request", "context", "proposal", "follow_up")


class NoteForm(forms.Form):
    title = forms.CharField(label="Titre", max_length=200)
    request = forms.CharField(
        label="Ce qui est demandé",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1500,
        help_text="Une phrase\u00a0: la décision attendue et son coût. C’est ce que lit qui n’a qu’une minute.",
    )
    context = RichTextFormField(label="Ce qu’il faut savoir", rows=9)
    proposal = forms.CharField(
        label="Décision proposée",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=3000,
        required=False,
        help_text="Le texte exact qui serait adopté\u00a0; il est repris en séance.",
    )
    follow_up = RichTextFormField(label="Suites", rows=4, help_text="Qui fait quoi ensuite. Une ligne par tiret.")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, note=None, **kwargs):
        if note:
            first = {name: getattr(note, name) for name in (*FIELDS, "version")}
            kwargs["initial"] = first | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    @property
    def fields_of_note(self):
        return {name: self.cleaned_data[name] for name in FIELDS}


class OptionForm(forms.Form):
    label = forms.CharField(label="Option", max_length=160, required=False)
    interest = forms.CharField(
        label="Intérêt", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    risk = forms.CharField(label="Risque", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    cost = MoneyFormField(label="Coût", required=False)
    is_proposed = forms.BooleanField(label="Proposée", required=False)

    def clean(self):
        data = super().clean()
        filled = any(data.get(name) not in (None, "", False) for name in ("interest", "risk", "cost", "is_proposed"))
        if filled and not data.get("label"):
            self.add_error("label", "Donnez un nom à cette option, ou videz sa ligne.")
        return data


class BaseOptionFormSet(forms.BaseFormSet):
    @property
    def options(self):
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("label")]


OptionFormSet = forms.formset_factory(OptionForm, formset=BaseOptionFormSet, extra=3, max_num=20, absolute_max=20)


def option_values(note):
    names = ("label", "interest", "risk", "cost", "is_proposed")
    return list(note.options.values(*names)) if note else []
