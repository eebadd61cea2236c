from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from governance import services
from governance.models import Decision
from tests.access.governance import GESTURE, HIDDEN, MONEY, OWN_CITE, TEAM, closed
from tests.access.matrix import Row, Secret

PDF = b"%PDF-1.4 preuve"
# Whose it is acts too; it is given to the holder's organisation.
OWNED = {"only": f"{TEAM} holder", "others": 404, "codes": {"pilot": 403, "elected": 403, "finance": 403}}


def point(world):
    return world.made(
        "action_point",
        lambda world: services.create_action_point(
            cite=world.cite,
            actor=world.lead,
            text="Proposer trois dates de visite",
            owner=world.holder,
            due_on=timezone.localdate() + timedelta(days=3),
        ),
    )


def kept_back(world):
    """The same for a decision that no funder has released yet: its owner does not know of it."""
    return world.made(
        "kept_back_point",
        lambda world: services.create_action_point(
            cite=world.cite,
            actor=world.lead,
            text="Préparer la convention de 8 000 €",
            owner=world.holder,
            decision=Decision.objects.get(meeting=closed(world)),
        ),
    )


def done(world):
    def build(world):
        upload = ContentFile(PDF, name="preuve.pdf")
        return services.finish_action_point(point(world), actor=world.lead, upload=upload)

    return world.made("done_point", build)


def point_pk(world):
    return [point(world).pk]


def kept_back_pk(world):
    return [kept_back(world).pk]


def done_pk(world):
    return [done(world).pk]


def file_pk(world):
    return [done(world).files.get().pk]


def new_point(world):
    return {"text": "Rappeler", "owner": f"o{world.holder.pk}"}


def ticked(world):
    return {"cle": [point(world).pk], "subject": "Suites", "body": "Voici", "envoyer": "1"}


ROWS = [
    Row("governance:action_points", outside=OWN_CITE),
    Row("governance:action_point_create", only=TEAM, outside=OWN_CITE),
    Row(
        "governance:action_point_create",
        only=TEAM,
        code=302,
        outside={"stranger": 404, "other_lead": 422},
        post=new_point,
    ),
    Row("governance:action_points_remind", only=TEAM, outside=OWN_CITE),
    Row(
        "governance:action_points_remind",
        only=TEAM,
        code=302,
        outside={"stranger": 404, "other_lead": 302},
        post=ticked,
    ),
    Row("governance:action_point", point_pk, only=f"{MONEY} holder", others=404),
    Row("governance:action_point", kept_back_pk, only=MONEY, others=404),
    Row("governance:action_point_update", point_pk, **{**HIDDEN, "codes": OWNED["codes"] | {"holder": 403}}),
    Row(
        "governance:action_point_update",
        point_pk,
        **{**GESTURE, "codes": OWNED["codes"] | {"holder": 403}},
        post=lambda world: new_point(world) | {"version": "1"},
    ),
    Row("governance:action_point_finish", point_pk, **OWNED, code=302, post={"word": "Fait"}),
    Row(
        "governance:action_point_drop",
        point_pk,
        **{**GESTURE, "codes": OWNED["codes"] | {"holder": 403}},
        post={"word": "Inutile"},
    ),
    Row("governance:action_point_reopen", done_pk, **OWNED, code=302, post={}),
    Row("governance:action_point_file", file_pk, only=f"{MONEY} holder", others=404),
]

SECRETS = [
    Secret("governance:action_points", prepare=kept_back, value=lambda world: "8 000 €", readers=MONEY),
    Secret(
        "governance:action_points",
        query="?format=csv",
        prepare=kept_back,
        value=lambda world: "Préparer la convention",
        readers=MONEY,
    ),
    Secret("home", prepare=kept_back, value=lambda world: "Préparer la convention", readers=""),
]
