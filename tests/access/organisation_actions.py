from actions.enums import Step
from tests.access.actions import action
from tests.access.matrix import Row, Secret
from tests.actions.factories import make_action, make_funding, make_source

SHEET = "lead co_lead pilot elected finance referent institution holder evaluator"
MONEY = "lead co_lead pilot elected finance"


def elsewhere(world):
    """Held by the same organisation, out of the referent's commune, and not published."""
    return world.made(
        "action of the holder elsewhere",
        lambda world: make_action(world.cite, title="Chorale de Fort-Mardyck", holder=world.holder),
    )


def funded(world):
    """Somebody else's, funded by the institution."""

    def build(world):
        source = make_source(world.cite, organisation=world.institution)
        row = make_action(world.cite, title="Fanfare de la Basse-Ville")
        make_funding(row, source, **{Step.REQUESTED: "4321"})
        return row

    return world.made("action funded by the institution", build)


def _holder(world):
    return [world.holder.pk]


ROWS = [Row("actions:organisation_actions", _holder)]
SECRETS = [
    Secret("actions:organisation_actions", lambda world: action(world).title, SHEET, _holder, prepare=action),
    Secret(
        "actions:organisation_actions",
        lambda world: elsewhere(world).title,
        f"{MONEY} holder evaluator",
        _holder,
        prepare=elsewhere,
    ),
    Secret(
        "actions:organisation_actions",
        lambda world: funded(world).title,
        MONEY,
        lambda world: [world.institution.pk],
        prepare=funded,
    ),
]
