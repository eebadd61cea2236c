from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions import letters, services
from actions.forms.opinions import AnswerForm, AskForm, EnterForm, ReceivedForm
from actions.grid import criteria_of, grid_columns, grid_of, grid_values
from actions.models import FundingSource, Opinion
from actions.opinions import askable, opinion_line, opinions_of, request_facts
from actions.permissions import (
    answers_for_itself,
    can_answer_opinion,
    can_ask_opinion,
    can_choose_holder,
    can_enter_opinion,
    can_read_opinions,
)
from actions.sheet import get_sheet_action, has_opinions, sheet_context
from cite_educative.common.exports import stream_csv, xlsx_response
from cite_educative.common.tables import FORMAT
from cite_educative.common.transitions import TransitionError
from partners.services import PartnersError
from partners.views.common import removed_once

EXPORTS = {"xlsx": "Tableur (XLSX)", "csv": "CSV"}


@require_GET
def opinions(request, pk):
    action = get_sheet_action(request.user, pk)
    context = sheet_context(request, action, tab="opinions")
    if context["level"] != "full" or not has_opinions(request.user, action):
        raise PermissionDenied
    user = request.user
    reads_all = can_read_opinions(user, action)
    grid = grid_of(action, user, with_means=reads_all)
    if reads_all and request.GET.get(FORMAT) in EXPORTS:
        return _export(action, grid, request.GET[FORMAT])
    lines = [
        opinion_line(opinion, user.access.today, can_answer=can_answer_opinion(user, opinion))
        for opinion in opinions_of(action, user)
    ]
    context |= {
        "awaited": [line for line in lines if not line.opinion.given_on],
        "given": [line for line in lines if line.opinion.given_on],
        "can_ask": can_ask_opinion(user, action),
        "can_enter_opinion": can_enter_opinion(user, action),
        "is_team": can_choose_holder(user, action.cite),
        "grid": grid,
        "exports": EXPORTS if reads_all and grid.voices else {},
    }
    return render(request, "actions/opinions.html", context)


def _export(action, grid, name):
    export = xlsx_response if name == "xlsx" else stream_csv
    rows = [grid_values(voice) for voice in grid.voices]
    return export(grid_columns(action), rows, title="Avis", filename=f"avis-{action.code or action.pk}".lower())


@require_http_methods(["GET", "POST"])
def opinion_ask(request, pk):
    action = get_sheet_action(request.user, pk)
    if not can_ask_opinion(request.user, action):
        raise PermissionDenied
    initial = {
        "subject": f"Votre avis sur «\u00a0{action.title}\u00a0»"[:200],
        "body": letters.draft(letters.OPINION, action=action, author=request.user),
    }
    form = AskForm(request.POST or None, choices=askable(action), initial=initial)
    if request.method == "POST" and form.is_valid() and _ask(request, action, form):
        return redirect("actions:opinions", action.pk)
    context = {**sheet_context(request, action, tab="opinions"), "form": form}
    return render(request, "actions/opinion_ask.html", context)


def _ask(request, action, form):
    """True when it is on its way; otherwise the form says why."""
    answers = form.cleaned_data
    try:
        services.ask_opinions(
            action=action,
            asked=form.asked,
            question=answers["question"],
            due_on=answers["due_on"],
            subject=answers["subject"],
            body=form.letter,
            actor=request.user,
        )
    except PartnersError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, "La demande d’avis part, avec un lien personnel pour chaque destinataire.")
    return True


@require_http_methods(["GET", "POST"])
def opinion_enter(request, pk):
    """The team enters what it received, a pilot gives the opinion of the own side."""
    action = get_sheet_action(request.user, pk)
    if not can_enter_opinion(request.user, action):
        raise PermissionDenied
    is_team = can_choose_holder(request.user, action.cite)
    criteria = criteria_of(action)
    form = _enter_form(request, action, criteria) if is_team else AnswerForm(request.POST or None, criteria=criteria)
    if request.method == "POST" and form.is_valid():
        who = {} if is_team else _own_voice(request.user, action)
        try:
            opinion = Opinion(action=action, **{"given_on": request.user.access.today, **who, **form.answer})
            services.enter_opinion(opinion, actor=request.user, scores=form.scores)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "L’avis est enregistré.")
            return redirect("actions:opinions", action.pk)
    context = {**sheet_context(request, action, tab="opinions"), "form": form, "is_team": is_team}
    return render(request, "actions/opinion_enter.html", context)


def _enter_form(request, action, criteria):
    sources = FundingSource.objects.visible_to(request.user).filter(cite=action.cite_id).active()
    return EnterForm(request.POST or None, sides=action.cite.sides.all(), sources=sources, criteria=criteria)


def _own_voice(user, action):
    side = action.cite.sides.filter(pk__in=user.access.sides.get(action.cite_id, ())).first()
    return {"side": side, "person": user.person, "name": user.person.formal_name}


@require_http_methods(["GET", "POST"])
def opinion_answer(request, pk):
    """Answered by who was asked, by a pilot of the side asked, or entered by the team for them."""
    opinion = _visible_opinion(request, pk)
    user = request.user
    refusal = services.why_closed(opinion)
    if refusal:
        messages.info(request, refusal)
        return redirect(*_after_answer(user, opinion))
    if not can_answer_opinion(user, opinion):
        raise PermissionDenied
    is_own = answers_for_itself(user, opinion)
    form = (AnswerForm if is_own else ReceivedForm)(request.POST or None, criteria=criteria_of(opinion.action))
    if request.method == "POST" and form.is_valid() and _give(request, opinion, form, is_own=is_own):
        return redirect(*_after_answer(user, opinion))
    context = {"opinion": opinion, "action": opinion.action, "form": form, "is_own": is_own}
    return render(request, "actions/opinion_answer.html", {**context, "requested": request_facts(opinion.action)})


def _give(request, opinion, form, *, is_own):
    """True when there is nothing more to do here; otherwise the form says why."""
    person = request.user.person
    who = {"name": person.formal_name, "person": person} if is_own else {}
    try:
        services.give_opinion(opinion, actor=request.user, scores=form.scores, **form.answer, **who)
    except TransitionError as error:
        messages.info(request, str(error))
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    else:
        messages.success(request, "L’avis est enregistré.")
    return True


def _visible_opinion(request, pk):
    visible = Opinion.objects.visible_to(request.user)
    return get_object_or_404(
        visible.select_related("action__cite", "action__holder", "action__objective", "side"), pk=pk
    )


def _after_answer(user, opinion):
    """The sheet for who reads it in full; an expert goes home."""
    full = opinion.action.reading_level(user.access) == "full"
    return ("actions:opinions", opinion.action_id) if full else ("home",)


@require_POST
@removed_once(Opinion, "Cet avis n’est déjà plus attendu.", "actions:list", from_page=True)
def opinion_withdraw(request, pk):
    opinion = _visible_opinion(request, pk)
    if not can_choose_holder(request.user, opinion.action.cite):
        raise PermissionDenied
    try:
        services.withdraw_opinion(opinion, actor=request.user)
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Cet avis n’est plus attendu\u00a0; son lien ne s’ouvre plus.")
    return redirect("actions:opinions", opinion.action_id)
