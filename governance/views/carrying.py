"""« Porter à l’ordre du jour » : from the page of what is to be discussed, and from the arbitration board."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from actions.forms.batches import read_keys
from actions.models import Action, Agreement, Call, Scenario
from actions.plan_listing import filtered_actions
from actions.views.calls import visible_call
from cite_educative.common.money import euros
from cite_educative.common.transitions import TransitionError
from governance import services
from governance.forms.carrying import CarryForm
from governance.models import ActionPoint, AgendaItem, Meeting, Note
from governance.permissions import can_prepare
from governance.services.carrying import proposed_of
from governance.views.common import chosen_cite, meeting_title
from partners.views.common import require


@require_http_methods(["GET", "POST"])
def carry(request, pk):
    """`pk` is that of the call."""
    call = visible_call(request, pk)
    require(can_prepare(request.user, call.cite))
    meetings = Meeting.objects.visible_to(request.user).preparable().filter(body__cite=call.cite)
    form = CarryForm(request.POST or None, meetings=meetings, initial={"title": f"Programmation, {call.label}"})
    if request.method == "POST" and form.is_valid():
        try:
            item, created = services.carry_to_meeting(call=call, actor=request.user, **form.cleaned_data)
        except (ValidationError, TransitionError) as error:
            form.add_error(None, getattr(error, "messages", str(error)))
        else:
            if created:
                messages.success(request, "Le point et sa note sont prêts\u00a0: relisez la note avant de l’émettre.")
            else:
                messages.info(request, "Cet arbitrage est déjà porté à cette séance\u00a0: voici sa note.")
            return redirect("governance:note", item.pk)
    fundings = proposed_of(call)
    context = {
        "call": call,
        "form": form,
        "number": fundings.order_by().values("action").distinct().count(),
        "amount": euros(fundings.sums("proposed")["proposed"]),
        "carried": _carried(request, call),
        "back": reverse("actions:board", args=[call.pk]),
    }
    return render(request, "governance/carry.html", context)


def _carried(request, call):
    points = AgendaItem.objects.visible_to(request.user).filter(pk__in=services.carried_points(call).values("pk"))
    points = points.select_related("meeting__body").order_by("-meeting__starts_at", "pk")
    return [{"item": point, "meeting": meeting_title(point.meeting)} for point in points]


# --- Any subject ----------------------------------------------------------------------------------

MOST_ACTIONS = 100


@dataclass(frozen=True)
class Subject:
    """What the address names: `label` is shown and proposed as the title, `back` is its page."""

    row: Any
    cite: Any
    label: str
    back: str


def _action(user, pk):
    row = get_object_or_404(Action.objects.visible_to(user).select_related("cite"), pk=pk)
    return Subject(row, row.cite, str(row), reverse("actions:detail", args=[pk]))


def _scenario(user, pk):
    row = get_object_or_404(Scenario.objects.visible_to(user).select_related("call__cite"), pk=pk)
    back = f"{reverse('actions:board', args=[row.call_id])}?scenario={pk}"
    return Subject(row, row.call.cite, f"Scénario «\u00a0{row.label}\u00a0», {row.call.label}", back)


def _agreement(user, pk):
    row = get_object_or_404(Agreement.objects.visible_to(user).select_related("cite", "holder", "amends"), pk=pk)
    label = f"Convention {row.number}, {row.holder}" if row.number else str(row)
    return Subject(row, row.cite, label, reverse("actions:agreement", args=[pk]))


def _note(user, pk):
    row = get_object_or_404(Note.objects.visible_to(user).select_related("cite", "item"), pk=pk)
    return Subject(row, row.cite, row.title, reverse("governance:note", args=[row.item_id]))


def _action_point(user, pk):
    row = get_object_or_404(ActionPoint.objects.visible_to(user).select_related("cite"), pk=pk)
    return Subject(row, row.cite, row.text, reverse("governance:action_point", args=[pk]))


def _call(user, pk):
    row = get_object_or_404(Call.objects.visible_to(user).select_related("cite"), pk=pk)
    return Subject(row, row.cite, row.label, reverse("actions:call", args=[pk]))


SUBJECTS = {
    "action": _action,
    "scenario": _scenario,
    "agreement": _agreement,
    "note": _note,
    "action_point": _action_point,
    "call": _call,
}


@require_http_methods(["GET", "POST"])
def carry_subject(request, pk, kind):
    """`kind` is a key of `SUBJECTS`, `pk` that of the subject."""
    subject = SUBJECTS[kind](request.user, pk)
    require(can_prepare(request.user, subject.cite))
    form = _form(request, subject.cite, subject.label, sent=request.method == "POST")
    if form.is_bound and form.is_valid():
        try:
            item, created = _carry(kind, subject.row, request.user, **form.cleaned_data)
        except (ValidationError, TransitionError) as error:
            form.add_error(None, getattr(error, "messages", str(error)))
        else:
            return _done(request, item, created)
    context = {"form": form, "subject": subject, "actions": [], "keys": ""}
    return render(request, "governance/carry_subject.html", context, status=422 if form.errors else 200)


def _carry(name, row, actor, *, meeting, title, kind):
    if name == "action":
        item, known = services.carry_actions(meeting=meeting, actions=[row], title=title, kind=kind, actor=actor)
        return item, not known
    if name == "note":
        return services.carry_item(row.item, meeting=meeting, actor=actor, title=title)
    return services.carry_subject(meeting=meeting, name=name, subject=row, title=title, kind=kind, actor=actor)


def _form(request, cite, title, *, sent):
    meetings = Meeting.objects.visible_to(request.user).preparable().filter(body__cite=cite)
    data = request.POST if sent else None
    return CarryForm(data, meetings=meetings, with_kind=True, initial={"title": title[:200]})


def _done(request, item, created):
    if created:
        messages.success(request, f"«\u00a0{item.title}\u00a0» est à l’ordre du jour.")
    else:
        messages.info(
            request, f"C’est déjà à l’ordre du jour, point «\u00a0{item.title}\u00a0»\u00a0: rien n’a été ajouté."
        )
    return redirect(f"{reverse('governance:meeting', args=[item.meeting_id])}#point-{item.pk}")


@require_POST
def carry_actions(request):
    """Those ticked in the list of actions, then the meeting (`porter`)."""
    cite = chosen_cite(request)
    require(can_prepare(request.user, cite))
    actions = _chosen(request, cite)
    if not 0 < len(actions) <= MOST_ACTIONS:
        few = "Cochez d’abord les actions, dans la première colonne du tableau."
        many = f"Un point examine {MOST_ACTIONS} actions au plus\u00a0: resserrez les filtres, puis recommencez."
        messages.error(request, many if actions else few)
        return redirect("actions:list")
    number = len(actions)
    label = str(actions[0]) if number == 1 else f"Examen de {number} actions"
    form = _form(request, cite, label, sent="porter" in request.POST)
    if form.is_bound and form.is_valid():
        try:
            item, known = services.carry_actions(actions=actions, actor=request.user, **form.cleaned_data)
        except (ValidationError, TransitionError) as error:
            form.add_error(None, getattr(error, "messages", str(error)))
        else:
            if 0 < len(known) < number:
                codes = ", ".join(action.code for action in known)
                messages.info(request, f"Déjà à l’ordre du jour de cette séance, laissées de côté\u00a0: {codes}.")
            return _done(request, item, len(known) < number)
    subject = Subject(None, cite, label, reverse("actions:list"))
    keys = " ".join(str(action.pk) for action in actions)
    context = {"form": form, "subject": subject, "actions": actions, "keys": keys}
    return render(request, "governance/carry_subject.html", context, status=422 if form.errors else 200)


def _chosen(request, cite):
    """One more than may be, at most."""
    rows = Action.objects.visible_to(request.user).filter(cite=cite)
    if "tout" in request.POST:
        rows = filtered_actions(request, request.POST.get("filtres", ""))
    else:
        sent = [*request.POST.getlist("choix"), *request.POST.get("cles", "").split()]
        rows = rows.filter(pk__in=read_keys(sent, MOST_ACTIONS))
    return list(rows.order_by("code", "pk")[: MOST_ACTIONS + 1])
