"""Reports of actions: to validate and late for the team, to write for the holder."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from actions.finances.statement_pages import SOON
from actions.models import Action
from cite_educative.common.dates import BudgetYear
from cite_educative.home.awaiting.task import EXPECTED, UPDATE, VALIDATE, Task, delay, plural
from evaluation.enums import ReportState
from evaluation.models import ActionReport
from evaluation.report_dues import not_filed, reporting_actions
from evaluation.report_listing import LATE

YEARS_BACK = 1  # older ones are in the list


def reports_to_validate(user, cite):
    """Of every year, those filed; of last year, those late. Two queries."""
    reports = ActionReport.objects.visible_to(user).filter(action__cite=cite, state=ReportState.FILED)
    filed = list(reports.select_related("action").order_by("filed_at"))
    if filed:
        first = filed[0]
        url = reverse("evaluation:report", args=[first.pk])
        title = plural(len(filed), "bilan d’action à valider", "bilans d’action à valider")
        yield Task(
            VALIDATE, title, f"Le plus ancien\u00a0: {first.action.title}.", url, "Relire", "attendu", "à relire"
        )
    today = timezone.localdate()
    year = BudgetYear(today.year - YEARS_BACK)
    rows = reporting_actions(Action.objects.visible_to(user).filter(cite=cite), year)
    late = rows.aggregate(late=Count("pk", filter=not_filed() & Q(due_on__lt=today)))["late"]
    if late:
        url = f"{reverse('evaluation:reports')}?{urlencode({'exercice': year, 'situation': LATE})}"
        title = plural(late, "bilan d’action en retard", "bilans d’action en retard")
        yield Task(EXPECTED, title, f"Exercice {year}.", url, "Voir", "retard", "en retard")


def own_reports(user, cite):
    """For a holder: its own of last year, from sixty days before they are due, or as soon as they are sent back."""
    today = timezone.localdate()
    year = BudgetYear(today.year - YEARS_BACK)
    actions = Action.objects.visible_to(user).filter(cite=cite, holder__in=user.access.held[cite.pk])
    rows = reporting_actions(actions, year).filter(
        not_filed(), Q(due_on__lte=today + SOON) | Q(report_state=ReportState.RETURNED)
    )
    for action in rows:
        returned = action.report_state == ReportState.RETURNED
        detail = "Bilan à reprendre." if returned else f"Bilan {year} à remplir, en quelques minutes."
        if action.report_id:
            url = reverse("evaluation:report", args=[action.report_id])
        else:
            url = reverse("evaluation:action_reports", args=[action.pk])
        yield Task(UPDATE, action.title, detail, url, "Ouvrir", *delay(action.due_on, today))
