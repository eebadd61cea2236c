"""The exports of the State's tools: given, told, matched, confirmed. No sheet changes here."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from actions import state_exports as exports
from actions.difference_rights import can_read_exports
from actions.enums import ImportState
from actions.export_pages import (
    found_rows,
    kept_words,
    preview_rows,
    preview_tiles,
    result_tiles,
    told_tables,
    without_thrown,
)
from actions.forms.imports import mapping_from_post
from actions.forms.state_exports import SheetsForm, StateExportForm, chosen_matches
from actions.import_pages import given_answers, question_rows
from actions.imports import MappingError
from actions.models import Call, Difference, StateExport
from actions.permissions import can_import
from actions.state_exports.keeping import kept_reading
from cite_educative.common.spreadsheets import SpreadsheetError
from partners.context import current_cite, current_year

RECENT = 20
OVER = (ImportState.DONE, ImportState.ABANDONED)


@require_http_methods(["GET", "POST"])
def state_exports(request):
    cite, user = current_cite(request), request.user
    if cite is None:
        raise Http404
    is_lead = can_import(user, cite)
    if not (is_lead if request.method == "POST" else can_read_exports(user, cite)):
        raise PermissionDenied
    initial = {"budget_year": current_year(request)}
    form = StateExportForm(request.POST or None, request.FILES or None, initial=initial) if is_lead else None
    if request.method == "POST" and form.is_valid() and (run := _start(form, cite, user)):
        return redirect("actions:state_export", run.pk)
    runs = StateExport.objects.visible_to(user).filter(cite=cite).select_related("author__person")[:RECENT]
    waiting = Difference.objects.visible_to(user).open().filter(action__cite=cite).count()
    return render(request, "actions/exports/upload.html", {"form": form, "runs": runs, "waiting": waiting})


def _start(form, cite, user):
    """The run, or None: then the form says what is wrong with the file."""
    answers = form.cleaned_data
    file = answers["file"]
    try:
        return exports.start_export(
            cite=cite,
            actor=user,
            content=file.read(),
            filename=file.name,
            budget_year=answers["budget_year"],
            kind=answers["kind"],
        )
    except SpreadsheetError as error:
        form.add_error("file", str(error))
    except MappingError as error:
        form.add_error("file", str(error))
    return None


def _get_run(request, pk, *, to_write=False):
    """An export that is not over is its lead's alone."""
    runs = StateExport.objects.visible_to(request.user).select_related("cite", "author__person")
    run = get_object_or_404(runs, pk=pk)
    if (to_write or run.state not in OVER) and not can_import(request.user, run.cite):
        raise PermissionDenied
    return run


@require_http_methods(["GET", "POST"])
def state_export(request, pk):
    run = _get_run(request, pk, to_write=request.method == "POST")
    if run.state in OVER:
        tiles = result_tiles(run.result) if run.result else []
        context = {"run": run, "tiles": tiles, "kept": kept_words(run)}
        return render(request, "actions/exports/result.html", context)
    if request.method == "POST":
        return _save_matches(request, run) if request.POST.get("etape") == "lignes" else _save_columns(request, run)
    try:
        plan = exports.plan_of(run)
    except MappingError as error:
        return _settings(request, run, None, str(error))
    if run.state == ImportState.READY and not plan.required and "reglages" not in request.GET:
        return _preview(request, run, plan)
    return _settings(request, run, plan)


def _save_columns(request, run):
    mapping = without_thrown(run, mapping_from_post(request.POST, run, kept_reading(run)))
    try:
        plan = exports.save_answers(run=run, mapping=mapping)
    except MappingError as error:
        run.mapping = mapping
        return _settings(request, run, None, str(error))
    if not plan.required and not plan.faults:
        return redirect("actions:state_export", run.pk)
    run.mapping = mapping
    return _settings(request, run, plan)


def _save_matches(request, run):
    plan = exports.save_matches(run=run, chosen=chosen_matches(request.POST))
    if plan.faults:
        return _preview(request, run, plan)
    return redirect("actions:state_export", run.pk)


def _settings(request, run, plan, error=""):
    reading = plan.reading if plan else kept_reading(run)
    required, optional = question_rows(plan, run.mapping) if plan else ([], [])
    given = [answer for answer in given_answers(plan, run.mapping) if not answer["id"].startswith("match:")]
    context = {
        "run": run,
        "error": error,
        "tables": told_tables(run, reading),
        "kept": kept_words(run),
        "required": required,
        "optional": optional,
        "given": given,
        "faults": plan.faults if plan else [],
    }
    return render(request, "actions/exports/settings.html", context)


def _preview(request, run, plan, *, changed="", form=None, status=200):
    found, more = found_rows(plan)
    rows = preview_rows(plan)
    calls = Call.objects.visible_to(request.user).filter(cite=run.cite)
    context = {
        "run": run,
        "tiles": preview_tiles(plan),
        "kept": kept_words(run),
        "rows": rows,
        "found": found,
        "more_found": more,
        "notes": dict.fromkeys(plan.notes),
        "faults": plan.faults,
        "fingerprint": exports.fingerprint(plan),
        "changed": changed,
        "earlier": exports.earlier_export(run),
        "by_file": plan.by_file,
        "can_confirm": plan.can_be_written,
        "sheets": (form or SheetsForm(cite=run.cite, user=request.user)) if rows["unmatched"] and calls else None,
    }
    return render(request, "actions/exports/preview.html", context, status=status)


@require_POST
def state_export_confirm(request, pk):
    run = _get_run(request, pk, to_write=True)
    try:
        exports.confirm_export(run=run, actor=request.user, seen=request.POST.get("fingerprint", ""))
    except exports.PreviewChanged as error:
        return _preview(request, run, error.plan, changed=str(error), status=409)
    except exports.ExportRefused as error:
        messages.error(request, f"Rien n’a été écrit. {error}")
    return redirect("actions:state_export", run.pk)


@require_POST
def state_export_abandon(request, pk):
    run = _get_run(request, pk, to_write=True)
    exports.abandon_export(run=run)
    messages.info(request, "L’export est laissé de côté\u00a0: rien n’a été écrit.")
    return redirect("actions:state_exports")


@require_POST
def state_export_sheets(request, pk):
    """Hands the rows without sheet to the import of the plan, which asks and shows before it writes."""
    run = _get_run(request, pk, to_write=True)
    form = SheetsForm(request.POST, cite=run.cite, user=request.user)
    if not form.is_valid():
        if run.state in OVER:
            return redirect("actions:state_export", run.pk)
        return _preview(request, run, exports.plan_of(run), form=form)
    try:
        made = exports.create_sheets(run=run, call=form.cleaned_data["call"], actor=request.user)
    except (ValueError, SpreadsheetError, MappingError):
        messages.info(request, "Chaque ligne de cet export a sa fiche\u00a0: il n’y a rien à créer.")
        return redirect("actions:state_export", run.pk)
    return redirect("actions:import_run", made.pk)
