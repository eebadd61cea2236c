"""A "compte rendu financier": its lines, what its gaps ask to be explained, and what it says, ready to freeze."""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.db.models import Exists, OuterRef, Q

from actions.enums import ActionStatus, BudgetSide
from actions.finances.accounts import ACCOUNTS, IN_KIND, POST_BY_CODE
from actions.finances.budget import ORDER, budget_of
from actions.models import Funding, MoneyThresholds, StatementLine
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO, euros, round_cents, total

NBSP = "\u00a0"
OWED = Q(granted__gt=0) | Q(paid__gt=0)
TITLES = {BudgetSide.CHARGE: "Charges", BudgetSide.INCOME: "Produits"}
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


def owing(actions, budget_year, *, told=False):
    """Those of `actions` that were granted or paid money this civil year, whether or not their statement is filed.

    `told`: only those whose holder may know it, one notification at least being released.
    """
    granted = Funding.objects.in_cash().filter(OWED, action=OuterRef("pk"), budget_year=budget_year)
    if told:
        granted = granted.with_release().filter(is_released=True)
    over = (ActionStatus.DRAFT, ActionStatus.REJECTED)
    return actions.filter(Exists(granted)).exclude(status__in=over)


# --- Shares of the funders ------------------------------------------------------------------------


def owed_fundings(action, year):
    """What is to be justified: granted, or paid without an act."""
    rows = Funding.objects.in_cash().filter(OWED, action=action, budget_year=year)
    return list(rows.select_related("source__organisation", "act").order_by("source__order", "pk"))


def released_keys(fundings):
    """Keys of those whose answer the holder may know."""
    rows = Funding.objects.filter(pk__in=[funding.pk for funding in fundings]).with_release()
    return set(rows.filter(is_released=True).values_list("pk", flat=True))


def known_fundings(action, year, user):
    """Those granted that `user` may know of: a holder learns nothing before the notifications are released."""
    fundings = owed_fundings(action, year)
    if action.cite_id in user.access.money_readers:
        return fundings
    released = released_keys(fundings)
    return [funding for funding in fundings if funding.pk in released]


def brought(funding):
    """What is to be justified of it: granted, or committed when that is less, the balance still to pay included; paid
    when that is more.
    """
    promised = min((one for one in (funding.granted, funding.committed) if one is not None), default=ZERO)
    return max(promised, funding.paid or ZERO)


def proposed_shares(fundings, unspent):
    """`{funding pk: justified}`: what is left is taken from each in proportion to what it brought, to the cent."""
    whole = sum((brought(funding) for funding in fundings), ZERO)
    left = min(unspent or ZERO, whole)
    shares = {}
    for rank, funding in enumerate(fundings):
        most = brought(funding)
        is_last = rank == len(fundings) - 1
        part = left if is_last or not whole else round_cents(left * most / whole)
        part = min(part, most, left)
        shares[funding.pk] = most - part
        left, whole = left - part, whole - most
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
        "columns": columns_of(lines),
        "result": result_sentence(sums),
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


def columns_of(lines, row=None):
    """Charges then income, cash and in kind apart: each a flat list of posts (`is_post`, their sums) and of their lines.

    `row` gives what stands for a line instead of its texts.
    """
    lines = in_order(lines)
    return [_column(side, [line for line in lines if line.side == side], row or _row) for side in BudgetSide]


def _column(side, lines, row):
    cash, in_kind = [line for line in lines if not is_in_kind(line)], [line for line in lines if is_in_kind(line)]
    return {
        "label": TITLES[side],
        "rows": _rows(cash, row),
        "total": _total(cash),
        "in_kind": _rows(in_kind, row),
        "in_kind_total": _total(in_kind),
    }


def _rows(lines, row):
    found = []
    for code, of_post in groupby(lines, key=lambda line: ACCOUNTS[line.code].post):
        kept, post = list(of_post), POST_BY_CODE[code]
        if len(post.accounts) > 1:
            found.append({"is_post": True, "label": post.title, **_total(kept)})
        found += [row(line) for line in kept]
    return found


def numbered(line):
    """« 604 Prestations de services »; the words alone when the account has no number."""
    number = re.match("[0-9]*", line.code).group()
    return f"{number} {label_of(line)}".lstrip()


def result_sentence(sums):
    return f"Résultat, produits moins charges{NBSP}: {euros(sums.result)}."


def result_warning(statement, lines, sums):
    """What a result that nobody explains asks for; "" when it is nil, when a gap is explained or when it is left over."""
    told = any(line.explanation.strip() for line in lines) or (sums.result > ZERO and statement.unspent)
    if not sums.result or told or all(line.actual is None for line in lines):
        return ""
    if sums.result > ZERO:
        return (
            f"Les produits dépassent les charges de {euros(sums.result)} et rien ne dit pourquoi{NBSP}: expliquez "
            "l’écart d’un compte, ou écrivez ce qui n’est pas employé."
        )
    return (
        f"Les charges dépassent les produits de {euros(-sums.result)} et rien ne dit pourquoi{NBSP}: expliquez "
        "l’écart d’un compte."
    )


def label_of(line):
    account = ACCOUNTS[line.code]
    return f"{account.label}, {line.precision}" if line.precision else account.label


def _row(line):
    return {
        "label": numbered(line),
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
        f"Je soussigné ou soussignée {statement.attested_by}, {statement.attested_as}, certifie exactes les "
        f"informations de ce compte rendu, pour une subvention de {euros(granted)}."
    )
