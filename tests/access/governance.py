from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from governance import services
from governance.enums import ItemKind
from governance.models import BodyMember
from partners.enums import SideKind
from partners.models import Mandate
from tests.access.acts import PDF
from tests.access.matrix import Row, Secret
from tests.actions.factories import release
from tests.governance import factories

OWN_CITE = {"stranger": 404, "other_lead": 200}
TEAM = "lead co_lead"
MONEY = "lead co_lead pilot elected finance"
FULL_READERS = f"{MONEY} evaluator"
# They see the meeting and may not touch it; the others do not see it.
WATCHERS = {"pilot": 403, "elected": 403, "finance": 403}
HIDDEN = {"only": TEAM, "others": 404, "codes": WATCHERS}
GESTURE = {**HIDDEN, "code": 302}


def setting(world):
    return world.made("setting", lambda world: factories.make_setting(cite=world.cite, lead=world.lead))


def planned(world):
    return world.made("planned", lambda world: factories.make_meeting(setting(world), days=5, items=2))


def opened(world):
    return world.made("opened", lambda world: factories.make_open_meeting(setting(world)))


def closed(world):
    return world.made("closed", lambda world: factories.make_closed_meeting(setting(world)))


def held_back(world):
    """Everybody of the Cité sits in the body, which published what no funder has released yet."""

    def build(world):
        meeting = closed(world)
        members = Mandate.objects.filter(cite=world.cite, person__user__in=[u for u in world.users.values() if u])
        seated = BodyMember.objects.filter(body=meeting.body).values_list("mandate", flat=True)
        BodyMember.objects.bulk_create(
            [BodyMember(body=meeting.body, mandate=mandate) for mandate in members if mandate.pk not in set(seated)]
        )
        return services.publish_meeting(meeting, actor=world.lead)

    return world.made("held_back", build)


def published(world):
    """The same once every funder has released its answer."""

    def build(world):
        meeting = held_back(world)
        for source in (setting(world).state, setting(world).town):
            release(source)
        return meeting

    return world.made("published", build)


def note(world):
    return world.made("note", lambda world: factories.make_note(setting(world), planned(world).items.first()))


def issued(world):
    def build(world):
        row = factories.make_note(setting(world), planned(world).items.last())
        services.issue_note(row, actor=world.lead)
        return row

    return world.made("issued", build)


def draft(world):
    return world.made("draft", lambda world: factories.make_decision(setting(world), opened(world).items.get()))


def followed(world):
    """Published, released, and said to be carried out: that is for who reads amounts."""

    def build(world):
        decision = published(world).decisions.get()
        return services.follow_decision(
            decision,
            actor=world.lead,
            version=decision.version,
            executed_on=timezone.localdate(),
            word="Délibération prise",
        )

    return world.made("followed", build)


def followed_pk(world):
    return [followed(world).pk]


def printed(world):
    def build(world):
        decision = published(world).decisions.get()
        return services.print_register(body=decision.body, year=decision.year, actor=world.lead)

    return world.made("printed", build)


def planned_pk(world):
    return [planned(world).pk]


def planned_item(world):
    return [planned(world).items.first().pk]


def opened_pk(world):
    return [opened(world).pk]


def opened_item(world):
    return [opened(world).items.get().pk]


def closed_pk(world):
    return [closed(world).pk]


def draft_pk(world):
    return [draft(world).pk]


def adopted_pk(world):
    return [closed(world).decisions.get().pk]


def held_back_pk(world):
    return [held_back(world).pk]


def held_back_decision(world):
    return [held_back(world).decisions.get().pk]


def record_address(world):
    return f"/documents/{held_back(world).records.get().files.first().file_id}/"


def published_decision(world):
    return [published(world).decisions.get().pk]


def note_item(world):
    return [note(world).item_id]


def issued_item(world):
    return [issued(world).item_id]


def side(world):
    return world.sides[SideKind.STATE].pk


DECISION = {"title": "Objet", "text": "Texte", "is_agreed": "on", "version": "1"}
ITEM = {"title": "Vague", "kind": ItemKind.INFORMATION, "minutes_planned": "10", "version": "1"}
NOTE = {
    "title": "Titre",
    "kind": "troika",
    "request": "Demande",
    "version": "1",
    "options-TOTAL_FORMS": "0",
    "options-INITIAL_FORMS": "0",
}
MEETING = {"day": "2026-06-23", "time": "14:30", "place": "Ici", "version": "1"}


def meeting_data(world):
    return MEETING | {"body": setting(world).body.pk}


def present(world):
    return {"mandate": opened(world).attendances.first().mandate_id, "presence": "present"}


def an_annex(world):
    return {"title": "Plan", "upload": SimpleUploadedFile("plan.pdf", PDF)}


def annex_pk(world):
    def build(world):
        return services.add_annex(
            planned(world), upload=an_annex(world)["upload"], title="Plan", item=None, actor=world.lead
        )

    return [world.made("annex", build).pk]


def guest_pk(world):
    def build(world):
        return services.add_guest(opened(world), name="Mme Lina Baert", quality="Directrice")

    return [world.made("guest", build).pk]


def own_position(world):
    return {"side": side(world), f"p{side(world)}-verdict": "favourable"}


ROWS = [
    Row("governance:home", outside=OWN_CITE),
    Row("governance:body_create", only=TEAM, outside=OWN_CITE),
    Row(
        "governance:body_create",
        only=TEAM,
        code=302,
        outside={"stranger": 404, "other_lead": 302},
        post={"kind": "steering", "label": "Comité de pilotage", "code": "CP"},
    ),
    Row(
        "governance:meeting_create",
        args=lambda world: setting(world) and [],
        only=TEAM,
        outside={"stranger": 404, "other_lead": 302},
    ),
    Row(
        "governance:meeting_create",
        args=lambda world: setting(world) and [],
        only=TEAM,
        code=302,
        outside={"stranger": 404, "other_lead": 302},
        post=meeting_data,
    ),
    Row("governance:meetings", outside=OWN_CITE),
    Row("governance:meeting", planned_pk, only=MONEY, others=404),
    Row("governance:meeting_update", planned_pk, **HIDDEN),
    Row("governance:meeting_update", planned_pk, **GESTURE, post=MEETING),
    Row("governance:meeting_cancel", planned_pk, **GESTURE, post={}),
    Row("governance:meeting_open", planned_pk, **GESTURE, post={"confirmed": "1"}),
    Row("governance:meeting_publish", closed_pk, **GESTURE, post={}),
    Row("governance:paper_make", planned_pk, **GESTURE, post={"document": "sign_in"}),
    Row("governance:annex_add", planned_pk, **HIDDEN),
    Row("governance:annex_add", planned_pk, **GESTURE, post=an_annex),
    Row("governance:annex_file", annex_pk, only=MONEY, others=404),
    Row("governance:annex_remove", annex_pk, **GESTURE, post={}),
    Row("governance:live", opened_pk, only=MONEY, others=404),
    Row("governance:attendance", opened_pk, **GESTURE, post=present),
    Row("governance:projection", opened_pk, **HIDDEN),
    Row("governance:item_discuss", opened_item, **GESTURE, post={}),
    Row("governance:guest_add", opened_pk, **GESTURE, post={"name": "M. Jean Dupont"}),
    Row("governance:guest_remove", guest_pk, **GESTURE, post={}),
    Row("governance:meeting_notify", closed_pk, **HIDDEN, query="?a=holders"),
    Row(
        "governance:meeting_notify",
        closed_pk,
        **HIDDEN,
        query="?a=holders",
        post={"subject": "Objet", "body": "Texte"},
    ),
    Row("governance:closing", opened_pk, **HIDDEN),
    Row("governance:closing", opened_pk, **GESTURE, post={}),
    Row("governance:item_create", planned_pk, **HIDDEN),
    Row("governance:item_create", planned_pk, **GESTURE, post=ITEM),
    Row("governance:item_update", planned_item, **HIDDEN),
    Row("governance:item_update", planned_item, **GESTURE, post=ITEM),
    Row("governance:item_move", planned_item, **GESTURE, post={"direction": "bas"}),
    Row("governance:item_move", planned_item, **GESTURE, post={"avant": "fin"}),
    Row("governance:item_remove", planned_item, **GESTURE, post={}),
    Row("governance:note", note_item, only=TEAM, others=404),
    Row("governance:note", issued_item, only=MONEY, others=404),
    Row("governance:note", note_item, only=TEAM, others=404, code=302, post=NOTE),
    Row("governance:note_preview", note_item, **HIDDEN),
    Row("governance:note_issue", note_item, **GESTURE, post={}),
    Row("governance:discussion", opened_item, **GESTURE, post={"discussion": "Dit", "version": "1"}),
    Row("governance:decision_figures", opened_item, **HIDDEN, post=DECISION),
    # Without a choice for each action the form comes back: the right to write is what is looked at here.
    Row("governance:decision_create", opened_item, **{**HIDDEN, "code": 422}, post=DECISION),
    Row("governance:decision_update", draft_pk, **{**HIDDEN, "code": 422}, post=DECISION),
    Row("governance:decision_remove", draft_pk, **GESTURE, post={}),
    Row(
        "governance:position",
        draft_pk,
        only="lead co_lead pilot",
        code=302,
        others=404,
        codes={"elected": 403, "finance": 403},
        post=own_position,
    ),
    Row("governance:decisions", outside=OWN_CITE),
    Row("governance:decision", adopted_pk, only=MONEY, others=404),
    Row("governance:decision", held_back_decision, only=MONEY, others=404),
    Row("governance:decision", published_decision),
    Row("governance:decision_follow", adopted_pk, **HIDDEN),
    Row(
        "governance:decision_follow",
        adopted_pk,
        **GESTURE,
        post=lambda world: {"due_on": "2026-12-01", "version": closed(world).decisions.get().version},
    ),
    Row("governance:register_print", only=MONEY, outside=OWN_CITE),
    Row(
        "governance:register_print",
        args=lambda world: closed(world) and [],
        only=MONEY,
        code=302,
        outside={"stranger": 404, "other_lead": 422},
        post=lambda world: {"body": setting(world).body.pk, "year": closed(world).decisions.get().year},
    ),
    Row("governance:action_decisions", lambda world: [setting(world).actions[0].pk], only=FULL_READERS, others=404),
]

SECRETS = [
    Secret("governance:decisions", prepare=followed, value=lambda world: "Exécutée", readers=MONEY),
    Secret(
        "governance:decisions", query="?format=csv", prepare=followed, value=lambda world: "exécutée", readers=MONEY
    ),
    Secret("governance:decision", args=followed_pk, value=lambda world: "Délibération prise", readers=MONEY),
    Secret("documents:list", prepare=printed, value=lambda world: "Registre des décisions 20", readers=MONEY),
    Secret(
        "governance:decision",
        args=published_decision,
        value=lambda world: "8\N{NO-BREAK SPACE}000,00\N{NO-BREAK SPACE}€",
        readers=MONEY,
    ),
    Secret("governance:decisions", prepare=held_back, value=lambda world: "TR-20", readers=MONEY),
    Secret("governance:meeting", args=held_back_pk, value=lambda world: "TR-20", readers=MONEY),
    Secret("governance:meetings", prepare=held_back, value=lambda world: ">Relevé<", readers=MONEY),
    Secret("governance:meetings", query="?q=Sous", prepare=planned, value=lambda world: "Planifiée", readers=MONEY),
    Secret("governance:meeting", args=held_back_pk, value=record_address, readers=MONEY),
    Secret("documents:list", prepare=held_back, value=lambda world: "Relevé de décisions, ", readers=MONEY),
    Secret("governance:decisions", prepare=published, value=lambda world: "26\N{NO-BREAK SPACE}000,00", readers=MONEY),
    Secret("governance:decisions", query="?format=csv", prepare=published, value=lambda world: "26000", readers=MONEY),
    Secret(
        "governance:live",
        args=opened_pk,
        prepare=lambda world: guest_pk(world) and None,
        value=lambda world: "Mme Lina Baert",
        readers=MONEY,
    ),
    Secret("governance:note", args=issued_item, value=lambda world: "26\N{NO-BREAK SPACE}000", readers=MONEY),
]
