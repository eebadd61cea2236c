from django.db.models import prefetch_related_objects
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from actions.amounts import CHAIN, chain_chart, history_of, ledger_of, ledger_rows, money_tables, readable_total
from actions.comments import open_field_comments
from actions.difference_pages import differences_of_sheet
from actions.edition_content import editions_of
from actions.finances.budget import budget_of
from actions.finances.last_amounts import last_amounts
from actions.finances.payments import payments_of_action
from actions.finances.shares import shares_of
from actions.last_year import last_year_of
from actions.life import can_correct_life, corrigible_moves
from actions.models import Agreement
from actions.permissions import can_read_statement, can_renew
from actions.readable import attach_fundings
from actions.sheet import get_sheet_action, missing_of, sheet_context
from actions.sheet_quality import quality_of
from actions.sheet_sections import contact_words, sheet_sections
from actions.standing import standings
from cite_educative.common.money import euros


@require_GET
def detail(request, pk):
    action = get_sheet_action(request.user, pk, published_part=True, first_tab=True)
    attach_fundings([row for row in (action, action.renews) if row])
    context = sheet_context(request, action, tab="detail")
    read = context["read"]
    known = [(step, readable_total(read, step, action.budget_year)) for step in CHAIN]
    context["figures"] = [
        {"label": step.label.capitalize(), "value": euros(amount), "note": "", "url": ""}
        for step, amount in known
        if amount is not None or context["level"] == "full"
    ]
    context["identity"] = _identity(request.user, action)
    context |= _whole_sheet(request.user, action, context) if context["level"] != "published" else {}
    context["differences"] = differences_of_sheet(request.user, action) if context["level"] == "full" else []
    context["progress"] = standings(request.user, [action]).get(action.pk)
    if not context["progress"]:
        context["missing"] = missing_of(request.user, action, with_pieces=True)
    return render(request, "actions/detail.html", context)


def _identity(user, action):
    """The lines of the published part."""
    lines = [
        ("Public", action.audience),
        ("Objectif", str(action.objective or "")),
        ("Objectif national", action.axis.get_national_objective_display() if action.axis else ""),
        ("Année scolaire", str(action.school_year or "")),
        ("Personne chargée de l’action", contact_words(user, action)),
    ]
    return [{"label": label, "value": value} for label, value in lines if value]


def _whole_sheet(user, action, context):
    """Its sections, what would make it better for who writes it, last year beside, its printed editions."""
    can_edit = context["can_edit"]
    prefetch_related_objects([action], "texts", "publics", "budget_lines")
    comments = open_field_comments(user, action)
    return {
        "sections": sheet_sections(user, action, can_edit=can_edit, comments=comments),
        "comments_url": reverse("actions:comments", args=[action.pk]),
        "quality": quality_of(action) if can_edit else None,
        "can_renew": can_renew(user, action),
        "last_year": last_year_of(user, action),
        "editions": editions_of(user, action),
    }


@require_GET
def money(request, pk):
    action = get_sheet_action(request.user, pk, published_part=True)
    context = sheet_context(request, action, tab="money")
    read, level = context["read"], context["level"]
    has_ledger = level in ("full", "own")
    last = last_amounts(request.user, action, action.budget_year) if has_ledger else None
    context["tables"] = [table for table in money_tables(action, level, read, last=last) if table.rows]
    context["chart"] = chain_chart(read, action.budget_year)
    ledger = ledger_of(read) if has_ledger else []
    history = history_of(ledger, request.GET.get("montant", ""))
    context |= {
        "has_ledger": has_ledger,
        "ledger": ledger_rows(ledger, level=level, hides_names=context["hides_names"], shown=history),
        "is_one_history": len(history) < len(ledger),
        "shares": shares_of(action, read, action.budget_year) if has_ledger else None,
        "payments": payments_of_action(request.user, action) if has_ledger else [],
        "budget": budget_of(action, action.budget_year) if has_ledger else None,
        "has_statement": has_ledger and can_read_statement(request.user, action),
        "agreements": Agreement.objects.visible_to(request.user).of_action(action) if has_ledger else (),
    }
    return render(request, "actions/money.html", context)


@require_GET
def history(request, pk):
    action = get_sheet_action(request.user, pk)
    context = sheet_context(request, action, tab="history")
    context["moves"] = corrigible_moves(action) if can_correct_life(request.user, action) else []
    return render(request, "actions/history.html", context)
