"""Axes and objectives put elsewhere, by mouse or by the buttons "Monter" and "Descendre": the same requests."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from actions import services
from actions.models import Axis, Objective
from actions.strategy_page import LAST
from actions.views.plan import plan_url, written_axis, written_objective
from cite_educative.common.forms import read_key


def _before(request, rows):
    """The row named by `avant`, None for the end; 404 for one that the reader does not see."""
    asked = request.POST.get("avant", LAST)
    return None if asked in (LAST, "") else get_object_or_404(rows, pk=read_key(asked))


def _rank(place, number):
    return f"{place}{'er' if place == 1 else 'e'} sur {number}"


@require_POST
def axis_place(request, pk):
    axis = written_axis(request, pk)
    before = _before(request, Axis.objects.visible_to(request.user))
    try:
        place = services.place_axis(axis, actor=request.user, seen=request.POST.get("vu", ""), before=before)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"L’axe «\u00a0{axis.label}\u00a0» est le {_rank(*place)}.")
    return redirect(plan_url(axis.programme, f"#axe-{pk}"))


@require_POST
def objective_place(request, pk):
    objective = written_objective(request, pk)
    programme, user = objective.axis.programme, request.user
    before = _before(request, Objective.objects.visible_to(user).select_related("axis"))
    asked = request.POST.get("axe", "")
    axis = get_object_or_404(Axis.objects.visible_to(user), pk=read_key(asked)) if asked else None
    if before and axis is None:
        axis = before.axis
    try:
        place = services.place_objective(
            objective, actor=user, seen=request.POST.get("vu", ""), axis=axis, before=before
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _placed(objective, axis, place))
    return redirect(plan_url(programme, f"#objectif-{pk}"))


def _placed(objective, axis, place):
    words = f"L’objectif «\u00a0{objective.label}\u00a0» est le {_rank(*place)}"
    if axis is None or axis.pk == objective.axis_id:
        return f"{words} de son axe."
    return f"{words} de l’axe «\u00a0{axis.label}\u00a0». Ses actions l’ont suivi."
