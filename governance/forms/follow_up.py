from crispy_forms.helper import FormHelper
from django import forms

from cite_educative.common.forms import DayField
from partners.models import Mandate


class FollowUpForm(forms.Form):
    """What facts do not tell of the execution of a decision."""

    owner = forms.ModelChoiceField(
        Mandate.objects.none(),
        label="Responsable de l’exécution",
        required=False,
        empty_label="Personne pour l’instant",
    )
    due_on = DayField(label="À exécuter pour le", required=False)
    executed_on = DayField(
        label="Exécutée le",
        required=False,
        help_text="Laissez vide si les actes, les notifications et les versements le diront d’eux-mêmes.",
    )
    word = forms.CharField(
        label="Ce qui a été fait", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, decision, **kwargs):
        first = {name: getattr(decision, name) for name in ("owner", "due_on", "executed_on", "version")}
        kwargs["initial"] = first | {"word": decision.execution_word} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        mandates = Mandate.objects.active().filter(cite=decision.body.cite_id) | Mandate.objects.filter(
            pk=decision.owner_id
        )
        self.fields["owner"].queryset = mandates.in_protocol_order()
        self.fields["owner"].label_from_instance = lambda m: f"{m.person.formal_name}, {m.title or m.role_label}"
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_word(self):
        return self.cleaned_data["word"].strip()
