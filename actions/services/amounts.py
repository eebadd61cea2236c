"""Several amounts of one action entered at once, in a grid: all of them or none."""

import hashlib

from django.db import transaction

from actions.models import Action, Funding
from actions.services.money import record_amount
from cite_educative.common.locks import ConflictError


def amounts_mark(action, budget_year, cells):
    """What a grid carries to tell that none of its `cells`, `(source pk, step)`, has changed since it was opened."""
    known = {row.source_id: row for row in Funding.objects.filter(action=action, budget_year=budget_year)}
    amounts = [
        f"{source}:{step}:{getattr(known[source], step) if source in known else None}"
        for source, step in sorted((source, str(step)) for source, step in cells)
    ]
    return hashlib.sha256("|".join(amounts).encode()).hexdigest()[:24]


@transaction.atomic
def record_amounts(action, *, budget_year, amounts, on, actor, mark, cells, reference="", received="", behalf=None):
    """Enter what changed among `cells`; `amounts` maps `(source, step)` to the new euros, None to withdraw.

    `behalf` maps some of them to the organisation for which the amount is entered. Returns the ledger entries.
    Raises `ConflictError` when one of the cells changed since `mark` was made; nothing is then written.
    """
    # Fundings before their action, as acts and the closing of meetings lock them.
    list(Funding.objects.select_for_update(of=("self",)).filter(action=action).order_by("pk"))
    row = Action.objects.select_for_update(of=("self",)).select_related("cite", "holder").get(pk=action.pk)
    if amounts_mark(row, budget_year, cells) != mark:
        raise ConflictError(row)
    entries = [
        record_amount(
            action=row,
            source=source,
            budget_year=budget_year,
            step=step,
            amount=amount,
            on=on,
            actor=actor,
            reference=reference,
            received=received,
            on_behalf_of=(behalf or {}).get((source, step)),
        )
        for (source, step), amount in amounts.items()
    ]
    return [entry for entry in entries if entry]
