"""The sheet written section by section, its renewal, the help for Dauphin, its printed edition."""

from tests.access.actions import TEAM, action, draft, pk_of
from tests.access.matrix import Row

# A draft shared with the team: its holder writes it, nobody else of the Cité sees it.
WRITERS = "lead co_lead holder"


def section(builder, key):
    return lambda world: [builder(world).pk, key]


ROWS = [
    Row("actions:section", section(draft, "public"), only=WRITERS, others=404),
    Row("actions:section", section(draft, "public"), only=WRITERS, others=404, post={"oublier": "1"}, code=302),
    Row(
        "actions:section",
        section(action, "public"),
        only=TEAM,
        codes={"partner": 404, "reader": 404},
    ),
    Row("actions:dauphin", pk_of(draft), only=WRITERS, others=404),
    Row("actions:renew", pk_of(action), only=WRITERS, codes={"partner": 404, "reader": 404}),
    Row(
        "actions:renew",
        pk_of(action),
        only=WRITERS,
        codes={"partner": 404, "reader": 404},
        post={"budget_year": "2027"},
        code=302,
    ),
    Row(
        "actions:print_sheet",
        pk_of(action),
        only="lead co_lead pilot elected finance referent institution holder evaluator",
        others=404,
        post={},
        code=302,
    ),
]
