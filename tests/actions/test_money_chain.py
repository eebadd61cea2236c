"""Whatever legal gestures are made, in whatever order: the ledger says what the rows say, and sums are their parts."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions import services
from actions.enums import ActKind, AgreementState, PaymentKind, StatementState, Step
from actions.finances.envelopes import source_figures
from actions.finances.order import ceiling
from actions.finances.payments import signed
from actions.finances.statements import owed_fundings, proposed_shares
from actions.models import Agreement, FinancialStatement, FunderAct, Funding, Payment
from cite_educative.common.money import ZERO
from cite_educative.home.audit import ledger_differences
from tests.actions.factories import YEAR, make_action, make_source, release
from tests.factories import make_cite, make_lead, make_organisation

pytestmark = pytest.mark.django_db

CENTS = st.integers(0, 300_000)
GESTURES = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "request",
                "propose",
                "programme",
                "grant",
                "plan",
                "pay",
                "cancel",
                "agree",
                "sign",
                "amend",
                "file",
                "accept",
                "refund",
                "reopen",
            ]
        ),
        st.integers(0, 3),
        CENTS,
    ),
    max_size=14,
)


class Life:
    """One holder, two actions, a line that our officer pays and one that another pays."""

    def __init__(self):
        number = Funding.objects.count()
        self.cite = make_cite(f"cite-{number}-{timezone.now():%H%M%S%f}")
        self.lead = make_lead(self.cite)
        self.holder = make_organisation(cite=self.cite, part="holder")
        self.sources = [make_source(self.cite, circuit="state_carrier", pays_ourselves=True), make_source(self.cite)]
        for source in self.sources:
            release(source)
        self.actions = [make_action(self.cite, holder=self.holder) for _ in range(2)]
        self.day = date(2026, 2, 1)

    def make(self, gesture, rank, amount):
        action, source = self.actions[rank % 2], self.sources[rank // 2]
        self.day += timedelta(days=1)
        with suppress(ValidationError):
            getattr(self, gesture)(action, source, amount)

    def _amount(self, step, action, source, amount):
        given_to = {"action": action, "source": source, "budget_year": YEAR}
        services.record_amount(**given_to, step=step, amount=amount, on=self.day, actor=self.lead)

    def request(self, *place):
        self._amount(Step.REQUESTED, *place)

    def propose(self, *place):
        self._amount(Step.PROPOSED, *place)

    def programme(self, action, source, amount):
        funding = services.ensure_funding(action, source, YEAR)
        funding.programme(amount, on=self.day, reference="TR-2026-001", actor=self.lead)

    def grant(self, action, source, amount):
        act = FunderAct(
            cite=self.cite,
            organisation=source.organisation,
            kind=ActKind.ORDER,
            number=f"A{self.day:%m%d}",
            decided_on=self.day,
            created_by=self.lead,
        )
        services.grant_by_act(act=act, source=source, budget_year=YEAR, grants=[(action, amount)], actor=self.lead)

    def plan(self, action, source, amount):
        funding = services.ensure_funding(action, source, YEAR)
        services.plan_payments(None, [(funding, PaymentKind.ADVANCE, amount, self.day, "")], actor=self.lead)

    def pay(self, action, source, amount):
        payment = self._payment(action, source, paid_on=None)
        if payment:
            services.pay_payment(payment, version=payment.version, on=self.day, reference="V", actor=self.lead)

    def cancel(self, action, source, amount):
        payment = self._payment(action, source)
        if payment:
            services.cancel_payment(payment, version=payment.version, on=self.day, reason="erreur", actor=self.lead)

    def _payment(self, action, source, **lookup):
        rows = Payment.objects.filter(funding__action=action, funding__source=source, cancelled_on=None, **lookup)
        return rows.order_by("pk").first()

    def agree(self, action, source, amount):
        parties = {"cite": self.cite, "funder": source.organisation, "holder": self.holder, "budget_year": YEAR}
        draft = services.draft_agreement(**parties, actor=self.lead, today=self.day)
        services.issue_agreement(draft, version=draft.version, actor=self.lead, today=self.day)

    def sign(self, action, source, amount):
        for row in Agreement.objects.filter(cite=self.cite, funder=source.organisation, state=AgreementState.ISSUED):
            for one in row.signatures.all():
                services.record_signature(one, capacity="x", sent_on=None, signed_on=self.day, actor=self.lead)

    def amend(self, action, source, amount):
        rows = Agreement.objects.filter(cite=self.cite, funder=source.organisation, state=AgreementState.SIGNED)
        for row in rows.filter(amends=None):
            draft = services.draft_amendment(row, actor=self.lead)
            if draft.state == AgreementState.DRAFT:
                amounts = {draft.lines.first().pk: amount}
                services.save_agreement(draft, version=draft.version, amounts=amounts, actor=self.lead)
                draft = Agreement.objects.get(pk=draft.pk)
                services.issue_agreement(draft, version=draft.version, actor=self.lead, today=self.day)

    def file(self, action, source, amount):
        services.file_elsewhere(
            services.statement_of(action),
            filed_on=self.day,
            spent=amount,
            unspent=min(amount, Decimal(100)),
            people_reached=3,
            actor=self.lead,
        )

    def accept(self, action, source, amount):
        row = FinancialStatement.objects.filter(action=action, state=StatementState.FILED).first()
        if row:
            fundings = owed_fundings(action, YEAR)
            proposed = proposed_shares(fundings, row.unspent)
            services.accept_statement(row, justified=proposed, actor=self.lead)

    def _statement(self, action):
        return FinancialStatement.objects.filter(action=action, state=StatementState.ACCEPTED).first()

    def refund(self, action, source, amount):
        row = self._statement(action)
        share = row and next((one for one in row.shares.with_refund() if one.to_refund), None)
        if share:
            services.note_refund(share, asked_on=self.day, refunded_on=self.day, actor=self.lead)

    def reopen(self, action, source, amount):
        row = self._statement(action)
        if row:
            services.reopen_statement(row, reason="erreur", actor=self.lead)

    def check(self):
        fundings = list(Funding.objects.filter(source__cite=self.cite).select_related("source"))
        for funding in fundings:
            for step in Step:
                last = funding.entries.filter(step=step).order_by("pk").last()
                assert getattr(funding, step) == (last.after if last else None), f"{funding} {step}"
            if funding.source.pays_ourselves:
                payments = funding.payments.filter(paid_on__isnull=False, cancelled_on=None)
                assert (funding.paid or ZERO) == sum((signed(payment) for payment in payments), ZERO)
            shares = funding.statement_shares.values_list("justified", flat=True)
            assert [funding.justified] == (list(shares) or [None])
        for figures in source_figures(self.cite, YEAR):
            for step in Step:
                parts = [getattr(one, step) for one in fundings if one.source_id == figures.source.pk]
                known = [part for part in parts if part is not None]
                assert figures.sums.get(step) == (sum(known, ZERO) if known else None)
        assert list(ledger_differences()) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GESTURES)
def test_no_sequence_of_legal_gestures_breaks_an_invariant(gestures):
    life = Life()
    for gesture, rank, cents in gestures:
        life.make(gesture, rank, Decimal(cents) / 100)
    life.check()


def test_the_whole_chain_goes_through():
    """The gestures above are not all refused: one walk from the request to the acceptance."""
    life = Life()
    for gesture in (
        "request",
        "propose",
        "programme",
        "grant",
        "agree",
        "sign",
        "pay",
        "pay",
        "file",
        "accept",
        "refund",
    ):
        life.make(gesture, 0, Decimal(1000))
    life.check()
    funding = Funding.objects.get(action=life.actions[0], source=life.sources[0])

    assert funding.granted == funding.committed == Decimal(1000)
    assert funding.paid == funding.justified == Decimal(900)
    highest = ceiling(funding, Step.PAID)
    assert funding.paid <= highest[0]
