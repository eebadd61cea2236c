"""Who pays which part of an action: State, local authorities, others; and the public part of its cost."""

from dataclasses import dataclass

from actions.enums import Step
from actions.finances.budget import budget_of
from actions.models import MoneyThresholds
from cite_educative.common.money import ZERO, euros, total
from partners.enums import OrganisationKind

STATE, LOCAL, OTHERS = "État", "Collectivités", "Autres"
_STATE_CIRCUITS = ("state_direct", "state_carrier", "school_fund")
_STATE_KINDS = (OrganisationKind.STATE, OrganisationKind.EDUCATION, OrganisationKind.SCHOOL)
_LOCAL_CIRCUITS = ("commune", "intercommunality")
_LOCAL_KINDS = (
    OrganisationKind.COMMUNE,
    OrganisationKind.INTERCOMMUNALITY,
    OrganisationKind.DEPARTEMENT,
    OrganisationKind.REGION,
)


@dataclass(frozen=True)
class Part:
    """One group of funders at one step; `share` of what all of them bring."""

    step: str
    text: str
    share: str


@dataclass(frozen=True)
class Shares:
    """`rows` are `(label, [Part])`, a part a step; `remarks` are sentences on the public part."""

    steps: list
    rows: list
    remarks: list


def group_of(source):
    """The heading under which a source is counted; it has its organisation."""
    kind = source.organisation.kind
    if source.circuit in _STATE_CIRCUITS or (source.circuit == "other" and kind in _STATE_KINDS):
        return STATE
    if source.circuit in _LOCAL_CIRCUITS or (source.circuit == "other" and kind in _LOCAL_KINDS):
        return LOCAL
    return OTHERS


def shares_of(action, read, year):
    """What is requested and, where the reader may know it, granted; None when neither is known. Two queries."""
    sums = {step: _sums(read, step, year) for step in (Step.REQUESTED, Step.GRANTED)}
    sums = {step: groups for step, groups in sums.items() if total(groups.values()) is not None}
    if not sums:
        return None
    rows = [
        (label, [_part(step, groups[label], total(groups.values())) for step, groups in sums.items()])
        for label in (STATE, LOCAL, OTHERS)
    ]
    cost, of_what = _cost(action, year)
    public = {step: _public(read, step, year) for step in sums}
    told = {step: amount for step, amount in public.items() if cost and amount}
    ceiling = MoneyThresholds.of(action.cite).public_ceiling if told else None
    remarks = [_remark(step, amount, cost, of_what, ceiling) for step, amount in told.items()]
    return Shares([step.label.capitalize() for step in sums], rows, remarks)


def _known(read, step, year):
    return [
        (funding.source, getattr(funding, step))
        for funding, steps in read
        if step in steps and not funding.in_kind and funding.budget_year == year
    ]


def _sums(read, step, year):
    known = _known(read, step, year)
    return {
        label: total(amount for source, amount in known if group_of(source) == label)
        for label in (STATE, LOCAL, OTHERS)
    }


def _public(read, step, year):
    return total(amount for source, amount in _known(read, step, year) if source.is_public)


def _part(step, amount, whole):
    share = percent(amount, whole) if amount is not None and whole else ""
    return Part(step.label.capitalize(), euros(amount), share)


def percent(amount, whole):
    """ "41 %", to the unit."""
    return f"{amount / whole:.0%}".replace("%", "\u00a0%")


def _cost(action, year):
    charges = budget_of(action, year).balance.charges
    if charges:
        return charges, "des charges du budget"
    if year == action.budget_year:
        return action.total_cost or ZERO, "du coût total"
    return ZERO, ""


def _remark(step, amount, cost, of_what, ceiling):
    words = "demandé" if step == Step.REQUESTED else "accordé"
    told = f"L’argent public {words}, {euros(amount)}, fait {percent(amount, cost)} {of_what} ({euros(cost)})"
    if ceiling is None:
        return f"{told}."
    mark = f"repère de {ceiling}\u00a0%"
    return f"{told}\u00a0: {'plus que le' if amount * 100 > cost * ceiling else 'dans le'} {mark}."
