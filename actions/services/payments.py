"""What is paid, planned first."""

from django.db import transaction

from actions.models import Payment
from cite_educative.common.once import lock_row


@transaction.atomic
def plan_payments(agreement, parts, *, actor):
    """Foresee payments: `parts` is `[(funding, kind, amount in euros, due_on, condition)]`, of an agreement or of none.

    A second run with the same parts changes nothing. Returns the rows.
    """
    rows = []
    for funding, kind, amount, due_on, condition in parts:
        lock_row(funding)
        rows.append(
            Payment.objects.get_or_create(
                agreement=agreement,
                funding=funding,
                kind=kind,
                amount=amount,
                due_on=due_on,
                defaults={"condition": condition, "created_by": actor},
            )[0]
        )
    return rows
