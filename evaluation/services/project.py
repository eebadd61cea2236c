"""How the evaluation is run: its project, its steps, what will be improved."""

from django.db import transaction

from cite_educative.common.locks import ConflictError, next_version
from cite_educative.common.once import lock_row
from evaluation.models import EvaluationProject, EvaluationStep, ImprovementPoint
from evaluation.services.writing import first_click, record


@transaction.atomic
def save_project(project, *, actor, version=None):
    """Create or change the one evaluation project of a programme. A second click on a new one finds the first.

    Raises `ValidationError`, and `ConflictError` when somebody saved since `version`, or created it meanwhile.
    """
    lock_row(project.programme)
    created = project.pk is None
    if created:
        rows = EvaluationProject.objects.filter(programme=project.programme)
        known = first_click(project, rows)
        if known:
            return known
        if rows.exists():
            raise ConflictError(rows.get())
    project.version = next_version(project, version)
    project.full_clean()
    project.save()
    words = "décrit" if created else "modifié"
    record(
        project,
        project.cite_id,
        actor,
        f"evaluation_project.{'created' if created else 'updated'}",
        f"a {words} la façon dont l’évaluation est menée",
    )
    return project


@transaction.atomic
def save_step(step, *, actor, version=None):
    """Create or change a step of the calendar. Raises as `save_project`; a second click finds the first."""
    return _save_row(step, EvaluationStep, actor, version, f"l’étape «\u00a0{step.label}\u00a0» de l’évaluation")


@transaction.atomic
def save_improvement(point, *, actor, version=None):
    """Create or change an improvement. Raises as `save_project`; a second click finds the first."""
    if point.decision and point.decision.body.cite_id != point.project.cite_id:
        raise ValueError("The decision belongs to another Cité.")
    if point.question and point.question.cite_id != point.project.cite_id:
        raise ValueError("The question belongs to another Cité.")
    return _save_row(point, ImprovementPoint, actor, version, f"l’amélioration «\u00a0{point.label}\u00a0»")


def _save_row(row, model, actor, version, words):
    """The journal tells it at the project."""
    lock_row(row.project)
    created = row.pk is None
    known = first_click(row, model.objects.filter(project=row.project)) if created else None
    if known:
        return known
    row.version = next_version(row, version)
    row.full_clean()
    row.save()
    _record(row, actor, f"a {'ajouté' if created else 'modifié'} {words}")
    return row


@transaction.atomic
def remove_step(step, *, actor):
    lock_row(step.project)
    _record(step, actor, f"a retiré l’étape «\u00a0{step.label}\u00a0» de l’évaluation")
    step.delete()


@transaction.atomic
def remove_improvement(point, *, actor):
    lock_row(point.project)
    _record(point, actor, f"a retiré l’amélioration «\u00a0{point.label}\u00a0»")
    point.delete()


def _record(row, actor, sentence):
    record(row.project, row.project.cite_id, actor, "evaluation_project.updated", sentence)
