from actions.models import Scenario
from actions.services import create_scenario, share_scenario
from actions.services.scenarios import REQUESTS
from tests.access.actions import OWN_CITE, call, pk_of
from tests.access.calls import own_request
from tests.access.matrix import Row, Secret
from tests.actions import factories

READERS = "lead co_lead pilot elected finance"
WRITERS = "lead co_lead finance"
NEW = {"nouveau-label": "Essai", "nouveau-start": REQUESTS}
COPY = {"copie-label": "Copie", "copie-percent": "10"}


def _scenario(world, label):
    source = factories.make_source(world.cite, f"Ville {Scenario.objects.count()}")
    factories.make_funding(own_request(world), source, requested=7654)
    return create_scenario(call=call(world), label=label, start=REQUESTS, actor=world.users["lead"])


def shared(world):
    return world.made(
        "shared scenario", lambda world: share_scenario(_scenario(world, "Partagé"), actor=world.users["lead"])
    )


def private(world):
    return world.made("private scenario", lambda world: _scenario(world, "Brouillon"))


def adoptable(world):
    """A new one for each who adopts."""
    scenario = _scenario(world, f"Retenu {Scenario.objects.count()}")
    return [share_scenario(scenario, actor=world.users["lead"]).pk]


def gesture(name, rows=WRITERS):
    return Row("actions:scenario_gesture", pk_of(shared), post={"geste": name}, code=302, **visible(rows))


def visible(only, reads=READERS):
    """Who reads the money and may not: 403; the others never learn that there is a scenario."""
    refused = {role: 403 for role in reads.split() if role not in only.split()}
    return {"only": only, "others": 404, "codes": refused}


ROWS = [
    Row("actions:boards", only=READERS, outside=OWN_CITE),
    Row("actions:board", pk_of(call), only=READERS),
    Row("actions:board", pk_of(call), query="?groupe=porteur&avis=reserved", only=READERS),
    Row("actions:scenario_create", pk_of(call), only=READERS, post=NEW, code=302),
    Row("actions:scenario_write", pk_of(shared), post={}, code=302, **visible(WRITERS)),
    Row("actions:scenario_write", pk_of(private), post={}, code=302, **visible("lead", "lead")),
    Row("actions:scenario_copy", pk_of(shared), post=COPY, code=302, **visible(READERS)),
    gesture("partager"),
    gesture("jamais"),
    Row("actions:scenario_adopt", pk_of(shared), **visible("lead finance")),
    Row("actions:scenario_adopt", adoptable, post={"apercu": ""}, **visible("lead finance")),
    *(
        Row(name, pk_of(shared), only="", others=405, outside=405)
        for name in ("actions:scenario_write", "actions:scenario_copy", "actions:scenario_gesture")
    ),
    Row("actions:scenario_create", pk_of(call), only="", others=405, outside=405),
    Row("actions:compare", pk_of(call), only=READERS),
    Row("actions:board_export", pk_of(call), only=READERS),
    Row("actions:board_export", pk_of(call), query="?format=csv", only=READERS),
    Row("governance:carry", pk_of(call), only="lead co_lead"),
    # Without a meeting: the form again.
    Row("governance:carry", pk_of(call), only="lead co_lead", post={}),
]

SECRETS = [
    Secret("actions:board", lambda world: private(world).label, "lead", pk_of(call), prepare=private),
    Secret("actions:board", lambda world: shared(world).label, READERS, pk_of(call), prepare=shared),
    Secret("actions:compare", lambda world: private(world).label, "lead", pk_of(call), prepare=private),
    Secret("actions:board_export", lambda world: "7654", READERS, pk_of(call), prepare=shared, query="?format=csv"),
    Secret("actions:board", lambda world: "7\u00a0654", READERS, pk_of(call), prepare=shared),
]
