"""A report is begun from what was planned, written, filed, sent back or validated; then it feeds the indicators."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.services import drop_draft, share_with_statement
from cite_educative.common import journal
from cite_educative.common.locks import lock_version
from cite_educative.common.once import lock_row
from cite_educative.documents.services import request_file
from evaluation.enums import Category, Measure, ReportState
from evaluation.models import ActionReport, ReportDocument, ReportGoal, ReportReach
from evaluation.report_content import people_of, report_content
from evaluation.report_planned import planned_goals, planned_reach, planned_texts
from evaluation.services.report_figures import feed_indicators

REPORT_KIND = "evaluation.report"
TEXTS = ("implementation", "publics", "places", "results", "difficulties", "lessons")
SHARED = ("implementation", "publics", "places", "results")
TAKEN = "Ce bilan est déposé\u00a0: il ne se modifie plus, sauf s’il est renvoyé."


def report_form(report):
    """The name under which what is typed of a report is kept."""
    return f"evaluation.report:{report.pk}"


@transaction.atomic
def begin_report(*, action, budget_year, kind, actor):
    """Begin a report with all that is known: what was planned, the statement, the interim report, the last point d’étape.

    A second click finds the first one's.
    """
    lock_row(action)
    known = ActionReport.objects.filter(action=action, budget_year=budget_year, kind=kind).first()
    if known:
        return known
    report = ActionReport(action=action, budget_year=budget_year, kind=kind, author=actor)
    for name, text in planned_texts(report).items():
        setattr(report, name, text)
    report.save()
    _replace(report, planned_reach(report), planned_goals(report))
    _record(report, actor, "begun", "a commencé")
    return report


@transaction.atomic
def save_report(report, *, version, reach, goals, actor):
    """Keep what was written so far: `report` carries the texts, `reach` and `goals` (not saved) replace those kept.

    A final report tells the statement what both say, see `share_with_statement`. Raises `ConflictError`,
    `ValidationError` once it is filed. Returns the row.
    """
    row = _locked(report, version)
    if not row.is_written:
        raise ValidationError(TAKEN)
    before = said_to_statement(row)
    for name in (*TEXTS, "said_by"):
        setattr(row, name, getattr(report, name))
    row.version = version + 1
    row.full_clean()
    row.save()
    _replace(row, reach, goals)
    drop_draft(action=row.action, form=report_form(row), actor=actor)
    _record(row, actor, "saved", "a complété")
    if row.is_final:
        said = said_to_statement(row)
        share_with_statement(row.action, row.budget_year, said=said, before=before, actor=actor)
    return row


def said_to_statement(report):
    """What the statement of the same year says too: four texts and the persons reached. One query."""
    return {"people_reached": people_of(report), **{name: getattr(report, name) for name in SHARED}}


def _locked(report, version):
    rows = ActionReport.objects.select_related("action__cite", "action__holder")
    return lock_version(rows, report.pk, version)


def _replace(report, reach, goals):
    report.reach.all().delete()
    report.goals.all().delete()
    for row in reach:
        row.report = report
    for rank, goal in enumerate(goals, start=1):
        goal.report, goal.order = report, rank
    ReportReach.objects.bulk_create(reach)
    ReportGoal.objects.bulk_create(goals)


def missing_of(report, *, actor):
    """What a report still lacks to be filed, in sentences."""
    missing = []
    if not report.implementation.strip():
        missing.append("Dites ce qui a été fait, même en une phrase.")
    if not report.reach.filter(measure=Measure.PERSONS, category=Category.ALL).exclude(certainty="").exists():
        missing.append("Dites combien de personnes ont été touchées, ou choisissez «\u00a0non connu\u00a0».")
    if report.is_final and report.goals.filter(reached="").exists():
        missing.append("Dites de chaque objectif s’il est atteint.")
    if report.action.holder_id not in actor.access.held.get(report.action.cite_id, ()) and not report.said_by:
        missing.append("Dites de qui vous tenez ce bilan\u00a0: vous l’écrivez pour le porteur.")
    return missing


@transaction.atomic
def file_report(report, *, version, actor):
    """Hand it in. Raises `ConflictError`, `ValidationError` with all that is missing."""
    row = _locked(report, version)
    if not row.is_written:
        raise ValidationError(TAKEN)
    missing = missing_of(row, actor=actor)
    if missing:
        raise ValidationError(missing)
    row.state, row.filed_at, row.filed_by, row.remarks = ReportState.FILED, timezone.now(), actor, ""
    row.version = version + 1
    row.save(update_fields=["state", "filed_at", "filed_by", "remarks", "version"])
    received = f", reçu de {row.said_by}" if row.said_by else ""
    _record(row, actor, "filed", "a déposé", received)
    return row


@transaction.atomic
def send_report_back(report, *, remarks, actor):
    """Give it back with what is to be taken up. Raises `ValidationError` when it is not filed."""
    row = _locked_now(report)
    if row.state != ReportState.FILED:
        raise ValidationError("Seul un bilan déposé, et pas encore validé, se renvoie.")
    return _return(row, remarks, actor, "sent_back", "a renvoyé")


@transaction.atomic
def reopen_report(report, *, remarks, actor):
    """It was validated, and something in it is wrong: the figures it gave wait to be validated again.

    Raises `ValidationError` when it is not validated.
    """
    row = _locked_now(report)
    if row.state != ReportState.VALIDATED:
        raise ValidationError("Seul un bilan validé se rouvre.")
    row = _return(row, remarks, actor, "reopened", "a rouvert")
    feed_indicators(row, actor=actor)
    return row


def _return(row, remarks, actor, verb, words):
    row.state, row.remarks, row.validated_at, row.validated_by = ReportState.RETURNED, remarks, None, None
    row.version += 1
    row.save(update_fields=["state", "remarks", "validated_at", "validated_by", "version"])
    _record(row, actor, verb, words, f" ({remarks.rstrip('.')})")
    return row


def _locked_now(report):
    rows = ActionReport.objects.select_for_update(of=("self",)).select_related("action__cite", "action__holder")
    return rows.get(pk=report.pk)


@transaction.atomic
def validate_report(report, *, version, actor):
    """Take it as right: it is frozen, printed, and its figures go to the indicators. A second run finds it validated.

    Returns (the row, sentences about figures that were left alone). Raises `ValidationError` when it is not filed,
    `ConflictError` when it is no longer the `version` that was read.
    """
    row = _locked_now(report)
    if row.state == ReportState.VALIDATED:
        return row, []
    row = _locked(report, version)
    if row.state != ReportState.FILED:
        raise ValidationError("Seul un bilan déposé se valide.")
    row.state, row.validated_at, row.validated_by = ReportState.VALIDATED, timezone.now(), actor
    row.version = version + 1
    row.save(update_fields=["state", "validated_at", "validated_by", "version"])
    _record(row, actor, "validated", "a validé")
    left = feed_indicators(row, actor=actor)
    _print(row, actor)
    return row, left


def _print(report, actor):
    file = request_file(
        kind=REPORT_KIND,
        format="pdf",
        title=str(report),
        filename=f"bilan-{int(report.budget_year)}-{report.action.code or report.action.pk}-{report.kind}.pdf".lower(),
        cite_id=report.action.cite_id,
        author=actor,
    )
    ReportDocument.objects.create(report=report, file=file, content=report_content(report))


def _record(report, actor, verb, words, more=""):
    journal.record(
        cite_id=report.action.cite_id,
        actor=actor,
        verb=f"report.{verb}",
        subject=report.action,
        sentence=f"{actor} {words} le bilan {report.get_kind_display()} {report.budget_year}{more}.",
    )
