"""Meetings, presence, decisions: each figure derived again by loops over the rows."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median

import pytest
from django.utils import timezone

from actions.enums import Outcome
from actions.models import Funding
from evaluation.computed import compute
from evaluation.periods import Period
from governance.enums import MeetingStatus, Presence
from governance.models import Attendance, Decision, Meeting
from partners.enums import Role
from tests import factories
from tests.actions.factories import make_source
from tests.evaluation.computed.rows import (
    YEAR,
    attend,
    computed,
    funded,
    make_body,
    make_decision,
    make_meeting,
    move_entry,
    percent,
    pilots_of,
    programmes,
    retained,
)

HELD = ("held", "closed", "published")


def local_day(meeting):
    return timezone.localtime(meeting.starts_at).date()


@pytest.fixture
def meetings(cite, elsewhere, october):
    """Every state, the first and the last minute of the year, one to come, one of another Cité."""
    for place in (cite, elsewhere):
        body = make_body(place)
        for rank, status in enumerate(MeetingStatus):
            make_meeting(body, date(YEAR, 2, 1) + timedelta(days=rank), status)
        make_meeting(body, date(YEAR, 1, 1), MeetingStatus.PUBLISHED, hour=0)
        make_meeting(body, date(YEAR - 1, 12, 31), MeetingStatus.CLOSED, hour=23)
        make_meeting(body, date(YEAR + 1, 1, 1), MeetingStatus.PLANNED, hour=0)
        make_meeting(body, date(YEAR, 11, 20), MeetingStatus.CONVENED)


def test_meetings_held(cite, meetings):
    held, planned = 0, 0
    for meeting in Meeting.objects.filter(body__cite=cite):
        is_past = local_day(meeting).year == YEAR and meeting.starts_at < timezone.now()
        if is_past and meeting.status not in ("postponed", "in_progress"):
            planned += 1
            held += meeting.status in HELD
    found = computed("meetings_held", cite)
    assert (found.numerator, found.denominator) == (held, planned) == (4, 7)
    assert found.value == percent(held, planned)
    assert len(found.rows) == planned


def test_a_half_year_has_its_own_meetings(cite, meetings):
    half = Period(date(YEAR, 7, 1), date(YEAR, 12, 31))
    assert compute("meetings_held", cite, half).denominator == 0


def presence_by_hand(cite, year=YEAR):
    """{(meeting, seat): whether somebody sat there}, of pilots, in meetings held."""
    seats = {}
    for row in Attendance.objects.select_related("meeting__body", "mandate"):
        meeting, mandate = row.meeting, row.mandate
        of_year = local_day(meeting).year == year and meeting.body.cite_id == cite.pk and meeting.status in HELD
        if of_year and mandate.role == "pilot" and row.presence != "guest":
            key = meeting.pk, mandate.substitute_of_id or mandate.pk
            seats[key] = seats.get(key, False) or row.presence in ("present", "represented")
    return seats


@pytest.fixture
def presence(cite, elsewhere, october):
    for place in (cite, elsewhere):
        body = make_body(place)
        education, state, towns, _ = pilots_of(place)
        substitute = factories.make_mandate(place, Role.PILOT, side=state.side, substitute_of=state)
        lead = factories.make_mandate(place, Role.LEAD)
        first = make_meeting(body, date(YEAR, 3, 2))
        for mandate, how in (
            (education, Presence.PRESENT),
            (state, Presence.EXCUSED),
            (substitute, Presence.PRESENT),
            (towns, Presence.REPRESENTED),
            (lead, Presence.PRESENT),
        ):
            attend(first, mandate, how)
        second = make_meeting(body, date(YEAR, 5, 4), MeetingStatus.PUBLISHED)
        for mandate, how in (
            (education, Presence.ABSENT),
            (state, Presence.PRESENT),
            (substitute, Presence.EXCUSED),
            (towns, Presence.GUEST),
        ):
            attend(second, mandate, how)
        attend(make_meeting(body, date(YEAR, 6, 1), MeetingStatus.CANCELLED), education)
        attend(make_meeting(body, date(YEAR, 6, 2), MeetingStatus.POSTPONED), education)
        attend(make_meeting(body, date(YEAR - 1, 6, 1)), education)


def test_pilots_present(cite, presence):
    seats = presence_by_hand(cite)
    found = computed("pilots_present", cite)
    assert (found.numerator, found.denominator) == (sum(seats.values()), len(seats)) == (4, 5)
    assert found.value == percent(4, 5)
    assert [row[:3] for row in found.rows] == [
        ("Éducation nationale", "1", "2"),
        ("État", "2", "2"),
        ("Communes", "1", "1"),
    ]


def test_presence_is_not_known_without_a_meeting(cite, october):
    assert computed("pilots_present", cite).value is None


def test_days_to_notice(cite, elsewhere, october):
    """Notified twice: two lines of one action. Refused, in kind, not notified, decided and cancelled."""
    body = make_body(cite)
    state, town = make_source(cite), make_source(cite, circuit="commune")
    action = retained(cite)
    both = [funded(action, state, programmed="10"), funded(action, town, programmed="10", granted="8")]
    refused = funded(retained(cite), state, programmed="10", granted="0", outcome=Outcome.REFUSED)
    unasked = funded(retained(cite), state, granted="10")
    silent = funded(retained(cite), state, programmed="10")
    typed = funded(retained(cite), town, programmed="10")
    in_kind = funded(retained(cite), town, in_kind=True, programmed="10")
    away = funded(retained(elsewhere), make_source(elsewhere), programmed="10")
    decision, again = make_decision(body, 1, date(YEAR, 2, 10)), make_decision(body, 2, date(YEAR, 3, 10))
    for funding in (*both, refused, silent):
        programmes(decision, funding, 10)
    programmes(again, both[0], 12, before=Decimal(10))
    days = {both[0]: (3, 12), both[1]: (3, 22), refused: (3, 1), unasked: (3, 1), typed: (3, 5), in_kind: (3, 30)}
    for funding, (month, day) in {**days, away: (12, 1)}.items():
        Funding.objects.filter(pk=funding.pk).update(notified_on=date(YEAR, month, day))
    expected = [
        (date(YEAR, 3, 12) - decision.adopted_on).days,
        (date(YEAR, 3, 22) - decision.adopted_on).days,
        (date(YEAR, 3, 5) - typed.programmed_on).days,
    ]
    assert sorted(expected) == [3, 30, 40]
    found = computed("days_to_notice", cite)
    assert found.value == median(expected) == 30
    assert len(found.rows) == 3
    assert computed("days_to_notice", cite, YEAR - 1).value is None


def test_the_median_of_an_even_number_has_a_half(cite, october):
    for day in (3, 6):
        funding = funded(retained(cite), make_source(cite), programmed="10")
        Funding.objects.filter(pk=funding.pk).update(notified_on=date(YEAR, 3, day))
    assert computed("days_to_notice", cite).value == Decimal("2.5")


def executed_by_hand(decision):
    """The day: said, or that of the last first payment when all its amounts are paid, or that of the closing."""
    if decision.executed_on:
        return decision.executed_on
    effects = list(decision.effects.all())
    amounts = [row.funding for row in effects if row.funding_id and row.after and row.funding.outcome == "open"]
    if not amounts:
        return decision.adopted_on if effects else None
    firsts = []
    for funding in amounts:
        days = [one.fact_on for one in funding.entries.all() if one.step == "paid" and one.before is None]
        if not funding.paid or not days:
            return None
        firsts.append(min(days))
    return max(firsts)


@pytest.fixture
def decisions(cite, elsewhere, october):
    for place in (cite, elsewhere):
        body, source = make_body(place), make_source(place)
        due = date(YEAR, 6, 30)
        make_decision(body, 1, date(YEAR, 1, 1), due_on=due, executed_on=due)
        make_decision(body, 2, date(YEAR, 2, 1), due_on=due, executed_on=date(YEAR, 7, 1))
        make_decision(body, 3, date(YEAR, 2, 1), due_on=due)
        make_decision(body, 4, date(YEAR, 2, 1), due_on=date(YEAR, 12, 1), executed_on=date(YEAR, 3, 1))
        make_decision(body, 5, date(YEAR, 2, 1), executed_on=date(YEAR, 3, 1))
        cancelling = make_decision(body, 6, date(YEAR, 3, 1))
        make_decision(body, 7, date(YEAR, 2, 1), due_on=due, status="cancelled", cancelled_by=cancelling)
        make_decision(body, 8, date(YEAR - 1, 12, 31), due_on=due, executed_on=date(YEAR, 1, 5))
        for number, days in ((9, (5, 20)), (10, (20, 40)), (11, (5, None))):
            decision = make_decision(body, number, date(YEAR, 4, 1), due_on=date(YEAR, 4, 30))
            for after in days:
                funding = funded(retained(place), source, programmed="10", granted="10")
                programmes(decision, funding, 10)
                if after:
                    funding.record("paid", Decimal(10), kind="entry", on=date(YEAR, 4, 1), actor=body_author(body))
                    move_entry(funding, "paid", date(YEAR, 4, 1) + timedelta(days=after))
        refused = make_decision(body, 12, date(YEAR, 4, 1), due_on=date(YEAR, 4, 30))
        gone = funded(retained(place), source, programmed="10", outcome=Outcome.REFUSED)
        programmes(refused, gone, 10)


def body_author(body):
    return body.cite.mandates.filter(person__user__isnull=False).first().person.user


def test_decisions_on_time(cite, decisions, october):
    on_time, due = 0, 0
    for decision in Decision.objects.filter(body__cite=cite):
        in_force = decision.status == "adopted" and decision.adopted_on.year == YEAR
        if in_force and decision.due_on and decision.due_on < october:
            due += 1
            day = executed_by_hand(decision)
            on_time += day is not None and day <= decision.due_on
    found = computed("decisions_on_time", cite)
    assert (found.numerator, found.denominator) == (on_time, due) == (3, 7)
    assert found.value == percent(on_time, due)


def test_the_day_of_the_term_is_not_past(cite, october):
    make_decision(make_body(cite), 1, date(YEAR, 1, 1), due_on=october)
    assert computed("decisions_on_time", cite).denominator == 0


def test_meetings_are_dated_where_people_live(cite, october):
    """Half past eleven at night on 31 December, in Paris, is still the old year."""
    body = make_body(cite)
    moment = datetime(YEAR - 1, 12, 31, 23, 30, tzinfo=timezone.get_current_timezone())
    Meeting.objects.create(
        body=body, starts_at=moment, status="closed", closed_at=moment, created_by=factories.make_lead(cite)
    )
    assert computed("meetings_held", cite).denominator == 0
    assert computed("meetings_held", cite, YEAR - 1).denominator == 1
