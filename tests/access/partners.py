from datetime import date

from partners.enums import Role
from tests import factories
from tests.access.matrix import ALL, Row, Secret

CONTACT_READERS = "lead co_lead pilot elected finance referent institution"
# A list shows the Cité one is in: the lead of another reads her own, an account without mandate has none.
OWN_CITE = {"stranger": 404, "other_lead": 200}
OWN_CITE_POST = {"stranger": 404, "other_lead": 302}


def holder(world):
    return [world.holder.pk]


def mandate(world):
    return world.made(
        "mandate",
        lambda world: factories.make_mandate(
            world.cite,
            Role.PILOT,
            person=factories.make_person(
                first_name="Solène",
                last_name="Quaghebeur",
                email="solene.quaghebeur@exemple.fr",
                phone="03 28 00 00 01",
                assistant="Secrétariat de la rectrice",
            ),
            seat=world.cite.sides.first().seats.first(),
        ),
    )


def person(world):
    return [mandate(world).person.pk]


def of_holder(world):
    return world.made(
        "mandate of the holder",
        lambda world: factories.make_mandate(
            world.cite,
            Role.HOLDER,
            organisation=world.holder,
            person=factories.make_person(email="directrice@exemple.fr"),
        ),
    )


def new_partner(world):
    return {"name": "Théâtre des Dunes", "kind": "association", "part": "holder"}


def new_seat(world):
    return {"side": world.cite.sides.first().pk, "organisation": world.holder.pk, "label": "Siège de plus"}


def new_mandate(world):
    return {
        "role": Role.PARTNER,
        "organisation": world.partner.pk,
        "person": world.users["reader"].person.pk,
        "starts_on": "2026-01-01",
    }


def same_person(world):
    return {
        "civility": "mme",
        "first_name": "Solène",
        "last_name": "Quaghebeur-Lys",
        "preferred_channel": "email",
    }


ROWS = [
    Row("partners:list", outside=OWN_CITE),
    Row("partners:list", query="?format=csv", outside=OWN_CITE),
    Row("partners:troika", outside=OWN_CITE),
    Row("partners:organisation", holder),
    Row("partners:organisation_create", only="lead", outside=OWN_CITE),
    Row("partners:organisation_create", only="lead", post=new_partner, code=302, outside=OWN_CITE_POST),
    Row("partners:organisation_edit", holder, only="lead holder"),
    Row("partners:organisation_edit", holder, only="lead holder", post={"name": "X", "kind": "other"}, code=302),
    Row("partners:organisation_edit", lambda world: [world.partner.pk], only="lead partner"),
    Row("partners:partnership_create", holder, only="lead"),
    Row("partners:partnership_create", holder, only="lead", post={"part": "funder"}, code=302),
    Row("partners:seat_create", only="lead", outside=OWN_CITE),
    # The lead of another Cité is told that these choices do not exist: the form again.
    Row("partners:seat_create", only="lead", post=new_seat, code=302, outside=OWN_CITE),
    Row("partners:person_edit", person, only="lead", codes={"evaluator": 404}),
    Row("partners:person_edit", person, only="lead", post=same_person, code=302, codes={"evaluator": 404}),
    Row("partners:mandate_create", only="lead", outside=OWN_CITE),
    Row("partners:mandate_create", only="lead", post=new_mandate, code=302, outside=OWN_CITE),
    Row("partners:mandate_end", lambda world: [mandate(world).pk], only="lead"),
    Row(
        "partners:mandate_end",
        lambda world: [mandate(world).pk],
        only="lead",
        post={"ends_on": str(date(2026, 12, 31))},
        code=302,
    ),
]

SECRETS = [
    Secret("partners:troika", lambda world: "Quaghebeur", ALL.replace(" evaluator", ""), prepare=mandate),
    Secret("partners:troika", lambda world: "solene.quaghebeur@exemple.fr", CONTACT_READERS, prepare=mandate),
    Secret("partners:troika", lambda world: "03 28 00 00 01", CONTACT_READERS, prepare=mandate),
    Secret("partners:troika", lambda world: "Secrétariat de la rectrice", CONTACT_READERS, prepare=mandate),
    Secret("partners:organisation", lambda world: "directrice@exemple.fr", CONTACT_READERS, holder, prepare=of_holder),
    Secret("partners:list", lambda world: world.holder.name, readers=ALL),
    Secret("partners:list", lambda world: world.holder.name, readers=ALL, query="?format=csv"),
    # Choices of forms: persons of another Cité are never proposed.
    Secret("partners:mandate_create", lambda world: mandate(world).person.last_name, readers="lead", prepare=mandate),
]
