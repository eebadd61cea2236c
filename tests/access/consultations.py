from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from governance import services
from governance.enums import AnswerHow
from governance.models import BodyMember
from partners.enums import Gesture
from partners.models import Mandate
from partners.services import issue_link, link_path
from tests.access.governance import GESTURE, HIDDEN, MONEY, OWN_CITE, TEAM, setting
from tests.access.matrix import Row, Secret
from tests.actions.factories import release
from tests.governance import factories

TITLE = "Programmer sans attendre la Troïka"
COMMENT = "Sous réserve du bilan de l’an dernier"
PILOTS = "lead co_lead pilot elected"


def _saved(world, **fields):
    values = {
        "title": TITLE,
        "presentation": "<p>Le calendrier presse.</p>",
        "text": "Les pilotes programment.",
        "deadline": timezone.localdate() + timedelta(days=5),
        "actions": setting(world).actions,
    } | fields
    return services.save_consultation(body=setting(world).body, actor=world.lead, **values)


def draft(world):
    return world.made("draft_consultation", _saved)


def piece(world):
    upload = ContentFile(b"%PDF-1.7", name="tableau.pdf")
    return world.made(
        "consultation_piece",
        lambda world: services.add_consultation_piece(draft(world), upload=upload, title="", actor=world.lead),
    )


def opened(world):
    def build(world):
        return services.open_consultation(_saved(world, title=f"{TITLE}, ouverte"), actor=world.lead)

    return world.made("open_consultation", build)


def opened_piece(world):
    def build(world):
        row = _saved(world, title=f"{TITLE}, avec pièce")
        upload = ContentFile(b"%PDF-1.7", name="tableau.pdf")
        added = services.add_consultation_piece(row, upload=upload, title="", actor=world.lead)
        services.open_consultation(row, actor=world.lead)
        return added

    return world.made("opened_piece", build)


def _answer_all(world, consultation):
    for answer in consultation.answers.all():
        services.answer_consultation(
            answer,
            actor=world.lead,
            how=AnswerHow.ENTERED,
            verdict="reserved",
            comment=COMMENT,
            name="Mme Durand",
            received="par courriel",
        )
    return consultation


def answered(world):
    return world.made("answered_consultation", lambda world: _answer_all(world, opened(world)))


def closed(world):
    def build(world):
        services.close_consultation(answered(world), actor=world.lead, adopted=True)
        return opened(world)

    return world.made("closed_consultation", build)


def held_back(world):
    """Everybody of the Cité sits in the body; published before any funder released its answer."""

    def build(world):
        row = closed(world)
        members = Mandate.objects.filter(cite=world.cite, person__user__in=[u for u in world.users.values() if u])
        seated = set(BodyMember.objects.filter(body=row.body).values_list("mandate", flat=True))
        BodyMember.objects.bulk_create(
            [BodyMember(body=row.body, mandate=mandate) for mandate in members if mandate.pk not in seated]
        )
        return services.publish_consultation(row, actor=world.lead)

    return world.made("held_back_consultation", build)


def published(world):
    def build(world):
        for source in (setting(world).state, setting(world).town):
            release(source)
        return held_back(world)

    return world.made("published_consultation", build)


def pk(build):
    return lambda world: [build(world).pk]


def answer_pk(world):
    """That of the State, whose pilot is in the matrix."""
    return [opened(world).answers.get(side__kind="state").pk]


def token(world):
    def build(world):
        link = issue_link(
            gesture=Gesture.CONSULTATION,
            email="prefet@exemple.fr",
            name="Mme la sous-préfète",
            actor=world.lead,
            cite=world.cite,
            subject=opened(world).answers.first(),
        )
        return link_path(link).rstrip("/").rpartition("/")[2]

    return [world.made("consultation_token", build)]


def a_consultation(world):
    return {
        "body": setting(world).body.pk,
        "title": "Autre",
        "deadline": timezone.localdate() + timedelta(days=9),
        "presentation": "Pourquoi",
        "text": "Décision",
        "version": 1,
        "gesture": "enregistrer",
    }


def an_upload(world):
    return {"upload": ContentFile(b"%PDF-1.7", name="autre.pdf")}


def with_setting(world):
    """The address names no object, but what is sent needs a body."""
    setting(world)
    return []


def _ratifying(world):
    return world.made("ratifying", lambda world: factories.make_meeting(setting(world), days=9))


def pk_with_meeting(world):
    _ratifying(world)
    return [closed(world).pk]


def a_meeting(world):
    return {"meeting": _ratifying(world).pk}


UNOPENED = {"only": TEAM, "others": 404}
ANSWERING = {"only": "lead co_lead pilot", "others": 404, "codes": {"elected": 403}}
SAID = {"verdict": "favourable", "version": 1}
RECEIVED = SAID | {"name": "Mme Durand", "received": "par courriel", "answered_on": timezone.localdate()}

ROWS = [
    Row("governance:consultations", outside=OWN_CITE),
    Row("governance:consultation_create", only=TEAM, outside=OWN_CITE),
    Row(
        "governance:consultation_create",
        with_setting,
        only=TEAM,
        code=302,
        outside={"stranger": 404, "other_lead": 200},
        post=a_consultation,
    ),
    Row("governance:consultation", pk(draft), **UNOPENED),
    Row("governance:consultation", pk(opened), only=MONEY, others=404),
    Row("governance:consultation", pk(closed), only=MONEY, others=404),
    Row("governance:consultation", pk(held_back), only=MONEY, others=404),
    Row("governance:consultation", pk(published)),
    Row("governance:consultation_update", pk(draft), **UNOPENED),
    Row("governance:consultation_update", pk(draft), **UNOPENED, code=302, post=a_consultation),
    Row("governance:consultation_effects", pk(draft), **UNOPENED),
    Row("governance:consultation_open", pk(draft), **UNOPENED, code=302, post={}),
    Row("governance:consultation_cancel", pk(opened), **GESTURE, post={}),
    Row("governance:consultation_ask", pk(opened), **HIDDEN),
    Row("governance:consultation_close", pk(answered), **HIDDEN),
    Row("governance:consultation_close", pk(answered), **GESTURE, post={"outcome": "adopted"}),
    Row("governance:consultation_publish", pk(closed), **GESTURE, post={}),
    Row("governance:consultation_ratify", pk_with_meeting, **GESTURE, post=a_meeting),
    Row("governance:consultation_piece_add", pk(draft), **UNOPENED),
    Row("governance:consultation_piece_add", pk(draft), **UNOPENED, code=302, post=an_upload),
    Row("governance:consultation_piece", pk(piece), **UNOPENED),
    Row("governance:consultation_piece", pk(opened_piece), only=MONEY, others=404),
    Row("governance:consultation_piece_remove", pk(piece), **UNOPENED, code=302, post={}),
    # The pilot of another side sees the answer and may not give it; finance officers give and read none.
    Row("governance:consultation_answer", answer_pk, **ANSWERING),
    Row("governance:consultation_answer", answer_pk, **ANSWERING, code=302, post=lambda world: RECEIVED),
    Row("governance:link_consultation", token, code=200, others=200, outside=200, anonymous=200),
]

SECRETS = [
    Secret("governance:consultations", lambda world: TITLE, TEAM, prepare=draft),
    Secret("governance:home", lambda world: TITLE, TEAM, prepare=draft),
    Secret("governance:consultations", lambda world: TITLE, MONEY, prepare=held_back),
    Secret("governance:decisions", lambda world: TITLE, MONEY, prepare=held_back),
    Secret("governance:consultation", lambda world: COMMENT, PILOTS, pk(published)),
    Secret("governance:consultation", lambda world: "8\u00a0000,00", MONEY, pk(published)),
    Secret("documents:list", lambda world: "Relevé de la consultation", MONEY, prepare=held_back),
    Secret("governance:link_consultation", lambda world: COMMENT, "", token),
]
