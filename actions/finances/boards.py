"""The calls of a year that have something to arbitrate, each with what is asked and proposed, and its board."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from actions.finances.cells import ASIDE
from actions.models import Action, Call, Funding, Scenario
from cite_educative.common.money import total


@dataclass(frozen=True)
class BoardLine:
    call: Call
    requests: int
    scenarios: int
    adopted: str
    requested: Decimal | None
    proposed: Decimal | None


def board_lines(user, cite, year):
    """Those with at least one filed request. Four queries."""
    calls = Call.objects.visible_to(user).filter(cite=cite, budget_year=year).order_by("opens_on", "label", "pk")
    filed = Action.objects.visible_to(user).filter(call__in=calls.order_by()).exclude(status__in=ASIDE).order_by()
    requests = dict(filed.values_list("call").annotate(number=Count("pk")))
    money = Funding.objects.in_cash().filter(action__in=filed.values("pk"), budget_year=year).order_by()
    sums = {
        row["action__call"]: row
        for row in money.values("action__call").annotate(requested=Sum("requested"), proposed=Sum("proposed"))
    }
    scenarios = _scenarios(user, calls)
    return [
        BoardLine(
            call,
            requests[call.pk],
            *scenarios.get(call.pk, (0, "")),
            sums.get(call.pk, {}).get("requested"),
            sums.get(call.pk, {}).get("proposed"),
        )
        for call in calls
        if call.pk in requests
    ]


def _scenarios(user, calls):
    """`{call pk: (number, label of the one adopted or "")}`."""
    found = {}
    rows = Scenario.objects.visible_to(user).kept().filter(call__in=calls.order_by()).order_by("pk")
    for call, label, adopted_at in rows.values_list("call", "label", "adopted_at"):
        number, adopted = found.get(call, (0, ""))
        found[call] = (number + 1, label if adopted_at else adopted)
    return found


def board_sums(lines):
    return {
        "requests": sum(line.requests for line in lines),
        "requested": total(line.requested for line in lines),
        "proposed": total(line.proposed for line in lines),
    }
