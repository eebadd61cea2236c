"""The directory: persons, duplicates, merges."""

from partners.enums import Civility, Role
from partners.models import Person
from tests import factories
from tests.access.matrix import ALL, Row, Secret
from tests.access.partners import CONTACT_READERS, OWN_CITE, OWN_CITE_POST

NAMED = " ".join(role for role in ALL.split() if role != "evaluator")
# The list belongs to the Cité one is in; a person is hidden from who reads under pseudonym.
HIDDEN = {"evaluator": 404}


def known(world):
    """A person whose every detail is recognisable."""

    def build(world):
        person = factories.make_person(
            civility=Civility.MADAME,
            first_name="Solveig",
            last_name="Quintelier",
            function="directrice du littoral",
            email="solveig.quintelier@exemple.fr",
            phone="03 28 99 99 01",
            assistant="Bureau de la directrice",
        )
        factories.make_mandate(world.cite, Role.PARTNER, person=person, organisation=world.partner)
        return person

    return world.made("known person", build)


def again(world):
    def build(world):
        person = factories.make_person(first_name="Solveig", last_name="Quintelier")
        factories.make_mandate(world.cite, Role.PARTNER, person=person, organisation=world.partner)
        return person

    return world.made("known person again", build)


def twin(world):
    return world.made("twin", lambda world: factories.make_organisation("Médiathèque de la Dune", cite=world.cite))


def person(world):
    return [known(world).pk]


def two_persons(world):
    return [known(world).pk, again(world).pk]


def two_organisations(world):
    return [world.partner.pk, twin(world).pk]


def dismissed(world):
    first, second = two_organisations(world)
    return {"kind": "organisation", "first": first, "second": second}


def choices(world):
    """Those of persons: every field where these two differ."""
    first, second = (Person.objects.get(pk=pk) for pk in two_persons(world))
    names = ("civility", "function", "email", "phone", "assistant")
    return {name: "kept" for name in names if getattr(first, name) != getattr(second, name)}


ROWS = [
    Row("governance:people", only=NAMED, outside=OWN_CITE),
    Row("governance:people", query="?format=csv", only=NAMED, outside=OWN_CITE),
    Row("governance:person_bodies", person, codes=HIDDEN),
    Row("partners:person", person, codes=HIDDEN),
    Row("partners:duplicates", only="lead", outside=OWN_CITE),
    Row(
        "partners:duplicate_dismiss",
        only="lead",
        post=dismissed,
        code=302,
        outside=OWN_CITE_POST | {"other_lead": 404},
    ),
    Row("partners:organisation_merge", two_organisations, only="lead"),
    Row("partners:organisation_merge", two_organisations, only="lead", post={"kind": "kept"}, code=302),
    Row("partners:person_merge", two_persons, only="lead", codes=HIDDEN),
    Row("partners:person_merge", two_persons, only="lead", post=choices, code=302, codes=HIDDEN),
]

CONTACTS = ("solveig.quintelier@exemple.fr", "03 28 99 99 01", "Bureau de la directrice")
SECRETS = [
    *(
        Secret(name, lambda world, value=value: value, readers, args, query=query, prepare=known)
        for name, args, query in (
            ("governance:people", lambda world: [], ""),
            ("governance:people", lambda world: [], "?format=csv"),
            ("governance:people", lambda world: [], "?q=quintelier&tri=email"),
            ("partners:person", person, ""),
        )
        for value, readers in (("Quintelier", NAMED), *((contact, CONTACT_READERS) for contact in CONTACTS))
    ),
    Secret(
        "partners:organisation", lambda world: "Quintelier", NAMED, lambda world: [world.partner.pk], prepare=known
    ),
    Secret("governance:person_bodies", lambda world: "Quintelier", NAMED, person, prepare=known),
    Secret("search", lambda world: "Mme Solveig Quintelier", NAMED, query="?q=solveig", prepare=known),
    Secret("partners:duplicates", lambda world: "Quintelier", "lead", prepare=two_persons),
    Secret("partners:person_merge", lambda world: CONTACTS[0], "lead", two_persons),
]
