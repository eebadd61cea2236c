"""The budget of an action, saved whole: two people on it at once see both versions."""

import hashlib
import json
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction

from actions.finances.accounts import ACCOUNTS, IN_KIND
from actions.finances.budget import Budget, budget_of, budget_words, words_label
from actions.models import Action, BudgetLine
from cite_educative.common import journal
from cite_educative.common.locks import ConflictError
from cite_educative.common.money import ZERO, euros

VERB = "budget.saved"
LONGEST = BudgetLine._meta.get_field("precision").max_length
MOST = 200


def budget_mark(budget):
    """What a form carries to tell that the budget has not changed since it was opened."""
    written = json.dumps([[line.code, line.precision, str(line.planned)] for line in budget.lines], ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:24]


@transaction.atomic
def save_budget(action, *, budget_year, lines, actor, mark=None, total_cost=None):
    """Replace the budget of one civil year by these `Line`s; returns it as saved.

    The total cost of the action follows the cash charges of its own year; without charges it is what
    `total_cost` says, when given. Raises `ConflictError` (`current`: the action) when the budget is no longer what
    `mark` was made of, `ValidationError` for wrong lines. Saving the same again changes nothing.
    """
    row = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    before = budget_of(row, budget_year)
    if mark is not None and budget_mark(before) != mark:
        raise ConflictError(row)
    after = Budget.of(budget_year, _checked(lines))
    changed = before.lines != after.lines
    if changed:
        row.budget_lines.filter(budget_year=budget_year).delete()
        BudgetLine.objects.bulk_create(_rows(row, after))
    cost = _cost(row, after, total_cost)
    if not changed and cost == row.total_cost:
        return after
    before_words = budget_words(before) | {"total_cost": _words(row.total_cost)}
    row.total_cost = cost
    row.version += 1
    row.save(update_fields=["total_cost", "version", "updated_at"])
    _journal(row, actor, budget_year, before_words, budget_words(after) | {"total_cost": _words(cost)})
    return after


def _checked(lines):
    """Their words on one line; an account that is written once must be there once."""
    lines = [replace(line, precision=" ".join(line.precision.split()), planned=line.planned + ZERO) for line in lines]
    if len(lines) > MOST:
        raise ValidationError(f"Un budget a {MOST} lignes au plus\u00a0: regroupez les plus petites.")
    for line in lines:
        account = ACCOUNTS.get(line.code)
        if account is None:
            raise ValidationError(f"Le compte «\u00a0{line.code[:20]}\u00a0» n’est pas de la grille du CERFA 12156.")
        if line.planned < ZERO:
            raise ValidationError(f"«\u00a0{account.label}\u00a0»\u00a0: un montant ne peut pas être négatif.")
        if len(line.precision) > LONGEST or "\x00" in line.precision:
            raise ValidationError(
                f"«\u00a0{account.label}\u00a0»\u00a0: une précision a {LONGEST} caractères au plus."
            )
        if not account.per_funder and sum(other.code == line.code for other in lines) > 1:
            raise ValidationError(f"«\u00a0{account.label}\u00a0» n’a qu’un montant\u00a0: additionnez-les.")
    return lines


def _rows(action, budget):
    return [
        BudgetLine(
            action=action,
            budget_year=budget.year,
            side=line.account.side,
            code=line.code,
            precision=line.precision,
            planned=line.planned,
            order=rank,
        )
        for rank, line in enumerate(budget.lines, start=1)
    ]


def _cost(action, budget, total_cost):
    if budget.year != action.budget_year:
        return action.total_cost
    if any(line.account.post not in IN_KIND for line in budget.lines if line.account.side == "charge"):
        return budget.balance.charges
    return action.total_cost if total_cost is None else total_cost


def _words(amount):
    return None if amount is None else str(amount)


def _journal(action, actor, year, before, after):
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    journal.record(
        cite_id=action.cite_id,
        actor=actor,
        verb=VERB,
        subject=action,
        sentence=f"{actor} a modifié le budget {year}\u00a0: {_told(action, year)}.",
        before={"year": str(year), **_labelled(before, changed)},
        after={"year": str(year), **_labelled(after, changed)},
    )


def _labelled(words, changed):
    """In the words of the form; the total cost as the journal writes a field of the action."""
    return {
        name if name == "total_cost" else words_label(name): words[name]
        if name == "total_cost"
        else euros(words[name])
        for name in changed
        if name in words
    }


def _told(action, year):
    balance = budget_of(action, year).balance
    return f"charges {euros(balance.charges)}, produits {euros(balance.income)}"
