from django.core.files.uploadedfile import SimpleUploadedFile

from partners.enums import TerritoryKind
from partners.imports import plan_of, save_mapping, start_import
from partners.models import Neighbourhood, School
from tests import factories
from tests.access.matrix import ALL, Row, Secret
from tests.access.partners import OWN_CITE, OWN_CITE_POST

DUNE, UAI = "Quartier de la Dune", "0590164H"
SCHOOLS = "uai;nom;code_commune\n0590088A;Collège de l’Aa;{code}\n"


def shared(world):
    """A commune, a neighbourhood and a school of the Cité alone."""

    def build(world):
        # Reference data: two worlds of one test have the same rows.
        neighbourhood = Neighbourhood.objects.filter(name=DUNE).first()
        neighbourhood = neighbourhood or factories.make_neighbourhood(DUNE, communes=[world.commune])
        school = School.objects.filter(uai=UAI).first()
        school = school or factories.make_school("Collège de la Dune", commune=world.commune, uai=UAI)
        world.cite.neighbourhoods.add(neighbourhood)
        world.cite.schools.add(school)
        return neighbourhood, school

    return world.made("territory", build)


def school(world):
    return [shared(world)[1].pk]


def neighbourhood(world):
    return [shared(world)[0].pk]


def commune(world):
    return [world.commune.pk]


def run(world):
    def build(world):
        content = SCHOOLS.format(code=world.commune.insee_code).encode()
        made = start_import(
            cite=world.cite, actor=world.lead, kind=TerritoryKind.SCHOOLS, content=content, filename="annuaire.csv"
        )
        save_mapping(run=made, mapping=made.mapping, actor=world.lead)
        return made

    return world.made("territory import", build)


def of_run(world):
    return [run(world).pk]


def upload(world):
    content = SCHOOLS.format(code=world.commune.insee_code).encode()
    return {"kind": "schools", "file": SimpleUploadedFile("annuaire.csv", content)}


def confirmation(world):
    return {"fingerprint": plan_of(run(world), world.lead).fingerprint}


NEW_COMMUNE = {"name": "Les Moëres", "insee_code": "59404"}
NEW_NEIGHBOURHOOD = {"name": "Quartier neuf", "generation": "2024"}
# What one reader types in the form of a row of another Cité is refused before it is read.
LEAD = {"only": "lead", "outside": {"stranger": 404, "other_lead": 403}}
OWN_LEAD = {"only": "lead", "outside": OWN_CITE}
RUN = {"only": "lead", "outside": {"stranger": 404, "other_lead": 404}}


def new_school(world):
    return {"uai": "0590088A", "name": "Collège neuf", "kind": "collège", "commune": world.commune.pk}


def typed(name):
    """A form sent without what was seen: shown again to who may write."""
    return {"name": name}


ROWS = [
    Row("partners:territory", outside=OWN_CITE),
    Row("partners:schools", outside=OWN_CITE),
    Row("partners:schools", query="?format=csv", outside=OWN_CITE),
    Row("partners:perimeter", lambda world: ["communes"], **OWN_LEAD),
    Row("partners:perimeter", lambda world: ["quartiers"], **OWN_LEAD),
    Row("partners:perimeter", lambda world: ["etablissements"], **OWN_LEAD),
    Row(
        "partners:perimeter", lambda world: ["communes"], post={"avant": ""}, code=302, only="lead",
        outside=OWN_CITE_POST,
    ),
    Row("partners:perimeter", lambda world: ["inconnu"], only="", others=403,
        codes={"lead": 404, "other_lead": 404, "stranger": 404}),
    Row("partners:commune_create", **OWN_LEAD),
    Row("partners:commune_create", post=NEW_COMMUNE, code=302, only="lead", outside=OWN_CITE_POST),
    Row("partners:commune_edit", commune, **LEAD),
    Row("partners:commune_edit", commune, post=typed("X"), **LEAD),
    Row("partners:neighbourhood_create", **OWN_LEAD),
    Row("partners:neighbourhood_create", post=NEW_NEIGHBOURHOOD, code=302, only="lead", outside=OWN_CITE_POST),
    Row("partners:neighbourhood_edit", neighbourhood, **LEAD),
    Row("partners:neighbourhood_edit", neighbourhood, post=typed("X"), **LEAD),
    Row("partners:school_create", **OWN_LEAD),
    Row("partners:school_create", post=new_school, code=302, only="lead", outside=OWN_CITE_POST),
    Row("partners:school_edit", school, **LEAD),
    Row("partners:school_edit", school, post=typed("X"), **LEAD),
    Row("partners:territory_import", **OWN_LEAD),
    Row("partners:territory_import", post=upload, code=302, only="lead", outside=OWN_CITE_POST),
    Row("partners:territory_reference", post={}, code=302, only="lead", outside=OWN_CITE_POST),
    Row("partners:territory_import_run", of_run, **RUN),
    Row("partners:territory_import_run", of_run, post={"colonne-0": "uai"}, code=302, **RUN),
    Row("partners:territory_import_confirm", of_run, post=confirmation, code=302, **RUN),
    Row("partners:territory_import_abandon", of_run, post={}, code=302, **RUN),
]  # fmt: skip

SECRETS = [
    Secret("partners:territory", lambda world: "Quartier de la Dune", readers=ALL, prepare=shared),
    Secret("partners:schools", lambda world: "Collège de la Dune", readers=ALL, prepare=shared),
    Secret("partners:schools", lambda world: "Collège de la Dune", readers=ALL, query="?format=csv", prepare=shared),
    Secret("partners:territory_import", lambda world: "annuaire.csv", readers="lead", prepare=run),
    Secret("partners:territory_import_run", lambda world: "Collège de l’Aa", "lead", of_run),
]
