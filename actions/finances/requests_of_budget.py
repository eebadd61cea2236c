"""What the budget says of the funders beside what is asked of them: told, never blocked."""

import re
from dataclasses import dataclass
from decimal import Decimal

from actions.enums import Step
from actions.finances.accounts import ACCOUNTS, SUBSIDIES
from actions.models import FundingSource
from cite_educative.common.money import ZERO, euros
from cite_educative.common.search import normalise
from partners.enums import OrganisationKind

CODE_OF_CIRCUIT = {
    "state_direct": "74etat",
    "state_carrier": "74etat",
    "commune": "74com",
    "intercommunality": "74epci",
    "school_fund": "74x",
    "family_fund": "74orgasoc",
}
CODE_OF_KIND = {
    OrganisationKind.STATE: "74etat",
    OrganisationKind.EDUCATION: "74etat",
    OrganisationKind.REGION: "74region",
    OrganisationKind.DEPARTEMENT: "74dep",
    OrganisationKind.INTERCOMMUNALITY: "74epci",
    OrganisationKind.COMMUNE: "74com",
    OrganisationKind.FAMILY_FUND: "74orgasoc",
    OrganisationKind.SCHOOL: "74x",
    OrganisationKind.PUBLIC_BODY: "74x",
}
_TELLING = re.compile(r"\w{4,}|\w*\d\w*")
_COMMON = frozenset({"ville", "commune", "etat", "politique", "credits", "nord", "communaute", "urbaine"})


@dataclass(frozen=True)
class Compared:
    """One kind of funder: euros of the budget and of the requests."""

    label: str
    budgeted: Decimal
    requested: Decimal


@dataclass(frozen=True)
class Requests:
    """`rows` only where the two differ; `suggestions` are `(source, euros)` of those asked nothing yet."""

    rows: list
    gap: Decimal
    suggestions: list

    @property
    def sentence(self):
        if not self.gap:
            return ""
        words = "de plus au budget" if self.gap > 0 else "de plus dans les demandes"
        return (
            f"Les subventions du budget et ce qui est demandé aux financeurs de la Cité diffèrent\u00a0: "
            f"{euros(abs(self.gap))} {words}."
        )


def code_of(source):
    """The line of the budget where this funder stands; `source` has its organisation."""
    return CODE_OF_CIRCUIT.get(source.circuit) or CODE_OF_KIND.get(source.organisation.kind, "74aidespriv")


def compare_requests(action, budget, read):
    """None when the budget has no subsidy. `read` is what `amounts.readable_fundings_of` gives. One query."""
    lines = budget.of_post(SUBSIDIES)
    if not lines:
        return None
    asked = {
        funding.source_id: funding.requested
        for funding, steps in read
        if Step.REQUESTED in steps and not funding.in_kind and funding.budget_year == budget.year
    }
    sources = list(FundingSource.objects.filter(cite=action.cite_id).select_related("organisation"))
    sums = {code: [ZERO, ZERO] for code, account in ACCOUNTS.items() if account.post == SUBSIDIES}
    for line in lines:
        sums[line.code][0] += line.planned
    for source in sources:
        sums[code_of(source)][1] += asked.get(source.pk) or ZERO
    rows = [
        Compared(ACCOUNTS[code].label, budgeted, requested)
        for code, (budgeted, requested) in sums.items()
        if budgeted != requested
    ]
    gap = sum((budgeted - requested for budgeted, requested in sums.values()), ZERO)
    unasked = [source for source in sources if source.is_active and asked.get(source.pk) is None]
    return Requests(rows, gap, _suggested(lines, sources, unasked))


def _suggested(lines, sources, unasked):
    """Each line goes to the one funder that it names, or to the only one of its kind."""
    found = {}
    for line in lines:
        source = _funder_of(line, [source for source in sources if source.is_active and code_of(source) == line.code])
        if source in unasked and line.planned:
            found[source] = found.get(source, ZERO) + line.planned
    return list(found.items())


def _funder_of(line, candidates):
    told = _telling(line.precision)
    named = [source for source in candidates if told & _telling(f"{source.label} {source.organisation.name}")]
    if len(named) == 1:
        return named[0]
    return candidates[0] if len(candidates) == 1 and not told else None


def _telling(words):
    return set(_TELLING.findall(normalise(words))) - _COMMON
