"""What a review freezes of what follows the grants: agreements, consumption, statements. Dates and amounts as texts."""

from django.utils.text import capfirst

from actions.enums import AgreementState
from actions.finances.statements import owing
from actions.models import Action, Agreement, FinancialStatement, usual_due_day

CONSUMPTION = "Consommation"
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
        CONSUMPTION,
        (
            ("funder", "Financeur", "text", 28),
            ("granted", "Accordé", "money", None),
            ("paid", "Versé", "money", None),
            ("planned", "Prévu d’ici fin décembre", "money", None),
            ("at_year_end", "Versé au 31 décembre", "money", None),
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
            ("people", "Personnes touchées", "count", 12),
            ("reminded_on", "Dernière relance", "date", None),
        ),
    ),
}


def following_content(cite, year, consumption):
    return {
        "agreements": _agreements(cite, year),
        "consumption": _consumption(consumption),
        "pace": _text(consumption.at_last_year_pace()),
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


def _consumption(consumption):
    names = ("granted", "paid", "planned", "at_year_end", "later", "unplanned")
    return [
        {"funder": line.source.label, **{name: _text(getattr(line, name)) for name in names}}
        for line in consumption.lines
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
        "people": row.people_reached if row else None,
        "reminded_on": row.reminders[-1]["on"] if row and row.reminders else "",
    }


def _text(amount):
    return None if amount is None else str(amount)
