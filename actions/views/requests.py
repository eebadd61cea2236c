"""Where requests are born: filed in Dauphin and entered here at once, or begun here from a call; and their filing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from actions import services
from actions.enums import ActionStatus, BornIn
from actions.forms.calls import AnswerCallForm
from actions.forms.requests import FilingForm, RequestForm
from actions.models import Action
from actions.permissions import can_choose_holder, can_create_action, can_submit_action
from actions.sheet import get_sheet_action, sheet_context
from actions.views.calls import visible_call, written_call
from cite_educative.common.dates import period_fr
from cite_educative.common.transitions import TransitionError


@require_http_methods(["GET", "POST"])
def request_create(request, pk):
    call = written_call(request, pk)
    blank = Action(cite=call.cite, call=call, budget_year=call.budget_year)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RequestForm(*sent, instance=blank, user=request.user, call=call)
    if request.method == "POST" and form.is_valid():
        action = _register(request, call, form)
        if action:
            return redirect("actions:detail", action.pk)
    context = {"form": form, "call": call, "is_dauphin": call.born_in == BornIn.DAUPHIN}
    return render(request, "actions/request_create.html", context)


def _register(request, call, form):
    """The action written; None when the form says why it is not."""
    try:
        action = services.register_request(
            call=call,
            actor=request.user,
            fields=form.sheet_fields,
            requested=form.requested,
            as_draft=form.is_draft,
            **form.filing,
        )
    except services.LateFiling as error:
        form.add_error("late_reason" if "late_reason" in form.fields else None, error.messages)
    except ValidationError as error:
        form.add_error(None, error)
    else:
        messages.success(request, _registered(action))
        return action
    return None


def _registered(action):
    if action.status != ActionStatus.DRAFT:
        return f"La demande est enregistrée et déposée sous le code {action.code}. Son instruction commence."
    missing = ", ".join(label for _, label in services.missing_for_submission(action))
    still = f" Il manque encore, pour la déposer\u00a0: {missing}." if missing else " Rien ne manque pour la déposer."
    return f"La demande est gardée en brouillon.{still}"


@require_http_methods(["GET", "POST"])
def call_answer(request, pk):
    """A holder begins its own sheet; the team, one for any holder."""
    call = visible_call(request, pk)
    if not can_create_action(request.user, call.cite):
        raise PermissionDenied
    if call.is_late(request.user.access.today) and not can_choose_holder(request.user, call.cite):
        messages.error(request, services.closed_sentence(call))
        return redirect("actions:call", call.pk)
    form = AnswerCallForm(request.POST or None, user=request.user, call=call)
    if request.method == "POST" and form.is_valid():
        action = services.answer_call(call, actor=request.user, **form.cleaned_data)
        messages.success(request, "Votre fiche est ouverte. Complétez ce qui manque, puis déposez-la.")
        return redirect("actions:detail", action.pk)
    context = {
        "form": form,
        "call": call,
        "period": period_fr(call.opens_on, call.closes_on),
        "is_dauphin": call.born_in == BornIn.DAUPHIN,
    }
    return render(request, "actions/call_answer.html", context)


@require_http_methods(["GET", "POST"])
def filing(request, pk):
    """The team enters a filing received another day, or accepts a late one."""
    action = get_sheet_action(request.user, pk)
    if not can_choose_holder(request.user, action.cite):
        raise PermissionDenied
    if not can_submit_action(request.user, action):
        messages.info(request, "Cette action est déjà déposée.")
        return redirect("actions:detail", action.pk)
    may_be_late = action.call is not None and action.call.is_late(request.user.access.today)
    form = FilingForm(request.POST or None, may_be_late=may_be_late)
    if request.method == "POST" and form.is_valid() and _file(request, action, form):
        return redirect("actions:detail", action.pk)
    context = {**sheet_context(request, action, tab="detail"), "form": form}
    return render(request, "actions/filing.html", context)


def _file(request, action, form):
    """True when it is filed; otherwise the form says why."""
    try:
        filed = services.submit_action(action, actor=request.user, **form.filing)
    except services.LateFiling as error:
        form.add_error("late_reason" if "late_reason" in form.fields else None, error.messages)
    except ValidationError as error:
        form.add_error(None, error.messages)
    except TransitionError as error:
        form.add_error(None, str(error))
    else:
        late = " Ce dépôt tardif est accepté en votre nom." if filed.late_accepted_on else ""
        messages.success(request, f"L’action est déposée sous le code {filed.code}.{late}")
        return True
    return False
