"""What the pilots programmed and no funder granted yet, by funder, with the day on which its assembly votes."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import timezone

from actions.enums import ActKind, Outcome, Step
from actions.models import AssemblySession, Funding, FundingSource
from cite_educative.common.money import ZERO, total
from partners.models import Organisation

SOON = 15  # days before the filing day at which it is worth saying


@dataclass(frozen=True)
class AwaitedSource:
    """One line of a funder and what waits for its act; euros."""

    source: FundingSource
    fundings: list

    @property
    def programmed(self):
        return total(funding.programmed for funding in self.fundings)


@dataclass(frozen=True)
class AwaitedFunder:
    """`sessions` are those to come, the next first; the State signs orders and holds none."""

    organisation: Organisation
    act: ActKind
    sources: list = field(default_factory=list)
    sessions: list = field(default_factory=list)

    @property
    def programmed(self):
        return total(source.programmed for source in self.sources)

    @property
    def number(self):
        return sum(len(source.fundings) for source in self.sources)

    @property
    def votes(self):
        return self.act != ActKind.ORDER

    @property
    def next_session(self):
        return self.sessions[0] if self.sessions else None


@dataclass(frozen=True)
class Deadline:
    """How long until the files must be in: (badge, words)."""

    badge: str
    words: str


def awaited_acts(cite, year, today=None):
    """`[AwaitedFunder]` in the order of the Cité's lines, in two queries at most. For readers of all the money of the Cité."""
    found = {}
    for funding in awaited_fundings(cite, year):
        source = funding.source
        funder = found.setdefault(
            source.organisation_id, AwaitedFunder(source.organisation, source.granted_by, [], [])
        )
        if not funder.sources or funder.sources[-1].source.pk != source.pk:
            funder.sources.append(AwaitedSource(source, []))
        funder.sources[-1].fundings.append(funding)
    coming = AssemblySession.objects.filter(cite=cite, organisation__in=found).coming(today) if found else ()
    for session in coming:
        found[session.organisation_id].sessions.append(session)
    return list(found.values())


def awaited_fundings(cite, year):
    """Programmed in cash, not granted nor given up, by a source whose circuit ends by an act."""
    rows = Funding.objects.in_cash().filter(
        source__cite=cite, budget_year=year, programmed__gt=ZERO, granted__isnull=True, outcome=Outcome.OPEN
    )
    rows = rows.select_related("action__holder", "source__organisation")
    ordered = rows.order_by("source__order", "source__pk", "action__code", "action__pk")
    by_funder = sorted(ordered, key=_funder_rank(ordered))
    return [funding for funding in by_funder if Step.GRANTED in funding.source.steps]


def _funder_rank(rows):
    """The lines of one funder together, where its first line stands."""
    ranks = {}
    for funding in rows:
        ranks.setdefault(funding.source.organisation_id, len(ranks))
    return lambda funding: ranks[funding.source.organisation_id]


def deadline(session, today=None):
    """The days left to file, None when no filing day is known."""
    if session is None or session.filing_on is None:
        return None
    left = (session.filing_on - (today or timezone.localdate())).days
    if left < 0:
        return Deadline("retard", "délai de dépôt passé")
    if left == 0:
        return Deadline("attendu", "dernier jour pour déposer")
    words = f"encore {left} jour{'s' if left > 1 else ''} pour déposer"
    return Deadline("attendu" if left <= SOON else "afaire", words)


def waiting_since(funding, today=None):
    """Days since the pilots programmed."""
    start: date | None = funding.programmed_on
    return (((today or timezone.localdate()) - start).days) if start else None


def awaited_total(funders) -> Decimal | None:
    return total(funder.programmed for funder in funders)
