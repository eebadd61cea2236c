from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions import services
from actions.forms.plan import AxisForm, CallForm, ObjectiveForm, ProgrammeForm
from actions.models import Action, Axis, Call, Objective, Programme
from actions.overview import SPENT, plan_branches
from actions.permissions import can_write_plan
from actions.views.sections import plan_sections
from cite_educative.common.dates import date_fr, period_fr
from cite_educative.common.money import euros
from partners.context import current_cite, current_year


@require_GET
def plan(request):
    cite, year = _cite(request), current_year(request)
    programmes = list(Programme.objects.visible_to(request.user).filter(cite=cite))
    chosen = _chosen(programmes, request.GET.get("programme"), year)
    context = {
        "sections": plan_sections("plan"),
        "year": year,
        "programme": chosen,
        "others": [programme for programme in programmes if programme != chosen],
        "period": period_fr(chosen.starts_on, chosen.ends_on) if chosen else "",
        "columns": [step.label.capitalize() for step in SPENT],
        "branches": _branches(request.user, chosen, year) if chosen else [],
        "outside": Action.objects.visible_to(request.user).filter(cite=cite, budget_year=year, axis=None).count(),
        "can_write": can_write_plan(request.user, cite),
    }
    return render(request, "actions/plan.html", context)


def _cite(request):
    cite = current_cite(request)
    if cite is None:
        raise Http404
    return cite


def _chosen(programmes, asked, year):
    """The programme asked for, else the one that covers the year, else the latest."""
    named = [programme for programme in programmes if str(programme.pk) == asked]
    covering = [programme for programme in programmes if programme.starts_on.year <= year <= programme.ends_on.year]
    return next(iter([*named, *covering, *programmes]), None)


def _branches(user, programme, year):
    return [
        {"label": label, "axes": [_axis_row(branch, year) for branch in branches]}
        for label, branches in plan_branches(user, programme, year)
    ]


def _axis_row(branch, year):
    query = urlencode({"axe": branch.axis.pk, "exercice": year})
    return {
        "axis": branch.axis,
        **_texts(branch.tally),
        "list_url": f"{reverse('actions:list')}?{query}" if branch.tally.count else "",
        "objectives": [{"objective": objective, **_texts(tally)} for objective, tally in branch.objectives],
    }


def _texts(tally):
    return {
        "count": tally.count,
        "amounts": [(step.label.capitalize(), euros(tally.sums[str(step)])) for step in SPENT],
    }


# --- Programme, axes, objectives ------------------------------------------------------------------


def _form_page(request, form, *, save, heading, submit, done, back):
    """A short form: shown, or saved by a service and left for `back`."""
    if request.method == "POST" and form.is_valid():
        try:
            save(form.instance, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, done)
            return redirect(back)
    context = {"form": form, "heading": heading, "submit": submit, "cancel_url": reverse(back)}
    return render(request, "actions/plan_form.html", context)


def _check_writer(user, cite):
    if not can_write_plan(user, cite):
        raise PermissionDenied


def _programme_page(request, programme, heading):
    return _form_page(
        request,
        ProgrammeForm(request.POST or None, instance=programme),
        save=services.save_programme,
        heading=heading,
        submit="Enregistrer le programme",
        done="Le programme est enregistré.",
        back="actions:plan",
    )


@require_http_methods(["GET", "POST"])
def programme_create(request):
    cite = _cite(request)
    _check_writer(request.user, cite)
    programme = Programme(cite=cite, starts_on=cite.label_starts_on, ends_on=cite.label_ends_on)
    return _programme_page(request, programme, "Nouveau programme")


@require_http_methods(["GET", "POST"])
def programme_update(request, pk):
    programme = get_object_or_404(Programme.objects.visible_to(request.user).select_related("cite"), pk=pk)
    _check_writer(request.user, programme.cite)
    return _programme_page(request, programme, programme.label)


@require_POST
def programme_publish(request, pk):
    programme = get_object_or_404(Programme.objects.visible_to(request.user).select_related("cite"), pk=pk)
    _check_writer(request.user, programme.cite)
    services.publish_programme(programme, actor=request.user)
    messages.success(request, "Le programme est publié\u00a0: tous les partenaires de la Cité le lisent.")
    return redirect("actions:plan")


def _axis_page(request, axis, heading):
    return _form_page(
        request,
        AxisForm(request.POST or None, instance=axis),
        save=services.save_axis,
        heading=heading,
        submit="Enregistrer l’axe",
        done="L’axe est enregistré.",
        back="actions:plan",
    )


@require_http_methods(["GET", "POST"])
def axis_create(request, pk):
    programme = get_object_or_404(Programme.objects.visible_to(request.user).select_related("cite"), pk=pk)
    _check_writer(request.user, programme.cite)
    return _axis_page(request, Axis(programme=programme, order=programme.axes.count() + 1), "Nouvel axe")


@require_http_methods(["GET", "POST"])
def axis_update(request, pk):
    axis = get_object_or_404(Axis.objects.visible_to(request.user).select_related("programme__cite"), pk=pk)
    _check_writer(request.user, axis.programme.cite)
    return _axis_page(request, axis, axis.label)


def _objective_page(request, objective, heading):
    return _form_page(
        request,
        ObjectiveForm(request.POST or None, instance=objective),
        save=services.save_objective,
        heading=heading,
        submit="Enregistrer l’objectif",
        done="L’objectif est enregistré.",
        back="actions:plan",
    )


@require_http_methods(["GET", "POST"])
def objective_create(request, pk):
    axis = get_object_or_404(Axis.objects.visible_to(request.user).select_related("programme__cite"), pk=pk)
    _check_writer(request.user, axis.programme.cite)
    return _objective_page(request, Objective(axis=axis, order=axis.objectives.count() + 1), "Nouvel objectif")


@require_http_methods(["GET", "POST"])
def objective_update(request, pk):
    objectives = Objective.objects.visible_to(request.user).select_related("axis__programme__cite")
    objective = get_object_or_404(objectives, pk=pk)
    _check_writer(request.user, objective.axis.programme.cite)
    return _objective_page(request, objective, objective.label)


# --- Calls ----------------------------------------------------------------------------------------


@require_GET
def call_list(request):
    cite = _cite(request)
    calls = Call.objects.visible_to(request.user).filter(cite=cite)
    context = {
        "sections": plan_sections("calls"),
        "lines": [_call_row(call) for call in calls],
        "can_write": can_write_plan(request.user, cite),
    }
    return render(request, "actions/call_list.html", context)


def _call_row(call):
    query = urlencode({"appel": call.pk, "exercice": call.budget_year})
    return {
        "call": call,
        "period": period_fr(call.opens_on, call.closes_on),
        "closes": date_fr(call.closes_on) if call.closes_on else "",
        "list_url": f"{reverse('actions:list')}?{query}",
    }


def _call_page(request, call, heading):
    return _form_page(
        request,
        CallForm(request.POST or None, instance=call),
        save=services.save_call,
        heading=heading,
        submit="Enregistrer l’appel",
        done="L’appel est enregistré.",
        back="actions:call_list",
    )


@require_http_methods(["GET", "POST"])
def call_create(request):
    cite = _cite(request)
    _check_writer(request.user, cite)
    return _call_page(request, Call(cite=cite, budget_year=current_year(request)), "Nouvel appel à projets")


@require_http_methods(["GET", "POST"])
def call_update(request, pk):
    call = get_object_or_404(Call.objects.visible_to(request.user).select_related("cite"), pk=pk)
    _check_writer(request.user, call.cite)
    return _call_page(request, call, f"Appel «\u00a0{call.label}\u00a0»")
