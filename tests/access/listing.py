from datetime import date

from actions.models import BulkRun, HolidayPeriod, SavedView
from tests.access.actions import TEAM, action
from tests.access.matrix import Row, Secret
from tests.actions import factories

TOGETHER = "Un projet de tout le territoire"


def shared_view(world):
    return world.made(
        "shared view",
        lambda world: SavedView.objects.create(
            cite=world.cite, owner=world.lead, name="En cours", query="etape=encours", is_shared=True
        ),
    )


def own_view(world):
    return world.made(
        "own view",
        lambda world: SavedView.objects.create(cite=world.cite, owner=world.lead, name="Mes points de vigilance"),
    )


def holiday(world):
    return world.made(
        "holiday",
        lambda world: HolidayPeriod.objects.create(
            cite=world.cite,
            school_year=2025,
            label="Vacances d’hiver",
            starts_on=date(2026, 2, 14),
            ends_on=date(2026, 3, 1),
        ),
    )


def run(world):
    return world.made(
        "run", lambda world: BulkRun.objects.create(cite=world.cite, actor=world.lead, gesture="publier", total=0)
    )


def together(world):
    def build(world):
        made = factories.make_action(world.cite, title=TOGETHER, scope="intercommunal", holder=world.partner)
        factories.make_funding(made, factories.make_source(world.cite, circuit="commune"), requested="7654")
        return made

    return world.made("together", build)


def pk_of(build):
    return lambda world: [build(world).pk]


VIEWS = ("cards", "timeline", "territory")
# The lists are empty for who acts in no Cité.
ROWS = [
    *(Row(f"actions:{name}", outside=200) for name in VIEWS),
    Row("actions:intercommunal", outside={"stranger": 404, "other_lead": 200}),
    Row("actions:saved_views", outside={"stranger": 404, "other_lead": 200}),
    Row(
        "actions:saved_views",
        outside={"stranger": 404, "other_lead": 302},
        post={"name": "À suivre", "query": "etape=encours", "presentation": "cartes"},
        code=302,
    ),
    Row("actions:saved_view", pk_of(shared_view), code=302),
    Row("actions:saved_view", pk_of(own_view), only="lead", code=302, others=404),
    Row("actions:saved_view_remove", pk_of(shared_view), only=TEAM, post={}, code=302),
    Row("actions:holidays", outside={"stranger": 404, "other_lead": 200}),
    Row(
        "actions:holidays_take",
        only=TEAM,
        outside={"stranger": 404, "other_lead": 302},
        post={"zone": "B"},
        code=302,
    ),
    Row("actions:holiday_create", only=TEAM, outside={"stranger": 404, "other_lead": 200}),
    Row("actions:holiday_update", pk_of(holiday), only=TEAM),
    Row("actions:holiday_remove", pk_of(holiday), only=TEAM, post={}, code=302),
    Row(
        "actions:batch",
        # The action is made before the request, as the rows of an address are.
        lambda world: [action(world)][:0],
        only=TEAM,
        outside={"stranger": 404, "other_lead": 302},
        post=lambda world: {"geste": "publier", "choix": [str(action(world).pk)]},
    ),
    Row("actions:batch_result", pk_of(run), only="lead", others=404),
]

SECRETS = [
    *(
        Secret(
            f"actions:{name}",
            lambda world: TOGETHER,
            "lead co_lead pilot elected finance referent evaluator",
            prepare=together,
            query="?exercice=tous",
        )
        for name in ("list", "cards", "territory")
    ),
    Secret("actions:saved_views", lambda world: "Mes points de vigilance", "lead", prepare=own_view),
    Secret("actions:list", lambda world: "Mes points de vigilance", "lead", prepare=own_view),
]
