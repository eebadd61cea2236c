from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from actions import outside as imports
from actions.enums import ImportState
from actions.forms.articulation import OutsideUploadForm
from actions.forms.imports import mapping_from_post
from actions.import_pages import column_tables, given_answers, question_rows
from actions.imports import MappingError
from actions.models import OutsideImport
from actions.outside.pages import figure_rows, line_rows, step_choices
from actions.views.articulation_tabs import writing_cite
from cite_educative.common.money import euros
from cite_educative.common.spreadsheets import SpreadsheetError
from partners.context import current_year

RECENT = 15


@require_http_methods(["GET", "POST"])
def outside_import(request):
    cite = writing_cite(request)
    form = OutsideUploadForm(
        request.POST or None, request.FILES or None, initial={"budget_year": current_year(request)}
    )
    if request.method == "POST" and form.is_valid():
        file, funder = form.cleaned_data["file"], form.cleaned_data["funder"]
        try:
            run = imports.start_import(
                cite=cite,
                actor=request.user,
                programme=form.cleaned_data["programme"],
                budget_year=form.cleaned_data["budget_year"],
                content=file.read(),
                filename=file.name,
                funder=funder,
            )
        except SpreadsheetError as error:
            form.add_error("file", str(error))
        else:
            return redirect("actions:outside_run", run.pk)
    runs = OutsideImport.objects.visible_to(request.user).filter(cite=cite).select_related("author__person")
    return render(request, "actions/outside/upload.html", {"form": form, "runs": runs[:RECENT]})


def _get_run(request, pk):
    runs = OutsideImport.objects.visible_to(request.user).select_related("cite", "author__person")
    return get_object_or_404(runs.select_related("withdrawn_by__person"), pk=pk)


@require_http_methods(["GET", "POST"])
def outside_run(request, pk):
    run = _get_run(request, pk)
    if run.state in (ImportState.DONE, ImportState.ABANDONED):
        return _result(request, run)
    if request.method == "POST":
        return _save(request, run)
    try:
        plan = imports.plan_of(run)
    except MappingError as error:
        return _settings(request, run, None, str(error))
    if run.state == ImportState.READY and plan.can_be_written and "reglages" not in request.GET:
        return _preview(request, run, plan)
    return _settings(request, run, plan)


def _result(request, run):
    context = {
        "run": run,
        "figures": figure_rows(run.result) if run.result else None,
        "unmatched": run.result.get("unmatched", []),
        "list_url": f"{reverse('actions:outside')}?tableau={run.pk}&exercice=tous",
    }
    return render(request, "actions/outside/result.html", context)


def _save(request, run):
    mapping = mapping_from_post(request.POST, run, imports.reading_of(run))
    try:
        plan = imports.save_answers(run=run, mapping=mapping)
    except MappingError as error:
        run.mapping = mapping
        return _settings(request, run, None, str(error))
    if plan.can_be_written:
        return redirect("actions:outside_run", run.pk)
    run.mapping = mapping
    return _settings(request, run, plan)


def _settings(request, run, plan, error=""):
    reading = plan.reading if plan else imports.reading_of(run)
    required, optional = question_rows(plan, run.mapping) if plan else ([], [])
    context = {
        "run": run,
        "error": error,
        "tables": column_tables(reading, run.mapping),
        "required": required,
        "optional": optional,
        "given": [one for one in given_answers(plan, run.mapping) if one["id"] != "step"],
        "faults": plan.faults if plan else [],
        "problems": figure_rows(plan.figures)["problems"] if plan else [],
        "steps": step_choices(plan) if plan else [],
        "funder": run.mapping.get("answers", {}).get("funder", ""),
        "nothing": plan is not None and not plan.grants,
        "earlier": imports.earlier_import(run),
    }
    return render(request, "actions/outside/settings.html", context)


def _preview(request, run, plan, *, changed="", status=200):
    lines, more = line_rows(plan)
    context = {
        "run": run,
        "figures": figure_rows(plan.figures),
        "unmatched": plan.figures["unmatched"],
        "lines": lines,
        "more": more,
        "step": plan.step.label,
        "fingerprint": plan.fingerprint,
        "changed": changed,
        "writes": len(plan.of("created")) + len(plan.of("updated")),
        "earlier": imports.earlier_import(run),
    }
    return render(request, "actions/outside/preview.html", context, status=status)


@require_POST
def outside_confirm(request, pk):
    run = _get_run(request, pk)
    try:
        imports.confirm_import(run=run, actor=request.user, fingerprint=request.POST.get("fingerprint", ""))
    except imports.PreviewChanged as error:
        return _preview(request, run, error.plan, changed=str(error), status=409)
    except (imports.ImportRefused, MappingError) as error:
        messages.error(request, f"Rien n’a été écrit. {error}")
    return redirect("actions:outside_run", run.pk)


@require_POST
def outside_abandon(request, pk):
    run = _get_run(request, pk)
    imports.abandon_import(run=run)
    messages.info(request, "L’import est abandonné\u00a0: rien n’a été écrit.")
    return redirect("actions:outside_import")


@require_http_methods(["GET", "POST"])
def outside_withdraw(request, pk):
    """Delete a whole import; a page asks first, and says what goes."""
    run = _get_run(request, pk)
    if run.state != ImportState.DONE or run.withdrawn_at:
        messages.info(request, "Cet import n’a rien à retirer.")
        return HttpResponseRedirect(reverse("actions:outside_run", args=[pk]))
    if request.method == "POST":
        number = imports.withdraw_import(run=run, actor=request.user)
        messages.success(request, f"L’import est retiré\u00a0: {number} subvention{'s' if number > 1 else ''} supprimée{'s' if number > 1 else ''}.")  # fmt: skip
        return redirect("actions:outside_import")
    gone = imports.withdrawal(run)
    context = {"run": run, **gone, "total": euros(gone["sum"])}
    return render(request, "actions/outside/withdraw.html", context)
