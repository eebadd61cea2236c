"""What the Cité gives to be read of its years, with objects of the demonstration."""

from evaluation.models import EvaluationPaper, PaperVersion
from evaluation.paper_enums import PaperKind
from tests.browser.page import Page


def _paper(kind, year):
    return lambda demo: [EvaluationPaper.objects.get(cite=demo.cite, kind=kind, year=year).pk]


def _text(demo):
    return [*_paper(PaperKind.REPORT, 2026)(demo), "plan"]


def _issued(demo):
    return [PaperVersion.objects.get(paper__cite=demo.cite, paper__kind=PaperKind.REPORT).pk]


EVALUATION_PAPER_PAGES = [
    Page("evaluation:one_page"),
    Page("evaluation:one_page", login="referent", which="public"),
    Page("evaluation:compare_years"),
    Page("evaluation:annual_report"),
    Page("evaluation:annual_report", query="?annee=2025", which="issued", login="referent"),
    Page("evaluation:label_balance"),
    Page("evaluation:paper_settings", args=_paper(PaperKind.REPORT, 2025)),
    Page("evaluation:paper_text", args=_text),
    Page("evaluation:paper_issue", args=_paper(PaperKind.REPORT, 2025)),
    Page("evaluation:paper_version", args=_issued),
]
