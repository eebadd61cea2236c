"""The arbitration board of a call and the life of its scenarios: for the readers of the money alone."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions import services
from actions.finances.board import load_board
from actions.finances.board_cells import conflicts_of, read_cells
from actions.finances.board_html import bars, gauges, texts
from actions.finances.board_page import (
    adoption_lines,
    board_context,
    board_url,
    chosen_filters,
    chosen_grouping,
    fresh,
    read_preview,
    write_preview,
)
from actions.finances.boards import board_lines, board_sums
from actions.finances.sections import finance_sections
from actions.forms.scenarios import CopyForm, RenameForm, ScenarioForm
from actions.models import FundingSource, Scenario
from actions.permissions import can_adopt_scenario, can_read_board, can_write_scenario
from actions.services.scenarios import Cell, adoption
from actions.views.calls import visible_call
from actions.views.finances import readable_cite
from cite_educative.common.dates import time_fr
from partners.context import current_year

GESTURES = {
    "partager": (services.share_scenario, "Le scénario est partagé avec l’équipe et les pilotes."),
    "verrouiller": (services.lock_scenario, "Le scénario est verrouillé."),
    "deverrouiller": (services.unlock_scenario, "Le scénario est déverrouillé."),
    "ecarter": (services.discard_scenario, "Le scénario est écarté\u00a0; il reste dans l’historique."),
}


def readable_call(request, pk):
    call = visible_call(request, pk)
    if not can_read_board(request.user, call.cite):
        raise PermissionDenied
    return call


def _scenario(request, pk, *, allowed=can_write_scenario):
    scenarios = Scenario.objects.visible_to(request.user).select_related("call__cite", "author__person")
    scenario = get_object_or_404(scenarios, pk=pk)
    if not allowed(request.user, scenario):
        raise PermissionDenied
    return scenario


@require_GET
def boards(request):
    cite, year = readable_cite(request), current_year(request)
    lines = board_lines(request.user, cite, year)
    context = {"year": year, "lines": lines, "sums": board_sums(lines), "sections": finance_sections("boards")}
    return render(request, "finances/boards.html", context)


@require_GET
def board(request, pk):
    call = readable_call(request, pk)
    scenarios = Scenario.objects.visible_to(request.user).kept().filter(call=call)
    scenarios = list(scenarios.select_related("author__person", "call__cite"))
    asked = request.GET.get("scenario", "")
    found = [one for one in scenarios if str(one.pk) == asked] or [one for one in scenarios if one.adopted_at]
    scenario = (found or scenarios or [None])[0]
    context = board_context(request, call, scenario, scenarios)
    context["create_form"] = ScenarioForm(prefix="nouveau")
    if scenario:
        context["copy_form"] = CopyForm(prefix="copie", sources=_sources(request, call))
        context["rename_form"] = RenameForm(prefix="nom", initial={"label": scenario.label})
    return render(request, "finances/board.html", context)


def _sources(request, call):
    return FundingSource.objects.visible_to(request.user).filter(cite=call.cite_id).active()


@require_POST
def scenario_write(request, pk):
    """The whole table as a form, or one cell posted by the script, which is answered in JSON."""
    scenario = _scenario(request, pk)
    posted = read_cells(request.POST)
    try:
        scenario, refused = services.write_cells(scenario, [Cell(*cell) for cell in posted.cells], actor=request.user)
    except services.ScenarioError as error:
        return _refused(request, scenario, str(error))
    conflicts = conflicts_of(scenario, refused, request.user) if refused else []
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(_answer(request, scenario, posted, conflicts))
    for one in conflicts[:10]:
        messages.warning(
            request, f"{one['text']} Sa valeur est gardée\u00a0: écrivez la vôtre à nouveau pour l’imposer."
        )
    for sentence in list(posted.errors.values())[:10]:
        messages.error(request, sentence)
    messages.success(request, f"Enregistré à {time_fr(timezone.now())}.")
    return redirect(board_url(scenario, request.GET))


def _refused(request, scenario, sentence):
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"error": sentence}, status=409)
    messages.error(request, sentence)
    return redirect(board_url(scenario, request.GET))


def _answer(request, scenario, posted, conflicts):
    seen = request.POST.get("version", "")
    seen = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
    filters = chosen_filters(request)
    shown = load_board(scenario.call, scenario, filters, user=request.user, totals_only=True)
    cells = fresh(scenario, seen, [tuple(map(int, one["place"].split("-"))) for one in conflicts])
    return {
        "saved": f"Enregistré à {time_fr(timezone.now())}",
        "version": scenario.version,
        "cells": cells,
        "errors": posted.errors,
        "conflicts": conflicts,
        "texts": texts(shown, chosen_grouping(request), {cell["action"] for cell in cells}),
        "parts": {"jauges": gauges(shown), "barres": bars(shown)},
    }


@require_POST
def scenario_create(request, pk):
    call = readable_call(request, pk)
    form = ScenarioForm(request.POST, prefix="nouveau")
    if not form.is_valid():
        messages.error(request, "Donnez un nom au scénario et choisissez ses montants de départ.")
        return redirect("actions:board", call.pk)
    scenario = services.create_scenario(call=call, actor=request.user, **form.cleaned_data)
    messages.success(request, f"Le scénario «\u00a0{scenario}\u00a0» est créé\u00a0; vous seul le voyez.")
    return redirect(board_url(scenario))


@require_POST
def scenario_copy(request, pk):
    """Whoever reads a scenario may copy it: the copy is her or his own."""
    scenario = _scenario(request, pk, allowed=lambda user, one: can_read_board(user, one.call.cite))
    form = CopyForm(request.POST, prefix="copie", sources=_sources(request, scenario.call))
    if not form.is_valid():
        messages.error(request, "Donnez un nom à la copie, et une baisse entre 0 et 100 %.")
        return redirect(board_url(scenario))
    answers = form.cleaned_data
    source = answers["source"].pk if answers["source"] else None
    copy = services.copy_scenario(
        scenario, label=answers["label"], percent=answers["percent"], source=source, actor=request.user
    )
    messages.success(request, f"Le scénario «\u00a0{copy}\u00a0» est créé\u00a0; vous seul le voyez.")
    return redirect(board_url(copy))


@require_POST
def scenario_gesture(request, pk):
    scenario = _scenario(request, pk)
    gesture = request.POST.get("geste", "")
    try:
        if gesture == "renommer":
            form = RenameForm(request.POST, prefix="nom")
            if not form.is_valid():
                raise services.ScenarioError("Donnez un nom au scénario, de 80 caractères au plus.")
            services.rename_scenario(scenario, label=form.cleaned_data["label"], actor=request.user)
            said = "Le scénario est renommé."
        elif gesture in GESTURES:
            service, said = GESTURES[gesture]
            service(scenario, actor=request.user)
        else:
            raise services.ScenarioError("Ce geste n’existe pas.")
    except services.ScenarioError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("actions:board", scenario.call_id) if gesture == "ecarter" else redirect(board_url(scenario))


@require_http_methods(["GET", "POST"])
def scenario_adopt(request, pk):
    scenario = _scenario(request, pk, allowed=can_adopt_scenario)
    if request.method == "POST":
        seen, problem = read_preview(request.POST.get("apercu", "")), ""
        try:
            services.adopt_scenario(scenario, seen=seen, actor=request.user)
        except services.MovedError as error:
            told = adoption_lines({place: adoption(scenario).get(place, (None, None)) for place in error.moved})
            problem = f"{error} À relire\u00a0: " + "\u00a0; ".join(
                f"{one['title']}, {one['source']}" for one in told[:10]
            )
        except services.ScenarioError as error:
            problem = str(error)
        if not problem:
            messages.success(request, "Le scénario est retenu\u00a0: ses montants sont maintenant ce qui est proposé.")
            return redirect(board_url(scenario))
        messages.error(request, problem)
    changes = adoption(scenario)
    context = {
        "scenario": scenario,
        "lines": adoption_lines(changes),
        "preview": write_preview(changes),
        "back": board_url(scenario),
    }
    return render(request, "finances/scenario_adopt.html", context)
