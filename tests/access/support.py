from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from actions.enums import Audience
from actions.models import ActionPiece, ExpectedPiece, Opinion, PieceFile
from partners.enums import Gesture
from partners.services import issue_link, link_path
from tests.access.actions import TEAM, UNSEEN, action, call, draft, pk_of
from tests.access.matrix import ROLES, Row, Secret
from tests.actions import factories

OPINION = "Ce projet double celui du collège voisin"
PIECE_READERS = "lead co_lead pilot elected finance referent institution holder"
TAB = {**UNSEEN, "evaluator": 403}
NOBODY = {"partner": 404, "reader": 404}
ANSWER = {"verdict": "favourable", "comment": "Oui", "given_on": "2026-02-03", "given_how": "au téléphone"}


def expected(world):
    return world.made("expected", lambda world: ExpectedPiece.objects.create(call=call(world), label="RIB"))


def asked_action(world):
    def build(world):
        return factories.make_action(
            world.cite, holder=world.holder, communes=[world.commune], call=expected(world).call, title="Radio"
        )

    return world.made("asked action", build)


def piece(world, audience=Audience.HOLDER, title="Relevé bancaire de la structure"):
    def build(world):
        row = ActionPiece.objects.create(action=asked_action(world), title=title, audience=audience)
        file = SimpleUploadedFile(f"{title}.pdf", b"%PDF-1.4")
        PieceFile.objects.create(piece=row, file=file, author=world.users["lead"])
        return row

    return world.made(f"piece {title}", build)


def internal(world):
    return piece(world, Audience.TEAM, "Note interne de lecture")


def opinion(world, name="M. Dupont", **fields):
    def build(world):
        return Opinion.objects.create(
            action=action(world), name=name, email="dupont@exemple.fr", asked_by=world.users["lead"], **fields
        )

    return world.made(f"opinion {name}", build)


def given(world):
    return opinion(
        world, "Mme Durand", comment=OPINION, verdict="unfavourable", given_on=date(2026, 2, 3), advised="4321.00"
    )


def token(gesture, subject, **payload):
    def read(world):
        def build(world):
            return issue_link(
                gesture=gesture,
                email="a@exemple.fr",
                name="Mme A",
                actor=world.users["lead"],
                cite=world.cite,
                subject=subject(world),
                payload={key: value(world) for key, value in payload.items()},
            )

        return [link_path(world.made(f"link {gesture}", build)).rstrip("/").rpartition("/")[2]]

    return read


TO_PIECE = token(
    Gesture.PIECE,
    asked_action,
    holder=lambda world: world.holder.pk,
    pieces=lambda world: [expected(world).pk],
)
TO_SHEET = token(Gesture.SHEET, draft, holder=lambda world: draft(world).holder_id)
TO_OPINION = token(Gesture.OPINION, opinion)


def open_to_all(name, args):
    return Row(name, args, code=200, others=200, outside=200, anonymous=200)


ROWS = [
    Row("actions:call_pieces", pk_of(call), only=TEAM),
    Row("actions:call_pieces", pk_of(call), only=TEAM, post={"usuelles": "1"}, code=302),
    Row("actions:expected_create", pk_of(call), only=TEAM),
    Row("actions:expected_create", pk_of(call), only=TEAM, post={"label": "Statuts", "order": "1"}, code=302),
    Row("actions:expected_update", pk_of(expected), only=TEAM),
    Row("actions:expected_remove", pk_of(expected), only=TEAM, post={}, code=302),
    Row("actions:documents", pk_of(asked_action), only=PIECE_READERS, codes={**TAB, "institution": 404}),
    Row("actions:documents", pk_of(action), only=PIECE_READERS, codes=TAB),
    Row("actions:piece_create", pk_of(action), only="lead co_lead holder referent", codes=UNSEEN),
    Row(
        "actions:piece_create",
        pk_of(action),
        only=TEAM,
        codes={**UNSEEN, "holder": 200, "referent": 200},
        post={"title": "Affiche", "audience": "holder", "received_from": "M. X", "received_on": "2026-02-03"},
        code=302,
    ),
    Row("actions:piece", pk_of(piece), only=PIECE_READERS, others=404, codes={"institution": 404}),
    Row("actions:piece", pk_of(internal), only=TEAM, others=404),
    Row("actions:piece_refuse", pk_of(piece), only=TEAM, codes={**NOBODY, "institution": 404, "evaluator": 404}),
    Row(
        "actions:piece_refuse",
        pk_of(piece),
        only=TEAM,
        codes={**NOBODY, "institution": 404, "evaluator": 404},
        post={"reason": "Illisible"},
        code=302,
    ),
    Row("actions:ask_pieces", pk_of(action), only=TEAM, codes=UNSEEN),
    Row("actions:ask_sheet", pk_of(draft), only=TEAM, others=404, codes={"holder": 403}),
    Row("actions:own", only="holder", outside=403),
    Row("actions:opinions", pk_of(action), only="lead co_lead pilot elected", codes=UNSEEN),
    Row("actions:opinion_ask", pk_of(action), only=TEAM, codes=UNSEEN),
    Row("actions:opinion_enter", pk_of(action), only="lead co_lead pilot elected", codes=UNSEEN),
    Row("actions:opinion_answer", pk_of(opinion), only=TEAM, others=404, codes={"pilot": 403, "elected": 403}),
    Row(
        "actions:opinion_answer",
        pk_of(opinion),
        only=TEAM,
        others=404,
        codes={"pilot": 403, "elected": 403},
        post=ANSWER,
        code=302,
    ),
    Row(
        "actions:opinion_withdraw",
        pk_of(opinion),
        only=TEAM,
        others=404,
        codes={"pilot": 403, "elected": 403},
        post={},
        code=302,
    ),
    open_to_all("actions:link_piece", TO_PIECE),
    open_to_all("actions:link_sheet", TO_SHEET),
    open_to_all("actions:link_opinion", TO_OPINION),
]

OPINION_READERS = "lead co_lead pilot elected"
SECRETS = [
    *(
        Secret(f"actions:{name}", lambda world: OPINION, readers, pk_of(action), prepare=given)
        for name, readers in (("opinions", OPINION_READERS), ("detail", ""), ("history", ""), ("documents", ""))
    ),
    Secret("actions:opinions", lambda world: "4\u00a0321,00", OPINION_READERS, pk_of(action), prepare=given),
    Secret("actions:history", lambda world: "Mme Durand", "", pk_of(action), prepare=given),
    Secret("actions:list", lambda world: "4321", "", prepare=given, query="?exercice=tous&format=csv"),
    Secret("actions:documents", lambda world: internal(world).title, TEAM, pk_of(asked_action), prepare=internal),
    Secret("actions:history", lambda world: internal(world).title, "", pk_of(asked_action), prepare=internal),
    Secret("actions:link_opinion", lambda world: "987,65", "", TO_OPINION),
    Secret("actions:link_opinion", lambda world: "1\u00a0000,00", " ".join(ROLES), TO_OPINION),
    Secret("actions:link_opinion", lambda world: OPINION, "", TO_OPINION, prepare=given),
    Secret("actions:link_piece", lambda world: asked_action(world).title, " ".join(ROLES), TO_PIECE),
]
