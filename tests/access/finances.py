from tests.access.actions import MONEY, OWN_CITE, action, source
from tests.access.matrix import Row, Secret
from tests.actions import factories

KEEPERS = "lead finance"
THRESHOLDS = {"version": "0", "cofinancing_target": "40", "agreement_above": "23 000"}


def usual_line(world):
    return {"take-caf": "on", "organisation-caf": "creer"}


def overdrawn(world):
    """More public money than the ceiling, and more than the envelope of the funder."""
    made = action(world)
    own = factories.make_source(world.cite, "Porteurs", circuit="own")
    factories.make_funding(made, own, requested="10")
    factories.make_envelope(source(world), provisional="314.15")
    made.fundings.get(source__label="CAF").record(
        "programmed", 31415, kind="decision", on=factories.FACT, actor=factories.author_of(world.cite), reference="D-1"
    )


ROWS = [
    Row("actions:fundings", only=MONEY, outside=OWN_CITE),
    Row("actions:fundings", query="?format=csv", only=MONEY, outside=OWN_CITE),
    Row("actions:checks", only=MONEY, outside=OWN_CITE),
    Row("actions:checks_count", only=MONEY, outside=OWN_CITE),
    Row("actions:checks", query="?format=xlsx", only=MONEY, outside=OWN_CITE),
    Row("actions:consumption", only=MONEY, outside=OWN_CITE),
    Row("actions:thresholds", only=MONEY, outside=OWN_CITE),
    Row("actions:thresholds_update", only=KEEPERS, outside=OWN_CITE),
    Row(
        "actions:thresholds_update",
        only=KEEPERS,
        post=THRESHOLDS,
        code=302,
        outside={"stranger": 404, "other_lead": 302},
    ),
    # An alert that is no longer there leads back to the thresholds.
    Row(
        "actions:threshold_acknowledge",
        query="?alerte=nulle-part",
        only=KEEPERS,
        code=302,
        outside={"stranger": 404, "other_lead": 302},
    ),
    Row(
        "actions:threshold_acknowledge",
        query="?alerte=nulle-part",
        only=KEEPERS,
        post={"reason": "Vu"},
        code=302,
        outside={"stranger": 404, "other_lead": 302},
    ),
    Row("actions:source_usual", only=KEEPERS, outside=OWN_CITE),
    Row(
        "actions:source_usual",
        only=KEEPERS,
        post=usual_line,
        code=302,
        outside={"stranger": 404, "other_lead": 302},
    ),
]

SECRETS = [
    Secret("actions:fundings", value=lambda world: "31\u00a0415", readers=MONEY, prepare=overdrawn),
    Secret("actions:fundings", value=lambda world: "31415,00", readers=MONEY, prepare=overdrawn, query="?format=csv"),
    Secret("actions:checks", value=lambda world: "31\u00a0100,85", readers=MONEY, prepare=overdrawn),
    Secret("actions:checks", value=lambda world: "31100,85", readers=MONEY, prepare=overdrawn, query="?format=csv"),
]
