"""A validated report, from the content frozen when it was validated and nothing else."""

from django.template.loader import render_to_string

from cite_educative.documents.registry import renderer, visibility
from evaluation.models import ActionReport, ReportDocument
from evaluation.services.reports import REPORT_KIND


@renderer(REPORT_KIND)
def render_report(generated_file):
    content = generated_file.report_document.content
    frame = {"accent": content["accent"], "logos": [{"label": content["holder"]}], "draft": False, "signatures": ()}
    return render_to_string("evaluation/print/report.html", {"content": content, **frame})


@visibility(REPORT_KIND)
def visible_report_files(user):
    return ReportDocument.objects.filter(report__in=ActionReport.objects.visible_to(user)).values("file")
