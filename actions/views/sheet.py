from django.shortcuts import render
from django.views.decorators.http import require_GET

from actions.amounts import CHAIN, chain_chart, ledger_of, ledger_rows, money_tables, readable_total
from actions.sheet import get_sheet_action, sheet_context
from actions.standing import standings
from cite_educative.common.dates import date_fr
from cite_educative.common.money import euros


@require_GET
def detail(request, pk):
    action = get_sheet_action(request.user, pk, published_part=True)
    context = sheet_context(request, action, tab="detail")
    read = context["read"]
    known = [(step, readable_total(read, step, action.budget_year)) for step in CHAIN]
    context["figures"] = [
        {"label": step.label.capitalize(), "value": euros(amount), "note": "", "url": ""}
        for step, amount in known
        if amount is not None or context["level"] == "full"
    ]
    context["identity"] = _identity(action, context["level"])
    context["progress"] = standings(request.user, [action]).get(action.pk)
    if context["progress"]:
        context["missing"] = []  # told by the progress, with what is due and when
    return render(request, "actions/detail.html", context)


def _identity(action, level):
    """The lines of the sheet; who reads the published part gets the published ones only."""
    public = [
        ("Public", action.audience),
        ("Objectif", str(action.objective or "")),
        ("Objectif national", action.axis.get_national_objective_display() if action.axis else ""),
        ("Année scolaire", str(action.school_year or "")),
    ]
    rest = [
        ("Thématique", action.theme),
        ("Appel à projets", str(action.call or "")),
        ("Exercice", str(action.budget_year)),
        ("Dates telles qu’écrites", action.period_text),
        ("Référence Dauphin", action.external_ref),
        ("Coût total", euros(action.total_cost) if action.total_cost is not None else ""),
        ("Déposée le", date_fr(action.submitted_on) if action.submitted_on else ""),
    ]
    lines = public if level == "published" else public + rest
    return [{"label": label, "value": value} for label, value in lines if value]


@require_GET
def money(request, pk):
    action = get_sheet_action(request.user, pk, published_part=True)
    context = sheet_context(request, action, tab="money")
    read, level = context["read"], context["level"]
    context["tables"] = [table for table in money_tables(action, level, read) if table.rows]
    context["chart"] = chain_chart(read, action.budget_year)
    entries = ledger_of(read) if level in ("full", "own") else []
    context["ledger"] = ledger_rows(entries, hides_names=context["hides_names"])
    return render(request, "actions/money.html", context)


@require_GET
def history(request, pk):
    action = get_sheet_action(request.user, pk)
    return render(request, "actions/history.html", sheet_context(request, action, tab="history"))
