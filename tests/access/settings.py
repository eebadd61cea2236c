from partners import services
from tests import factories
from tests.access.matrix import ALL, Row, Secret

# What they open is their own Cité's.
OWN_CITE = {"stranger": 404, "other_lead": 200}
TEAM = "lead co_lead"


def pilot(world):
    return {"user": world.users["pilot"].pk}


def librarian(world):
    """Somebody who has an account and is none of those who look."""
    return world.made("librarian", lambda world: factories.make_user(world.cite, organisation=world.partner))


def cite_fields(world):
    return {
        "name": "Cité éducative du littoral",
        "accent_colour": "#0E4A5A",
        "note_prefix": "CE",
        "version": world.cite.version,
    }


ROWS = [
    Row("settings", only=TEAM, outside=OWN_CITE),
    Row("rights", outside=OWN_CITE),
    Row("journal", only=TEAM, outside=OWN_CITE),
    Row("journal", query="?format=csv", only=TEAM, outside=OWN_CITE),
    Row("service", only=TEAM, outside=OWN_CITE),
    Row("partners:cite_edit", only="lead", outside=OWN_CITE),
    # Each lead writes in the Cité that she leads.
    Row("partners:cite_edit", only="lead", post=cite_fields, code=302, outside={"stranger": 404, "other_lead": 302}),
    Row("partners:cite_contrast", query="?accent_colour=%230E4A5A", only="lead", outside=OWN_CITE),
    Row("partners:view_as", only="lead", outside=OWN_CITE),
    # The lead of another Cité is told that this account is not of hers: the page again.
    Row("partners:view_as", only="lead", post=pilot, code=302, outside=OWN_CITE),
    Row("partners:view_as_stop", post={}, code=302, outside=302),
    Row("partners:view_as_stop", code=405, outside=405),
]


def renamed(world):
    """A line of the journal with something before and something after."""
    if world.cite.subtitle != "Dunes de Flandre":
        services.update_cite(
            actor=world.lead, cite=world.cite, version=world.cite.version, changes={"subtitle": "Dunes de Flandre"}
        )
        world.cite.refresh_from_db()


SECRETS = [
    Secret("journal", lambda world: "a mis à jour la présentation de la Cité", TEAM, prepare=renamed),
    Secret("journal", lambda world: "Dunes de Flandre", TEAM, prepare=renamed),
    Secret("journal", lambda world: "Dunes de Flandre", TEAM, query="?format=csv", prepare=renamed),
    Secret("partners:view_as", lambda world: str(librarian(world).person), "lead", prepare=librarian),
    Secret("rights", lambda world: "Tenir les lignes, les enveloppes et les actes", ALL + " other_lead"),
]
