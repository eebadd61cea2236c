from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cite_educative.common.spreadsheets import SpreadsheetError
from partners import imports, services
from partners.enums import TerritoryState
from partners.forms.territory import TerritoryUploadForm, mapping_from_post
from partners.import_pages import column_rows, plan_figures, plan_lines, report_figures
from partners.models import TerritoryImport
from partners.views.common import led_cite

RECENT = 15


@require_http_methods(["GET", "POST"])
def territory_import(request):
    cite = led_cite(request)
    form = TerritoryUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = imports.start_import(
                cite=cite,
                actor=request.user,
                kind=form.cleaned_data["kind"],
                content=file.read(),
                filename=file.name,
            )
        except SpreadsheetError as error:
            form.add_error("file", str(error))
        else:
            return redirect("partners:territory_import_run", run.pk)
    runs = TerritoryImport.objects.visible_to(request.user).filter(cite=cite).select_related("author")[:RECENT]
    return render(request, "partners/territory/import.html", {"form": form, "runs": runs})


@require_POST
def territory_reference(request):
    cite = led_cite(request)
    try:
        tables = services.refresh_reference(actor=request.user, cite=cite)
    except services.PartnersError as error:
        messages.error(request, str(error))
    else:
        for table in tables:
            messages.success(request, f"{table}.")
    return redirect("partners:territory_import")


def _get_run(request, pk):
    led_cite(request)
    runs = TerritoryImport.objects.visible_to(request.user).select_related("cite", "author")
    return get_object_or_404(runs, pk=pk)


@require_http_methods(["GET", "POST"])
def territory_import_run(request, pk):
    run = _get_run(request, pk)
    if run.state in (TerritoryState.DONE, TerritoryState.ABANDONED):
        context = {"run": run, "figures": report_figures(run.report)}
        return render(request, "partners/territory/import_report.html", context)
    if request.method == "POST":
        mapping = mapping_from_post(request.POST, imports.reading_of(run), imports.FIELDS[run.kind])
        plan = imports.save_mapping(run=run, mapping=mapping, actor=request.user)
        if not plan.faults:
            return redirect("partners:territory_import_run", run.pk)
        return _settings(request, run, plan)
    plan = imports.plan_of(run, request.user)
    if run.state == TerritoryState.READY and "reglages" not in request.GET and not plan.faults:
        return _preview(request, run, plan)
    return _settings(request, run, plan, first=run.state == TerritoryState.UPLOADED)


def _settings(request, run, plan, *, first=False):
    context = {
        "run": run,
        "columns": column_rows(run, plan.reading),
        "faults": [] if first and request.method == "GET" else plan.faults,
        "notes": plan.reading.notes,
        "total": len(plan.reading.rows),
        "earlier": imports.earlier_import(run),
    }
    return render(request, "partners/territory/import_columns.html", context)


def _preview(request, run, plan, error=""):
    lines, more = plan_lines(plan)
    context = {
        "run": run,
        "plan": plan,
        "error": error,
        "figures": plan_figures(plan),
        "lines": lines,
        "more": more,
        "refused": len(plan.of(imports.Outcome.REFUSED)),
        "earlier": imports.earlier_import(run),
    }
    return render(request, "partners/territory/import_preview.html", context, status=409 if error else 200)


@require_POST
def territory_import_confirm(request, pk):
    run = _get_run(request, pk)
    try:
        imports.confirm_import(
            run=run,
            actor=request.user,
            fingerprint=request.POST.get("fingerprint", ""),
            skip="sans-refusees" in request.POST,
        )
    except imports.ImportRefused as error:
        run.refresh_from_db()
        if run.state == TerritoryState.READY:
            return _preview(request, run, imports.plan_of(run, request.user), str(error))
        messages.error(request, str(error))
    return redirect("partners:territory_import_run", run.pk)


@require_POST
def territory_import_abandon(request, pk):
    run = _get_run(request, pk)
    imports.abandon_import(run=run)
    messages.info(request, "L’import est abandonné\u00a0: rien n’a été écrit.")
    return redirect("partners:territory_import")
