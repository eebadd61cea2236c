"""The budget of an action and the grid of its amounts."""

from decimal import Decimal

from actions.finances.budget import Line
from actions.services import amounts_mark, save_budget
from tests.access.actions import READERS, TEAM, UNSEEN, action, draft, pk_of, source
from tests.access.matrix import Row, Secret
from tests.actions.factories import author_of

PLANNED = "4\u00a0321,09"


def _pasted(world):
    return {"pasted": "60 Achats\t1200", "coller": "1"}


def _grid(world):
    """As the lead and the finance officer opened it, with one amount changed."""
    line = source(world)
    keys = [(line.pk, step) for step in ("requested", "proposed", "committed", "paid", "justified")]
    known = {f"a-{line.pk}-requested": "1000", f"a-{line.pk}-proposed": "987,65", f"a-{line.pk}-paid": "3"}
    return {"mark": amounts_mark(action(world), 2026, keys), "on": "2026-02-03", **known}


def _with_budget(world):
    lines = [Line("60", Decimal("4321.09"))]
    save_budget(action(world), budget_year=2026, lines=lines, actor=author_of(world.cite))


ROWS = [
    Row("actions:budget", pk_of(action), only=READERS, others=404),
    Row("actions:budget", pk_of(action), query="?exercice=1999", only="", others=404),
    Row("actions:budget", pk_of(action), only=TEAM, codes=UNSEEN, post=_pasted),
    Row("actions:budget", pk_of(action), only=TEAM, codes=UNSEEN, post={"m-60-0": "12,50"}, code=409),
    # A draft shared with the team: its holder writes it, nobody else of the Cité sees it.
    Row("actions:budget", pk_of(draft), only="lead co_lead holder", others=404, post=_pasted),
    Row("actions:amounts", pk_of(action), only="lead finance pilot elected", codes=UNSEEN),
    Row(
        "actions:amounts",
        pk_of(action),
        only="lead finance",
        codes={**UNSEEN, "pilot": 200, "elected": 200},
        post=_grid,
        code=302,
    ),
]

SECRETS = [
    Secret("actions:budget", lambda world: PLANNED, READERS, pk_of(action), prepare=_with_budget),
    Secret("actions:money", lambda world: PLANNED, READERS, pk_of(action), prepare=_with_budget),
    Secret("actions:detail", lambda world: PLANNED, READERS, pk_of(action), prepare=_with_budget),
]
