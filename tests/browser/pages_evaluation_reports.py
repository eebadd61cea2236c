"""The reports of actions, each state as the demonstration holds it."""

from evaluation.enums import ReportState
from evaluation.models import ActionReport
from tests.browser.page import Page, action_of


def report_in(state):
    return lambda demo: [ActionReport.objects.filter(action__cite=demo.cite, state=state).earliest("pk").pk]


def late(demo):
    return [demo.actions.get(code="CE25-005").pk]


REPORT_PAGES = [
    Page("evaluation:reports", query="?exercice=2025"),
    Page("evaluation:action_reports", action_of),
    Page("evaluation:action_reports", action_of, login="porteur"),
    Page("evaluation:report_remind", late),
    Page("evaluation:report", report_in(ReportState.VALIDATED), which="validated"),
    Page("evaluation:report", report_in(ReportState.FILED), which="filed"),
    Page("evaluation:report", report_in(ReportState.RETURNED), which="returned", login="porteur"),
    Page("evaluation:report_write", report_in(ReportState.DRAFT), login="porteur"),
    Page("evaluation:report_write", report_in(ReportState.RETURNED), which="returned"),
    Page("evaluation:report_back", report_in(ReportState.FILED)),
    Page("evaluation:report_reopen", report_in(ReportState.VALIDATED)),
    Page("evaluation:evidence_create", report_in(ReportState.DRAFT)),
]
