"""What the action that this one renews asked, got and reached, beside it."""

from actions.amounts import CHAIN, readable_fundings_of, readable_total
from cite_educative.common.money import euros


def last_year_of(user, action):
    """None when it renews none, or one that the user does not read beyond its published part.

    `action` comes from `get_sheet_action` for the first tab. One query, none when the fundings are attached.
    """
    if not action.sees_renewed:
        return None
    before = action.renews
    level = before.reading_level(user.access)
    if level not in ("full", "own"):
        return None
    read = readable_fundings_of(before, level)
    sums = [(step, readable_total(read, step, before.budget_year)) for step in CHAIN]
    figures = [
        {"label": step.label.capitalize(), "value": euros(amount), "note": "", "url": ""}
        for step, amount in sums
        if amount is not None
    ]
    if before.expected_reach:
        figures.append({"label": "Personnes attendues", "value": str(before.expected_reach), "note": "", "url": ""})
    return {"pk": before.pk, "name": f"{before.code or before.title}, {before.budget_year}", "figures": figures[:4]}
