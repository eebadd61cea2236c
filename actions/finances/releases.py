"""Which answers of which funder holders may read, and what a release would tell them."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from actions.models import Call, Funding, FundingSource, NotificationRelease
from cite_educative.common.money import ZERO


def answers_mark(fundings):
    """What a preview carries to tell that what it showed is still what would be told."""
    told = "|".join(f"{funding.pk}:{funding.granted}:{funding.programmed}" for funding in fundings)
    return hashlib.sha256(told.encode()).hexdigest()[:24]


@dataclass(frozen=True)
class ReleaseLine:
    """One source and call (None: outside calls): how many answers are known, and whether holders read them."""

    source: FundingSource
    call: Call | None
    fundings: int
    granted: int
    refused: int
    waiting: int
    amount: Decimal | None
    release: NotificationRelease | None

    @property
    def is_whole(self):
        return self.waiting == 0


def release_lines(cite, year):
    """`[ReleaseLine]` of the sources asked in this civil year, in four queries."""
    known = Q(granted__isnull=False)
    rows = Funding.objects.in_cash().filter(source__cite=cite, budget_year=year).order_by()
    rows = rows.exclude(action__submitted_on__isnull=True)
    rows = rows.values("source", call=F("action__call")).annotate(
        number=Count("pk"),
        known=Count("pk", filter=known),
        refused=Count("pk", filter=known & Q(granted=ZERO)),
        sum_granted=Sum("granted"),
    )
    sources = FundingSource.objects.filter(cite=cite).select_related("organisation").in_bulk()
    calls = Call.objects.filter(cite=cite).in_bulk()
    releases = releases_of(cite, year)
    lines = [
        ReleaseLine(
            source=sources[row["source"]],
            call=calls.get(row["call"]),
            fundings=row["number"],
            granted=row["known"] - row["refused"],
            refused=row["refused"],
            waiting=row["number"] - row["known"],
            amount=row["sum_granted"],
            release=releases.get((row["source"], row["call"])) or releases.get((row["source"], None)),
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (line.source.order, line.source.pk, line.call.pk if line.call else 0))


def releases_of(cite, year):
    """`{(source pk, call pk or None): NotificationRelease}`; None is the whole year."""
    rows = NotificationRelease.objects.filter(source__cite=cite, budget_year=year)
    return {(row.source_id, row.call_id): row for row in rows.select_related("released_by__person")}


def concerned_fundings(source, year, call):
    """What a release of this source tells: `call` None tells the whole year. Filed requests only, by holder."""
    rows = Funding.objects.in_cash().filter(source=source, budget_year=year)
    rows = rows.exclude(action__submitted_on__isnull=True)
    if call is not None:
        rows = rows.filter(action__call=call)
    return rows.select_related("action__holder", "act").order_by("action__holder__name", "action__code", "action__pk")
