"""Validated reports feed the indicators that their actions measure."""

from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.once import lock_row
from evaluation.enums import Category, Certainty, MeasurementState, Origin, ReportKind, Unit
from evaluation.models import ActionReport, Indicator, Measurement, ReportGoal
from evaluation.numbers import percent_of
from evaluation.periods import periods_of_year

ADDED_UP = (Unit.PERSONS, Unit.PARTICIPATIONS, Unit.NUMBER, Unit.EUROS, Unit.HOURS)
FIGURES = ("value", "numerator", "denominator", "certainty", "reference")
TO_VALIDATE = "Un bilan qui donnait ce chiffre a été rouvert."


def feed_indicators(report, *, actor):
    """Bring up to date what a report gives, with the other validated reports of the year. Call it in a transaction.

    Numbers add up, shares by what they divide; one row for each indicator and period, validated as the reports are. A
    figure that somebody entered stays. A second run writes nothing. Returns sentences about what was left alone.
    """
    indicators = Indicator.objects.filter(goals__report=report).distinct()
    return [left for indicator in indicators if (left := _feed(indicator, report, actor))]


def _feed(indicator, report, actor):
    lock_row(indicator)
    period = period_of(indicator, report)
    goals = _goals(indicator, report, period)
    known = Measurement.objects.filter(
        indicator=indicator, starts_on=period.starts_on, ends_on=period.ends_on, place="", category=Category.ALL
    ).first()
    if known and known.origin != Origin.REPORT:
        return f"{indicator}\u00a0: un chiffre est déjà saisi pour {period}, il est gardé." if goals else ""
    if not goals:
        return _withdraw(known) if known else ""
    figures = _figures(indicator, goals)
    if figures is None:
        return (
            f"{indicator}\u00a0: plusieurs bilans donnent un chiffre qui ne s’additionne pas. "
            "Écrivez celui de la Cité dans la grille."
        )
    _write(indicator, period, known, figures, actor)
    return ""


def period_of(indicator, report):
    """The period of an indicator that a report tells of: the first of its year for an interim one, the last otherwise."""
    periods = periods_of_year(indicator.frequency, int(report.budget_year))
    return periods[0] if report.kind == ReportKind.INTERIM else periods[-1]


def _goals(indicator, report, period):
    """One for each action: that of its last validated report about this period, the final one first."""
    reports = ActionReport.objects.validated().filter(
        action__cite=report.action.cite_id, budget_year=report.budget_year
    )
    goals = ReportGoal.objects.filter(indicator=indicator, report__in=reports).select_related("report__action")
    last = {}
    for goal in goals.order_by("report__action__code", "pk"):
        is_last = goal.report.action_id not in last or goal.report.kind == ReportKind.FINAL
        if is_last and period_of(indicator, goal.report) == period:
            last[goal.report.action_id] = goal
    return [goal for goal in last.values() if goal.value is not None]


def _figures(indicator, goals):
    """What the measurement says; None when these values do not add up."""
    if len(goals) > 1 and not indicator.is_share and indicator.unit not in ADDED_UP:
        return None
    if indicator.is_share and any(goal.numerator is None or goal.denominator is None for goal in goals):
        return None
    numerator = denominator = None
    value = sum(goal.value for goal in goals)
    if indicator.is_share:
        numerator = sum(goal.numerator for goal in goals)
        denominator = sum(goal.denominator for goal in goals)
        value = percent_of(numerator, denominator)
    guessed = any(goal.certainty == Certainty.ESTIMATED for goal in goals)
    told = str(goals[0].report) if len(goals) == 1 else f"{len(goals)} bilans d’action validés"
    return {
        "value": value,
        "numerator": numerator,
        "denominator": denominator,
        "certainty": Certainty.ESTIMATED if guessed else Certainty.COUNTED,
        "reference": told[:200],
    }


def _write(indicator, period, known, figures, actor):
    if (
        known
        and known.state == MeasurementState.VALIDATED
        and all(getattr(known, name) == figures[name] for name in FIGURES)
    ):
        return
    row = known or Measurement(indicator=indicator, starts_on=period.starts_on, ends_on=period.ends_on, version=0)
    before = row.value
    for name in FIGURES:
        setattr(row, name, figures[name])
    row.origin, row.state, row.remarks = Origin.REPORT, MeasurementState.VALIDATED, ""
    row.entered_by, row.entered_at = actor, timezone.now()
    row.validated_by, row.validated_at = actor, timezone.now()
    row.version += 1
    row.save()
    journal.record(
        cite_id=indicator.cite_id,
        actor=actor,
        verb="measurement.reported",
        subject=indicator,
        sentence=f"{indicator.code}, {period}\u00a0: le chiffre vient des bilans d’action validés.",
        before={"value": before},
        after={"value": row.value},
    )


def _withdraw(known):
    """No validated report gives it any more: it waits, whatever it says."""
    if known.state == MeasurementState.VALIDATED:
        known.state, known.remarks, known.version = MeasurementState.DRAFT, TO_VALIDATE, known.version + 1
        known.validated_by = known.validated_at = None
        known.save()
    return ""
