"""Whom the actions of a Cité reached, from their validated reports: what the computed indicators read."""

from dataclasses import dataclass

from django.db.models import Prefetch

from evaluation.enums import ReportKind
from evaluation.models import ActionReport, ReportReach


@dataclass(frozen=True)
class Reach:
    """One line of one report. `value` is None when `certainty` is "unknown".

    `action` is its key, `communes` the keys of its communes (empty for an action of the whole Cité), `measure` a value of
    `Measure`, `category` one of `Category` or `Public`, `certainty` one of `Certainty`.
    """

    action: int
    communes: frozenset
    category: str
    measure: str
    value: int | None
    certainty: str


def validated_reports(cite, year):
    """The last validated report of each action in one civil year: the final one, else the interim one. One query."""
    reports = ActionReport.objects.validated().filter(action__cite=cite, budget_year=int(year))
    last = {}
    for report in reports.select_related("action").order_by("pk"):
        if report.action_id not in last or report.kind == ReportKind.FINAL:
            last[report.action_id] = report
    return list(last.values())


def validated_reach(cite, year):
    """The lines of `validated_reports`, as `Reach` rows: whatever is told, "not known" included; what nobody told is left
    out. Four queries, whatever the number of reports. Persons and participations are apart: never add them up.
    """
    keys = [report.pk for report in validated_reports(cite, year)]
    told = ReportReach.objects.exclude(certainty="")
    reports = ActionReport.objects.filter(pk__in=keys).select_related("action").order_by("action__code", "pk")
    reports = reports.prefetch_related("action__communes", Prefetch("reach", queryset=told))
    return [
        Reach(
            action=report.action_id,
            communes=frozenset(commune.pk for commune in report.action.communes.all()),
            category=row.category,
            measure=row.measure,
            value=row.reached,
            certainty=row.certainty,
        )
        for report in reports
        for row in report.reach.all()
    ]
