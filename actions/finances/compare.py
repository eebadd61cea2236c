"""Scenarios side by side, with what is proposed today; and the board as a table to take away."""

from collections import defaultdict
from dataclasses import dataclass

from actions.enums import Verdict
from actions.finances.board import GROUPINGS, load_board
from actions.finances.cells import board_fundings
from actions.models import ScenarioLine
from cite_educative.common.money import ZERO, short_euros, total
from cite_educative.common.tables import Column

MOST = 4
TODAY = "Proposé aujourd’hui"
SUMMED = {"financeur": "financeur", **GROUPINGS}


@dataclass(frozen=True)
class Side:
    """One column: `amounts` is `{(action pk, source pk): euros}` of the cells that have an amount."""

    label: str
    amounts: dict


def sides_of(call, scenarios):
    """What is proposed today, then each scenario: two queries."""
    rows = board_fundings(call).filter(in_kind=False, proposed__isnull=False)
    today = Side(
        TODAY,
        {(action, source): amount for action, source, amount in rows.values_list("action", "source", "proposed")},
    )
    written = defaultdict(dict)
    lines = ScenarioLine.objects.filter(scenario__in=scenarios, amount__isnull=False)
    for scenario, action, source, amount in lines.values_list("scenario", "action", "source", "amount"):
        written[scenario][action, source] = amount
    return [today, *(Side(scenario.label, written[scenario.pk]) for scenario in scenarios)]


class Comparison:
    """Only requests and funders that the board shows; amounts in euros."""

    def __init__(self, call, scenarios, *, user, whole=False):
        self.board = load_board(call, None, {}, user=user)
        self.sources = {source.pk: source for source in self.board.sources}
        self.rows = {row.action.pk: row for row in self.board.every_row}
        self.sides = sides_of(call, scenarios)
        self.whole = whole

    def lines(self):
        """`[(board row, source, [euros or None per side], whether they differ)]`; only those that differ, unless `whole`."""
        places = {place for side in self.sides for place in side.amounts}
        found = []
        for row in self.board.every_row:
            for source in self.board.sources:
                place = row.action.pk, source.pk
                if place in places:
                    amounts = [side.amounts.get(place) for side in self.sides]
                    differs = len(set(amounts)) > 1
                    if differs or self.whole:
                        found.append((row, source, amounts, differs))
        return found

    def sums(self, grouping):
        """`[(label, [euros per side])]`, by funder or by one of the groupings of the board."""
        sums = defaultdict(lambda: [ZERO] * len(self.sides))
        for rank, side in enumerate(self.sides):
            for (action, source), amount in side.amounts.items():
                if action in self.rows and source in self.sources:
                    sums[self._group(grouping, action, source)][rank] += amount
        return [(label, amounts) for (_, label), amounts in sorted(sums.items())]

    def _group(self, grouping, action, source):
        if grouping == "financeur":
            found = self.sources[source]
            return found.order, found.label
        return self.rows[action].groups[grouping]

    def totals(self):
        return [
            total(
                amount
                for (action, source), amount in side.amounts.items()
                if action in self.rows and source in self.sources
            )
            for side in self.sides
        ]


# --- Ready to print -------------------------------------------------------------------------------


def comparison_page(comparison):
    return {
        "headers": [side.label for side in comparison.sides],
        "lines": [
            {
                "action": row.action,
                "source": source.short_label,
                "differs": differs,
                "cells": _cells(comparison, amounts),
            }
            for row, source, amounts, differs in comparison.lines()
        ],
        "tables": [
            {
                "key": key,
                "title": f"Par {word}",
                "noun": word.capitalize(),
                "rows": [
                    {"label": label, "cells": _cells(comparison, amounts)} for label, amounts in comparison.sums(key)
                ],
            }
            for key, word in SUMMED.items()
        ],
        "totals": _cells(comparison, comparison.totals()),
    }


def _cells(comparison, amounts):
    first = amounts[0] or ZERO
    return [
        {
            "header": side.label,
            "text": short_euros(amount),
            "gap": "" if rank == 0 else signed((amount or ZERO) - first),
        }
        for rank, (side, amount) in enumerate(zip(comparison.sides, amounts, strict=True))
    ]


def signed(amount):
    """ "+ 1 200 €", "− 300 €"; "" when nothing changes."""
    if not amount:
        return ""
    return f"{'+' if amount > 0 else '−'}\u00a0{short_euros(abs(amount))}"


# --- The board to take away -----------------------------------------------------------------------


def board_columns(board, sides):
    return [
        Column("code", "Code", width=12),
        Column("title", "Action", width=46),
        Column("holder", "Porteur", width=34),
        Column("axis", "Axe", width=24),
        Column("commune", "Commune", width=22),
        Column("quarter", "Quartier", width=26),
        Column("requested", f"Demandé {board.call.budget_year}", kind="money"),
        Column("last_year", f"Accordé {board.call.budget_year - 1}", kind="money"),
        *(Column(f"side{side.pk}", f"Avis, {side.label}", width=20) for side in sides),
        *(column for source in board.sources for column in _source_columns(source)),
        Column("proposed", "Proposé, en tout", kind="money"),
    ]


def _source_columns(source):
    return (
        Column(f"asked{source.pk}", f"Demandé, {source.label}", kind="money"),
        Column(f"source{source.pk}", f"Proposé, {source.label}", kind="money"),
    )


def board_rows(board, sides):
    for row in board.rows:
        yield {
            "code": row.action.code,
            "title": row.action.title,
            "holder": row.action.holder.name,
            "axis": row.groups["axe"][1],
            "commune": row.groups["commune"][1],
            "quarter": row.groups["qpv"][1],
            "requested": row.requested,
            "last_year": row.last_year,
            **{f"side{side.pk}": _verdicts(row, side) for side in sides},
            **{f"asked{source.pk}": row.asked.get(source.pk) for source in board.sources},
            **{f"source{source.pk}": row.amount(source) for source in board.sources},
            "proposed": row.proposed,
        }


def _verdicts(row, side):
    return ", ".join(Verdict(code).label for code in sorted(row.verdicts.get(side.pk, ())))


def board_totals(board):
    sums = board.sums(board.rows)
    return {
        "requested": sums.requested,
        "last_year": sums.last_year,
        **{f"asked{pk}": amount for pk, amount in sums.asked.items()},
        **{f"source{pk}": amount for pk, amount in sums.by_source.items()},
        "proposed": sums.proposed,
    }
