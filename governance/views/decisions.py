"""Decisions being written in a meeting."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from cite_educative.common.forms import read_key
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance import services
from governance.figures import item_figures
from governance.forms import DecisionForm, PositionForm
from governance.models import Decision
from governance.permissions import can_enter_position, can_prepare
from governance.views.common import add_errors, conflict, prepared_item, require, sent_pairs, visible_decision
from governance.views.live import figures_context, live_page
from governance.voices import voices
from partners.views.common import removed_once


def _url(item, anchor=""):
    return f"{reverse('governance:live', args=[item.meeting_id])}?point={item.pk}{anchor}"


def _drafted(request, pk):
    decision = visible_decision(request, pk)
    require(decision.item is not None)
    return decision


@require_POST
def decision_create(request, pk):
    return _write(request, prepared_item(request, pk), None)


@require_POST
def decision_update(request, pk):
    decision = _drafted(request, pk)
    require(can_prepare(request.user, decision.body.cite))
    decision.item.meeting = decision.meeting
    return _write(request, decision.item, decision)


def _write(request, item, decision):
    if not item.meeting.is_open:
        messages.error(request, "La séance n’est pas ouverte\u00a0: une décision s’écrit en séance.")
        return redirect("governance:meeting", pk=item.meeting_id)
    form = DecisionForm(request.POST, item=item, decision=decision)
    if "compute" in request.POST:
        return live_page(request, item.meeting, item, form=form)
    if not form.is_valid():
        return live_page(request, item.meeting, item, form=form, status_code=422)
    try:
        services.save_decision(item=item, actor=request.user, decision=decision, **_values(form))
    except ConflictError as error:
        return _decision_conflict(request, item, error.current, form)
    except TransitionError as error:
        messages.error(request, str(error))
        return redirect("governance:meeting", pk=item.meeting_id)
    except ValidationError as error:
        add_errors(form, error)
        return live_page(request, item.meeting, item, form=form, status_code=422)
    messages.success(request, "La décision est écrite. Elle prendra effet et son numéro à la clôture de la séance.")
    return redirect(_url(item, "#decisions"))


def _values(form):
    data = form.cleaned_data
    return {
        "version": data["version"],
        "title": data["title"],
        "text": data["text"],
        "is_agreed": form.is_agreed_now,
        "positions": form.positions,
        "replaces": data["replaces"],
        "effects": form.effects(),
    }


def _decision_conflict(request, item, current, form):
    data = form.cleaned_data
    return conflict(
        request,
        subject="La décision",
        row=current,
        fields=[
            ("Objet", data["title"], current.title),
            ("Texte de la décision", data["text"], current.text),
            ("Effets", f"{len(form.effects())} effets", f"{current.effects.count()} effets"),
        ],
        action=request.path,
        version=current.version,
        cancel_url=_url(item),
        hidden=sent_pairs(request),
    )


@require_POST
def decision_figures(request, pk):
    """The figures of the point with what the form being written would programme. Writes nothing."""
    item = prepared_item(request, pk)
    form = DecisionForm(request.POST, item=item)
    figures = item_figures(item, form.fundings, planned=form.planned())
    return render(request, "governance/includes/_figures_table.html", figures_context(figures))


@require_POST
@removed_once(Decision, "Ce projet est déjà retiré.", "governance:home")
def decision_remove(request, pk):
    decision = _drafted(request, pk)
    require(can_prepare(request.user, decision.body.cite))
    item = decision.item
    try:
        services.remove_decision(decision, actor=request.user)
        messages.success(request, "Le projet de décision est retiré.")
    except TransitionError as error:
        messages.error(request, str(error))
    return redirect(_url(item))


@require_POST
def position(request, pk):
    """A pilot enters the position of the own side, or of the own commune."""
    decision = _drafted(request, pk)
    sides = decision.body.cite.sides.select_related("cite")
    side = get_object_or_404(sides, pk=read_key(request.POST.get("side", "")))
    require(can_enter_position(request.user, side))
    form = PositionForm(request.POST, prefix=f"p{side.pk}")
    if not form.is_valid():
        return HttpResponse("Position illisible\u00a0: choisissez-la dans la liste.", status=422)
    try:
        services.set_position(
            decision=decision,
            side=side,
            organisation=_own_organisation(request.user, side),
            actor=request.user,
            **form.cleaned_data,
        )
        messages.success(request, f"La position «\u00a0{side.label}\u00a0» est enregistrée.")
    except (TransitionError, ValidationError) as error:
        messages.error(request, str(error) if isinstance(error, TransitionError) else " ".join(error.messages))
    return redirect(_url(decision.item, "#decisions"))


def _own_organisation(user, side):
    """The commune for which the user sits, where each has its own voice; the other sides speak with one."""
    own_voices = any(voice.organisation for voice in voices(side.cite) if voice.side == side)
    if not own_voices or user.person_id is None:
        return None
    mandate = user.person.mandates.active().filter(side=side).select_related("organisation").order_by("pk").first()
    return mandate and mandate.organisation
