"""How a year's money is paid, month after month: what was paid, what is planned, and how the years before went.

Months run from January to June of the next year, when the balances that follow statements are paid.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import accumulate

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from actions.enums import ActionStatus, PaymentKind, Step
from actions.finances.envelopes import source_figures
from actions.models import FundingEntry, FundingSource, Payment
from cite_educative.common.money import ZERO, round_cents, total

MONTHS = 18
DECEMBER = 11
YEARS_BEFORE = 2


@dataclass(frozen=True)
class SourceLine:
    """One source, in euros. `in_year` is paid by 31 December; `later` is planned after it; `unplanned` is granted and has no
    payment foreseen.
    """

    source: FundingSource
    granted: Decimal | None
    paid: Decimal | None
    in_year: Decimal
    planned: Decimal
    later: Decimal

    @property
    def at_year_end(self):
        """What will be paid on 31 December if the schedule holds; None while nothing is known."""
        return None if self.paid is None and not self.planned else self.in_year + self.planned

    @property
    def unplanned(self):
        """Negative when more is paid and planned than was granted."""
        if self.granted is None:
            return None
        return self.granted - (self.paid or ZERO) - self.planned - self.later


class Consumption:
    """The payments of one Cité and civil year against those of the two years before, in five queries."""

    def __init__(self, cite, year, *, today, source=None):
        self.cite, self.year, self.today, self.source = cite, int(year), today, source
        self.now = min(max(_month(self.year, today), -1), MONTHS - 1)  # -1 before the year begins

    @cached_property
    def lines(self):
        """One `SourceLine` per source that grants, pays or plans."""
        found = []
        for figures in source_figures(self.cite, self.year):
            planned = self._planned.get(figures.source.pk, {})
            line = SourceLine(
                figures.source,
                figures.sums.get(Step.GRANTED),
                figures.sums.get(Step.PAID),
                self._paid_in_year(figures.source.pk),
                sum((amount for month, amount in planned.items() if month <= DECEMBER), ZERO),
                sum((amount for month, amount in planned.items() if month > DECEMBER), ZERO),
            )
            if planned or line.granted is not None or line.paid is not None:
                found.append(line)
        return found

    def _paid_in_year(self, source):
        months = self._paid.get((self.year, source), {})
        return sum((amount for month, amount in months.items() if month <= DECEMBER), ZERO)

    @cached_property
    def _planned(self):
        """`{source pk: {month: euros}}` still to pay; what is overdue is awaited this month."""
        rows = Payment.objects.filter(
            funding__source__cite=self.cite,
            funding__budget_year=self.year,
            funding__in_kind=False,
            paid_on__isnull=True,
            cancelled_on__isnull=True,
        )
        planned = {}
        for source, kind, amount, due_on in rows.values_list("funding__source", "kind", "amount", "due_on"):
            month = max(_month(self.year, due_on), self.now, 0)
            months = planned.setdefault(source, {})
            signed = -amount if kind == PaymentKind.REFUND else amount
            months[month] = months.get(month, ZERO) + signed
        return planned

    @cached_property
    def _paid(self):
        """`{(year, source pk): {month: euros}}` by the day of the fact."""
        entries = FundingEntry.objects.filter(
            funding__source__cite=self.cite,
            funding__budget_year__range=(self.year - YEARS_BEFORE, self.year),
            funding__in_kind=False,
            step=Step.PAID,
        ).exclude(funding__action__status=ActionStatus.DRAFT)
        rows = entries.order_by().annotate(month=TruncMonth("fact_on"))
        rows = rows.values_list("funding__budget_year", "funding__source", "month")
        paid = {}
        for year, source, month, after, before in rows.annotate(up=Sum("after"), down=Sum("before")):
            months = paid.setdefault((int(year), source), {})
            key = min(max(_month(int(year), month), 0), MONTHS - 1)
            months[key] = months.get(key, ZERO) + (after or ZERO) - (before or ZERO)
        return paid

    def paid_curve(self, year):
        """Euros paid at the end of each month since January; None in the months to come, [] when nothing was paid."""
        known = [
            months
            for (one, source), months in self._paid.items()
            if one == year and (self.source is None or source == self.source.pk)
        ]
        if not known:
            return []
        sums = list(accumulate(sum((months.get(rank, ZERO) for months in known), ZERO) for rank in range(MONTHS)))
        now = min(max(_month(year, self.today), -1), MONTHS - 1)
        return [amount if rank <= now else None for rank, amount in enumerate(sums)]

    def planned_curve(self):
        """What follows if the schedule holds, from this month on; [] when nothing is planned."""
        months = [
            months for source, months in self._planned.items() if self.source is None or source == self.source.pk
        ]
        if not months:
            return []
        start = max(self.now, 0)
        paid = self.paid_curve(self.year)
        before = (paid[start] if paid else None) or ZERO
        sums = accumulate(
            (sum((one.get(rank, ZERO) for one in months), ZERO) for rank in range(start, MONTHS)), initial=before
        )
        # The first point is where the paid curve ends; what is due this month is told with the next one, if there is one.
        values = list(sums)
        return [None] * start + ([before, *values[2:]] if values[2:] else values[-1:])

    def totals(self):
        """The sums of `lines`, by the names of `SourceLine`."""
        names = ("granted", "paid", "planned", "later", "at_year_end", "unplanned")
        return {name: total(getattr(line, name) for line in self.lines) for name in names}

    def at_last_year_pace(self):
        """What would be paid on 31 December if the rest of the year went as last year's did; None without a last year.

        What was paid so far, times what last year had paid in December over what it had paid in this month.
        """
        if not 0 <= self.now <= DECEMBER:
            return None
        current, last = self.paid_curve(self.year), self.paid_curve(self.year - 1)
        if not current or not last or not last[self.now] or last[DECEMBER] is None:
            return None
        return round_cents(current[self.now] * last[DECEMBER] / last[self.now])


def _month(year, day):
    """Months since January of `year`; negative before it."""
    return (day.year - year) * 12 + day.month - 1
