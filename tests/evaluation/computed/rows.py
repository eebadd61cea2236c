"""Rows that computed figures must count or leave out, and figures derived again by plain loops."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from actions.enums import ActionStatus, Outcome
from actions.models import ActionLog, FundingEntry
from evaluation.computed import compute
from evaluation.enums import Frequency, Measure, ReportState
from evaluation.periods import periods_of_year
from governance.enums import BodyKind, DecisionStatus, EffectKind, MeetingStatus, Presence
from governance.models import Attendance, Body, Decision, DecisionEffect, Meeting
from partners.enums import OrganisationKind, Role
from tests import factories
from tests.actions.factories import author_of, make_action, make_envelope, make_funding, make_source
from tests.evaluation.factories import make_report

YEAR = 2026


def period(year=YEAR):
    return periods_of_year(Frequency.CIVIL_YEAR, year)[0]


def computed(key, cite, year=YEAR, **commune):
    return compute(key, cite, period(year), **commune)


def cent(value):
    return value.quantize(Decimal("0.01"), "ROUND_HALF_UP")


def percent(part, whole):
    return cent(Decimal(100) * part / whole) if whole else None


def retained(cite, **fields):
    fields = {"status": ActionStatus.RETAINED, "starts_on": date(YEAR, 2, 1), **fields}
    return make_action(cite, **fields)


def abandoned_after(cite, **fields):
    """Retained once, as its log says, and given up since."""
    action = retained(cite, status=ActionStatus.ABANDONED, **fields)
    ActionLog.objects.create(
        action=action,
        actor=author_of(cite),
        transition="retain",
        from_status=ActionStatus.SUBMITTED,
        to_status=ActionStatus.RETAINED,
    )
    return action


def funded(action, source, **amounts):
    outcome, notified_on = amounts.pop("outcome", None), amounts.pop("notified_on", None)
    funding = make_funding(action, source, **amounts)
    if outcome or notified_on:
        funding.outcome, funding.notified_on = outcome or Outcome.OPEN, notified_on
        funding.save(update_fields=["outcome", "notified_on"])
    return funding


def report(action, people, state=ReportState.VALIDATED, **cells):
    """The report of its year; `cells` are persons by category, each its own word: `female=12`."""
    persons = {(Measure.PERSONS, category): number for category, number in {"all": people, **cells}.items()}
    return make_report(action, state=state, reach=persons)


class Money:
    """Four lines with envelopes, six actions of the year; every trap of the money chain, in whole and odd cents."""

    def __init__(self, cite):
        self.cite = cite
        self.policy = make_source(cite, "État – P147", circuit="state_direct")
        self.other_state = make_source(cite, "État – P163", circuit="state_direct")
        town = factories.make_organisation("Ville", cite=cite, part="funder", kind=OrganisationKind.COMMUNE)
        self.town = make_source(cite, "Ville", organisation=town, circuit="commune")
        region = factories.make_organisation("Région", cite=cite, part="funder", kind=OrganisationKind.REGION)
        self.region = make_source(cite, "Région", organisation=region, circuit="other")
        self.own = make_source(cite, "Fonds propres", circuit="own")
        told = {"notified_on": date(YEAR, 1, 15), "notified_reference": "arrêté 12"}
        make_envelope(self.policy, notified=Decimal("150000.10"), **told)
        make_envelope(self.town, notified=Decimal("40000"), **told)
        make_envelope(self.other_state, provisional=Decimal("9000"))
        self.actions = [retained(cite, title=f"Action {rank}") for rank in range(3)]
        first, second, third = self.actions
        funded(
            first,
            self.policy,
            requested="20000",
            programmed="12000.50",
            granted="12000.50",
            committed="11000.33",
            paid="6000.25",
            notified_on=date(YEAR, 4, 2),
        )
        funded(first, self.town, programmed="3000", granted="2500.07", paid="2500.07", notified_on=date(YEAR, 3, 12))
        funded(first, self.own, requested="800")
        funded(second, self.policy, programmed="7000", granted="0", outcome=Outcome.REFUSED)
        funded(second, self.region, requested="4000", granted="4000")
        funded(third, self.town, programmed="900.01", notified_on=date(YEAR, 3, 5))
        funded(third, self.other_state, granted="1000", committed="500")
        funded(third, self.region, in_kind=True, granted="7777")
        self.gone = abandoned_after(cite, title="Abandonnée")
        funded(self.gone, self.policy, programmed="100", granted="100")
        self.draft = make_action(cite, title="Brouillon", status=ActionStatus.DRAFT)
        funded(self.draft, self.policy, requested="55555")
        self.last_year = make_action(cite, budget_year=YEAR - 1, status=ActionStatus.CLOSED, code="CE25-001")
        funded(self.last_year, self.policy, year=YEAR - 1, programmed="1", granted="1", paid="1")


def make_body(cite, label="Troïka", code="TR", kind=BodyKind.TROIKA):
    return Body.objects.create(cite=cite, label=label, code=code, kind=kind)


def make_meeting(body, on, status=MeetingStatus.CLOSED, hour=14):
    starts_at = timezone.make_aware(timezone.datetime(on.year, on.month, on.day, hour))
    over = status in (MeetingStatus.CLOSED, MeetingStatus.PUBLISHED)
    return Meeting.objects.create(
        body=body,
        starts_at=starts_at,
        status=status,
        closed_at=starts_at + timedelta(hours=2) if over else None,
        created_by=author_of(body.cite),
    )


def attend(meeting, mandate, presence=Presence.PRESENT):
    by = "une suppléante" if presence == Presence.REPRESENTED else ""
    return Attendance.objects.create(meeting=meeting, mandate=mandate, presence=presence, represented_by=by)


def make_decision(body, number, on, *, due_on=None, executed_on=None, status=DecisionStatus.ADOPTED, **fields):
    return Decision.objects.create(
        body=body,
        title=f"Décision {number}",
        text="Les pilotes décident.",
        year=on.year,
        number=number,
        adopted_on=on,
        status=status,
        due_on=due_on,
        executed_on=executed_on,
        created_by=author_of(body.cite),
        **fields,
    )


def programmes(decision, funding, after, before=None):
    return DecisionEffect.objects.create(
        decision=decision,
        kind=EffectKind.PROGRAMME,
        action=funding.action,
        funding=funding,
        before=before,
        after=Decimal(after),
        before_status=funding.action.status,
        applied_at=timezone.now(),
    )


def pilots_of(cite):
    return [factories.make_mandate(cite, Role.PILOT, side=side) for side in cite.sides.all()]


def move_entry(funding, step, on):
    """As if the fact had happened another day."""
    FundingEntry.objects.filter(funding=funding, step=step).update(fact_on=on)
