"""Forms around a payment: planned, ordered, paid, corrected, cancelled. The version shown is the optimistic lock."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from actions.enums import Step
from actions.finances.payments import is_refund
from actions.forms.fields import DayField, helper
from actions.models import Funding, Payment
from cite_educative.common.money import euros


class FundingChoice(forms.ModelChoiceField):
    def label_from_instance(self, funding):
        granted = f"accordé {euros(funding.granted)}" if funding.granted is not None else "pas encore accordé"
        return f"{funding.source} {funding.budget_year}, {granted}"


class PaymentForm(forms.ModelForm):
    """A payment to plan on one of the fundings of an action that a payment may be made of."""

    funding = FundingChoice(label="Financement", queryset=Funding.objects.none(), empty_label="À choisir")

    class Meta:
        model = Payment
        fields = ("funding", "kind", "amount", "due_on", "condition")
        field_classes = {"due_on": DayField}
        help_texts = {
            "condition": "Ce qui doit être là d’abord, par exemple «\u00a0convention signée\u00a0». Vide s’il n’y en a pas."
        }

    def __init__(self, *args, fundings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["funding"].queryset = fundings
        self.helper = helper()

    @property
    def part(self):
        """As `plan_payments` takes it."""
        answers = self.cleaned_data
        return tuple(answers[name] for name in self.Meta.fields)


def payable(fundings):
    """The keys of those whose line uses the step « versé », in cash."""
    return [row.pk for row in fundings if Step.PAID in row.source.steps and not row.in_kind]


class GestureForm(forms.Form):
    """What every gesture on a payment asks; `given` is what its service takes besides the payment and the author."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, payment, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = payment.version
        if "on" in self.fields:
            self.fields["on"].initial = timezone.localdate()
        self.helper = helper()

    def clean_on(self):
        return not_later(self.cleaned_data["on"])

    @property
    def given(self):
        return self.cleaned_data


def not_later(day):
    if day and day > timezone.localdate():
        raise ValidationError("Ce jour n’est pas encore venu\u00a0: écrivez la date du fait.")
    return day


class ConditionForm(GestureForm):
    on = DayField(label="Remplie le")


class OrderForm(GestureForm):
    on = DayField(label="Mandaté le")
    reference = forms.CharField(
        label="Bordereau et mandat", max_length=80, required=False, help_text="Par exemple «\u00a0B 42, M 1234\u00a0»."
    )


class PayForm(GestureForm):
    on = DayField(label="Payé le")
    reference = forms.CharField(label="Référence du paiement", max_length=80, required=False)

    def __init__(self, *args, payment, **kwargs):
        super().__init__(*args, payment=payment, **kwargs)
        if is_refund(payment):
            self.fields["on"].label = "Reçu le"


class CancelForm(GestureForm):
    on = DayField(label="Annulé le")
    reason = forms.CharField(label="Pourquoi", max_length=200, help_text="Il reste dans l’historique.")


class PaymentCorrectionForm(forms.ModelForm):
    """Days that the payment does not have yet are not asked: ordering and paying have their own gesture."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Pourquoi cette correction", max_length=200, help_text="Il reste dans l’historique."
    )

    class Meta:
        model = Payment
        fields = (
            *("amount", "due_on", "condition"),
            *("ordered_on", "order_reference", "paid_on", "payment_reference"),
        )
        field_classes = {"due_on": DayField, "ordered_on": DayField, "paid_on": DayField}

    def __init__(self, *args, payment, **kwargs):
        super().__init__(*args, instance=payment, **kwargs)
        self.fields["version"].initial = payment.version
        if payment.ordered_on is None:
            del self.fields["ordered_on"], self.fields["order_reference"]
        if payment.paid_on is None:
            del self.fields["paid_on"], self.fields["payment_reference"]
        else:
            self.fields["paid_on"].required = True
        self.helper = helper()

    def clean_ordered_on(self):
        return not_later(self.cleaned_data["ordered_on"])

    def clean_paid_on(self):
        return not_later(self.cleaned_data["paid_on"])

    @property
    def given(self):
        return {name: self.cleaned_data[name] for name in ("version", "reason")}
