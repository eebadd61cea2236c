"""The order of amounts: what is committed, paid and justified stays within what was granted, and what is paid
within what an accepted statement justifies.

Only amounts that are known are compared. Programmed and granted may differ, either way, and are never compared here.
"""

from actions.enums import Step
from cite_educative.common.money import ZERO, euros

NBSP = "\u00a0"


def ceiling(funding, step):
    """The lowest known amount that this step may not exceed, as (amount, its step); None when none is known."""
    allowed = Step.PROGRAMMED if funding.granted is None else Step.GRANTED
    above = {
        Step.COMMITTED: (allowed,),
        Step.PAID: (allowed, Step.COMMITTED),
        Step.JUSTIFIED: (allowed, Step.COMMITTED),
    }
    found = [(getattr(funding, one), one) for one in above.get(step, ())]
    if step == Step.PAID:
        found.append((funding.settled, Step.JUSTIFIED))
    return min((pair for pair in found if pair[0] is not None), key=lambda pair: pair[0], default=None)


def refusal(funding, step, amount):
    """Why this amount may not be entered, in a sentence; "" when it may.

    Refused only where the Cité's own officer pays: elsewhere the amount is a fact, and the checks tell it.
    """
    if amount is None or not funding.source.pays_ourselves:
        return ""
    highest = ceiling(funding, step)
    if highest and amount > highest[0]:
        return _above(step, amount, *highest, already=getattr(funding, step))
    if step == Step.COMMITTED and funding.paid is not None and amount < funding.paid:
        return (
            f"Le montant engagé ({euros(amount)}) serait inférieur à ce qui est déjà versé ({euros(funding.paid)})"
            f"{NBSP}: corrigez d’abord le versement."
        )
    return ""


def payment_refusal(funding, amount, *, claimed):
    """Why this payment may not be made, in a sentence that says what is left; "" when it may, or when another's pays.

    `claimed`: what other payments, not made yet, already take of the same ceiling.
    """
    highest = ceiling(funding, Step.PAID)
    taken = (funding.paid or ZERO) + claimed
    if not funding.source.pays_ourselves or highest is None or taken + amount <= highest[0]:
        return ""
    limit, limited_by = highest
    left = max(limit - taken, ZERO)
    already = [f"{euros(funding.paid)} déjà versés"] if funding.paid else []
    already += [f"{euros(claimed)} déjà prévus ou mandatés"] if claimed else []
    details = f" ({', '.join(already)})" if already else ""
    remainder = f"il reste {euros(left)}" if left else "il ne reste rien"
    return (
        f"{euros(amount)}, c’est plus que ce qui peut être versé{NBSP}: sur {euros(limit)} "
        f"{_plural(limited_by, limit)}{details}, {remainder}."
    )


def _above(step, amount, limit, limited_by, *, already):
    words = f"{euros(amount)} {Step(step).label}, c’est plus que les {euros(limit)} {_plural(limited_by, limit)}"
    left = limit - (already or 0)
    remainder = f" Il reste {euros(left)}{NBSP}: écrivez {euros(limit)} au plus." if left > 0 else ""
    return f"{words}, et c’est notre comptable qui paie.{remainder or f' Il ne reste rien{NBSP}: écrivez {euros(limit)} au plus.'}"


def _plural(step, amount):
    return f"{step.label}s" if amount >= 2 else step.label
