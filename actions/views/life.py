"""Gestures that move an action, and their corrections."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from actions import letters, services
from actions.forms.life import CorrectionForm, DayForm, MoveForm, SendBackForm, UndoForm
from actions.forms.money import enterable_steps
from actions.life import GESTURES, can_correct_life, can_move
from actions.models import Action, ActionLog, FundingEntry
from actions.sheet import get_sheet_action, sheet_context
from cite_educative.common.dates import date_fr
from cite_educative.common.money import euros
from cite_educative.common.transitions import TransitionError
from partners.services import PartnersError


def _form_page(request, action, form, *, tab, heading, submit, lead="", **more):
    context = sheet_context(request, action, tab=tab)
    context |= {"form": form, "form_heading": heading, "submit": submit, "form_lead": lead, **more}
    return render(request, "actions/life_form.html", context)


def _done(request, form, save, sentence):
    """True when saved; otherwise the form says why."""
    try:
        save()
    except ValidationError as error:
        form.add_error(None, error.messages)
    except (TransitionError, PartnersError) as error:
        form.add_error(None, str(error))
    else:
        messages.success(request, sentence)
        return True
    return False


def _too_late(request, action, name):
    """What a second click, or a page left open, gets from who makes such moves; 403 for the others."""
    is_done = action.status == Action.TRANSITIONS[name].target
    gave_up = is_done and name == "abandon" and action.reading_level(request.user.access) == "own"
    if not (gave_up or can_correct_life(request.user, action)):
        raise PermissionDenied
    if is_done:
        messages.info(request, f"C’est déjà fait. {GESTURES[name].done}")
    else:
        status = action.get_status_display()
        messages.info(request, f"Ce geste n’est pas possible\u00a0: l’action est aujourd’hui «\u00a0{status}\u00a0».")
    return redirect("actions:detail", action.pk)


@require_http_methods(["GET", "POST"])
def move(request, pk, name):
    if name not in GESTURES or name == "send_back":
        raise Http404
    action, gesture = get_sheet_action(request.user, pk), GESTURES[name]
    if not can_move(request.user, action, name):
        return _too_late(request, action, name)
    form = MoveForm(request.POST or None, asks_reason=gesture.asks_reason)
    if request.method == "POST" and form.is_valid():
        save = partial(services.move_by_hand, action, name, actor=request.user, **form.cleaned_data)
        if _done(request, form, save, gesture.done):
            return redirect("actions:detail", pk)
    words = {"heading": gesture.label, "submit": gesture.label, "lead": gesture.explanation}
    return _form_page(request, action, form, tab="detail", **words)


@require_http_methods(["GET", "POST"])
def send_back(request, pk):
    action = get_sheet_action(request.user, pk)
    if not can_move(request.user, action, "send_back"):
        return _too_late(request, action, "send_back")
    contacts = services.holder_contacts(action)
    initial = {
        "subject": f"Fiche à corriger\u00a0: «\u00a0{action.title}\u00a0»"[:200],
        "body": letters.draft(letters.BACK, action=action, author=request.user),
    }
    form = SendBackForm(request.POST or None, contacts=contacts, action=action, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and _done(request, form, partial(_send_back, request, action, form), GESTURES["send_back"].done)
    ):
        return redirect("actions:comments", pk)
    words = {"heading": "Renvoyer au porteur", "submit": "Renvoyer la fiche au porteur"}
    return _form_page(
        request,
        action,
        form,
        tab="detail",
        lead=GESTURES["send_back"].explanation,
        has_contacts=bool(contacts),
        **words,
    )


def _send_back(request, action, form):
    services.send_back(
        action,
        actor=request.user,
        comments=form.remarks,
        due_on=form.cleaned_data["due_on"],
        recipients=form.chosen,
        subject=form.cleaned_data["subject"],
        body=form.letter,
    )


@require_http_methods(["GET", "POST"])
def undo(request, pk):
    action = get_sheet_action(request.user, pk)
    if not can_correct_life(request.user, action):
        raise PermissionDenied
    last = action.log.order_by("-pk").first()
    form = UndoForm(request.POST or None, initial={"seen": last and last.pk})
    if request.method == "POST" and form.is_valid():
        save = partial(services.undo_last_move, action, actor=request.user, **form.cleaned_data)
        if _done(request, form, save, "Le dernier changement est annulé\u00a0; l’historique garde les deux."):
            return redirect("actions:history", pk)
    words = {"heading": "Annuler le dernier changement", "submit": "Annuler ce changement"}
    return _form_page(request, action, form, tab="history", **words)


@require_http_methods(["GET", "POST"])
def move_day(request, pk):
    row = get_object_or_404(ActionLog.objects.visible_to(request.user), pk=pk)
    action = get_sheet_action(request.user, row.action_id)
    if not can_correct_life(request.user, action):
        raise PermissionDenied
    form = DayForm(request.POST or None, initial={"happened_on": row.happened_on})
    if request.method == "POST" and form.is_valid():
        save = partial(services.correct_move_day, row, actor=request.user, **form.cleaned_data)
        if _done(request, form, save, "La date est corrigée\u00a0; l’historique garde l’ancienne."):
            return redirect("actions:history", action.pk)
    words = {"heading": "Corriger une date", "submit": "Corriger la date"}
    lead = f"La date enregistrée est le {date_fr(row.happened_on)}."
    return _form_page(request, action, form, tab="history", lead=lead, **words)


@require_http_methods(["GET", "POST"])
def amount_correct(request, pk):
    entries = FundingEntry.objects.visible_to(request.user).select_related("funding__source__cite")
    entry = get_object_or_404(entries, pk=pk)
    action, source = get_sheet_action(request.user, entry.funding.action_id), entry.funding.source
    if entry.step not in enterable_steps(request.user, action, source):
        raise PermissionDenied
    form = CorrectionForm(request.POST or None, initial={"amount": entry.after})
    if request.method == "POST" and form.is_valid():
        save = partial(services.correct_amount, entry, actor=request.user, **form.cleaned_data)
        if _done(request, form, save, "Le montant est corrigé\u00a0; l’écriture fausse reste, avec son annulation."):
            return redirect("actions:money", action.pk)
    lead = (
        f"{source.label}, montant {entry.get_step_display()}\u00a0: {euros(entry.after)}, le {date_fr(entry.fact_on)}."
    )
    words = {"heading": "Corriger un montant", "submit": "Corriger le montant"}
    return _form_page(request, action, form, tab="money", lead=lead, **words)
