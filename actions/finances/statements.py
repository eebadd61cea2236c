"""A "compte rendu financier": its lines, what its gaps ask to be explained, and what it says, ready to freeze."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef

from actions.enums import ActionStatus, BudgetSide
from actions.finances.accounts import ACCOUNTS, IN_KIND
from actions.finances.budget import ORDER, budget_of
from actions.models import Funding, MoneyThresholds, StatementLine
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO, euros, round_cents, total

NBSP = "\u00a0"
TEXTS = ("implementation", "publics", "places", "results")


@dataclass(frozen=True)
class Sums:
    """Euros of the four totals of CERFA 15059, cash and in kind apart."""

    planned_charges: Decimal
    charges: Decimal
    planned_income: Decimal
    income: Decimal
    used_in_kind: Decimal
    brought_in_kind: Decimal

    @property
    def result(self):
        """Income less charges."""
        return self.income - self.charges


def sums_of(lines):
    def add(name, side, *, in_kind=False):
        kept = [line for line in lines if line.side == side and is_in_kind(line) == in_kind]
        return sum((getattr(line, name) or ZERO for line in kept), ZERO)

    return Sums(
        add("planned", BudgetSide.CHARGE),
        add("actual", BudgetSide.CHARGE),
        add("planned", BudgetSide.INCOME),
        add("actual", BudgetSide.INCOME),
        add("actual", BudgetSide.CHARGE, in_kind=True),
        add("actual", BudgetSide.INCOME, in_kind=True),
    )


def is_in_kind(line):
    return ACCOUNTS[line.code].post in IN_KIND


def planned_lines(action, year):
    """One line, not saved, for each of the budget: what the grid shows first."""
    budget = budget_of(action, year)
    return [
        StatementLine(
            side=line.account.side, code=line.code, precision=line.precision, planned=line.planned, order=rank
        )
        for rank, line in enumerate(budget.lines, start=1)
    ]


def in_order(lines):
    return sorted(lines, key=lambda line: (ORDER[line.code], line.order))


def unexplained(lines, limit):
    """Lines whose gap is beyond `limit` percent of what was planned and that nobody explained; [] without a limit."""
    if limit is None:
        return []
    return [line for line in lines if is_beyond(line, limit) and not line.explanation.strip()]


def is_beyond(line, limit):
    gap = abs((line.actual or ZERO) - (line.planned or ZERO))
    return gap > ZERO and gap * 100 > (line.planned or ZERO) * limit


def gap_limit(cite):
    return MoneyThresholds.of(cite).statement_gap


def owing(actions, budget_year):
    """Those of `actions` that were granted money this civil year, whether or not their statement is filed."""
    granted = Funding.objects.in_cash().filter(action=OuterRef("pk"), budget_year=budget_year, granted__gt=0)
    over = (ActionStatus.DRAFT, ActionStatus.REJECTED)
    return actions.filter(Exists(granted)).exclude(status__in=over)


# --- Shares of the funders ------------------------------------------------------------------------


def granted_fundings(action, year):
    rows = Funding.objects.in_cash().filter(action=action, budget_year=year, granted__gt=ZERO)
    return list(rows.select_related("source__organisation", "act").order_by("source__order", "pk"))


def released_keys(fundings):
    """Keys of those whose answer the holder may know."""
    rows = Funding.objects.filter(pk__in=[funding.pk for funding in fundings]).with_release()
    return set(rows.filter(is_released=True).values_list("pk", flat=True))


def received(funding):
    """What the holder had of it: paid when known, else granted."""
    return funding.granted if funding.paid is None else funding.paid


def proposed_shares(fundings, unspent):
    """`{funding pk: justified}`: what is left is taken from each in proportion to what it brought, to the cent."""
    whole = sum((received(funding) for funding in fundings), ZERO)
    left = min(unspent or ZERO, whole)
    shares = {}
    for rank, funding in enumerate(fundings):
        brought = received(funding)
        is_last = rank == len(fundings) - 1
        part = left if is_last or not whole else round_cents(left * brought / whole)
        part = min(part, brought, left)
        shares[funding.pk] = brought - part
        left, whole = left - part, whole - brought
    return shares


# --- What it says ---------------------------------------------------------------------------------


def statement_content(statement, lines, fundings):
    """A JSON of texts, in the three sheets of CERFA 15059."""
    lines, sums = in_order(lines), sums_of(lines)
    granted = total(funding.granted for funding in fundings)
    return {
        "action": str(statement.action),
        "holder": {"name": statement.action.holder.name, "siret": statement.action.holder.siret or ""},
        "cite": statement.action.cite.name,
        "accent": statement.action.cite.accent_colour,
        "year": int(statement.budget_year),
        "filed_on": date_fr(statement.filed_on),
        "texts": [
            {"label": statement._meta.get_field(name).verbose_name, "text": getattr(statement, name)}
            for name in TEXTS
            if getattr(statement, name)
        ],
        "people_reached": statement.people_reached,
        "columns": [_column(side, lines) for side in BudgetSide],
        "share_sentence": share_sentence(granted, sums.income),
        "gaps": [
            {"label": label_of(line), "gap": euros(line.gap), "explanation": line.explanation}
            for line in lines
            if line.explanation
        ],
        "apportionment": statement.apportionment,
        "attestation": attestation(statement, granted),
        "funders": [
            {"label": funding.source.label, "granted": euros(funding.granted), "paid": euros(funding.paid)}
            for funding in fundings
        ],
    }


def _column(side, lines):
    kept = [line for line in lines if line.side == side]
    cash, in_kind = [line for line in kept if not is_in_kind(line)], [line for line in kept if is_in_kind(line)]
    return {
        "label": side.label.capitalize(),
        "rows": [_row(line) for line in cash],
        "total": _total(cash),
        "in_kind": [_row(line) for line in in_kind],
        "in_kind_total": _total(in_kind),
    }


def label_of(line):
    account = ACCOUNTS[line.code]
    return f"{account.label}, {line.precision}" if line.precision else account.label


def _row(line):
    return {
        "label": label_of(line),
        "planned": euros(line.planned),
        "actual": euros(line.actual),
        "share": _percent(line.actual, line.planned),
    }


def _total(lines):
    planned = sum((line.planned or ZERO for line in lines), ZERO)
    actual = sum((line.actual or ZERO for line in lines), ZERO)
    return {"planned": euros(planned), "actual": euros(actual), "share": _percent(actual, planned)}


def _percent(part, whole):
    if part is None or not whole:
        return ""
    return f"{100 * part / whole:.0f}{NBSP}%"


def share_sentence(granted, income):
    """As CERFA 15059 writes it; "" without an income."""
    if not granted or not income:
        return ""
    share = f"{100 * granted / income:.1f}".replace(".", ",")
    return f"La subvention de {euros(granted)} représente {share}{NBSP}% du total des produits."


def attestation(statement, granted):
    if not statement.attested_by:
        return ""
    return (
        f"Je soussigné·e {statement.attested_by}, {statement.attested_as}, certifie exactes les informations de ce "
        f"compte rendu, pour une subvention de {euros(granted)}."
    )
