"""Published figures of schools, imported from a file."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from cite_educative.common.dates import SchoolYear, YearError
from cite_educative.common.spreadsheets import SpreadsheetError
from evaluation import open_data as imports
from evaluation.enums import ImportState, Nature
from evaluation.forms.open_data import OpenDataForm, columns_from_post
from evaluation.models import Indicator, OpenDataImport
from evaluation.open_data_page import column_rows, elsewhere, plan_figures, plan_lines, report_figures
from evaluation.views.common import page, written_cite

RECENT = 15


@require_http_methods(["GET", "POST"])
def open_data(request):
    cite = written_cite(request)
    form = OpenDataForm(request.POST or None, request.FILES or None, cite=cite, user=request.user)
    if request.method == "POST" and form.is_valid():
        file, year = form.cleaned_data["file"], form.cleaned_data["year"]
        try:
            run = imports.start_open_data(
                indicator=form.cleaned_data["indicator"],
                actor=request.user,
                content=file.read(),
                filename=file.name,
                year=year and int(year),
            )
        except SpreadsheetError as error:
            form.add_error("file", str(error))
        else:
            return redirect("evaluation:open_data_run", run.pk)
    runs = (
        OpenDataImport.objects.visible_to(request.user).filter(cite=cite).select_related("indicator", "author__person")
    )
    sources = Indicator.objects.visible_to(request.user).filter(cite=cite, nature=Nature.IMPORTED, is_active=True)
    context = page(request, cite, "grid", form=form, runs=runs[:RECENT], sources=sources.exclude(open_data_id=""))
    return render(request, "evaluation/open_data.html", context)


@require_http_methods(["GET", "POST"])
def open_data_run(request, pk):
    written_cite(request)
    rows = OpenDataImport.objects.visible_to(request.user).select_related("cite", "indicator", "author__person")
    run = get_object_or_404(rows, pk=pk)
    run.indicator.cite = run.cite
    if request.method == "POST" and "abandonner" in request.POST:
        imports.abandon_open_data(run=run)
        messages.info(request, "L’import est abandonné\u00a0: rien n’a été écrit.")
        return redirect("evaluation:open_data")
    if run.state in (ImportState.DONE, ImportState.ABANDONED):
        context = page(request, run.cite, "grid", run=run, figures=report_figures(run.report))
        return render(request, "evaluation/open_data_report.html", context)
    if request.method == "POST":
        return _confirmed(request, run) if "confirmer" in request.POST else _mapped(request, run)
    plan = imports.plan_of(run)
    if run.state == ImportState.READY and "reglages" not in request.GET and not plan.faults:
        return _preview(request, run, plan)
    return _columns(request, run, plan)


def _mapped(request, run):
    reading = imports.reading_of(run)
    mapping = columns_from_post(request.POST, reading, imports.fields_of(run.indicator))
    text, fault = request.POST.get("rentree", "").strip(), ""
    try:
        year = int(SchoolYear.parse(text)) if text else None
    except YearError as error:
        year, fault = run.year, str(error)
    plan = imports.save_columns(run=run, mapping=mapping, year=year)
    if not plan.faults and not fault:
        return redirect("evaluation:open_data_run", run.pk)
    return _columns(request, run, plan, faults=[fault] if fault else plan.faults, year=text)


def _confirmed(request, run):
    try:
        imports.confirm_open_data(
            run=run,
            actor=request.user,
            fingerprint=request.POST.get("fingerprint", ""),
            skip="sans-refusees" in request.POST,
        )
    except imports.OpenDataRefused as error:
        run.refresh_from_db(fields=["state"])
        if run.state == ImportState.READY:
            return _preview(request, run, imports.plan_of(run), str(error))
        messages.error(request, str(error))
    return redirect("evaluation:open_data_run", run.pk)


def _columns(request, run, plan, *, faults=None, year=None):
    context = page(request, run.cite, "grid", run=run, columns=column_rows(run, plan.reading))
    context |= {
        "faults": plan.faults if faults is None else faults,
        "notes": plan.reading.notes,
        "total": len(plan.reading.rows),
        "earlier": imports.earlier_import(run),
        "year": year if year is not None else str(SchoolYear(run.year)) if run.year else "",
    }
    return render(request, "evaluation/open_data_columns.html", context)


def _preview(request, run, plan, error=""):
    lines, more = plan_lines(plan, run.indicator.unit)
    others, examples = elsewhere(plan)
    context = page(request, run.cite, "grid", run=run, plan=plan, error=error, lines=lines, more=more)
    context |= {
        "figures": plan_figures(plan),
        "refused": len(plan.of(imports.Outcome.REFUSED)),
        "others": others,
        "examples": examples,
        "earlier": imports.earlier_import(run),
    }
    return render(request, "evaluation/open_data_preview.html", context, status=409 if error else 200)
