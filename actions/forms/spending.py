"""Forms of direct spending and of receipts."""

from django import forms
from django.utils import timezone

from actions.forms.fields import DayField, helper
from actions.forms.payments import not_later
from actions.forms.versions import VersionedForm
from actions.models import Expense, Receipt


class SpendingForm(VersionedForm):
    """`sources` and `actions` are those the user may choose."""

    def __init__(self, *args, sources, actions=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources
        self.fields["source"].empty_label = "À choisir"
        if actions is not None:
            self.fields["action"].queryset = actions
            self.fields["action"].empty_label = "Aucune"


class ExpenseForm(SpendingForm):
    class Meta:
        model = Expense
        fields = (
            *("source", "budget_year", "nature", "label", "supplier", "amount", "action"),
            *("ordered_on", "order_reference", "paid_on", "payment_reference"),
        )
        field_classes = {"ordered_on": DayField, "paid_on": DayField}
        labels = {"source": "Ligne", "action": "Action concernée"}
        help_texts = {
            "supplier": "Un organisme, jamais une personne privée.",
            "action": "Seulement si cette ligne ne finance pas déjà l’action.",
        }

    def clean_ordered_on(self):
        return not_later(self.cleaned_data["ordered_on"])

    def clean_paid_on(self):
        return not_later(self.cleaned_data["paid_on"])


class ReceiptForm(SpendingForm):
    class Meta:
        model = Receipt
        fields = (
            *("source", "budget_year", "label", "expected", "expected_on"),
            *("received", "received_on", "title_number"),
        )
        field_classes = {"expected_on": DayField, "received_on": DayField}
        labels = {"source": "Ligne"}
        help_texts = {"label": "Par exemple «\u00a0convention 2026 avec l’État, premier acompte\u00a0»."}

    def clean_received_on(self):
        return not_later(self.cleaned_data["received_on"])


class ExpenseCancelForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    on = DayField(label="Annulée le")
    reason = forms.CharField(label="Pourquoi", max_length=200, help_text="Il reste dans l’historique.")

    def __init__(self, *args, expense, **kwargs):
        super().__init__(*args, initial={"version": expense.version, "on": timezone.localdate()}, **kwargs)
        self.helper = helper()

    def clean_on(self):
        return not_later(self.cleaned_data["on"])
