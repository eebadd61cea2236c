from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from actions import services
from actions.enums import ActionStatus, ActKind, EntryKind, Step
from actions.models import Action, Envelope, FunderAct, Funding, FundingEntry, FundingSource, Programme
from actions.services.money import ForbiddenStep
from actions.services.sheets import next_code
from cite_educative.common import journal
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from partners.enums import Part, Role
from partners.models import Partnership
from tests.actions.factories import (
    FACT,
    make_action,
    make_axis,
    make_call,
    make_funding,
    make_objective,
    make_programme,
    make_source,
)
from tests.factories import make_cite, make_commune, make_lead, make_organisation, make_user

pytestmark = pytest.mark.django_db


def an_act(cite, source, actor, number="2026-114", **fields):
    fields = {"kind": ActKind.ORDER, "decided_on": date(2026, 5, 22), **fields}
    return FunderAct(cite=cite, organisation=source.organisation, number=number, created_by=actor, **fields)


def complete(cite, **fields):
    axis = make_axis(make_programme(cite))
    fields = {
        "objective": make_objective(axis),
        "audience": "60 collégiens",
        "starts_on": date(2026, 9, 1),
        "ends_on": date(2026, 12, 18),
        "communes": cite.communes.all()[:1],
        **fields,
    }
    action = make_action(cite, status=ActionStatus.DRAFT, **fields)
    make_funding(action, make_source(cite), requested="100")
    return action


# --- Sheets ---------------------------------------------------------------------------------------


def test_a_draft_needs_a_title_and_a_holder_only(cite, lead):
    holder = make_organisation()

    action = services.create_action(cite=cite, actor=lead, title="Radio", holder=holder, budget_year=2026)

    assert action.status == ActionStatus.DRAFT
    assert action.code == ""
    assert Partnership.objects.filter(cite=cite, organisation=holder, part=Part.HOLDER).exists()
    assert journal.entries_for(action).get().verb == "action.created"


def test_the_draft_of_a_holder_stays_with_the_holder(cite, lead):
    holder = make_organisation(cite=cite)
    user = make_user(cite, Role.HOLDER, organisation=holder)

    own = services.create_action(cite=cite, actor=user, title="Radio", holder=holder, budget_year=2026)
    shared = services.create_action(cite=cite, actor=lead, title="Voile", holder=holder, budget_year=2026)

    assert set(Action.objects.visible_to(lead)) == {shared}
    assert set(Action.objects.visible_to(user)) == {own, shared}


def test_filing_says_everything_that_is_missing(cite, lead):
    action = make_action(cite, status=ActionStatus.DRAFT, call=make_call(cite))

    with pytest.raises(ValidationError, match="l’objectif, le territoire, le public, les dates, le montant demandé"):
        services.submit_action(action, actor=lead)

    names = [name for name, _ in services.missing_for_submission(action)]
    assert names == ["objective", "communes", "audience", "starts_on", "requested", "external_ref"]


def test_filing_gives_a_code_a_date_and_a_line_of_log(cite, lead):
    action = services.submit_action(complete(cite), actor=lead, on=FACT)

    assert (action.code, action.submitted_on, action.status) == ("CE26-001", FACT, ActionStatus.SUBMITTED)
    assert action.log.get().transition == "submit"
    with pytest.raises(TransitionError):
        services.submit_action(action, actor=lead)


def test_a_code_is_never_given_twice(cite, lead):
    make_action(cite, code="CE26-007")
    make_action(cite, code="CE25-090", budget_year=2025)

    assert services.submit_action(complete(cite), actor=lead).code == "CE26-008"


def test_codes_follow_past_a_thousand(cite):
    make_action(cite, code="CE26-999")

    assert next_code(cite, 2026) == "CE26-1000"


def test_saving_over_somebody_else_raises_and_writes_nothing(cite, lead):
    action = make_action(cite, title="Avant")
    services.update_action(action, actor=lead, version=1, title="Premier")

    with pytest.raises(ConflictError) as caught:
        services.update_action(action, actor=lead, version=1, title="Second")

    assert caught.value.current.title == "Premier"
    assert Action.objects.get().title == "Premier"


def test_the_journal_keeps_the_changed_fields_only(cite, lead):
    action = make_action(cite, title="Avant", audience="Tous")

    services.update_action(action, actor=lead, version=1, title="Après", audience="Tous")

    entry = journal.entries_for(action).get()
    assert (entry.before, entry.after) == ({"title": "Avant"}, {"title": "Après"})


def test_only_retained_actions_are_published_and_once(cite, lead):
    make_action(cite)
    retained = make_action(cite, status=ActionStatus.RETAINED)

    assert services.publish_actions(Action.objects.all(), actor=lead) == 1
    first = Action.objects.get(pk=retained.pk).published_at
    assert services.publish_actions(Action.objects.all(), actor=lead) == 0
    assert Action.objects.get(pk=retained.pk).published_at == first


# --- Amounts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [Step.PROGRAMMED, Step.GRANTED])
def test_programmed_and_granted_are_never_entered_by_hand(cite, lead, step):
    with pytest.raises(ForbiddenStep):
        services.record_amount(
            action=make_action(cite),
            source=make_source(cite),
            budget_year=2026,
            step=step,
            amount=Decimal(1),
            on=FACT,
            actor=lead,
        )
    assert not Funding.objects.exists()


def test_an_amount_of_another_cite_is_refused(cite, lead):
    with pytest.raises(ValueError, match="another Cité"):
        services.record_amount(
            action=make_action(cite),
            source=make_source(make_cite("ailleurs")),
            budget_year=2026,
            step=Step.REQUESTED,
            amount=Decimal(1),
            on=FACT,
            actor=lead,
        )


def test_an_amount_entered_for_somebody_says_for_whom_and_how(cite, lead):
    source = make_source(cite)

    entry = services.record_amount(
        action=make_action(cite),
        source=source,
        budget_year=2026,
        step=Step.PAID,
        amount=Decimal("9100"),
        on=FACT,
        actor=lead,
        on_behalf_of=source.organisation,
        received="courriel du 3 mars",
    )

    stored = FundingEntry.objects.get(pk=entry.pk)
    assert (stored.on_behalf_of, stored.received, stored.kind) == (
        source.organisation,
        "courriel du 3 mars",
        EntryKind.ENTRY,
    )


def test_the_journal_never_writes_a_dash_for_a_withdrawn_amount(cite, lead):
    action, source = make_action(cite), make_source(cite, "CAF")
    make_funding(action, source, requested="100")
    amount = {"action": action, "source": source, "budget_year": 2026, "step": Step.REQUESTED, "on": FACT}

    entry = services.record_amount(**amount, amount=None, actor=lead)

    assert (entry.before, entry.after) == (Decimal("100.00"), None)
    assert "a retiré le montant demandé de CAF" in journal.entries_for(action).get().sentence


def test_an_envelope_needs_its_proof(cite, lead):
    source = make_source(cite)

    with pytest.raises(ValidationError, match="une date et un acte"):
        services.save_envelope(source=source, budget_year=2026, actor=lead, notified=Decimal("1000"))

    assert not Envelope.objects.exists()


def test_an_envelope_is_one_by_source_and_year(cite, lead):
    source = make_source(cite)

    services.save_envelope(source=source, budget_year=2026, actor=lead, provisional=Decimal("1000"))
    services.save_envelope(source=source, budget_year=2026, actor=lead, provisional=Decimal("1200.01"))

    assert Envelope.objects.get().provisional == Decimal("1200.01")


def test_a_new_source_makes_its_organisation_a_funder(cite, lead):
    organisation = make_organisation()
    source = FundingSource(cite=cite, organisation=organisation, label="CAF", short_label="CAF", circuit="family_fund")

    services.save_source(source, actor=lead)

    assert Partnership.objects.get(organisation=organisation).part == Part.FUNDER


# --- Acts -----------------------------------------------------------------------------------------


def test_an_act_grants_to_the_cent_and_retains_what_it_grants(cite, lead):
    source = make_source(cite)
    given, refused = make_action(cite), make_action(cite)

    act, entries = services.grant_by_act(
        act=an_act(cite, source, lead),
        source=source,
        budget_year=2026,
        grants=[(given, Decimal("13000.55")), (refused, Decimal("0"))],
        actor=lead,
    )

    assert sorted(entry.after for entry in entries) == [Decimal("0.00"), Decimal("13000.55")]
    assert set(act.fundings.values_list("granted", flat=True)) == {Decimal("0.00"), Decimal("13000.55")}
    assert Action.objects.get(pk=given.pk).status == ActionStatus.RETAINED
    assert Action.objects.get(pk=refused.pk).status == ActionStatus.SUBMITTED


def test_an_act_sent_twice_is_one_act_and_one_entry(cite, lead):
    source, action = make_source(cite), make_action(cite)
    grants = [(action, Decimal("900"))]

    for _ in range(2):
        act = an_act(cite, source, lead)
        services.grant_by_act(act=act, source=source, budget_year=2026, grants=grants, actor=lead)

    assert FunderAct.objects.count() == 1
    assert FundingEntry.objects.count() == 1


def test_another_act_of_the_same_amount_is_written(cite, lead):
    source, action = make_source(cite), make_action(cite)

    for number in ("12", "13"):
        act = an_act(cite, source, lead, number)
        grants = [(action, Decimal("900"))]
        services.grant_by_act(act=act, source=source, budget_year=2026, grants=grants, actor=lead)

    assert Funding.objects.get().act.number == "13"
    assert FundingEntry.objects.count() == 2


def test_an_act_without_a_date_is_refused_whole(cite, lead):
    source, action = make_source(cite), make_action(cite)

    with pytest.raises(ValidationError, match="Un acte a une date"):
        services.grant_by_act(
            act=an_act(cite, source, lead, decided_on=None),
            source=source,
            budget_year=2026,
            grants=[(action, Decimal("900"))],
            actor=lead,
        )

    assert not Funding.objects.exists()
    assert not FunderAct.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_act_sent_at_the_same_time_by_two_people_is_recorded_once():
    cite = make_cite(communes=[make_commune()])
    lead = make_lead(cite)
    source, action = make_source(cite), make_action(cite)
    start, failures = Barrier(2), []

    def send():
        try:
            start.wait(10)
            act = an_act(cite, source, lead)
            grants = [(action, Decimal("900"))]
            services.grant_by_act(act=act, source=source, budget_year=2026, grants=grants, actor=lead)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert failures == []
    assert FunderAct.objects.count() == 1
    assert FundingEntry.objects.count() == 1


def test_a_release_is_one_and_dates_the_notification(cite, lead):
    source = make_source(cite)
    funding = make_funding(make_action(cite), source, granted="10")

    for _ in range(2):
        services.release_notifications(source=source, budget_year=2026, actor=lead, on=FACT)

    assert source.releases.count() == 1
    assert Funding.objects.get(pk=funding.pk).notified_on == FACT


# --- Plan -----------------------------------------------------------------------------------------


def test_a_programme_is_published_once(cite, lead):
    programme = services.save_programme(
        Programme(cite=cite, label="2024-2027", starts_on=date(2024, 9, 1), ends_on=date(2027, 8, 31)), actor=lead
    )
    partner = make_user(cite)
    assert not Programme.objects.visible_to(partner).exists()

    first = services.publish_programme(programme, actor=lead).published_at

    assert services.publish_programme(programme, actor=lead).published_at == first
    assert Programme.objects.visible_to(partner).get() == programme


def test_a_programme_that_ends_before_it_begins_is_refused(cite, lead):
    wrong = Programme(cite=cite, label="2024-2027", starts_on=date(2027, 9, 1), ends_on=date(2024, 8, 31))

    with pytest.raises(ValidationError, match="finir avant"):
        services.save_programme(wrong, actor=lead)
