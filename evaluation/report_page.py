"""Reports as pages show them: those of one action, and one of them."""

from django.urls import reverse

from actions.models import FinancialStatement
from actions.services import SHARED_FIELDS, differing_fields
from cite_educative.common.dates import BudgetYear, date_fr
from evaluation.enums import GoalReached, ReportKind, ReportState
from evaluation.models import ActionReport, Measurement, ReportEvidence
from evaluation.numbers import figure_text, number_text
from evaluation.permissions import can_evaluate, can_read_evaluation, can_write_report, knows_of_reports
from evaluation.report_content import goal_content, people_of, reach_groups, report_texts
from evaluation.services import said_to_statement
from partners.permissions import hides_names

BADGES = {
    ReportState.DRAFT: "preparation",
    ReportState.FILED: "instruction",
    ReportState.RETURNED: "retard",
    ReportState.VALIDATED: "fait",
}
GOAL_BADGES = {
    GoalReached.REACHED: "fait",
    GoalReached.PARTLY: "encours",
    GoalReached.MISSED: "retard",
    GoalReached.UNKNOWN: "preparation",
    "": "preparation",
}


def badge_of(state):
    return {"code": BADGES[state], "label": ReportState(state).label}


# --- The tab of an action -------------------------------------------------------------------------


def action_context(user, action):
    """Six queries, whatever the number of reports."""
    writes = can_write_report(user, action)
    seen = ActionReport.objects.visible_to(user).filter(action=action).prefetch_related("reach")
    reports = list(seen) if knows_of_reports(user, action) else []
    return {
        "reports": [_line(report) for report in reports],
        "to_begin": _to_begin(action, reports) if writes else [],
        "indicators": _indicators(user, action) if can_read_evaluation(user, action.cite) else [],
        "reads_indicators": can_read_evaluation(user, action.cite),
    }


def _line(report):
    return {
        "url": reverse("evaluation:report", args=[report.pk]),
        "title": f"Bilan {report.get_kind_display()} {report.budget_year}",
        "badge": badge_of(report.state),
        "when": _when(report),
        "people": _people(report),
        "remarks": report.remarks,
    }


def _when(report):
    if report.validated_at:
        return f"validé le {date_fr(report.validated_at)}"
    if report.state == ReportState.FILED:
        return f"déposé le {date_fr(report.filed_at)}"
    return f"commencé le {date_fr(report.created_at)}"


def _people(report):
    """Reads the prefetched reach."""
    return ", ".join(
        f"{row['reached']} {group['label']}"
        for group in reach_groups(report)
        for row in group["rows"]
        if row["is_whole"] and row["certainty"]
    )


def reported_years(action):
    """Civil years of which it may report: its own, and the next one when it goes on then."""
    years = [action.budget_year]
    if action.ends_on and action.ends_on.year > action.budget_year:
        years.append(BudgetYear(action.budget_year + 1))
    return years


def _to_begin(action, reports):
    known = {(int(report.budget_year), report.kind) for report in reports}
    return [
        {"year": year, "kind": kind.value, "label": f"Commencer le bilan {kind.label} {year}"}
        for year in reported_years(action)
        for kind in (ReportKind.FINAL, ReportKind.INTERIM)
        if (int(year), kind) not in known
    ]


def _indicators(user, action):
    rows = list(action.indicators.filter(is_active=True))
    last = {}
    measured = Measurement.objects.visible_to(user).validated().filter(indicator__in=rows, place="", category="all")
    for one in measured.order_by("starts_on"):
        last[one.indicator_id] = one
    return [{"indicator": row, "last": _measured(row, last.get(row.pk))} for row in rows]


def _measured(indicator, measurement):
    if measurement is None:
        return ""
    return f"{figure_text(measurement.value, indicator.unit)} ({measurement.period_label})"


# --- One report -----------------------------------------------------------------------------------


def report_context(user, report):
    action = report.action
    writes = can_write_report(user, action)
    goals = report.goals.select_related("indicator")
    evidence = ReportEvidence.objects.visible_to(user).filter(report=report).select_related("consent")
    return {
        "report": report,
        "badge": badge_of(report.state),
        "filed_facts": _facts(report, hidden=hides_names(user.access, action.cite_id)),
        "texts": report_texts(report),
        "groups": reach_groups(report, whole=writes),
        "goals": [goal_content(goal) | {"badge": GOAL_BADGES[goal.reached]} for goal in goals],
        "evidence": evidence,
        "documents": [link.file for link in report.documents.select_related("file").order_by("-pk")],
        "may_write": writes and report.is_written,
        "may_remove": writes and (report.is_written or can_evaluate(user, action.cite)),
        "judges": can_evaluate(user, action.cite),
        "statement": statement_gaps(report) if writes else None,
    }


def _facts(report, *, hidden):
    facts = [("Exercice", str(report.budget_year)), ("Commencé le", date_fr(report.created_at))]
    if report.filed_at:
        by = "" if hidden or not report.filed_by else f", par {report.filed_by}"
        facts.append(("Déposé le", f"{date_fr(report.filed_at)}{by}"))
    if report.said_by and not hidden:
        facts.append(("Reçu de", report.said_by))
    if report.validated_at:
        by = "" if hidden else f", par {report.validated_by}"
        facts.append(("Validé le", f"{date_fr(report.validated_at)}{by}"))
    return [{"label": label, "value": value} for label, value in facts]


def statement_gaps(report):
    """Where the statement of the same year says something else than a final report: {url, fields}; None without any."""
    if not report.is_final:
        return None
    same = {"action": report.action, "budget_year": report.budget_year}
    statement = FinancialStatement.objects.filter(**same).first()
    if statement is None:
        return None
    names = differing_fields(statement, said_to_statement(report))
    url = reverse("actions:statement", args=[report.action_id])
    if int(report.budget_year) != report.action.budget_year:
        url = f"{url}?exercice={report.budget_year}"
    labels = [FinancialStatement._meta.get_field(name).verbose_name for name in SHARED_FIELDS if name in names]
    return {"url": url, "fields": ", ".join(labels)}


def compared(form, current):
    """What was typed beside what is stored now, for the conflict page."""
    rows = [(form.fields[name].label, form.cleaned_data[name], getattr(current, name)) for name in form._meta.fields]
    people = form.cleaned_data.get("n-persons-all")
    rows.append(("Personnes touchées", number_text(people), number_text(people_of(current))))
    return [
        {"label": label, "mine": mine or "–", "theirs": theirs or "–", "different": mine != theirs}
        for label, mine, theirs in rows
    ]
