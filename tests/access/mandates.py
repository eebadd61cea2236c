from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from partners import services
from partners.enums import Role
from tests import factories
from tests.access.governance import OWN_CITE, setting
from tests.access.matrix import ALL, Row, Secret

OWN_CITE_POST = {"stranger": 404, "other_lead": 302}
NAMED = " ".join(sorted({*ALL.split()} - {"evaluator"}))
TEAM = "lead co_lead"
# They see the body; the others, who do not sit in it, do not.
WATCHERS = {"pilot": 403, "elected": 403, "finance": 403}


def titular(world):
    return world.made(
        "titular",
        lambda world: factories.make_mandate(
            world.cite,
            Role.PILOT,
            person=factories.make_person(first_name="Ghislaine", last_name="Terrier"),
            seat=seat_row(world),
            title="rectrice",
        ),
    )


def seat_row(world):
    return world.cite.sides.first().seats.first()


def seat(world):
    return [seat_row(world).pk]


def closed_seat(world):
    def build(world):
        side = world.cite.sides.first()
        return factories.make_seat(side, side.partnerships.first().organisation, closed_on="2026-01-01")

    return [world.made("closed seat", build).pk]


def edited(world):
    return [titular(world).pk]


def letter(world):
    """Of the finance officer."""

    def build(world):
        return services.add_mission_letter(
            actor=world.lead,
            mandate=world.users["finance"].person.mandates.get(),
            file=ContentFile(b"%PDF-1.7 La lettre", name="mission-carlier.pdf"),
        )

    return world.made("letter", build)


def a_file(world):
    return {"file": SimpleUploadedFile("lettre.pdf", b"%PDF-1.7"), "signed_on": "2025-01-15"}


def same_order(world):
    return {
        "side": [side.pk for side in world.cite.sides.all()],
        "seat": [row.pk for row in services.ranked_seats(world.cite)],
        "mandate": [row.pk for row in services.ranked_mandates(world.cite)],
    }


ROWS = [
    Row("partners:mandates", only=TEAM, outside=OWN_CITE),
    Row("partners:mandates", query="?format=csv", only=TEAM, outside=OWN_CITE),
    Row("partners:mandate_edit", edited, only="lead"),
    Row("partners:mandate_edit", edited, only="lead", post={"starts_on": "2023-09-01", "rank": 5}, code=302),
    Row("partners:mission_letter_create", edited, only="lead"),
    Row("partners:mission_letter_create", edited, only="lead", post=a_file, code=302),
    Row("partners:mission_letter", lambda world: [letter(world).pk], only=f"{TEAM} finance", others=404),
    Row("partners:seat", seat),
    Row("partners:seat_edit", seat, only="lead"),
    Row("partners:seat_edit", seat, only="lead", post={"label": "Rectorat", "place": 1}, code=302),
    Row("partners:seat_close", seat, only="lead"),
    Row("partners:seat_close", seat, only="lead", post={"closed_on": "2026-12-31"}, code=302),
    Row("partners:seat_reopen", closed_seat, only="lead", post={}, code=302),
    Row("partners:protocol", only="lead", outside=OWN_CITE),
    Row("partners:protocol", only="lead", post=same_order, code=302, outside=OWN_CITE_POST),
    Row("governance:body_members", lambda world: [setting(world).body.pk], only=TEAM, others=404, codes=WATCHERS),
    Row(
        "governance:body_members",
        lambda world: [setting(world).body.pk],
        only=TEAM,
        others=404,
        codes=WATCHERS,
        post={},
        code=302,
    ),
]

SECRETS = [
    Secret("partners:seat", lambda world: "Terrier", NAMED, seat, prepare=titular),
    Secret("partners:mandates", lambda world: "Terrier", TEAM, prepare=titular),
    Secret("partners:mandates", lambda world: "Terrier", TEAM, query="?format=csv", prepare=titular),
    Secret("partners:protocol", lambda world: "Terrier", "lead", prepare=titular),
    Secret(
        "partners:mission_letter",
        lambda world: "mission-carlier.pdf",
        f"{TEAM} finance",
        lambda world: [letter(world).pk],
    ),
    Secret(
        "partners:person",
        lambda world: "mission-carlier.pdf",
        f"{TEAM} finance",
        lambda world: [letter(world).mandate.person_id],
    ),
]
