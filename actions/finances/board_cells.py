"""What a board posts: its cells, read back."""

import re
from dataclasses import dataclass, field

from actions.finances.board_html import plain
from actions.models import Action, FundingSource, ScenarioLine
from cite_educative.common.dates import time_fr
from cite_educative.common.money import MoneyError, parse_euros

CELL = re.compile(r"c-([0-9]{1,12})-([0-9]{1,12})-([0-9]{1,9})-([0-9]{1,14}|x)")


@dataclass
class Posted:
    """`cells`: those that differ from what their reader saw, `(action, source, amount, version seen)`."""

    cells: list = field(default_factory=list)
    errors: dict = field(default_factory=dict)  # name of the field → French sentence


def read_cells(post):
    """An unreadable amount gives a sentence and leaves the others alone; what is no cell is ignored."""
    posted = Posted()
    for name, typed in post.items():
        found = CELL.fullmatch(name)
        if not found:
            continue
        action, source, version, cents = found.groups()
        try:
            amount = parse_euros(typed) if typed.strip() else None
        except MoneyError as error:
            posted.errors[name] = str(error)
            continue
        if amount is not None and amount < 0:
            posted.errors[name] = "Un montant ne peut pas être négatif."
        elif (None if cents == "x" else int(cents)) != (None if amount is None else int(amount * 100)):
            posted.cells.append((int(action), int(source), amount, int(version)))
    return posted


def conflicts_of(scenario, refused, user):
    """Both values of each refused cell, with who wrote the other and when."""
    lines = {
        (line.action_id, line.source_id): line
        for line in ScenarioLine.objects.filter(
            scenario=scenario, action__in={cell.action_id for cell in refused}
        ).select_related("updated_by__person")
    }
    titles = dict(
        Action.objects.visible_to(user).filter(pk__in={cell.action_id for cell in refused}).values_list("pk", "title")
    )
    sources = {cell.source_id for cell in refused}
    labels = dict(FundingSource.objects.visible_to(user).filter(pk__in=sources).values_list("pk", "short_label"))
    return [
        _conflict(cell, lines[cell.action_id, cell.source_id], titles[cell.action_id], labels[cell.source_id])
        for cell in refused
    ]


def _conflict(cell, line, title, label):
    mine, theirs = (plain(amount) if amount is not None else "vide" for amount in (cell.amount, line.amount))
    return {
        "place": f"{cell.action_id}-{cell.source_id}",
        "mine": mine,
        "theirs": theirs,
        "typed": "" if cell.amount is None else plain(cell.amount),
        "text": (
            f"{title}, {label}\u00a0: vous écrivez «\u00a0{mine}\u00a0», mais {line.updated_by} a écrit "
            f"«\u00a0{theirs}\u00a0» à {time_fr(line.updated_at)}."
        ),
    }
