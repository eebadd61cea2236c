from django import forms
from django.utils import timezone

from actions.forms.fields import DayField, helper
from actions.forms.payments import not_later
from actions.models import Payment
from cite_educative.common.forms import ManyChoiceField


class OrdersForm(forms.Form):
    """Payments chosen together, and what one order says of all of them; the sheet alone asks for neither."""

    chosen = ManyChoiceField(
        queryset=Payment.objects.none(),
        error_messages={
            "required": "Cochez au moins un versement.",
            "invalid_choice": "Ce versement n’est plus à mandater.",
        },
    )
    on = DayField(label="Mandatés le")
    reference = forms.CharField(
        label="Bordereau", max_length=80, required=False, help_text="Par exemple «\u00a0Bordereau 42\u00a0»."
    )

    def __init__(self, *args, payments, **kwargs):
        super().__init__(*args, initial={"on": timezone.localdate()}, **kwargs)
        self.fields["chosen"].queryset = payments
        self.helper = helper()

    def clean_on(self):
        return not_later(self.cleaned_data["on"])
