"""What happens to one amount after another was settled: statements, amendments, payments and acts that cross."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from actions import services
from actions.enums import AgreementState, ExpenseNature, PaymentKind, Step
from actions.finances.agreements import agreements_of, agreements_total, next_words
from actions.finances.board import load_board
from actions.finances.books import Books
from actions.finances.checks import run_checks
from actions.finances.open_data import grants_of
from actions.finances.order_sheet import to_order
from actions.finances.statements import owed_fundings, proposed_shares
from actions.models import Agreement, Expense, Payment
from cite_educative.home.awaiting.statements import ending_agreements
from partners.enums import OrganisationKind, Part
from tests.actions.factories import (
    YEAR,
    make_act,
    make_action,
    make_call,
    make_envelope,
    make_funding,
    make_source,
    release,
)
from tests.factories import make_organisation

DAY = date(2026, 6, 5)
SIGNED_ON = date(2026, 6, 20)


@pytest.fixture
def holder(cite):
    return make_organisation("Les Dunes", cite=cite, part=Part.HOLDER, kind=OrganisationKind.ASSOCIATION)


@pytest.fixture
def source(cite):
    """Our own officer pays."""
    line = make_source(cite, "État – P147", circuit="state_carrier", pays_ourselves=True)
    release(line)
    return line


@pytest.fixture
def funding(cite, holder, source):
    return make_funding(make_action(cite, title="Lire", holder=holder, status="retained"), source, granted="1000")


def issue(funding, actor, amount=None):
    source, holder = funding.source, funding.action.holder
    draft = services.draft_agreement(
        cite=source.cite, funder=source.organisation, holder=holder, budget_year=YEAR, actor=actor, today=DAY
    )
    if amount is not None:
        services.save_agreement(draft, version=1, amounts={draft.lines.get().pk: Decimal(amount)}, actor=actor)
    return issued(draft, actor)


def issued(draft, actor):
    draft = Agreement.objects.get(pk=draft.pk)
    return services.issue_agreement(draft, version=draft.version, actor=actor, today=DAY)


def sign(agreement, actor):
    for signature in agreement.signatures.all():
        services.record_signature(signature, capacity="x", sent_on=None, signed_on=SIGNED_ON, actor=actor)
    return Agreement.objects.with_standing().get(pk=agreement.pk)


def amend(agreement, amount, actor, **changes):
    amendment = services.draft_amendment(agreement, actor=actor)
    for name, value in changes.items():
        setattr(amendment, name, value)
    amounts = {amendment.lines.get().pk: Decimal(amount)}
    services.save_agreement(amendment, version=amendment.version, amounts=amounts, actor=actor)
    return issued(amendment, actor)


def pay(payment, actor, on=date(2026, 7, 1)):
    payment = Payment.objects.get(pk=payment.pk)
    return services.pay_payment(payment, version=payment.version, on=on, reference="V", actor=actor)


def order(payment, actor):
    return services.order_payment(payment, version=payment.version, on=SIGNED_ON, reference="B", actor=actor)


def accept(funding, amount, actor, unspent=0):
    row = services.file_elsewhere(
        services.statement_of(funding.action),
        filed_on=date(2027, 3, 1),
        spent=Decimal(1000),
        unspent=Decimal(unspent),
        people_reached=3,
        actor=actor,
    )
    return services.accept_statement(row, justified={funding.pk: Decimal(amount)}, actor=actor)


def plan(funding, amount, actor, kind=PaymentKind.SINGLE):
    (payment,) = services.plan_payments(None, [(funding, kind, Decimal(amount), DAY, "")], actor=actor)
    return payment


def found_by(cite):
    return {result.rule.key for result in run_checks(cite, YEAR) if result.count}


# --- After an accepted statement ------------------------------------------------------------------


def test_nothing_paid_nothing_comes_back(cite, funding, lead):
    sign(issue(funding, lead), lead)

    row = accept(funding, 900, lead)

    share = row.shares.with_refund().get()
    assert share.to_refund == 0
    with pytest.raises(ValidationError, match="Rien n’est à reverser"):
        services.note_refund(share, asked_on=date(2027, 4, 1), refunded_on=None, actor=lead)
    assert "refund-missing" not in found_by(cite)


def test_what_is_ordered_is_to_come_back_too_and_follows_what_happens(cite, funding, lead):
    advance, balance = Payment.objects.filter(agreement=sign(issue(funding, lead), lead))
    pay(advance, lead)
    balance = order(balance, lead)
    row = accept(funding, 700, lead)
    assert row.shares.with_refund().get().to_refund == Decimal(300)

    share = services.note_refund(row.shares.get(), asked_on=date(2027, 4, 1), refunded_on=None, actor=lead)
    services.cancel_payment(balance, version=balance.version, on=date(2027, 4, 2), reason="erreur", actor=lead)
    assert row.shares.with_refund().get().to_refund == Decimal(100)
    services.note_refund(share, asked_on=date(2027, 4, 1), refunded_on=date(2027, 5, 1), actor=lead)

    funding.refresh_from_db()
    assert funding.paid == funding.justified == Decimal(700)


def test_no_more_is_paid_than_an_accepted_statement_justifies(funding, lead):
    sign(issue(funding, lead), lead)
    accept(funding, 900, lead)
    for payment in funding.payments.filter(cancelled_on=None):
        pay(payment, lead)

    with pytest.raises(ValidationError, match="il ne reste rien"):
        plan(funding, 100, lead)


def test_a_longer_end_plans_nothing_again(funding, lead):
    agreement = sign(issue(funding, lead), lead)
    balance = agreement.payments.get(kind=PaymentKind.BALANCE)
    services.cancel_payment(balance, version=balance.version, on=DAY, reason="y renonce", actor=lead)

    sign(amend(agreement, 1000, lead, ends_on=date(2027, 12, 31)), lead)

    assert [row.amount for row in funding.payments.filter(cancelled_on=None)] == [Decimal(800)]


def test_a_statement_after_an_amendment_justifies_what_the_amendment_says(funding, lead):
    sign(amend(sign(issue(funding, lead), lead), 600, lead), lead)
    funding.refresh_from_db()

    assert proposed_shares(owed_fundings(funding.action, YEAR), Decimal(0)) == {funding.pk: Decimal(600)}
    assert accept(funding, 600, lead).shares.with_refund().get().to_refund == 0


def test_a_funder_that_comes_late_is_told(cite, funding, lead):
    accept(funding, 1000, lead)
    make_funding(funding.action, make_source(cite, "Ville"), granted="2000", paid="2000")

    assert "granted-after-statement" in found_by(cite)


# --- Two hands on one amount ----------------------------------------------------------------------


def test_what_payments_and_statements_write_is_not_typed_over(funding, lead):
    pay(plan(funding, 800, lead), lead)
    typed = {"action": funding.action, "source": funding.source, "budget_year": YEAR, "on": DAY, "actor": lead}
    with pytest.raises(ValidationError, match="versements payés"):
        services.record_amount(**typed, step=Step.PAID, amount=Decimal(300))
    services.record_amount(**typed, step=Step.JUSTIFIED, amount=Decimal(400))
    row = accept(funding, 800, lead)
    with pytest.raises(ValidationError, match="compte rendu accepté"):
        services.record_amount(**typed, step=Step.JUSTIFIED, amount=Decimal(1))

    services.reopen_statement(row, reason="erreur", actor=lead)

    funding.refresh_from_db()
    assert funding.justified == Decimal(400)


def test_signing_counts_what_is_paid_and_planned_already(funding, lead):
    planned = plan(funding, 300, lead)
    typed = {"action": funding.action, "source": funding.source, "budget_year": YEAR, "on": DAY, "actor": lead}
    services.record_amount(**typed, step=Step.PAID, amount=Decimal(600))

    agreement = sign(issue(funding, lead), lead)

    assert agreement.state == AgreementState.SIGNED
    assert sum(row.amount for row in agreement.payments.all()) == Decimal(400)
    assert Payment.objects.get(pk=planned.pk).agreement == agreement


def test_what_changed_since_the_issue_is_seen_at_the_signature(funding, lead):
    agreement = sign(issue(funding, lead), lead)
    amendment = amend(agreement, 500, lead)
    order(agreement.payments.get(kind=PaymentKind.ADVANCE), lead)

    with pytest.raises(ValidationError, match="sont déjà versés ou mandatés"):
        sign(amendment, lead)
    funding.refresh_from_db()
    assert funding.committed == Decimal(1000)


def test_an_act_lowered_before_the_signature_is_seen(funding, lead):
    agreement = issue(funding, lead)
    act = funding.act
    services.correct_act(act, version=act.version, grants={funding.pk: Decimal(600)}, reason="erreur", actor=lead)

    with pytest.raises(ValidationError, match="sont accordés par"):
        sign(agreement, lead)


def test_conditions_that_the_application_writes_are_met_by_it(funding, lead):
    agreement = sign(issue(funding, lead), lead)
    advance, balance = (row["reason"] for row in to_order(list(agreement.payments.order_by("due_on"))))
    assert advance == ""
    assert "compte rendu financier accepté" in balance

    row = accept(funding, 1000, lead)
    assert all(payment.condition_met_on for payment in agreement.payments.all())
    services.reopen_statement(row, reason="erreur", actor=lead)
    assert agreement.payments.get(kind=PaymentKind.BALANCE).condition_met_on is None


# --- Agreements and the law -----------------------------------------------------------------------


def test_a_small_agreement_does_not_hold_a_large_grant(cite, holder, source, lead):
    funding = make_funding(make_action(cite, holder=holder), source, granted="30000")
    sign(issue(funding, lead, amount=1000), lead)

    assert any(alert.key.startswith("convention:") for alert in Books(cite, YEAR).alerts)
    assert "agreement-below-granted" in found_by(cite)


def test_the_list_and_the_checks_read_the_last_amendment(cite, funding, lead):
    agreement = sign(issue(funding, lead), lead)
    sign(amend(agreement, 600, lead, ends_on=date(2099, 12, 31)), lead)
    Agreement.objects.filter(pk=agreement.pk).update(ends_on=date(2026, 6, 30))

    rows = agreements_of(lead, cite)
    assert agreements_total(rows)["amount"] == Decimal(600)
    assert "31\u00a0décembre\u00a02099" in next_words(rows.get(pk=agreement.pk), today=date(2026, 9, 1))
    assert Books(cite, YEAR).ended_unpaid == []
    assert list(ending_agreements(cite)) == []


def test_a_funder_does_not_agree_with_itself(cite, source, lead):
    own = make_funding(make_action(cite, holder=source.organisation), source, granted="10")

    with pytest.raises(ValidationError, match="lui-même"):
        issue(own, lead)


def test_a_line_keeps_the_funder_whose_acts_it_has(cite, funding, lead):
    funding.source.organisation = make_organisation("Autre", cite=cite, part=Part.FUNDER)

    with pytest.raises(ValidationError, match="Créez une autre ligne"):
        services.save_source(funding.source, actor=lead)


def test_printed_parts_are_those_that_are_paid(cite, holder, source, lead):
    for _ in range(3):
        last = make_funding(make_action(cite, holder=holder), source, granted="33.33")
    agreement = sign(issue(last, lead), lead)

    planned = sum(row.amount for row in agreement.payments.filter(kind=PaymentKind.ADVANCE))
    assert f"{planned:.2f}".replace(".", ",") in str(agreement.content["clauses"])


# --- Published, reminded, notified ----------------------------------------------------------------


def test_a_corrected_day_and_a_refund_do_not_spread_a_single_payment(cite, funding, lead):
    payment = pay(plan(funding, 1000, lead), lead, on=date(2026, 3, 1))
    payment.paid_on = date(2026, 5, 4)
    services.correct_payment(payment, version=payment.version, reason="jour", actor=lead)
    row = accept(funding, 900, lead)
    services.note_refund(row.shares.get(), asked_on=date(2027, 4, 1), refunded_on=date(2027, 5, 1), actor=lead)

    (grant,) = grants_of(cite, funding.source.organisation, YEAR)

    assert (grant.values["conditionsVersement"], grant.values["datesPeriodeVersement"]) == ("unique", "2026-05-04")


def test_a_schedule_is_published_from_its_first_payment_to_its_last_planned_one(cite, funding, lead):
    advance, balance = sign(issue(funding, lead), lead).payments.order_by("due_on")
    pay(advance, lead, on=date(2026, 7, 1))

    (grant,) = grants_of(cite, funding.source.organisation, YEAR)

    assert grant.values["conditionsVersement"] == "échelonné"
    assert grant.values["datesPeriodeVersement"] == f"2026-07-01/{balance.due_on.isoformat()}"
    assert grant.values["dateConvention"] == SIGNED_ON.isoformat()


def test_one_followed_payment_does_not_hide_what_was_typed_before(cite, funding, lead):
    typed = {"action": funding.action, "source": funding.source, "budget_year": YEAR, "actor": lead}
    services.record_amount(**typed, step=Step.PAID, amount=Decimal(300), on=date(2026, 4, 1))
    pay(plan(funding, 700, lead), lead, on=date(2026, 7, 1))

    (grant,) = grants_of(cite, funding.source.organisation, YEAR)

    assert grant.values["conditionsVersement"] == "échelonné"
    assert grant.values["datesPeriodeVersement"] == "2026-04-01/2026-07-01"
    assert Books(cite, YEAR).first_payments == {funding.pk: date(2026, 4, 1)}


def test_a_delay_begins_the_reminders_again(cite, funding, holder, lead):
    holder.email = "contact@dunes.example"
    holder.save()
    for day in (date(2027, 5, 1), date(2027, 5, 31), date(2027, 7, 1)):
        services.remind_statements(today=day)
    row = services.statement_of(funding.action)
    services.extend_due_day(row, due_on=date(2027, 12, 31), reason="cyberattaque", actor=lead)

    days = (date(2027, 11, 1), date(2027, 12, 1), date(2028, 1, 1), date(2028, 1, 2))
    assert [services.remind_statements(today=day) for day in days] == [1, 1, 1, 0]


def test_a_grant_after_the_release_is_notified_the_same_day(cite, holder, source, lead):
    action = make_action(cite, holder=holder)
    services.grant_by_act(
        act=make_act(cite, source.organisation), source=source, budget_year=YEAR, grants=[(action, 5)], actor=lead
    )

    assert action.fundings.get().notified_on


# --- One figure, several screens ------------------------------------------------------------------


def test_an_envelope_is_overdrawn_by_grants_or_by_direct_spending_too(cite, lead):
    granted, spent = make_source(cite, "Accordée"), make_source(cite, "Dépensée")
    for line in (granted, spent):
        make_envelope(line, provisional=Decimal(1000))
    make_funding(make_action(cite), granted, granted="5000")
    bought = Expense(source=spent, budget_year=YEAR, label="Car", amount=Decimal(1200), created_by=lead)
    bought.nature = ExpenseNature.TRANSPORT
    services.save_expense(bought, actor=lead)

    (result,) = [one for one in run_checks(cite, YEAR) if one.rule.key == "overdrawn"]

    assert sorted(finding.amount for finding in result.findings) == [Decimal(200), Decimal(4000)]


@pytest.mark.parametrize(
    ("circuit", "kind", "public"),
    [
        ("own", OrganisationKind.SCHOOL, False),
        ("commune", OrganisationKind.ASSOCIATION, True),
        ("school_fund", OrganisationKind.ASSOCIATION, True),
        ("other", OrganisationKind.ASSOCIATION, False),
        ("other", OrganisationKind.REGION, True),
    ],
)
def test_public_money_has_one_definition(cite, circuit, kind, public):
    line = make_source(cite, "Ligne", circuit=circuit, organisation=make_organisation("X", cite=cite, kind=kind))

    assert line.is_public is public


def test_last_year_is_one_civil_year(cite, source, lead):
    before = make_action(cite, budget_year=2025)
    make_funding(before, source, year=2025, granted="3000")
    make_funding(before, source, year=2024, granted="2000")
    call = make_call(cite)
    make_action(cite, renews=before, call=call)

    assert [row.last_year for row in load_board(call, None, {}, user=lead).rows] == [Decimal(3000)]
