from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from actions import services
from actions.forms.action import ActionForm
from actions.models import Action
from actions.permissions import (
    can_choose_holder,
    can_create_action,
    can_publish_action,
    can_submit_action,
)
from actions.sheet import reads_beyond_published
from cite_educative.common.transitions import TransitionError
from partners.context import current_cite, current_year


@require_http_methods(["GET", "POST"])
def action_create(request):
    cite = current_cite(request)
    if cite is None:
        raise Http404
    if not can_create_action(request.user, cite):
        raise PermissionDenied
    initial = Action(budget_year=current_year(request))
    form = ActionForm(request.POST or None, instance=initial, cite=cite, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            action = services.begin_action(cite=cite, actor=request.user, **form.sheet_fields)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "L’action est créée. Complétez ce qui manque, puis déposez-la.")
            return redirect("actions:detail", action.pk)
    return render(request, "actions/create.html", {"form": form})


def _read_action(request, pk):
    """404 for who reads its published part only: the rest does not exist for them."""
    action = get_object_or_404(Action.objects.visible_to(request.user).select_related("cite"), pk=pk)
    if not reads_beyond_published(request.user, action):
        raise Http404
    return action


@require_POST
def action_submit(request, pk):
    action = _read_action(request, pk)
    if not can_submit_action(request.user, action):
        return _already(request, action, "Cette action est déjà déposée.", action.submitted_on)
    try:
        filed = services.submit_action(action, actor=request.user)
    except services.LateFiling as error:
        messages.error(request, f"L’action n’est pas déposée. {' '.join(error.messages)}")
        if can_choose_holder(request.user, action.cite):
            return redirect("actions:filing", action.pk)
    except ValidationError as error:
        messages.error(request, f"L’action n’est pas déposée. {' '.join(error.messages)}")
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"L’action est déposée sous le code {filed.code}. Son instruction commence.")
    return redirect("actions:detail", action.pk)


def _already(request, action, sentence, done):
    """What a second click gets when the first one did it; 403 for who might not have done it."""
    own = action.holder_id in request.user.access.held.get(action.cite_id, ())
    if not done or not (own or can_choose_holder(request.user, action.cite)):
        raise PermissionDenied
    messages.info(request, sentence)
    return redirect("actions:detail", action.pk)


@require_POST
def action_publish(request, pk):
    action = _read_action(request, pk)
    if not can_publish_action(request.user, action):
        return _already(request, action, "Cette action est déjà publiée.", action.published_at)
    services.publish_actions(Action.objects.visible_to(request.user).filter(pk=action.pk), actor=request.user)
    messages.success(request, "L’action est publiée\u00a0: les partenaires de la Cité en lisent la partie publique.")
    return redirect("actions:detail", action.pk)
