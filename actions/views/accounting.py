"""The accounting export: given, its columns settled, reconciled with our payments, then paid."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from actions import services
from actions.accounting import ALREADY, MATCHED, TO_CONFIRM, UNKNOWN, line_row, match_lines
from actions.enums import ImportState
from actions.forms.accounting import AccountingColumnsForm, AccountingUploadForm
from actions.models import AccountingImport
from actions.permissions import can_manage_money
from cite_educative.common.spreadsheets import SpreadsheetError
from partners.views.common import cite_or_404

RECENT = 15


@require_http_methods(["GET", "POST"])
def accounting(request):
    cite = cite_or_404(request)
    if not can_manage_money(request.user, cite):
        raise PermissionDenied
    form = AccountingUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = services.start_accounting(cite=cite, actor=request.user, content=file.read(), filename=file.name)
        except SpreadsheetError as error:
            form.add_error("file", str(error))
        else:
            return redirect("actions:accounting_run", run.pk)
    runs = AccountingImport.objects.visible_to(request.user).filter(cite=cite).defer("rows")
    context = {"form": form, "runs": runs.select_related("author__person")[:RECENT]}
    return render(request, "finances/accounting.html", context)


def _managed_run(request, pk):
    run = get_object_or_404(AccountingImport.objects.visible_to(request.user).select_related("cite"), pk=pk)
    if not can_manage_money(request.user, run.cite):
        raise PermissionDenied
    return run


@require_http_methods(["GET", "POST"])
def accounting_run(request, pk):
    """The columns, then the reconciliation, then what was done; `?colonnes` comes back to the first."""
    run = _managed_run(request, pk)
    if run.state == ImportState.DONE:
        return render(request, "finances/accounting_result.html", {"run": run})
    if run.state == ImportState.READY and request.method == "GET" and "colonnes" not in request.GET:
        return _reconciliation(request, run)
    form = AccountingColumnsForm(request.POST or None, run=run)
    if request.method == "POST" and form.is_valid():
        try:
            services.settle_accounting(run, mapping=form.mapping, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("actions:accounting_run", run.pk)
    context = {
        "form": form,
        "heading": "Les colonnes de l’export",
        "lead": f"{run.filename}. Le choix est retenu pour les prochains exports qui ont ces titres.",
        "submit": "Lire les lignes",
        "cancel_url": reverse("actions:accounting"),
    }
    return render(request, "finances/form.html", context)


def _reconciliation(request, run, *, fault="", asked=None, status=200):
    lines = match_lines(run)
    groups = {key: [line_row(line) for line in lines if line.status == key] for key in STATUSES}
    for row in (*groups[MATCHED], *groups[TO_CONFIRM]):
        for choice in row["choices"]:
            sure = row in groups[MATCHED]
            choice["is_chosen"] = sure if asked is None else asked.get(row["number"]) == choice["pk"]
    context = {
        "run": run,
        "fault": fault,
        "matched": groups[MATCHED],
        "to_confirm": groups[TO_CONFIRM],
        "told": [("Inconnues", groups[UNKNOWN]), ("Déjà là", groups[ALREADY])],
    }
    return render(request, "finances/accounting_lines.html", context, status=status)


STATUSES = (MATCHED, TO_CONFIRM, UNKNOWN, ALREADY)


@require_POST
def accounting_confirm(request, pk):
    run = _managed_run(request, pk)
    chosen = {
        int(name.removeprefix("ligne-")): int(value)
        for name, value in request.POST.items()
        if _is_key(name.removeprefix("ligne-")) and name.startswith("ligne-") and _is_key(value)
    }
    if run.state == ImportState.UPLOADED:
        return redirect("actions:accounting_run", run.pk)
    try:
        services.confirm_accounting(run, chosen=chosen, actor=request.user)
    except ValidationError as error:
        return _reconciliation(request, run, fault=" ".join(error.messages), asked=chosen, status=409)
    messages.success(request, "Le rapprochement est enregistré.")
    return redirect("actions:accounting_run", run.pk)


def _is_key(text):
    return text.isascii() and text.isdigit() and len(text) < 15
