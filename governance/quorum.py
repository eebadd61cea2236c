"""Whether enough members, and the sides that must be, are there. A warning: it never prevents anything."""

from dataclasses import dataclass
from math import ceil

from cite_educative.common.dates import date_fr, time_fr
from governance.enums import Presence, QuorumRule

PARTS = {QuorumRule.THIRD: 1 / 3, QuorumRule.HALF: 1 / 2, QuorumRule.TWO_THIRDS: 2 / 3}
THERE = (Presence.PRESENT, Presence.REPRESENTED)


@dataclass(frozen=True)
class Quorum:
    """`sentence` is fit for print; `missing` are labels of sides."""

    is_reached: bool
    sentence: str


def needed(body, seats):
    """How many of `seats` must be taken; None without a rule."""
    if not body.quorum_rule:
        return None
    if body.quorum_rule == QuorumRule.NUMBER:
        return body.quorum_number
    return ceil(seats * PARTS[body.quorum_rule] - 1e-9)


def quorum_of(meeting):
    """The `Quorum` of an open or held meeting, None when its body asks for none.

    A seat is taken when its titular is present or represented, or when a substitute is present.
    """
    body, sides = meeting.body, list(meeting.body.required_sides.all())
    if not body.quorum_rule and not sides:
        return None
    seats, taken, seen = set(), set(), set()
    members = set(body.members.values_list("mandate", flat=True))
    for row in meeting.attendances.select_related("mandate"):
        mandate = row.mandate
        if mandate.pk not in members and mandate.substitute_of_id not in members:
            continue
        seat = mandate.substitute_of_id or mandate.pk
        seats.add(seat)
        if row.presence in THERE:
            taken.add(seat)
            seen.add(mandate.side_id)
    missing = [side.label for side in sides if side.pk not in seen]
    return _told(needed(body, len(seats)), len(taken), len(seats), missing)


def _told(wanted, taken, seats, missing):
    is_reached = (wanted is None or taken >= wanted) and not missing
    count = f"{taken} membre{'s' if taken > 1 else ''} sur {seats}"
    asked = f", il en faut {wanted}" if wanted is not None else ""
    absent = f" Sans représentant\u00a0: {', '.join(missing)}." if missing else ""
    verdict = "Le quorum est atteint" if is_reached else "Le quorum n’est pas atteint"
    return Quorum(is_reached, f"{verdict}\u00a0: {count}{asked}.{absent}")


def acknowledged_words(meeting):
    """Who said that she or he saw it, "" when nobody did."""
    if not meeting.quorum_seen_by_id:
        return ""
    seen_at = meeting.quorum_seen_at
    return f"{meeting.quorum_seen_by} en a pris acte le {date_fr(seen_at)} à {time_fr(seen_at)}."
