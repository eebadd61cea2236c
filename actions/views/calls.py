"""Calls for projects: the list, the page of each, its form, its next wave or year, its publication."""

import copy

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions import services
from actions.calls import (
    LISTED,
    block_labels,
    call_facts,
    call_lines,
    counts_by_stage,
    delay_words,
    expected_renewals,
    list_url,
    request_lines,
    requests_heading,
    state_of,
)
from actions.forms.calls import CallForm, NextCallForm, compared_calls
from actions.models import Action, Call
from actions.next_call import WAVE, YEAR, proposal
from actions.permissions import can_create_action, can_read_appraisal, can_read_board, can_write_plan
from actions.views.sections import plan_sections
from cite_educative.common import journal
from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.locks import ConflictError
from partners.context import current_cite, current_year
from partners.permissions import hides_names


def visible_call(request, pk):
    return get_object_or_404(Call.objects.visible_to(request.user).select_related("cite"), pk=pk)


def written_call(request, pk):
    call = visible_call(request, pk)
    if not can_write_plan(request.user, call.cite):
        raise PermissionDenied
    return call


@require_GET
def call_list(request):
    cite = current_cite(request)
    if cite is None:
        raise Http404
    year = current_year(request)
    without_call = Action.objects.visible_to(request.user).filter(cite=cite, budget_year=year, call=None)
    context = {
        "sections": plan_sections("calls", request.user, cite),
        "lines": call_lines(request.user, cite),
        "without_call": without_call.count(),
        "year": year,
        "can_write": can_write_plan(request.user, cite),
    }
    return render(request, "actions/call_list.html", context)


@require_GET
def call_page(request, pk):
    call, user = visible_call(request, pk), request.user
    today, is_team = user.access.today, can_write_plan(user, call.cite)
    stages, total = counts_by_stage(user, call)
    code, words = state_of(call, today)
    hidden = hides_names(user.access, call.cite_id)
    context = {
        "call": call,
        "state": {"code": code, "label": words[:1].upper() + words[1:]},
        "delay": delay_words(call, today),
        "facts": call_facts(call),
        "blocks": block_labels(call),
        "pieces": list(call.expected_pieces.all()),
        "criteria": list(call.criteria.all()),
        "stages": stages,
        "total": total,
        "shown": min(total, LISTED),
        "requests": request_lines(user, call, hides_names=hidden),
        "list_url": list_url(call),
        "heading": requests_heading(user, call.cite_id),
        "renewals": list(expected_renewals(call)) if is_team and not call.is_late(today) else [],
        "is_team": is_team,
        "can_answer": can_create_action(user, call.cite),
        "closed": services.closed_sentence(call) if call.is_late(today) else "",
        "can_appraise": can_read_appraisal(user, call.cite),
        "can_arbitrate": can_read_board(user, call.cite),
    }
    return render(request, "actions/call_page.html", context)


# --- Writing --------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def call_create(request):
    cite = current_cite(request)
    if cite is None:
        raise Http404
    if not can_write_plan(request.user, cite):
        raise PermissionDenied
    form = CallForm(request.POST or None, instance=Call(cite=cite, budget_year=current_year(request)))
    if request.method == "POST" and form.is_valid():
        try:
            call = services.save_call(form.instance, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "L’appel est enregistré. Dites maintenant quelles pièces il demande.")
            return redirect("actions:call", call.pk)
    return render(request, "actions/call_form.html", {"form": form, "call": None, "conflict": None})


@require_http_methods(["GET", "POST"])
def call_update(request, pk):
    call = written_call(request, pk)
    form = CallForm(request.POST or None, instance=copy.copy(call))
    if request.method == "POST" and form.is_valid():
        try:
            services.save_call(form.instance, actor=request.user, version=form.cleaned_data["version"])
        except ConflictError as conflict:
            return _conflict_page(request, form, conflict.current)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "L’appel est enregistré.")
            return redirect("actions:call", call.pk)
    return render(request, "actions/call_form.html", {"form": form, "call": call, "conflict": None})


def _conflict_page(request, form, current):
    """Both versions side by side; sending the form again keeps the user's over the one just read."""
    answers = request.POST.copy()
    answers["version"] = current.version
    again = CallForm(answers, instance=copy.copy(current))
    last = journal.entries_for(current).first()
    moment = last.created_at if last else timezone.now()
    conflict = {
        "author": str(last.actor) if last and last.actor else "Quelqu’un d’autre",
        "when": f"le {date_fr(moment)} à {time_fr(moment)}",
        "fields": compared_calls(form, current),
    }
    context = {"form": again, "call": current, "conflict": conflict}
    return render(request, "actions/call_form.html", context, status=409)


@require_http_methods(["GET", "POST"])
def call_next(request, pk):
    """`?suite=vague` or `?suite=annee`: the same call again, later."""
    source = written_call(request, pk)
    kind = request.GET.get("suite")
    kind = kind if kind in (WAVE, YEAR) else YEAR
    form = NextCallForm(request.POST or None, instance=Call(cite=source.cite, **proposal(source, kind)))
    if request.method == "POST" and form.is_valid():
        try:
            call = services.copy_call(source, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "L’appel est préparé, avec ses rubriques, ses pièces et sa grille. Relisez-le.")
            return redirect("actions:call", call.pk)
    return render(request, "actions/call_next.html", {"form": form, "source": source, "is_wave": kind == WAVE})


@require_POST
def call_publish(request, pk):
    call = written_call(request, pk)
    try:
        services.publish_call(call, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "La page est publiée\u00a0: tout le monde peut la lire, sans compte.")
    return redirect("actions:call", call.pk)


@require_POST
def call_withdraw(request, pk):
    call = written_call(request, pk)
    services.withdraw_call(call, actor=request.user)
    messages.success(request, "La page est retirée\u00a0: son adresse ne répond plus.")
    return redirect("actions:call", call.pk)
