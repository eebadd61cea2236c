from datetime import date

from django.core.files.base import ContentFile

from actions.models import Programme
from governance.enums import Support
from governance.models import FunderMention, ReservePeriod
from governance.services import (
    add_kit_file,
    create_communication_item,
    save_mention,
    save_reserve_period,
    save_strategy,
    set_press_agreement,
)
from partners.enums import SideKind
from tests import factories
from tests.access.matrix import Row, Secret

OWN_CITE = {"stranger": 404, "other_lead": 200}
TEAM = "lead co_lead"
READERS = "lead co_lead pilot elected"
INSIDE_404 = {"others": 404}


def item(world):
    def build(world):
        made = create_communication_item(
            cite=world.cite,
            actor=world.lead,
            title="AFFICHECONFIDENTIELLE",
            support=Support.POSTER,
            cost="4321",
        )
        set_press_agreement(
            item=made,
            side=world.cite.sides.order_by("order").first(),
            actor=world.lead,
            version=0,
            asked_on=date(2026, 11, 2),
            comment="ACCORDCONFIDENTIEL",
        )
        return made

    return world.made("communication item", build)


def key(build):
    return lambda world: [build(world).pk]


def period(world):
    def build(world):
        row = ReservePeriod(cite=world.cite, label="scrutin", starts_on=date(2027, 3, 1), ends_on=date(2027, 4, 1))
        return save_reserve_period(row, actor=world.lead)

    return world.made("reserve period", build)


def mention(world):
    def build(world):
        row = FunderMention(cite=world.cite, organisation=factories.make_organisation(), text="MENTIONCONFIDENTIELLE")
        return save_mention(row, actor=world.lead)

    return world.made("funder mention", build)


def kit_file(world):
    def build(world):
        file = ContentFile(b"LOGOCONFIDENTIEL", name="logo.png")
        return add_kit_file(cite=world.cite, actor=world.lead, file=file, title="logo", side=None, is_logo=True)

    return world.made("kit file", build)


def programme(world):
    def build(world):
        made = Programme.objects.create(
            cite=world.cite, label="Label 2025-2027", starts_on=date(2025, 1, 1), ends_on=date(2027, 12, 31)
        )
        save_strategy(
            cite=world.cite,
            programme=made,
            actor=world.lead,
            version=0,
            objectives="STRATEGIECONFIDENTIELLE",
            audiences="",
            messages="",
        )
        return made

    return world.made("programme of the communication", build)


def side_of_item(kind):
    return lambda world: [item(world).pk, world.sides[kind].pk]


def with_programme(world):
    programme(world)
    return []


LISTS = (
    "communication",
    "communication_calendar",
    "communication_strategy",
    "reserve_periods",
    "kit",
    "kit_download",
    "kit_photos",
)
FORMS = ("communication_create", "reserve_create", "kit_file_create", "mention_create")

ROWS = [
    *[Row(f"governance:{name}", only=READERS, outside=OWN_CITE) for name in LISTS],
    *[Row(f"governance:{name}", only=TEAM, outside=OWN_CITE) for name in FORMS],
    Row("governance:communication_create", only=TEAM, outside=OWN_CITE, post={}),
    Row("governance:strategy_update", with_programme, only=TEAM, outside={"stranger": 404, "other_lead": 302}),
    Row("governance:communication_item", key(item), only=READERS, **INSIDE_404),
    Row("governance:communication_update", key(item), only=TEAM, codes={"pilot": 403, "elected": 403}, **INSIDE_404),
    Row(
        "governance:communication_update",
        key(item),
        only=TEAM,
        post={},
        codes={"pilot": 403, "elected": 403},
        **INSIDE_404,
    ),
    Row(
        "governance:press_agreement",
        side_of_item(SideKind.EDUCATION),
        only=TEAM,
        codes={"pilot": 403, "elected": 403},
        **INSIDE_404,
    ),
    Row(
        "governance:press_agreement",
        side_of_item(SideKind.STATE),
        only="lead co_lead pilot",
        post={"answer": "given", "answered_on": "2026-11-03", "version": "0"},
        code=302,
        codes={"elected": 403},
        **INSIDE_404,
    ),
    Row("governance:reserve_update", key(period), only=TEAM, codes={"pilot": 403, "elected": 403}, **INSIDE_404),
    Row("governance:reserve_remove", key(period), only="", others=405, outside=405),
    Row(
        "governance:reserve_remove",
        key(period),
        only=TEAM,
        post={},
        code=302,
        codes={"pilot": 403, "elected": 403},
        **INSIDE_404,
    ),
    Row("governance:kit_file", key(kit_file), only=READERS, **INSIDE_404),
    Row(
        "governance:kit_file_remove",
        key(kit_file),
        only=TEAM,
        post={},
        code=302,
        codes={"pilot": 403, "elected": 403},
        **INSIDE_404,
    ),
    Row("governance:mention_update", key(mention), only=TEAM, codes={"pilot": 403, "elected": 403}, **INSIDE_404),
    Row(
        "governance:mention_remove",
        key(mention),
        only=TEAM,
        post={},
        code=302,
        codes={"pilot": 403, "elected": 403},
        **INSIDE_404,
    ),
]

SECRETS = [
    Secret("governance:communication", lambda world: "AFFICHECONFIDENTIELLE", READERS, prepare=item),
    Secret("governance:communication", lambda world: "4\u00a0321", READERS, prepare=item),
    Secret("governance:communication_item", lambda world: "ACCORDCONFIDENTIEL", READERS, key(item)),
    Secret("governance:communication_strategy", lambda world: "STRATEGIECONFIDENTIELLE", READERS, prepare=programme),
    Secret("governance:kit", lambda world: "MENTIONCONFIDENTIELLE", READERS, prepare=mention),
    Secret("governance:kit_file", lambda world: "LOGOCONFIDENTIEL", READERS, key(kit_file)),
]
