"""The money of one Cité and civil year, read once: what thresholds and checks are asked about."""

from functools import cached_property

from django.utils import timezone

from actions.enums import ActionStatus, ActKind, AgreementState, MainstreamKind, PaymentKind, Step, Valuation
from actions.finances.envelopes import decided
from actions.finances.payments import payment_days, signed, unpaid_of_agreement
from actions.finances.thresholds import alerts
from actions.models import (
    Action,
    Agreement,
    AgreementLine,
    Envelope,
    Expense,
    FinancialStatement,
    FunderAct,
    Funding,
    FundingEntry,
    FundingSource,
    MainstreamContribution,
    MoneyThresholds,
    Payment,
    Receipt,
    StatementShare,
    ThresholdAcknowledgement,
    usual_due_day,
)
from cite_educative.common.money import ZERO, total


class Line:
    """A funding as rules read it: its own columns, its action, its source and the steps of this one.

    Light, because all of a year are read at once.
    """

    READ = (
        *("pk", "action_id", "source_id", "act_id", "in_kind", "outcome"),
        *Step.values,
        *("granted_on", "notified_on", "gap_reason"),
    )
    __slots__ = (*READ, "action", "source", "steps", "settled")

    def __init__(self, values):
        for name, value in zip(self.READ, values, strict=True):
            setattr(self, name, value)


class Books:
    """One query per kind of row, whatever their number, and none for what no rule asks. For readers of all the money."""

    def __init__(self, cite, year):
        self.cite, self.year = cite, year

    @cached_property
    def sources(self):
        rows = FundingSource.objects.filter(cite=self.cite).select_related("organisation", "carrier")
        return {row.pk: row for row in rows}

    @cached_property
    def actions(self):
        """Those that this year's money goes to; a draft is still its holder's."""
        paid = Funding.objects.filter(source__cite=self.cite, budget_year=self.year).order_by().values("action")
        rows = Action.objects.filter(cite=self.cite, pk__in=paid).exclude(status=ActionStatus.DRAFT)
        return {row.pk: row for row in rows.select_related("holder").order_by("pk")}

    @cached_property
    def fundings(self):
        """`Line`s in cash and in kind, in the order of codes, then of sources."""
        rows = Funding.objects.filter(source__cite=self.cite, budget_year=self.year).order_by("pk")
        steps = {pk: source.steps for pk, source in self.sources.items()}
        lines = []
        for values in rows.values_list(*Line.READ):
            line = Line(values)
            if line.action_id in self.actions:
                line.action, line.source = self.actions[line.action_id], self.sources[line.source_id]
                line.steps = steps[line.source_id]
                line.settled = self.settled.get(line.pk)
                lines.append(line)
        return sorted(lines, key=lambda line: (line.action.code or "", line.action_id, line.source.order, line.pk))

    @cached_property
    def cash(self):
        return [row for row in self.fundings if not row.in_kind]

    @cached_property
    def envelopes(self):
        rows = Envelope.objects.filter(source__cite=self.cite, budget_year=self.year)
        return {row.source_id: row for row in rows}

    @cached_property
    def mainstream(self):
        rows = MainstreamContribution.objects.filter(cite=self.cite, budget_year=self.year)
        return list(rows.select_related("institution").order_by("institution__name", "pk"))

    @cached_property
    def valued(self):
        """What ordinary policies are worth in euros, as far as somebody said it."""
        return total(
            row.amount
            for row in self.mainstream
            if row.kind != MainstreamKind.EUROS or row.valuation == Valuation.VALUED
        )

    @cached_property
    def thresholds(self):
        return MoneyThresholds.of(self.cite)

    @cached_property
    def acknowledgements(self):
        """`{alert key: the last one}`."""
        rows = ThresholdAcknowledgement.objects.filter(cite=self.cite, budget_year=self.year)
        return {row.key: row for row in rows.select_related("author__person").order_by("pk")}

    @cached_property
    def alerts(self):
        return alerts(self)

    @cached_property
    def engineering(self):
        """Keys of the actions of engineering: those of the theme that the Cité chose."""
        theme = self.thresholds.engineering_theme_id
        links = Action.themes.through.objects.filter(theme=theme, action__cite=self.cite)
        return set(links.values_list("action", flat=True)) if theme else set()

    def is_taken_over(self, funding):
        """Granted in a table kept before: neither programmed here nor always dated."""
        return funding.act_id in self._takeovers

    @cached_property
    def _takeovers(self):
        return set(FunderAct.objects.filter(cite=self.cite, kind=ActKind.TAKEOVER).values_list("pk", flat=True))

    @cached_property
    def payments(self):
        """Those that stand, planned or made."""
        rows = Payment.objects.filter(
            funding__source__cite=self.cite, funding__budget_year=self.year, cancelled_on=None
        )
        return list(rows.select_related("funding__action", "funding__source").order_by("due_on", "pk"))

    @cached_property
    def coming(self):
        """`{funding pk: euros}` planned or ordered and not paid."""
        sums = {}
        for row in self.payments:
            if row.is_open and row.kind != PaymentKind.REFUND:
                sums[row.funding_id] = sums.get(row.funding_id, ZERO) + row.amount
        return sums

    @cached_property
    def made(self):
        """`{funding pk: euros}` of the payments made, refunds counted minus."""
        sums = {}
        for row in self.payments:
            if row.paid_on:
                sums[row.funding_id] = sums.get(row.funding_id, ZERO) + signed(row)
        return sums

    @cached_property
    def expenses(self):
        """Direct spending on actions, that stands."""
        rows = Expense.objects.filter(source__cite=self.cite, budget_year=self.year, cancelled_on=None)
        return list(rows.exclude(action=None).select_related("action", "source").order_by("pk"))

    @cached_property
    def awaited_receipts(self):
        rows = Receipt.objects.filter(source__cite=self.cite, budget_year=self.year, received=None)
        return list(rows.select_related("source").order_by("expected_on", "pk"))

    @cached_property
    def first_payments(self):
        """`{funding pk: day of its first payment}`, of the amounts that still stand."""
        entries = FundingEntry.objects.filter(funding__source__cite=self.cite, funding__budget_year=self.year)
        return {key: min(days) for key, days in payment_days(self.payments, entries).items()}

    @cached_property
    def agreed(self):
        """`{funding pk: euros}` of what signed agreements hold, the last amendment winning."""
        lines = AgreementLine.objects.filter(
            agreement__cite=self.cite, agreement__budget_year=self.year, agreement__state=AgreementState.SIGNED
        )
        return dict(lines.order_by("agreement__signed_on", "pk").values_list("funding", "amount"))

    @cached_property
    def ended_unpaid(self):
        """[(agreement, euros)] of signed agreements that are over and whose payments are not."""
        rows = Agreement.objects.filter(
            cite=self.cite, budget_year=self.year, state=AgreementState.SIGNED, amends=None
        ).with_standing()
        rows = rows.annotate(unpaid=unpaid_of_agreement()).filter(
            standing_ends_on__lt=timezone.localdate(), unpaid__gt=ZERO
        )
        rows = rows.select_related("funder", "holder").order_by("number")
        return [(row, row.unpaid) for row in rows]

    @cached_property
    def statements(self):
        """`{action pk: (day it is due, whether it is filed)}`, for every action of `actions`."""
        rows = FinancialStatement.objects.filter(action__cite=self.cite, budget_year=self.year)
        known = {row.action_id: (row.due_on, row.is_filed) for row in rows}
        return {key: known.get(key, (usual_due_day(self.year), False)) for key in self.actions}

    @cached_property
    def shares(self):
        """What accepted statements justify, with what is to come back."""
        rows = StatementShare.objects.filter(statement__action__cite=self.cite, statement__budget_year=self.year)
        return list(rows.with_refund().select_related("statement__action").order_by("pk"))

    @cached_property
    def settled(self):
        """`{funding pk: euros}` that an accepted statement justifies."""
        return {share.funding_id: share.justified for share in self.shares}

    @property
    def unasked_refunds(self):
        return [share for share in self.shares if share.is_unasked]

    def used(self, source_id, step):
        """What the detail of one source amounts to at one step."""
        return self._sums.get((source_id, step))

    @cached_property
    def _sums(self):
        sums = {}
        for row in self.cash:
            for step in Step:
                amount = getattr(row, step)
                if amount is not None:
                    sums[row.source_id, step] = sums.get((row.source_id, step), ZERO) + amount
        return sums

    @cached_property
    def decided(self):
        """[(funding, amount)] of what is granted, or programmed when the funder did not answer yet."""
        amounts = ((row, decided(row)) for row in self.cash)
        return [(row, amount) for row, amount in amounts if amount is not None]
