"""What the pilots programmed beside what was asked and what funders granted."""

from django.urls import reverse

from actions.amounts import difference
from actions.enums import Outcome, Step
from actions.finances.checks.registry import DECISIONS, Finding, check, on_act, on_funding
from cite_educative.common.money import ZERO, euros

NBSP = "\u00a0"


@check(
    "granted-without-programming",
    group=DECISIONS,
    label="Accordés sans décision des pilotes",
    why="Le financeur accorde un montant qu’aucune réunion n’a programmé. À dire aux pilotes, ou à programmer.",
)
def granted_without_programming(books):
    for row in books.cash:
        is_silent = row.programmed is None and Step.PROGRAMMED in row.steps
        if row.granted and is_silent and not books.is_taken_over(row):
            yield on_funding(row, f"{euros(row.granted)} accordés, rien de programmé.", amount=row.granted)


@check(
    "programmed-above-granted",
    group=DECISIONS,
    label="Programmés au-dessus de l’accordé",
    why="Le financeur accorde moins que ce que les pilotes ont programmé, et personne n’a dit pourquoi.",
)
def programmed_above_granted(books):
    for row in _both(books):
        if row.programmed > row.granted:
            yield _gap(row)


@check(
    "granted-above-programmed",
    group=DECISIONS,
    label="Accordés au-dessus du programmé",
    why="Le financeur accorde plus que ce que les pilotes ont programmé, et personne n’a dit pourquoi.",
)
def granted_above_programmed(books):
    for row in _both(books):
        if row.granted > row.programmed:
            yield _gap(row)


def _both(books):
    """Once explained, a difference is no longer something to look at."""
    return (row for row in books.cash if None not in (row.granted, row.programmed) and not row.gap_reason)


def _gap(row):
    detail = f"{euros(row.programmed)} programmés, {euros(row.granted)} accordés{NBSP}: "
    detail += f"{difference(row.programmed, row.granted)}."
    amount, url = abs(row.granted - row.programmed), reverse("actions:gap", args=[row.pk])
    return Finding(str(row.action), detail, "Expliquer l’écart", url, amount, row.source.short_label, is_reserved=True)


@check(
    "above-requested",
    group=DECISIONS,
    label="Programmés au-dessus du demandé",
    why="Les pilotes programment plus que ce que le porteur demande à ce financeur.",
)
def programmed_above_requested(books):
    for row in books.cash:
        if row.requested is not None and row.programmed is not None and row.programmed > row.requested:
            detail = f"{euros(row.requested)} demandés, {euros(row.programmed)} programmés."
            yield on_funding(row, detail, amount=row.programmed - row.requested)


@check(
    "refused-with-amounts",
    group=DECISIONS,
    label="Refusés ou retirés, avec de l’argent",
    why="Le financement est refusé, retiré ou annulé, et un montant programmé, accordé ou versé y reste.",
)
def refused_with_amounts(books):
    for row in books.fundings:
        if row.outcome == Outcome.OPEN:
            continue
        left = [(step, getattr(row, step)) for step in (Step.PROGRAMMED, Step.GRANTED, Step.COMMITTED, Step.PAID)]
        left = [(step, amount) for step, amount in left if amount is not None and amount > ZERO]
        if left:
            words = ", ".join(f"{euros(amount)} {step.label}" for step, amount in left)
            yield on_act(row, f"{Outcome(row.outcome).label.capitalize()}, mais {words}.", amount=left[-1][1])
