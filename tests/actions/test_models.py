from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from actions.amounts import readable_fundings_of
from actions.circuits import CIRCUITS, OWN
from actions.enums import ActionStatus, EntryKind, Step
from actions.life import life_steps
from actions.models import Action, Funding
from actions.readable import with_readable_stage
from cite_educative.common.transitions import TransitionError
from tests.actions.factories import FACT, make_act, make_action, make_funding, make_source

pytestmark = pytest.mark.django_db

MOVES = [
    (name, status, status in transition.sources)
    for name, transition in Action.TRANSITIONS.items()
    for status in ActionStatus
]


@pytest.mark.parametrize(("name", "status", "is_allowed"), MOVES, ids=lambda value: str(value))
def test_a_status_moves_as_the_table_says_and_no_other_way(cite, lead, name, status, is_allowed):
    action = make_action(cite, status=status, code="CE26-900", submitted_on=FACT)

    if is_allowed:
        action.move(name, actor=lead)
        assert Action.objects.get(pk=action.pk).status == Action.TRANSITIONS[name].target
        assert action.log.get().from_status == status
    else:
        with pytest.raises(TransitionError, match="Impossible de passer"):
            action.move(name, actor=lead)
        assert Action.objects.get(pk=action.pk).status == status
        assert not action.log.exists()


@pytest.mark.parametrize(
    ("status", "dates", "stage"),
    [
        (ActionStatus.DRAFT, {}, "preparation"),
        (ActionStatus.SENT_BACK, {}, "preparation"),
        (ActionStatus.SUBMITTED, {}, "instruction"),
        (ActionStatus.DEFERRED, {}, "instruction"),
        (ActionStatus.RETAINED, {}, "programmee"),
        (ActionStatus.RETAINED, {"starts_on": date(2026, 7, 1)}, "programmee"),
        (ActionStatus.RETAINED, {"starts_on": date(2026, 6, 1)}, "encours"),
        (ActionStatus.RETAINED, {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 6, 1)}, "encours"),
        (ActionStatus.RETAINED, {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 5, 31)}, "bilan"),
        (ActionStatus.REJECTED, {"starts_on": date(2026, 1, 1)}, "rejetee"),
        (ActionStatus.SUSPENDED, {"starts_on": date(2026, 1, 1)}, "suspendue"),
        (ActionStatus.ABANDONED, {}, "abandonnee"),
        (ActionStatus.CLOSED, {"ends_on": date(2026, 1, 1)}, "close"),
    ],
)
def test_the_stage_is_derived_from_the_status_the_dates_and_the_grant(cite, status, dates, stage):
    make_funding(make_action(cite, status=status, **dates), make_source(cite), granted="100")

    assert Action.objects.with_stage(date(2026, 6, 1)).get().stage == stage


def test_an_action_that_nobody_granted_yet_is_not_under_way(cite):
    action = make_action(cite, status=ActionStatus.RETAINED, starts_on=date(2026, 1, 1))
    make_funding(action, make_source(cite), programmed="100")

    assert Action.objects.with_stage(date(2026, 6, 1)).get().stage == "programmee"


def test_an_action_that_every_funder_refused_is_not_under_way(cite, lead):
    action = make_action(cite, status=ActionStatus.RETAINED, starts_on=date(2026, 1, 1))
    make_funding(action, make_source(cite), requested="100", granted="0")

    assert Action.objects.with_stage(date(2026, 6, 1)).get().stage == "programmee"
    assert with_readable_stage(Action.objects.all(), lead, date(2026, 6, 1)).get().readable_stage == "programmee"


def test_the_step_under_way_is_dated_by_what_was_granted_and_not_by_a_refusal(cite, lead):
    action = make_action(cite, status=ActionStatus.RETAINED, ends_on=date(2026, 1, 1))
    make_funding(action, make_source(cite), granted="0")
    found = with_readable_stage(Action.objects.all(), lead, date(2026, 6, 1)).get()

    assert life_steps(found, readable_fundings_of(found, "full"))[3]["note"] == ""


def test_a_recorded_amount_keeps_what_was_before(cite, lead):
    funding = make_funding(make_action(cite), make_source(cite), requested="16000.55")

    entry = funding.record(Step.REQUESTED, Decimal("15000"), kind=EntryKind.ENTRY, on=FACT, actor=lead)

    assert (entry.before, entry.after) == (Decimal("16000.55"), Decimal("15000"))
    assert Funding.objects.get().requested == Decimal("15000.00")
    assert funding.entries.count() == 2


def test_the_same_amount_again_writes_nothing(cite, lead):
    funding = make_funding(make_action(cite), make_source(cite), requested="16000")

    assert funding.record(Step.REQUESTED, Decimal("16000.00"), kind=EntryKind.ENTRY, on=FACT, actor=lead) is None
    assert funding.entries.count() == 1


def test_zero_is_not_unknown(cite, lead):
    funding = make_funding(make_action(cite), make_source(cite))

    assert funding.record(Step.PAID, Decimal("0"), kind=EntryKind.ENTRY, on=FACT, actor=lead).before is None
    assert Funding.objects.get().paid == Decimal("0.00")


def test_programmed_and_granted_live_side_by_side(cite, lead):
    source = make_source(cite)
    funding = make_funding(make_action(cite), source)

    act = make_act(cite, source.organisation)
    funding.record(Step.GRANTED, Decimal("13000"), kind=EntryKind.ACT, on=act.decided_on, actor=lead, act=act)
    funding.programme(Decimal("14000"), on=FACT, reference="CE-2026-004", actor=lead)

    row = Funding.objects.get()
    assert (row.programmed, row.programmed_on, row.programmed_reference) == (Decimal("14000"), FACT, "CE-2026-004")
    assert (row.granted, row.granted_on, row.act) == (Decimal("13000"), act.decided_on, act)


@pytest.mark.parametrize(
    "wrong",
    [
        {"requested": Decimal("-0.01")},
        {"programmed": Decimal("1")},
        {"programmed": Decimal("1"), "programmed_on": FACT},
        {"granted": Decimal("1"), "granted_on": FACT},
    ],
)
def test_the_database_refuses_an_amount_without_its_proof(cite, wrong):
    make_funding(make_action(cite), make_source(cite))

    with pytest.raises(IntegrityError), transaction.atomic():
        Funding.objects.update(**wrong)


def test_the_database_refuses_two_fundings_of_one_source_and_year(cite):
    action, source = make_action(cite), make_source(cite)
    make_funding(action, source)
    make_funding(action, source, year=2027)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_funding(action, source)


def test_an_action_cannot_end_before_it_begins(cite):
    action = make_action(cite, starts_on=date(2026, 5, 1))
    action.ends_on = date(2026, 4, 30)

    with pytest.raises(ValidationError, match="finir avant"):
        action.full_clean()


def test_the_database_refuses_a_filed_action_without_a_code(cite):
    action = make_action(cite)

    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.filter(pk=action.pk).update(submitted_on=None)


def test_every_circuit_asks_and_grants():
    for code, circuit in CIRCUITS.items():
        wanted = {Step.REQUESTED, Step.JUSTIFIED} if code == OWN else {Step.REQUESTED, Step.GRANTED, Step.PAID}
        assert wanted <= set(circuit.steps)
