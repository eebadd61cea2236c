"""The amounts of one action in one civil year, as a grid: a row a funder, a column a step."""

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from actions.enums import Step
from actions.forms.fields import DayField, helper
from actions.forms.money import RECEIVED_HELP
from cite_educative.common.money import MoneyFormField


class AmountsForm(forms.Form):
    """`known` maps `(source, step)` to the euros kept, `shown` to those to begin with instead.

    `steps_by_source` maps each source the user may enter for to its steps. `changes` is what differs from `known`.
    """

    mark = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    on = DayField(
        label="Date du fait", help_text="Pour tous les montants changés\u00a0: le jour de la demande, du versement…"
    )
    reference = forms.CharField(label="Référence", required=False, max_length=160)
    received = forms.CharField(label="Reçu de, comment", required=False, max_length=160, help_text=RECEIVED_HELP)
    withdraw = forms.BooleanField(
        label="Retirer les montants que j’ai effacés\u00a0: ils redeviennent inconnus", required=False
    )

    def __init__(self, data=None, *, steps_by_source, known, mark, shown=None, typed=None):
        """`typed`: what was written in the other fields of a form that is shown again."""
        super().__init__(data, initial=typed)
        self.steps_by_source, self.known = steps_by_source, known
        self.fields["mark"].initial = mark
        self.fields["on"].initial = timezone.localdate()
        self.begins_with = known | (shown or {})
        for source, step in self.cells:
            self.fields[cell_name(source, step)] = MoneyFormField(
                label=f"{step.label.capitalize()}, {source.label}",
                required=False,
                initial=self.begins_with.get((source, step)),
                widget=forms.TextInput(attrs={"class": "form-control montant", "data-montant": source.pk}),
            )
        self.helper = helper(Layout("on", "reference", "received", "withdraw"))

    @property
    def cells(self):
        return [(source, step) for source, steps in self.steps_by_source.items() for step in steps]

    @property
    def steps(self):
        """The columns: the steps that one of the sources has."""
        return [step for step in Step if any(step in steps for steps in self.steps_by_source.values())]

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError("Cette date n’est pas encore arrivée\u00a0: indiquez le jour où le fait a eu lieu.")
        return day

    def clean(self):
        cleaned = super().clean()
        for (source, step), amount in self.changes.items():
            if amount is None and not cleaned.get("withdraw"):
                words = "Ce montant était connu\u00a0: écrivez-le, ou cochez «\u00a0Retirer les montants que j’ai effacés\u00a0»."
                self.add_error(cell_name(source, step), words)
        return cleaned

    @property
    def typed(self):
        """Of every cell that could be read."""
        cleaned = getattr(self, "cleaned_data", {})
        return {
            (source, step): cleaned[cell_name(source, step)]
            for source, step in self.cells
            if cell_name(source, step) in cleaned
        }

    def kept(self, pasted=()):
        """What was written beside the amounts, and in the cells that could not be read and that nothing was pasted on."""
        beside = ("on", "reference", "received", "withdraw")
        unread = [cell_name(*cell) for cell in self.cells if cell_name(*cell) in self.errors and cell not in pasted]
        return {name: self.data[name] for name in (*beside, *unread) if name in self.data}

    @property
    def changes(self):
        return {cell: amount for cell, amount in self.typed.items() if amount != self.known.get(cell)}


def cell_name(source, step):
    return f"a-{source.pk}-{step}"
