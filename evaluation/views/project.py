"""How the evaluation is run: its project, its steps, what will be improved."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions.models import Programme
from actions.strategy_page import chosen_programme
from evaluation import services
from evaluation.forms.project import ImprovementForm, ProjectForm, StepForm
from evaluation.models import EvaluationProject, EvaluationStep, ImprovementPoint
from evaluation.permissions import can_evaluate, can_read_project
from evaluation.project_page import improvement_lines, project_facts, step_lines
from evaluation.views.common import drawn_empty, entries_of, form_page, page, read_cite, written_cite
from governance.views.common import require
from partners.context import current_year
from partners.views.common import removed_once

HERE = "evaluation:project"


def _programme(request, cite):
    """That of the year chosen; None while the Cité has none."""
    programmes = list(Programme.objects.visible_to(request.user).filter(cite=cite))
    return chosen_programme(programmes, None, current_year(request))


def _project(request, programme):
    projects = EvaluationProject.objects.visible_to(request.user).select_related("cite", "evaluator", "committee")
    return projects.filter(programme=programme).first() if programme else None


@require_safe
def project(request):
    cite = read_cite(request)
    require(can_read_project(request.user, cite))
    programme, today = _programme(request, cite), timezone.localdate()
    row = _project(request, programme)
    context = page(request, cite, "project", programme=programme, project=row)
    if row:
        context |= {
            "facts": project_facts(row),
            "steps": step_lines(row, today),
            "improvements": improvement_lines(request.user, row, today),
            "entries": entries_of(request, cite, row),
        }
    return render(request, "evaluation/project.html", context)


def _url(row):
    return reverse(HERE)


def _project_form(request, cite, form_class, row, save, words):
    return form_page(
        request,
        cite,
        form_class,
        row,
        save=save,
        words=words,
        cancel_url=reverse(HERE),
        done_url=_url,
        current="project",
    )


@require_http_methods(["GET", "POST"])
def project_update(request):
    """Describes the evaluation of the programme of the year chosen, or changes it."""
    cite = written_cite(request)
    programme = _programme(request, cite)
    if programme is None:
        messages.info(request, "Créez d’abord le programme\u00a0: l’évaluation est celle d’un label.")
        return redirect(HERE)
    known = None if drawn_empty(request) else _project(request, programme)
    row = known or EvaluationProject(cite=cite, programme=programme)
    words = ("Conduite de l’évaluation", "Enregistrer", "La conduite de l’évaluation est enregistrée.")
    return _project_form(request, cite, partial(ProjectForm, user=request.user), row, services.save_project, words)


# --- Steps ----------------------------------------------------------------------------------------


def _written_project(request):
    cite = written_cite(request)
    row = _project(request, _programme(request, cite))
    if row is None:
        raise Http404("L’évaluation n’est pas encore décrite.")
    return row


def _written_row(request, model, pk):
    rows = model.objects.visible_to(request.user).select_related("project__cite")
    row = get_object_or_404(rows, pk=pk)
    require(can_evaluate(request.user, row.project.cite))
    return row


def _step_page(request, row, heading):
    words = (heading, "Enregistrer l’étape", "L’étape est enregistrée.")
    return _project_form(request, row.project.cite, StepForm, row, services.save_step, words)


@require_http_methods(["GET", "POST"])
def step_create(request):
    return _step_page(request, EvaluationStep(project=_written_project(request)), "Nouvelle étape")


@require_http_methods(["GET", "POST"])
def step_update(request, pk):
    return _step_page(request, _written_row(request, EvaluationStep, pk), "Modifier l’étape")


@require_POST
@removed_once(EvaluationStep, "Cette étape est déjà retirée.", HERE)
def step_remove(request, pk):
    services.remove_step(_written_row(request, EvaluationStep, pk), actor=request.user)
    messages.success(request, "L’étape est retirée du calendrier.")
    return redirect(HERE)


# --- Improvements ---------------------------------------------------------------------------------


def _improvement_page(request, row, heading):
    words = (heading, "Enregistrer l’amélioration", "L’amélioration est enregistrée.")
    form_class = partial(ImprovementForm, user=request.user)
    return _project_form(request, row.project.cite, form_class, row, services.save_improvement, words)


@require_http_methods(["GET", "POST"])
def improvement_create(request):
    return _improvement_page(request, ImprovementPoint(project=_written_project(request)), "Nouvelle amélioration")


@require_http_methods(["GET", "POST"])
def improvement_update(request, pk):
    return _improvement_page(request, _written_row(request, ImprovementPoint, pk), "Modifier l’amélioration")


@require_POST
@removed_once(ImprovementPoint, "Cette amélioration est déjà retirée.", HERE)
def improvement_remove(request, pk):
    services.remove_improvement(_written_row(request, ImprovementPoint, pk), actor=request.user)
    messages.success(request, "L’amélioration est retirée du plan.")
    return redirect(HERE)
