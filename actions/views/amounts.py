"""Several amounts of one action entered at once, typed or pasted from a spreadsheet."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from actions import services
from actions.enums import Step
from actions.finances.amounts_paste import read_amounts
from actions.finances.budget import budget_of
from actions.finances.budget_page import years_of
from actions.finances.last_amounts import last_amounts
from actions.finances.pasting import LONGEST, PasteError
from actions.finances.requests_of_budget import compare_requests
from actions.forms.amounts import AmountsForm, cell_name
from actions.models import Funding
from actions.permissions import can_enter_something, can_manage_money
from actions.sheet import get_sheet_action, sheet_context
from actions.views.budget import asked_year
from actions.views.money import enterable, on_behalf_of
from cite_educative.common import journal
from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.locks import ConflictError
from cite_educative.common.money import euros


@dataclass(frozen=True)
class Grid:
    """What the user may enter for this action and year, and what is known there."""

    action: object
    year: int
    steps_by_source: dict
    known: dict

    @classmethod
    def of(cls, user, action, year):
        steps_by_source = enterable(user, action)
        fundings = Funding.objects.visible_to(user).filter(action=action, budget_year=year)
        by_source = {funding.source_id: funding for funding in fundings}
        known = {
            (source, step): getattr(by_source[source.pk], step)
            for source, steps in steps_by_source.items()
            if source.pk in by_source
            for step in steps
        }
        return cls(action, year, steps_by_source, known)

    @property
    def keys(self):
        return [(source.pk, step) for source, steps in self.steps_by_source.items() for step in steps]

    @property
    def mark(self):
        return services.amounts_mark(self.action, self.year, self.keys)

    def form(self, data=None, **kwargs):
        kwargs.setdefault("mark", self.mark)
        return AmountsForm(data, steps_by_source=self.steps_by_source, known=self.known, **kwargs)


@require_http_methods(["GET", "POST"])
def amounts(request, pk):
    action = get_sheet_action(request.user, pk)
    if not can_enter_something(request.user, action):
        raise PermissionDenied
    grid = Grid.of(request.user, action, asked_year(request, action))
    if request.method == "GET" or not grid.steps_by_source:
        return _page(request, grid, grid.form(shown=_suggested(request, grid)))
    form = grid.form(request.POST)
    is_valid = form.is_valid()
    if "coller" in request.POST:
        return _pasted(request, grid, form)
    if not is_valid:
        return _page(request, grid, form)
    try:
        entries = _record(request.user, grid, form)
    except ConflictError:
        return _conflict(request, grid, form)
    _tell(request, entries)
    return redirect("actions:money", pk)


def _suggested(request, grid):
    """The requests that the budget names, when its page leads here."""
    if "budget" not in request.GET:
        return {}
    read = [(funding, frozenset({Step.REQUESTED})) for funding in grid.action.fundings.all()]
    found = compare_requests(grid.action, budget_of(grid.action, grid.year), read)
    suggestions = found.suggestions if found else []
    return {
        (source, Step.REQUESTED): amount
        for source, amount in suggestions
        if Step.REQUESTED in grid.steps_by_source.get(source, ())
    }


def _record(user, grid, form):
    answers = form.cleaned_data
    holder, cite = grid.action.holder, grid.action.cite_id
    concerned = {cell: holder if cell[1] == Step.REQUESTED else cell[0].organisation for cell in form.changes}
    return services.record_amounts(
        grid.action,
        budget_year=grid.year,
        amounts=form.changes,
        on=answers["on"],
        actor=user,
        mark=answers["mark"],
        cells=grid.keys,
        reference=answers["reference"],
        received=answers["received"],
        behalf={cell: on_behalf_of(user, organisation, cite) for cell, organisation in concerned.items()},
    )


def _tell(request, entries):
    if not entries:
        messages.info(request, "Aucun montant n’a changé\u00a0: rien n’a été écrit.")
    elif len(entries) == 1:
        messages.success(request, "Le montant est enregistré\u00a0; son origine est gardée dans l’historique.")
    else:
        messages.success(
            request, f"{len(entries)} montants sont enregistrés\u00a0; leur origine est dans l’historique."
        )


def _pasted(request, grid, form):
    """What was typed, with the pasted amounts over it: shown to be read again, not saved yet."""
    text = request.POST.get("pasted", "")
    try:
        read = read_amounts(text, grid.steps_by_source, form.steps)
    except PasteError as error:
        read, preview = None, {"error": str(error), "text": text[:LONGEST]}
    else:
        preview = {
            "count": len(read.amounts),
            "unread": read.unread,
            "text": "\n".join(one.text for one in read.unread).replace(" | ", "\t"),
        }
    shown = form.typed | (read.amounts if read else {})
    again = grid.form(
        shown=shown, typed=form.kept(read.amounts if read else ()), mark=form.data.get("mark") or grid.mark
    )
    return _page(request, grid, again, preview=preview)


def _conflict(request, grid, form):
    """Both versions; sending again keeps the one typed over the one just read."""
    last = journal.entries_for(grid.action).first()
    fields = [
        {
            "label": form.fields[cell_name(*cell)].label,
            "mine": euros(form.typed.get(cell)),
            "theirs": euros(grid.known.get(cell)),
            "different": form.typed.get(cell) != grid.known.get(cell),
        }
        for cell in form.cells
    ]
    conflict = {
        "author": str(last.actor) if last and last.actor else "Quelqu’un d’autre",
        "when": f"le {date_fr(last.created_at)} à {time_fr(last.created_at)}" if last else "",
        "fields": fields,
    }
    again = grid.form(shown=form.typed, typed=form.kept())
    return _page(request, grid, again, conflict=conflict, status=409)


def _page(request, grid, form, *, preview=None, conflict=None, status=200):
    before = last_amounts(request.user, grid.action, grid.year)
    rows = [
        {
            "label": source.label,
            "detail": source.detail,
            "cells": [_cell(form, source, step, before) for step in form.steps],
        }
        for source in grid.steps_by_source
    ]
    context = sheet_context(request, grid.action, tab="money") | {
        "form": form,
        "year": grid.year,
        "years": years_of(grid.action),
        "headings": [step.label.capitalize() for step in form.steps],
        "rows": rows,
        "preview": preview,
        "pasted": (preview or {}).get("text", ""),
        "conflict": conflict,
        "can_manage": can_manage_money(request.user, grid.action.cite),
    }
    return render(request, "actions/amounts.html", context, status=status)


def _cell(form, source, step, before):
    if step not in form.steps_by_source[source]:
        return {"field": None}
    told = before.told(source.pk, step) if before else ""
    return {"field": form[cell_name(source, step)], "label": step.label.capitalize(), "before": told}
