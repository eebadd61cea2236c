from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from evaluation.enums import Breakdown, MeasurementState, Nature, Unit
from evaluation.open_data import start_open_data
from partners.models import School
from tests import factories
from tests.access.evaluation import OWN_CITE, READERS, TEAM
from tests.access.matrix import Row, Secret
from tests.evaluation.factories import make_indicator, make_measurement

UAI = "0590088A"


def indicator(world):
    return world.made("measured", lambda world: make_indicator(world.cite, "R8", breakdowns=[Breakdown.COMMUNE]))


def index(world):
    """An indicator of schools, with the figure of one."""

    def made(world):
        row = make_indicator(
            world.cite,
            "C3",
            unit=Unit.POINTS,
            nature=Nature.IMPORTED,
            breakdowns=[Breakdown.SCHOOL, Breakdown.COMMUNE],
        )
        for rank, value in enumerate((Decimal("31.41"), 80, 90)):
            school = factories.make_school(f"Collège du Banc Vert {rank}", commune=world.commune)
            world.cite.schools.add(school)
            make_measurement(row, value, school=school, starts_on=date(2025, 9, 1), ends_on=date(2026, 8, 31))
        return row

    return world.made("index", made)


def run(world):
    def made(world):
        known = School.objects.filter(uai=UAI).first()
        world.cite.schools.add(known or factories.make_school("Collège Jules Verne", uai=UAI, commune=world.commune))
        content = f"uai;ips;rentree_scolaire\n{UAI};31,41;2025-2026\n".encode()
        return start_open_data(indicator=index(world), actor=world.users["lead"], content=content, filename="ips.csv")

    return world.made("open_data", made)


def of_run(world):
    return [run(world).pk]


def of_index(world):
    return [index(world).pk]


def figures(world):
    """The cells of one commune, as the grid sends them."""
    cell = f"i{indicator(world).pk}-202601-c{world.commune.pk}-all"
    return {f"{cell}-value": "12", f"{cell}-certainty": "counted", f"{cell}-version": "0"}


def without_object(builder):
    """The arguments of a page without object, once `builder` has made its row for every role."""

    def args(world):
        builder(world)
        return []

    return args


def upload(world):
    content = f"uai;ips;rentree_scolaire\n{UAI};31,41;2025-2026\n".encode()
    return {"indicator": index(world).pk, "file": SimpleUploadedFile("ips.csv", content)}


ROWS = [
    Row("evaluation:indicator", of_index, only=READERS, others=404, outside=404),
    Row("evaluation:grid", only=READERS, others=403, outside=OWN_CITE),
    Row(
        "evaluation:grid",
        without_object(indicator),
        query="?annee=2026",
        post=figures,
        only="lead co_lead referent",
        code=302,
        others=403,
        outside={"stranger": 404, "other_lead": 403},
    ),
    Row("evaluation:to_validate", only=TEAM, others=403, outside=OWN_CITE),
    Row("evaluation:to_validate", post={}, only=TEAM, others=403, outside=OWN_CITE),
    Row("evaluation:open_data", only=TEAM, others=403, outside=OWN_CITE),
    Row(
        "evaluation:open_data",
        without_object(index),
        post=upload,
        only=TEAM,
        code=302,
        others=403,
        outside=OWN_CITE,
    ),
    Row("evaluation:open_data_run", of_run, only=TEAM, others=403, outside=404),
    Row("evaluation:open_data_run", of_run, post={"colonne-0": "uai"}, only=TEAM, others=403, outside=404),
]

SECRETS = [
    # The figure of one school: the team, and the pilots of the Éducation nationale's side (nobody of this world).
    Secret("evaluation:indicator", lambda world: "31,41", TEAM, of_index),
    Secret("evaluation:open_data_run", lambda world: "31,41", TEAM, of_run),
    # What is not validated yet: the team and who evaluates.
    Secret(
        "evaluation:grid",
        lambda world: "31\u00a0415",
        "lead co_lead evaluator",
        query="?annee=2026&territoire=",
        prepare=lambda world: make_measurement(indicator(world), 31415, state=MeasurementState.DRAFT),
    ),
]
