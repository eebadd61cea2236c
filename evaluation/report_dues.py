"""Which actions owe a final report of a civil year, and by when: the day of their financial statement."""

from django.db.models import DateField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from actions.enums import ActionStatus
from actions.models import Action, FinancialStatement, usual_due_day
from evaluation.enums import ReportKind, ReportState
from evaluation.models import ActionReport, ReportReminder
from evaluation.models.reports import WRITTEN
from evaluation.untold import without_untold

RAN = (ActionStatus.RETAINED, ActionStatus.SUSPENDED, ActionStatus.CLOSED)


def reporting_actions(actions, year):
    """Those of `actions` that ran that year, with `due_on`, and `report_id`, `report_state` of their final report."""
    final = ActionReport.objects.filter(action=OuterRef("pk"), budget_year=int(year), kind=ReportKind.FINAL)
    statement = FinancialStatement.objects.filter(action=OuterRef("pk"), budget_year=int(year))
    reminders = ReportReminder.objects.filter(action=OuterRef("pk"), budget_year=int(year)).order_by("-sent_on", "-pk")
    return actions.filter(budget_year=int(year), status__in=RAN).annotate(
        due_on=Coalesce(Subquery(statement.values("due_on")), Value(usual_due_day(year)), output_field=DateField()),
        report_id=Subquery(final.values("pk")),
        report_state=Subquery(final.values("state")),
        reminded_on=Subquery(reminders.values("sent_on")[:1]),
        reminded=Subquery(reminders.values("sent_to")[:1]),
    )


def not_filed():
    """A condition on `reporting_actions`."""
    return Q(report_state__isnull=True) | Q(report_state__in=WRITTEN)


def to_validate():
    return Q(report_state=ReportState.FILED)


def readable_actions(user, cite):
    """The actions of a Cité whose reports the user reads once filed: in full, locally, or as their holder."""
    access = user.access
    actions = Action.objects.visible_to(user).filter(cite=cite)
    if cite.pk in access.full_readers:
        return actions
    local = Action.objects.local_to(access).values("pk")
    read = actions.filter(Q(pk__in=local) | Q(holder__in=access.held.get(cite.pk, ())))
    return without_untold(read, user, cite)
