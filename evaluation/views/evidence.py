"""What shows that a report is true: joined, read, removed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions.follow_pages import consents_of
from actions.sheet import sheet_context
from actions.views.versions import add_errors
from evaluation import services
from evaluation.enums import EvidenceKind
from evaluation.forms.reports import EvidenceForm
from evaluation.models import ReportEvidence
from evaluation.permissions import can_evaluate, can_write_report
from evaluation.views.reports import visible_report
from governance.views.common import require
from partners.views.common import removed_once


@require_http_methods(["GET", "POST"])
def evidence_create(request, pk):
    report = visible_report(request, pk)
    require(can_write_report(request.user, report.action) and report.is_written)
    form = EvidenceForm(
        request.POST or None,
        request.FILES or None,
        instance=ReportEvidence(report=report),
        consents=consents_of(report.action.cite),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.add_evidence(form.instance, upload=form.cleaned_data["upload"], actor=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, "La pièce est jointe au bilan.")
            return redirect("evaluation:report", pk)
    context = sheet_context(request, report.action, tab="reports") | {
        "form": form,
        "form_heading": "Joindre une pièce au bilan",
        "submit": "Joindre",
        "cancel_url": reverse("evaluation:report", args=[pk]),
    }
    return render(request, "evaluation/report_form.html", context)


@require_GET
@cache_control(private=True, no_cache=True)
def evidence(request, pk):
    row = get_object_or_404(ReportEvidence.objects.visible_to(request.user).exclude(file=""), pk=pk)
    visible_report(request, row.report_id)
    try:
        content = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("Ce fichier n’est plus sur le serveur.") from error
    response = FileResponse(content, as_attachment=row.kind != EvidenceKind.PHOTO, filename=row.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@removed_once(ReportEvidence, "Cette pièce est déjà retirée.", "actions:list", from_page=True)
def evidence_remove(request, pk):
    """By who writes the report; once it is filed, by the team: an authorisation may be taken back."""
    row = get_object_or_404(ReportEvidence.objects.visible_to(request.user), pk=pk)
    report = visible_report(request, row.report_id)
    writes = can_write_report(request.user, report.action) and report.is_written
    require(writes or can_evaluate(request.user, report.action.cite))
    services.remove_evidence(row, actor=request.user)
    messages.success(request, "La pièce est retirée.")
    return redirect("evaluation:report", report.pk)
