"""Bodies set up, what precedes their meetings, points proposed and carried."""

from datetime import date, timedelta

from django.utils import timezone

from actions.models import Agreement, Scenario
from governance import services
from governance.models import AgendaProposal, RetroStep
from tests.access import action_points
from tests.access.actions import call
from tests.access.governance import (
    GESTURE,
    HIDDEN,
    MONEY,
    OWN_CITE,
    TEAM,
    WATCHERS,
    note,
    opened_pk,
    planned,
    planned_pk,
    setting,
)
from tests.access.matrix import Row, Secret

OWN_GESTURE = {"only": TEAM, "code": 302, "outside": {"stranger": 404, "other_lead": 302}}
PROPOSERS = f"{TEAM} pilot elected referent"
SETTINGS = {"label": "Troïka", "code": "TR", "version": "1", "steps-TOTAL_FORMS": "0", "steps-INITIAL_FORMS": "0"}
DECLINED = {"geste": "ecarter", "ecarter-answer": "Vu avec le réseau.", "ecarter-version": "1"}


def body_pk(world):
    return [setting(world).body.pk]


def step(world):
    return world.made(
        "step", lambda world: RetroStep.objects.create(body=planned(world).body, label="Salle", days_before=9)
    )


def ticked(world):
    """A meeting whose body has a step to tick."""
    return step(world) and planned_pk(world)


def proposal(world):
    def build(world):
        row = AgendaProposal(body=setting(world).body, title="Gymnases du mercredi", why="Deux porteurs, un créneau.")
        return services.propose_point(row, actor=world.users["referent"])

    return world.made("proposal", build)


def proposal_pk(world):
    return [proposal(world).pk]


def new_proposal(world):
    return {"body": setting(world).body.pk, "title": "Un point", "why": "Parce qu’il le faut."}


def with_body(world):
    return setting(world) and []


def carried(world):
    return {"meeting": planned(world).pk, "title": "Un point", "kind": "discussion", "porter": "1"}


def action_pk(world):
    return planned(world) and [setting(world).actions[0].pk]


def chosen(world):
    return carried(world) | {"cles": str(setting(world).actions[0].pk)}


def scenario_pk(world):
    def build(world):
        return Scenario.objects.create(call=call(world), label="Prudent", author=world.lead, shared_at=timezone.now())

    return planned(world) and [world.made("carried_scenario", build).pk]


def agreement_pk(world):
    def build(world):
        return Agreement.objects.create(
            cite=world.cite,
            funder=setting(world).town.organisation,
            holder=setting(world).actions[0].holder,
            budget_year=2026,
            title="Lire",
            first_due_on=date(2026, 3, 1),
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
            created_by=world.lead,
        )

    return planned(world) and [world.made("carried_agreement", build).pk]


def note_pk(world):
    return planned(world) and [note(world).pk]


def point_pk(world):
    return planned(world) and action_points.point_pk(world)


def call_pk(world):
    return planned(world) and [call(world).pk]


def carrying(name, args, **fields):
    return [Row(name, args, **fields), Row(name, args, **fields | {"code": 302}, post=carried)]


ROWS = [
    Row("governance:calendar", outside=OWN_CITE),
    Row("governance:body", body_pk, only=MONEY, others=404),
    Row("governance:body_presets", only=TEAM, outside=OWN_CITE),
    Row("governance:body_presets", **OWN_GESTURE, post={"forme": "standard"}),
    Row("governance:body_update", body_pk, **HIDDEN),
    Row("governance:body_update", body_pk, **GESTURE, post=SETTINGS),
    Row("governance:meeting_series", planned_pk, **HIDDEN),
    Row(
        "governance:meeting_series",
        planned_pk,
        **GESTURE,
        post=lambda world: {"jours": (timezone.localdate() + timedelta(days=40)).isoformat()},
    ),
    Row("governance:meeting_carry_over", planned_pk, **HIDDEN),
    Row("governance:meeting_carry_over", planned_pk, **GESTURE, post={}),
    Row(
        "governance:step_tick",
        ticked,
        **GESTURE,
        post=lambda world: {"etape": step(world).pk, "faite": "1"},
    ),
    Row("governance:quorum_acknowledge", opened_pk, **GESTURE, post={}),
    Row("governance:proposals", outside=OWN_CITE),
    Row("governance:proposal_create", with_body, only=PROPOSERS, outside={"stranger": 404, "other_lead": 302}),
    Row(
        "governance:proposal_create",
        with_body,
        only=PROPOSERS,
        code=302,
        outside={"stranger": 404, "other_lead": 302},
        post=new_proposal,
    ),
    Row("governance:proposal", proposal_pk, only=f"{TEAM} referent", others=404),
    Row("governance:proposal", proposal_pk, only=TEAM, code=302, others=404, codes={"referent": 403}, post=DECLINED),
    Row("governance:carry_actions", lambda world: action_pk(world) and [], **OWN_GESTURE, post=chosen),
    *carrying("governance:carry_action", action_pk, only=TEAM, others=404, codes=WATCHERS | {"evaluator": 403}),
    *carrying("governance:carry_scenario", scenario_pk, **HIDDEN),
    *carrying("governance:carry_agreement", agreement_pk, **HIDDEN),
    *carrying("governance:carry_note", note_pk, only=TEAM, others=404),
    *carrying(
        "governance:carry_action_point",
        point_pk,
        only=TEAM,
        others=404,
        codes=WATCHERS | {"holder": 403},
    ),
    *carrying("governance:carry_call", call_pk, only=TEAM, others=403),
]

SECRETS = [
    Secret(
        "governance:proposals",
        prepare=proposal,
        value=lambda world: "Gymnases du mercredi",
        readers=f"{TEAM} referent",
    ),
    Secret("governance:calendar", prepare=ticked, value=lambda world: "Salle", readers=f"{TEAM} pilot elected"),
]
