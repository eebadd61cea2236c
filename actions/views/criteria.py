"""The grid of a call: its criteria, one by one or the five usual ones at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from actions import services
from actions.forms.calls import CriterionForm
from actions.models import Criterion
from actions.permissions import can_write_plan
from actions.usual_criteria import USUAL_CRITERIA
from actions.views.calls import written_call
from actions.views.versions import form_context, saved_or_compared
from cite_educative.common import journal
from partners.views.common import removed_once


@require_http_methods(["GET", "POST"])
def call_criteria(request, pk):
    call = written_call(request, pk)
    if request.method == "POST":
        number = services.add_usual_criteria(call, actor=request.user)
        if number:
            messages.success(
                request, f"{number} critères sont ajoutés à la grille." if number > 1 else "Un critère est ajouté."
            )
        else:
            messages.info(request, "La grille avait déjà ces critères\u00a0: rien n’a changé.")
        return redirect("actions:call_criteria", call.pk)
    criteria = list(Criterion.objects.visible_to(request.user).filter(call=call))
    known = {criterion.label for criterion in criteria}
    lacks_usual = any(usual["label"] not in known for usual in USUAL_CRITERIA)
    context = {"call": call, "criteria": criteria, "lacks_usual": lacks_usual}
    return render(request, "actions/call_criteria.html", context)


@require_http_methods(["GET", "POST"])
def criterion_create(request, pk):
    call = written_call(request, pk)
    criterion = Criterion(call=call, order=call.criteria.count() + 1)
    return _criterion_page(request, criterion, "Nouveau critère")


@require_http_methods(["GET", "POST"])
def criterion_update(request, pk):
    return _criterion_page(request, _written(request, pk), "Modifier le critère")


def _written(request, pk):
    criterion = get_object_or_404(Criterion.objects.visible_to(request.user).select_related("call__cite"), pk=pk)
    if not can_write_plan(request.user, criterion.call.cite):
        raise PermissionDenied
    return criterion


def _criterion_page(request, criterion, heading):
    form, conflict, saved = saved_or_compared(
        request, CriterionForm, criterion, save=services.save_criterion, entries=_entries
    )
    if saved:
        messages.success(request, "La grille est enregistrée.")
        return redirect("actions:call_criteria", criterion.call_id)
    context = form_context(
        form,
        conflict,
        heading=heading,
        submit="Enregistrer le critère",
        cancel_url=reverse("actions:call_criteria", args=[criterion.call_id]),
    )
    return render(request, "actions/plan_form.html", context, status=409 if conflict else 200)


def _entries(criterion):
    """The journal tells the grid at its call."""
    return journal.entries_for(criterion.call).filter(verb="call.criteria")


@require_POST
@removed_once(Criterion, "Ce critère est déjà retiré.", "actions:call_list", from_page=True)
def criterion_remove(request, pk):
    criterion = _written(request, pk)
    try:
        services.remove_criterion(criterion, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Le critère n’est plus dans la grille.")
    return redirect("actions:call_criteria", criterion.call_id)
