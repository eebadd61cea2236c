from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions import services
from actions.forms.plan import AxisForm, ObjectiveForm, ProgrammeForm
from actions.models import Action, Axis, Objective, Programme
from actions.ordering import arrangement
from actions.overview import SPENT
from actions.permissions import can_write_plan
from actions.strategy_page import chosen_programme, plan_page_branches
from actions.views.sections import plan_sections
from actions.views.versions import form_context, saved_or_compared
from actions.visits import news
from cite_educative.common.dates import period_fr
from partners.context import current_cite, current_year
from partners.views.common import removed_once


@require_GET
def plan(request):
    cite, year = chosen_cite(request), current_year(request)
    programmes = list(Programme.objects.visible_to(request.user).filter(cite=cite))
    chosen = chosen_programme(programmes, request.GET.get("programme"), year)
    can_write = can_write_plan(request.user, cite)
    context = {
        "sections": plan_sections("plan", request.user, cite),
        "year": year,
        "programme": chosen,
        "others": [programme for programme in programmes if programme != chosen],
        "period": period_fr(chosen.starts_on, chosen.ends_on) if chosen else "",
        "columns": [step.label.capitalize() for step in SPENT],
        "branches": plan_page_branches(request.user, chosen, year) if chosen else [],
        "outside": Action.objects.visible_to(request.user).filter(cite=cite, budget_year=year, axis=None).count(),
        "can_write": can_write,
        "news": news(request.user, cite, year),
        "seen": arrangement(chosen) if chosen and can_write else "",
    }
    return render(request, "actions/plan.html", context)


def chosen_cite(request):
    cite = current_cite(request)
    if cite is None:
        raise Http404
    return cite


def plan_url(programme, anchor=""):
    return f"{reverse('actions:plan')}?programme={programme.pk}{anchor}"


# --- Programme, axes, objectives ------------------------------------------------------------------


def check_writer(user, cite):
    if not can_write_plan(user, cite):
        raise PermissionDenied


def written_programme(request, pk):
    programme = get_object_or_404(Programme.objects.visible_to(request.user).select_related("cite"), pk=pk)
    check_writer(request.user, programme.cite)
    return programme


def written_axis(request, pk):
    axis = get_object_or_404(Axis.objects.visible_to(request.user).select_related("programme__cite"), pk=pk)
    check_writer(request.user, axis.programme.cite)
    return axis


def written_objective(request, pk):
    objectives = Objective.objects.visible_to(request.user).select_related("axis__programme__cite")
    objective = get_object_or_404(objectives, pk=pk)
    check_writer(request.user, objective.axis.programme.cite)
    return objective


def _form_page(request, form_class, row, *, save, heading, submit, done, **more):
    """A short form: shown, or saved by a service and left for the strategy."""
    form, conflict, saved = saved_or_compared(request, form_class, row, save=save)
    if saved:
        messages.success(request, done)
        return redirect(plan_url(_programme_of(saved)))
    programme = _programme_of(row)
    cancel_url = plan_url(programme) if programme.pk else reverse("actions:plan")
    context = form_context(form, conflict, heading=heading, submit=submit, cancel_url=cancel_url)
    return render(request, "actions/strategy_form.html", {**context, **more}, status=409 if conflict else 200)


def _programme_of(row):
    if isinstance(row, Objective):
        return row.axis.programme
    return row.programme if isinstance(row, Axis) else row


def _programme_page(request, programme, heading):
    return _form_page(
        request,
        ProgrammeForm,
        programme,
        save=services.save_programme,
        heading=heading,
        submit="Enregistrer le programme",
        done="Le programme est enregistré.",
    )


@require_http_methods(["GET", "POST"])
def programme_create(request):
    cite = chosen_cite(request)
    check_writer(request.user, cite)
    programme = Programme(cite=cite, starts_on=cite.label_starts_on, ends_on=cite.label_ends_on)
    return _programme_page(request, programme, "Nouveau programme")


@require_http_methods(["GET", "POST"])
def programme_update(request, pk):
    programme = written_programme(request, pk)
    return _programme_page(request, programme, programme.label)


@require_POST
def programme_publish(request, pk):
    programme = written_programme(request, pk)
    services.publish_programme(programme, actor=request.user)
    messages.success(request, "Le programme est publié\u00a0: tous les partenaires de la Cité le lisent.")
    return redirect(plan_url(programme))


def _axis_page(request, axis, heading, **more):
    return _form_page(
        request,
        AxisForm,
        axis,
        save=services.save_axis,
        heading=heading,
        submit="Enregistrer l’axe",
        done="L’axe est enregistré.",
        **more,
    )


@require_http_methods(["GET", "POST"])
def axis_create(request, pk):
    return _axis_page(request, Axis(programme=written_programme(request, pk)), "Nouvel axe")


@require_http_methods(["GET", "POST"])
def axis_update(request, pk):
    axis = written_axis(request, pk)
    return _axis_page(request, axis, axis.label, remove_url=reverse("actions:axis_remove", args=[pk]))


@require_POST
@removed_once(Axis, "Cet axe est déjà retiré.", "actions:plan")
def axis_remove(request, pk):
    axis = written_axis(request, pk)
    return _removed(request, axis.programme, services.remove_axis, axis, "L’axe est retiré du programme.")


def _removed(request, programme, remove, row, done):
    try:
        remove(row, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect(plan_url(programme))


def _objective_page(request, objective, heading, **more):
    return _form_page(
        request,
        ObjectiveForm,
        objective,
        save=services.save_objective,
        heading=heading,
        submit="Enregistrer l’objectif",
        done="L’objectif est enregistré.",
        lists_url=reverse("actions:cite_lists"),
        **more,
    )


@require_http_methods(["GET", "POST"])
def objective_create(request, pk):
    return _objective_page(request, Objective(axis=written_axis(request, pk)), "Nouvel objectif")


@require_http_methods(["GET", "POST"])
def objective_update(request, pk):
    objective = written_objective(request, pk)
    remove_url = reverse("actions:objective_remove", args=[pk])
    return _objective_page(request, objective, objective.label, remove_url=remove_url)


@require_POST
@removed_once(Objective, "Cet objectif est déjà retiré.", "actions:plan")
def objective_remove(request, pk):
    objective = written_objective(request, pk)
    done = "L’objectif est retiré du programme."
    return _removed(request, objective.axis.programme, services.remove_objective, objective, done)
