"""What a report says, ready to freeze, to print and to show: a JSON of texts."""

from cite_educative.common.dates import date_fr
from evaluation.enums import Category, Certainty, Measure
from evaluation.numbers import UNKNOWN, figure_text, number_text
from evaluation.report_masking import masked_rows

TEXTS = ("implementation", "publics", "places", "results", "difficulties", "lessons")
UNTOLD = "non renseigné"
WHOLE = {Measure.PERSONS: "ensemble des personnes", Measure.PARTICIPATIONS: "ensemble des participations"}


def people_of(report):
    """Distinct persons reached by the whole action, None when it is not known. One query."""
    rows = report.reach.filter(measure=Measure.PERSONS, category=Category.ALL)
    return rows.values_list("reached", flat=True).first()


def report_content(report):
    """Numbers of fewer than five persons are masked: it is read by more than who wrote it."""
    action = report.action
    return {
        "action": str(action),
        "holder": action.holder.name,
        "cite": action.cite.name,
        "accent": action.cite.accent_colour,
        "year": int(report.budget_year),
        "kind": report.get_kind_display(),
        "filed_on": date_fr(report.filed_at) if report.filed_at else "",
        "validated_on": date_fr(report.validated_at) if report.validated_at else "",
        "texts": report_texts(report),
        "reach": reach_groups(report),
        "goals": [goal_content(goal) for goal in report.goals.select_related("indicator")],
        "verbatims": [{"quote": row.quote, "title": row.title} for row in report.evidence.exclude(quote="")],
    }


def report_texts(report):
    return [
        {"label": report._meta.get_field(name).verbose_name, "text": getattr(report, name)}
        for name in TEXTS
        if getattr(report, name)
    ]


def reach_groups(report, *, whole=False):
    """Persons then participations, each with its rows; `whole`: for who wrote it, without masks."""
    rows = [row for row in report.reach.all() if row.certainty or row.planned is not None]
    found = []
    for measure in Measure:
        kept = [row for row in rows if row.measure == measure]
        shown = {} if whole else masked_rows(kept)
        if kept:
            found.append({"label": measure.label, "rows": [_reach(row, shown) for row in kept]})
    return found


def _reach(row, shown):
    known = row.reached is not None
    return {
        "label": WHOLE[row.measure] if row.category == Category.ALL else row.get_category_display(),
        "is_whole": row.category == Category.ALL,
        "planned": "" if row.planned is None else number_text(row.planned),
        "reached": shown.get(row.pk) or _reached(row),
        "certainty": Certainty(row.certainty).label if known else "",
    }


def _reached(row):
    if row.reached is not None:
        return number_text(row.reached)
    return UNKNOWN if row.certainty else UNTOLD


def goal_content(goal):
    known = goal.indicator is not None and goal.value is not None
    return {
        "label": goal.label,
        "target": goal.target,
        "code": goal.indicator.code if goal.indicator else "",
        "reached": goal.get_reached_display() if goal.reached else "",
        "status": goal.reached,
        "value": figure_text(goal.value, goal.indicator.unit) if known else "",
        "comment": goal.comment,
    }
