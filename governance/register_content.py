"""The printed register of a body and a civil year: its decisions in the order of their numbers, as strings."""

from django.utils import timezone

from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO, euros, total
from governance.content import cite_lines, signatory
from governance.enums import DecisionStatus
from governance.execution import delays_text, execution_detail, execution_status, with_execution
from governance.models import Decision
from governance.register_words import NO_EFFECT, owner_name, positions_text, signed, with_positions


def register_content(body, year, *, version, issued_by):
    today = timezone.localdate()
    decisions = Decision.objects.filter(body=body, year=year, number__isnull=False)
    decisions = with_execution(decisions).select_related("body", "owner__person", "meeting", "cancelled_by__body")
    decisions = with_positions(decisions.select_related("replaces__body"))
    rows = list(decisions.order_by("number"))
    return {
        **cite_lines(body.cite),
        "body": body.label,
        "year": str(year),
        "version": str(version),
        "replaces": str(version - 1) if version > 1 else "",
        "issued_on": date_fr(today),
        "issued_by": signatory(issued_by, body.cite),
        "is_over": year < today.year,
        "numbers": _numbers(rows),
        "effect": signed(total(row.effect for row in rows if row.effect is not None)),
        "rows": [_row(row, body.prints_positions) for row in rows],
    }


def _numbers(rows):
    """That nothing is missing between the first number and the last is said in words."""
    if len(rows) < 2:
        return f"Une décision, {rows[0].reference}." if rows else ""
    return f"{len(rows)} décisions, de {rows[0].reference} à {rows[-1].reference}, sans numéro manquant."


def _row(decision, prints_positions):
    said = positions_text(decision) if prints_positions else ""
    return {
        "reference": decision.reference,
        "date": date_fr(decision.adopted_on),
        "title": decision.title,
        "text": decision.text,
        "taken": "Accord des pilotes" if decision.is_agreed else said or "Positions consignées",
        "effect": signed(decision.effect) if decision.effect not in (None, ZERO) else _no_change(decision),
        "owner": "" if decision.owner_id is None else owner_name(decision),
        "due_on": date_fr(decision.due_on) if decision.due_on else "",
        "state": execution_status(decision)["label"],
        "detail": ". ".join(filter(None, (execution_detail(decision), delays_text(decision)))),
        "chain": _chain(decision),
    }


def _no_change(decision):
    return NO_EFFECT if decision.effect is None else euros(decision.effect)


def _chain(decision):
    said = []
    if decision.replaces_id:
        said.append(f"Annule et remplace {decision.replaces.reference}.")
    if decision.status == DecisionStatus.CANCELLED:
        said.append(f"Annulée et remplacée par {decision.cancelled_by.reference}.")
    return " ".join(said)
