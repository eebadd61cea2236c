"""What a report begins with: all that the application knows already, so that nothing is typed twice."""

from actions.enums import TextKey
from actions.models import FinancialStatement, ProgressReport
from actions.models.follow_up import FIGURES
from evaluation.enums import Category, Certainty, Measure, Nature, ReportKind
from evaluation.models import ActionReport, ReportGoal, ReportReach
from evaluation.numbers import figure_text

TEXTS = ("implementation", "publics", "places", "results", "difficulties", "lessons")
MOST_GOALS, LONGEST_GOAL = 6, 300
BULLETS = "-–—•*· \t"


def planned_texts(report):
    """{name: text}: those of the statement of the same year for a final report, else those of its interim report."""
    sources = _earlier(report)
    return {name: next((text for one in sources if (text := getattr(one, name, ""))), "") for name in TEXTS}


def _earlier(report):
    if report.kind != ReportKind.FINAL:
        return []
    same = {"action": report.action, "budget_year": report.budget_year}
    statements = FinancialStatement.objects.filter(**same)
    return [*statements, *ActionReport.objects.filter(**same, kind=ReportKind.INTERIM)]


def planned_reach(report):
    """Rows not saved: what the sheet announces, and the last figures known, as estimates to confirm."""
    planned, known = _planned(report.action), _known(report)
    keys = dict.fromkeys([(Measure.PERSONS, Category.ALL), *planned, *known])
    return [
        ReportReach(
            measure=measure,
            category=category,
            planned=planned.get((measure, category)),
            reached=known.get((measure, category)),
            certainty=Certainty.ESTIMATED if (measure, category) in known else "",
        )
        for measure, category in keys
    ]


def _planned(action):
    """{(measure, category): persons expected}."""
    planned = {public.kind: public.expected for public in action.publics.all()}
    everybody = action.expected_reach
    if everybody is not None:
        planned[Category.ALL] = everybody
        shares = {Category.FEMALE: action.expected_female_share, Category.QPV: action.expected_qpv_share}
        planned |= {part: round(everybody * share / 100) for part, share in shares.items() if share is not None}
    return {(Measure.PERSONS, category): number for category, number in planned.items()}


def _known(report):
    """{(measure, category): persons reached}: those of the interim report, else of the last point d’étape of that year."""
    same = {"action": report.action, "budget_year": report.budget_year}
    if report.kind == ReportKind.FINAL:
        interim = ReportReach.objects.filter(
            report__in=ActionReport.objects.filter(**same, kind=ReportKind.INTERIM), reached__isnull=False
        )
        if found := {(row.measure, row.category): row.reached for row in interim}:
            return found
        stated = FinancialStatement.objects.filter(**same).values_list("people_reached", flat=True).first()
    else:
        stated = None
    points = ProgressReport.objects.filter(action=report.action, line=0, reported_on__year=int(report.budget_year))
    point = points.first()
    known = {name: getattr(point, name) for name in FIGURES if point and getattr(point, name) is not None}
    everybody = stated if stated is not None else sum(known.values()) if known else None
    if everybody is not None:
        known[Category.ALL] = everybody
    return {(Measure.PERSONS, category): number for category, number in known.items()}


def planned_goals(report):
    """Rows not saved: the objectives of the sheet, a line each, then the indicators that this action measures."""
    texts = {text.key: text.body for text in report.action.texts.all()}
    lines = [line.strip(BULLETS)[:LONGEST_GOAL] for line in texts.get(TextKey.GOALS, "").splitlines()]
    goals = [ReportGoal(label=line) for line in lines if line][:MOST_GOALS]
    year = int(report.budget_year)
    measured = report.action.indicators.filter(is_active=True, nature=Nature.MEASURED)
    for indicator in measured.prefetch_related("targets"):
        target = next((one.value for one in indicator.targets.all() if one.year == year), None)
        goals.append(ReportGoal(label=indicator.name, indicator=indicator, target=_target(indicator, target)))
    return goals


def _target(indicator, target):
    return "" if target is None else figure_text(target, indicator.unit)
