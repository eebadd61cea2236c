"""The amounts of the renewed action, beside those of the action that renews it: same source, same step."""

from dataclasses import dataclass

from actions.amounts import readable_fundings_of
from actions.models import Action
from cite_educative.common.money import euros


@dataclass(frozen=True)
class LastAmounts:
    """`known` maps `(source pk, step)` to the euros that the reader may know."""

    year: int
    known: dict

    def told(self, source, step):
        """ "2025 : 12 000,00 €", "" when nothing is known."""
        amount = self.known.get((source, step))
        return "" if amount is None else f"{self.year}\u00a0: {euros(amount)}"


def last_amounts(user, action, year):
    """None when the action renews none that the user reads beyond its published part. Three queries."""
    if action.renews_id is None or year != action.budget_year:
        return None
    before = Action.objects.visible_to(user).filter(pk=action.renews_id).prefetch_related("communes").first()
    level = before.reading_level(user.access) if before else ""
    if level not in ("full", "own"):
        return None
    known = {
        (funding.source_id, step): getattr(funding, step)
        for funding, steps in readable_fundings_of(before, level)
        for step in steps
        if funding.budget_year == before.budget_year and not funding.in_kind
    }
    return LastAmounts(int(before.budget_year), known)
