"""The money of an agenda item: what is asked, what is proposed, what each envelope still holds."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from actions.enums import ActionStatus, Outcome, Step
from actions.models import Envelope, Funding
from cite_educative.common.money import ZERO


@dataclass(frozen=True)
class SourceFigures:
    """Euros, for one source and civil year. `available` is None while no envelope is known."""

    source: object
    budget_year: int
    requested: Decimal | None
    planned: Decimal
    programmed_here: Decimal
    programmed: Decimal
    envelope: Decimal | None

    @property
    def available(self):
        """What the envelope holds before this item, its own earlier programming put back."""
        return None if self.envelope is None else self.envelope - self.programmed + self.programmed_here

    @property
    def remaining(self):
        return None if self.available is None else self.available - self.planned

    @property
    def is_overdrawn(self):
        return self.remaining is not None and self.remaining < 0


def planned_amounts(fundings):
    """What an item proposes to programme by default, `{funding pk: Decimal | None}`.

    A source that proposes something for one action proposes nothing where it says nothing; one that has not answered
    yet stands for what was requested of it. Nothing is programmed of a source without this step, nor for a refused action.
    """
    fundings = list(fundings)
    answered = {(row.source_id, row.budget_year) for row in fundings if row.proposed is not None}
    planned = {
        row.pk: row.proposed if (row.source_id, row.budget_year) in answered else row.requested for row in fundings
    }
    refused = ActionStatus.REJECTED
    return {
        row.pk: planned[row.pk] if is_programmed(row) and row.action.status != refused else None for row in fundings
    }


def is_programmed(funding):
    """Whether the pilots programme what this source brings."""
    return Step.PROGRAMMED in funding.source.steps


def item_fundings(item):
    """Open cash fundings of the item's actions, in the sources' order."""
    return open_fundings(action__agenda_items=item)


def open_fundings(**of_actions):
    return (
        Funding.objects.in_cash()
        .filter(outcome=Outcome.OPEN, **of_actions)
        .select_related("action__holder", "source__organisation")
        .order_by("source__order", "source_id", "action__code", "pk")
    )


def item_figures(item, fundings=None, planned=None):
    """One `SourceFigures` per source and year of the item.

    `planned`: `{funding pk: Decimal}` amounts to programme instead of the defaults (a funding left out counts zero).
    """
    return figures_of(list(item_fundings(item)) if fundings is None else fundings, planned)


def figures_of(fundings, planned=None):
    groups = defaultdict(list)
    for funding in fundings:
        groups[funding.source_id, funding.budget_year].append(funding)
    programmed, envelopes = _programmed(groups), _envelopes(groups)
    planned = planned_amounts(fundings) if planned is None else planned
    figures = []
    for (source_id, year), rows in groups.items():
        requested = [row.requested for row in rows if row.requested is not None]
        amounts = [planned.get(row.pk) for row in rows]
        figures.append(
            SourceFigures(
                source=rows[0].source,
                budget_year=year,
                requested=sum(requested, ZERO) if requested else None,
                planned=sum((amount for amount in amounts if amount is not None), ZERO),
                programmed_here=sum((row.programmed for row in rows if row.programmed is not None), ZERO),
                programmed=programmed.get((source_id, year), ZERO),
                envelope=envelopes.get((source_id, year)),
            )
        )
    return figures


def _programmed(groups):
    sources = {source for source, _ in groups}
    rows = (
        Funding.objects.in_cash()
        .filter(source__in=sources, programmed__isnull=False)
        .order_by()
        .values("source", "budget_year")
        .annotate(total=Sum("programmed"))
    )
    return {(row["source"], row["budget_year"]): row["total"] for row in rows}


def _envelopes(groups):
    rows = Envelope.objects.filter(source__in={source for source, _ in groups})
    return {(row.source_id, row.budget_year): row.available for row in rows}
