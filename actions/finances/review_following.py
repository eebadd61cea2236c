"""What a review freezes of what follows the grants: agreements, consumption, statements. Dates and amounts as texts."""

from django.utils.text import capfirst

from actions.enums import AgreementState
from actions.finances.consumption import Consumption
from actions.finances.statements import owing
from actions.models import Action, Agreement, FinancialStatement, usual_due_day

FOLLOWING = {
    "agreements": (
        "Conventions",
        (
            ("number", "Numéro", "text", 16),
            ("title", "Objet", "text", 46),
            ("holder", "Porteur", "text", 34),
            ("funder", "Financeur", "text", 28),
            ("state", "État", "text", 16),
            ("signed_on", "Signée le", "date", None),
            ("ends_on", "Prend fin le", "date", None),
            ("amount", "Montant, avenants compris", "money", None),
        ),
    ),
    "consumption": (
        "Consommation",
        (
            ("funder", "Financeur", "text", 28),
            ("granted", "Accordé", "money", None),
            ("paid", "Versé", "money", None),
            ("planned", "Prévu d’ici fin décembre", "money", None),
            ("later", "Prévu ensuite", "money", None),
            ("unplanned", "Sans échéance", "money", None),
        ),
    ),
    "statements": (
        "Comptes rendus",
        (
            ("title", "Action", "text", 46),
            ("holder", "Porteur", "text", 34),
            ("due_on", "Dû le", "date", None),
            ("filed_on", "Déposé le", "date", None),
            ("state", "État", "text", 18),
            ("spent", "Dépensé", "money", None),
            ("unspent", "Non employé", "money", None),
        ),
    ),
}


def following_content(cite, year, today):
    return {
        "agreements": _agreements(cite, year),
        "consumption": _consumption(cite, year, today),
        "statements": _statements(cite, year),
    }


def _agreements(cite, year):
    """One row per agreement; its amount and its end are those of its last signed amendment."""
    rows = Agreement.objects.filter(cite=cite, budget_year=year).exclude(state=AgreementState.CANCELLED)
    rows = list(rows.select_related("holder", "funder").prefetch_related("lines").order_by("number", "pk"))
    signed = [row for row in rows if row.amends_id and row.state == AgreementState.SIGNED]
    amended = {row.amends_id: row for row in sorted(signed, key=lambda row: (row.signed_on, row.pk))}
    return [
        {
            "number": row.number,
            "title": row.title,
            "holder": row.holder.name,
            "funder": row.funder.name,
            "state": capfirst(row.get_state_display()),
            "signed_on": row.signed_on.isoformat() if row.signed_on else "",
            "ends_on": amended.get(row.pk, row).ends_on.isoformat(),
            "amount": _text(amended.get(row.pk, row).amount),
        }
        for row in rows
        if not row.amends_id
    ]


def _consumption(cite, year, today):
    names = ("granted", "paid", "planned", "later", "unplanned")
    return [
        {"funder": line.source.label, **{name: _text(getattr(line, name)) for name in names}}
        for line in Consumption(cite, year, today=today).lines
    ]


def _statements(cite, year):
    known = {row.action_id: row for row in FinancialStatement.objects.filter(action__cite=cite, budget_year=year)}
    actions = owing(Action.objects.filter(cite=cite), year).select_related("holder").order_by("code", "pk")
    return [_statement(action, known.get(action.pk), year) for action in actions]


def _statement(action, row, year):
    return {
        "title": str(action),
        "holder": action.holder.name,
        "due_on": (row.due_on if row else usual_due_day(year)).isoformat(),
        "filed_on": row.filed_on.isoformat() if row and row.filed_on else "",
        "state": capfirst(row.get_state_display()) if row else "Pas commencé",
        "spent": _text(row.spent if row else None),
        "unspent": _text(row.unspent if row else None),
    }


def _text(amount):
    return None if amount is None else str(amount)
