from actions.enums import PlanDocument
from actions.models import Action
from actions.services import make_plan_document
from tests.access.actions import OWN_CITE, TEAM
from tests.access.acts import granted
from tests.access.matrix import ALL, Row, Secret

READERS = "lead co_lead pilot elected finance"


def documents(world):
    """One of each kind."""

    def build(world):
        granted(world)
        return [
            make_plan_document(
                kind=kind,
                cite=world.cite,
                budget_year=2026,
                actor=world.lead,
                actions=Action.objects.visible_to(world.lead).filter(cite=world.cite),
            )
            for kind in PlanDocument
        ]

    return world.made("plan_documents", build)


ROWS = [
    Row("actions:plan_documents", outside=OWN_CITE),
    Row(
        "actions:plan_documents",
        only=TEAM,
        post={"nature": "leaflet", "filtres": ""},
        code=302,
        outside={"stranger": 404, "other_lead": 302},
    ),
]

SECRETS = [
    Secret(
        "actions:plan_documents",
        lambda world: "Catalogue des actions</b> <span",
        READERS,
        prepare=documents,
        query="?exercice=2026",
    ),
    Secret("actions:plan_documents", lambda world: "Plaquette pour le public</b> <span", ALL, prepare=documents),
]
