"""The budget of an action as the grid of CERFA 12156: one amount a line, several where each funder has its own."""

import re

from django import forms
from django.core.exceptions import ValidationError

from actions.enums import BudgetSide
from actions.finances.accounts import ACCOUNTS
from actions.finances.budget import Line
from actions.services import budget_mark
from actions.services.budget import LONGEST, MOST
from cite_educative.common.money import MoneyFormField

TOTAL_COST_HELP = (
    "À remplir seulement si les charges ne sont pas détaillées\u00a0; sinon c’est leur total, hors nature."
)
_NAME = re.compile(r"m-(?P<code>[A-Za-z0-9]+)-(?P<rank>\d{1,3})")


def amount_name(code, rank=0):
    return f"m-{code}-{rank}"


def precision_name(code, rank=0):
    return f"p-{code}-{rank}"


class BudgetForm(forms.Form):
    """`rows` maps each account to its `(amount, precision or None)` bound fields. `lines` is what was written.

    `mark` tells of the budget that the form was opened on.
    """

    mark = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, data=None, *, budget, shown=None, total_cost=None, asks_cost=True, typed=None):
        """`shown`: the lines to begin with, when they are not those of `budget`; `typed`: what is kept as it was written."""
        super().__init__(data, initial=typed)
        lines = self._shown = budget.lines if shown is None else shown
        self.fields["mark"].initial = budget_mark(budget)
        self._named = {}
        for account in ACCOUNTS.values():
            mine = [line for line in lines if line.code == account.code]
            for rank in range(self._count(account, mine)):
                self._add(account, rank, mine[rank] if rank < len(mine) else None)
        if asks_cost:
            attrs = {"class": "form-control"}
            self.fields["total_cost"] = MoneyFormField(
                label="Coût total", required=False, initial=total_cost, help_text=TOTAL_COST_HELP,
                widget=forms.TextInput(attrs=attrs),
            )  # fmt: skip

    def _count(self, account, mine):
        """As many rows as it has lines, and one to fill in."""
        if not account.per_funder:
            return 1
        names = [found for found in map(_NAME.fullmatch, self.data) if found and found["code"] == account.code]
        sent = [int(found["rank"]) + 1 for found in names]
        return max(len(mine) + 1, min(max(sent, default=0), MOST))

    def _add(self, account, rank, line):
        side = "produit" if account.side == BudgetSide.INCOME else "charge"
        label = f"{account.label}, {side} {account.post if account.post[0].isdigit() else ''}".strip()
        label = f"{label} (ligne {rank + 1})" if account.per_funder else label
        self.fields[amount_name(account.code, rank)] = MoneyFormField(
            label=label,
            required=False,
            initial=line.planned if line else None,
            widget=forms.TextInput(attrs={"class": "form-control montant", "data-montant": account.post}),
        )
        asks_words = account.is_named or bool(line and line.precision) or self._is_sent(account, rank)
        if asks_words:
            self.fields[precision_name(account.code, rank)] = forms.CharField(
                label=f"Précision\u00a0: {label}",
                required=False,
                max_length=LONGEST,
                initial=line.precision if line else "",
                widget=forms.TextInput(attrs={"class": "form-control", "placeholder": _placeholder(account)}),
            )
        self._named.setdefault(account.code, []).append((account, rank, asks_words))

    def _is_sent(self, account, rank):
        return precision_name(account.code, rank) in self.data

    def kept(self, written=()):
        """The total cost, and what could not be read of the accounts that have one line and are not in `written`."""
        single = [code for code, named in self._named.items() if len(named) == 1 and code not in written]
        unread = [amount_name(code, 0) for code in single if amount_name(code, 0) in self.errors]
        return {name: self.data[name] for name in ("total_cost", *unread) if name in self.data}

    @property
    def rows(self):
        return {
            code: [
                (self[amount_name(code, rank)], self[precision_name(code, rank)] if asks_words else None)
                for _, rank, asks_words in named
            ]
            for code, named in self._named.items()
        }

    def clean(self):
        cleaned = super().clean()
        for code, named in self._named.items():
            for _, rank, _ in named:
                amount, words = amount_name(code, rank), precision_name(code, rank)
                if amount in cleaned and cleaned[amount] is None and cleaned.get(words):
                    self.add_error(amount, "Écrivez le montant de cette ligne, 0 si rien n’est prévu.")
        if len(self.lines) > MOST:
            raise ValidationError(f"Un budget a {MOST} lignes au plus\u00a0: regroupez les plus petites.")
        return cleaned

    @property
    def shown(self):
        """The lines to add up on the page: those typed, else those it begins with."""
        return self.lines if self.is_bound else self._shown

    @property
    def lines(self):
        """The `Line`s that have an amount; of the fields that could be read, when some could not."""
        cleaned = getattr(self, "cleaned_data", {})
        return [
            Line(code, cleaned[amount_name(code, rank)], cleaned.get(precision_name(code, rank), ""))
            for code, named in self._named.items()
            for _, rank, _ in named
            if cleaned.get(amount_name(code, rank)) is not None
        ]


def _placeholder(account):
    if account.per_funder:
        return "Lequel\u00a0?"
    return "Préciser"


def merged(lines, pasted, *, everything):
    """The pasted accounts replace the same ones of `lines`."""
    if everything:
        return list(pasted)
    named = {line.code for line in pasted}
    return [line for line in lines if line.code not in named] + list(pasted)
