from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from actions.enums import ImportState
from actions.forms.imports import UploadForm, mapping_from_post
from actions.import_pages import column_tables, figure_rows, given_answers, line_rows, list_url, question_rows
from actions.imports import (
    ImportRefused,
    MappingError,
    PreviewChanged,
    abandon_import,
    confirm_import,
    plan_of,
    save_answers,
    start_import,
)
from actions.imports.runs import reading_of
from actions.models import ImportRun
from actions.permissions import can_import
from actions.services import save_call
from cite_educative.common.spreadsheets import SpreadsheetError
from partners.context import current_cite

RECENT = 10


@require_http_methods(["GET", "POST"])
def import_table(request):
    cite = current_cite(request)
    if cite is None:
        raise Http404
    if not can_import(request.user, cite):
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None, cite=cite, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            run = _start(form, request.user)
        except SpreadsheetError as error:
            form.add_error("file", str(error))
        else:
            return redirect("actions:import_run", run.pk)
    runs = ImportRun.objects.visible_to(request.user).filter(cite=cite).select_related("call", "author")[:RECENT]
    return render(request, "actions/import/upload.html", {"form": form, "runs": runs})


@transaction.atomic
def _start(form, user):
    """A call named on the spot is only kept when the file can be read."""
    call = form.call_to_use()
    if call.pk is None:
        call = save_call(call, actor=user)
    file = form.cleaned_data["file"]
    return start_import(call=call, actor=user, content=file.read(), filename=file.name)


def _get_run(request, pk):
    runs = ImportRun.objects.visible_to(request.user).select_related("cite", "call", "author")
    return get_object_or_404(runs, pk=pk)


@require_http_methods(["GET", "POST"])
def import_run(request, pk):
    run = _get_run(request, pk)
    if run.state in (ImportState.DONE, ImportState.ABANDONED):
        figures = figure_rows(run.result) if run.result else None
        return render(
            request, "actions/import/result.html", {"run": run, "figures": figures, "list_url": list_url(run)}
        )
    if request.method == "POST":
        return _save(request, run)
    try:
        plan = plan_of(run)
    except MappingError as error:
        return _settings(request, run, None, str(error))
    if run.state == ImportState.READY and plan.can_be_written and "reglages" not in request.GET:
        return _preview(request, run, plan)
    return _settings(request, run, plan)


def _save(request, run):
    mapping = mapping_from_post(request.POST, run, reading_of(run))
    try:
        plan = save_answers(run=run, mapping=mapping)
    except MappingError as error:
        run.mapping = mapping
        return _settings(request, run, None, str(error))
    if plan.can_be_written:
        return redirect("actions:import_run", run.pk)
    run.mapping = mapping
    return _settings(request, run, plan)


def _settings(request, run, plan, error=""):
    reading = plan.reading if plan else reading_of(run)
    required, optional = question_rows(plan, run.mapping) if plan else ([], [])
    context = {
        "run": run,
        "error": error,
        "tables": column_tables(reading, run.mapping),
        "required": required,
        "optional": optional,
        "given": given_answers(plan, run.mapping),
        "faults": plan.faults if plan else [],
        "figures": figure_rows(plan.figures) if plan else None,
        "nothing": plan is not None and not plan.actions,
        "year": run.mapping.get("answers", {}).get("year", ""),
    }
    return render(request, "actions/import/settings.html", context)


def _preview(request, run, plan, *, changed="", status=200):
    lines, more = line_rows(plan)
    context = {
        "run": run,
        "figures": figure_rows(plan.figures),
        "lines": lines,
        "more": more,
        "steps": [label for label, _ in lines[0]["steps"]] if lines else [],
        "fingerprint": plan.fingerprint,
        "changed": changed,
        "writes": plan.count("created") + plan.count("updated"),
    }
    return render(request, "actions/import/preview.html", context, status=status)


@require_POST
def import_confirm(request, pk):
    run = _get_run(request, pk)
    try:
        confirm_import(run=run, actor=request.user, fingerprint=request.POST.get("fingerprint", ""))
    except PreviewChanged as error:
        return _preview(request, run, error.plan, changed=str(error), status=409)
    except ImportRefused as error:
        messages.error(request, f"Rien n’a été écrit. {error}")
    return redirect("actions:import_run", run.pk)


@require_POST
def import_abandon(request, pk):
    run = _get_run(request, pk)
    abandon_import(run=run)
    messages.info(request, "L’import est abandonné\u00a0: rien n’a été écrit.")
    return redirect("actions:import")
