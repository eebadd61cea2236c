from tests.access.actions import MONEY, OWN_CITE, source
from tests.access.acts import granted
from tests.access.matrix import Row, Secret

ROWS = [
    Row("actions:reviews", only=MONEY, outside=OWN_CITE),
    Row("actions:reviews", only=MONEY, post={}, code=302, outside={"stranger": 404, "other_lead": 302}),
    Row("actions:open_data", only=MONEY, outside=OWN_CITE),
]

SECRETS = [
    Secret("actions:fundings", lambda world: "7654,32", MONEY, prepare=granted, query="?format=csv"),
    Secret("actions:open_data", lambda world: source(world).organisation.name, MONEY, prepare=granted),
]
