"""Scenarios side by side, and the board as a spreadsheet."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from actions.finances.board import load_board
from actions.finances.board_page import chosen_filters
from actions.finances.compare import (
    MOST,
    Comparison,
    board_columns,
    board_rows,
    board_totals,
    comparison_page,
)
from actions.models import Scenario
from actions.views.board import readable_call
from cite_educative.common.exports import stream_csv, xlsx_response


@require_safe
def compare(request, pk):
    """`?s=` names each scenario, four at most; without any, the first ones. `?tout=oui` shows what does not differ too."""
    call = readable_call(request, pk)
    known = list(Scenario.objects.visible_to(request.user).kept().filter(call=call))
    asked = set(request.GET.getlist("s"))
    chosen = [one for one in known if str(one.pk) in asked][:MOST] or known[:MOST]
    whole = request.GET.get("tout") == "oui"
    comparison = Comparison(call, chosen, user=request.user, whole=whole)
    context = {
        "call": call,
        "choices": [(one, one in chosen) for one in known],
        "whole": whole,
        "most": MOST,
        **comparison_page(comparison),
    }
    return render(request, "finances/compare.html", context)


@require_safe
def board_export(request, pk):
    """`?scenario=` and the filters of the board; `?format=csv`, a workbook otherwise."""
    call = readable_call(request, pk)
    scenarios = Scenario.objects.visible_to(request.user).kept().filter(call=call)
    asked = request.GET.get("scenario", "")
    scenario = next((one for one in scenarios if str(one.pk) == asked), None)
    board = load_board(call, scenario, chosen_filters(request), user=request.user)
    sides = list(call.cite.sides.all())
    name = scenario.label if scenario else "demandes"
    options = {
        "title": f"Arbitrage, {name}"[:31],
        "filename": f"arbitrage-{call.pk}-{timezone.localdate():%Y-%m-%d}",
        "totals": board_totals(board),
    }
    write = stream_csv if request.GET.get("format") == "csv" else xlsx_response
    return write(board_columns(board, sides), board_rows(board, sides), **options)
