from actions.enums import ActionStatus, Audience, ExchangeKind
from actions.models import Exchange
from governance.services import make_commune_point, write_to_network
from partners.enums import Role
from tests import factories
from tests.access.matrix import ALL, Row, Secret
from tests.actions import factories as plan

OWN_CITE = {"stranger": 404, "other_lead": 200}
TEAM = "lead co_lead"
NETWORK = "lead co_lead pilot elected finance referent institution"
NAMED = " ".join(role for role in ALL.split() if role != "evaluator")
FULL_READERS = "lead co_lead pilot elected finance referent evaluator"
FRESHNESS = "lead co_lead referent"


def commune(world):
    return [world.commune.pk]


def referent(world):
    """The one who is in the network, besides the accounts of the matrix."""

    def build(world):
        person = factories.make_person(last_name="Quaghebeur", email="solene.quaghebeur@exemple.fr")
        factories.make_mandate(world.cite, Role.REFERENT, person=person, communes=[world.commune])
        return person

    return world.made("network referent", build)


def action(world):
    """Retained, in the commune, not published."""

    def build(world):
        made = plan.make_action(
            world.cite,
            title="Jardin des Algues",
            communes=[world.commune],
            status=ActionStatus.RETAINED,
        )
        plan.make_funding(made, plan.make_source(world.cite, "Ligne du jardin"), programmed="61234")
        return made

    return world.made("network action", build)


def exchange(world):
    def build(world):
        made = Exchange.objects.create(
            cite=world.cite,
            kind=ExchangeKind.VISIT,
            title="Visite au Jardin",
            audience=Audience.NETWORK,
            author=world.lead,
        )
        made.actions.add(action(world))
        return made

    return world.made("network exchange", build)


def letter(world):
    def build(world):
        message, _ = write_to_network(
            cite=world.cite, subject="Fiches à relire", body="Bonjour", persons=[referent(world)], actor=world.lead
        )
        return message

    return world.made("network letter", build)


def point(world):
    def build(world):
        made, _ = make_commune_point(cite=world.cite, commune=world.commune, year=2026, actor=world.lead)
        return made

    return world.made("commune point", build)


def with_referent(world):
    """Made before the role writes: what is written is undone."""
    referent(world)
    return []


def point_file(world):
    return [point(world).files.first().file_id]


def written(world):
    return {"recipients": [referent(world).pk], "subject": "Objet", "body": "Bonjour"}


ROWS = [
    Row("governance:commune", commune),
    Row("governance:commune_point", commune, only="", others=405, outside=405),
    Row("governance:commune_point", commune, only="lead co_lead referent", post={}, code=302),
    Row("governance:network", only=NETWORK, outside=OWN_CITE),
    Row("governance:network_message", only=TEAM, outside=OWN_CITE),
    Row("governance:network_message", with_referent, only=TEAM, outside=OWN_CITE, post=written),
    Row(
        "governance:network_message",
        with_referent,
        only=TEAM,
        # The recipients of this Cité are no choice for the lead of another: the form again.
        outside=OWN_CITE,
        post=lambda world: written(world) | {"send": "1"},
        code=302,
    ),
    Row("governance:network_compose", only=TEAM, outside=OWN_CITE),
    Row("documents:status", point_file, only="lead co_lead pilot elected finance referent", others=404),
]

SECRETS = [
    Secret("governance:commune", lambda world: "Quaghebeur", NAMED, commune, prepare=referent),
    Secret("governance:commune", lambda world: "solene.quaghebeur@exemple.fr", NETWORK, commune, prepare=referent),
    Secret("governance:commune", lambda world: "Jardin des Algues", FULL_READERS, commune, prepare=action),
    Secret("governance:commune", lambda world: "61\u00a0234", FULL_READERS, commune, prepare=action),
    Secret("governance:commune", lambda world: "mise à jour de la fiche", FRESHNESS, commune, prepare=action),
    Secret(
        "governance:commune",
        lambda world: "Visite au Jardin",
        "lead co_lead pilot elected finance referent",
        commune,
        prepare=exchange,
    ),
    Secret(
        "governance:commune",
        lambda world: "Points commune",
        "lead co_lead pilot elected finance referent",
        commune,
        prepare=point,
    ),
    Secret("governance:network", lambda world: "solene.quaghebeur@exemple.fr", NETWORK, prepare=referent),
    Secret("governance:network", lambda world: "mise à jour d’une fiche", FRESHNESS, prepare=action),
    Secret("governance:network", lambda world: "Fiches à relire", TEAM, prepare=letter),
    Secret("actions:list", lambda world: "à rafraîchir", FRESHNESS, prepare=action, query="?filtres=tous"),
]
