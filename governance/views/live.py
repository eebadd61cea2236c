"""The meeting while it is held: one page, the current point in its address."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cite_educative.common.dates import time_fr
from cite_educative.common.forms import read_key
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance import services
from governance.documents import note_texts
from governance.enums import ItemKind, Presence
from governance.figures import item_figures
from governance.forms import ActionPointForm, DecisionForm, DiscussionForm, PositionForm
from governance.models import ActionPoint, Note
from governance.permissions import can_enter_position, can_prepare, can_read_amounts, can_read_positions
from governance.point_rows import point_line
from governance.projection import written_amounts
from governance.quorum import quorum_of
from governance.tables import effect_lines, figure_rows, figure_totals
from governance.views.common import (
    conflict,
    meeting_title,
    prepared_item,
    prepared_meeting,
    refusals_to,
    require,
    sent_pairs,
    visible_meeting,
)

PRESENCES = {Presence.PRESENT, Presence.EXCUSED, Presence.REPRESENTED, Presence.ABSENT, Presence.GUEST}


@require_GET
def live(request, pk):
    meeting = visible_meeting(request, pk)
    require(can_read_amounts(request.user, meeting.body.cite))
    if not meeting.is_open:
        return redirect("governance:meeting", pk=pk)
    return live_page(request, meeting, _asked(request, meeting))


def _asked(request, meeting):
    """The point of the address, else the one being discussed, else the first without a decision or a word said."""
    items = list(meeting.items.prefetch_related("decisions"))
    asked = request.GET.get("point", "")
    named = next((item for item in items if str(item.pk) == asked), None)
    open_items = (item for item in items if not item.decisions.all() and not item.discussion)
    discussed = next((item for item in items if item.pk == meeting.current_item_id), None)
    return named or discussed or next(open_items, items[-1] if items else None)


def live_page(request, meeting, item, *, form=None, status_code=200):
    """`form`: a decision being written, when it comes back with errors or to be computed again."""
    may_prepare = can_prepare(request.user, meeting.body.cite)
    items = list(meeting.items.prefetch_related("decisions"))
    context = {
        "meeting": meeting,
        "title": meeting_title(meeting),
        "opened": time_fr(meeting.opened_at),
        "agenda": [_agenda_line(meeting, number, row, item) for number, row in enumerate(items, start=1)],
        "may_prepare": may_prepare,
        "discussed": next((rank for rank, row in enumerate(items, 1) if row.pk == meeting.current_item_id), None),
        "point": None,
        "carried": point_lines(request, ActionPoint.objects.visible_to(request.user).carried_to(meeting)),
        **attendance_context(meeting, may_prepare),
    }
    if item:
        if form is None and may_prepare:
            form = _decision_form(request, item)
        context["point"] = _point(request, item, items, form, may_prepare)
    return render(request, "governance/live.html", context, status=status_code)


def _agenda_line(meeting, number, row, current):
    is_current = current is not None and row.pk == current.pk
    code, label = "preparation", "À venir"
    if row.pk == meeting.current_item_id:
        code, label = "encours", "En discussion"
    elif row.decisions.all():
        code, label = "fait", "Décision écrite"
    elif row.discussion:
        code, label = "fait", "Consigné"
    return {
        "number": number,
        "title": row.title,
        "url": f"{reverse('governance:live', args=[meeting.pk])}?point={row.pk}",
        "minutes": row.minutes_planned,
        "code": code,
        "label": label,
        "is_current": is_current,
    }


def _decision_form(request, item):
    """Open from the start on a point of decision or of ratification that has none yet, else when asked."""
    asked = request.GET.get("decision", "")
    drafts = list(item.decisions.all())
    if read_key(asked):
        decision = next((row for row in drafts if row.pk == read_key(asked)), None)
        return DecisionForm(item=item, decision=decision) if decision else None
    expects_one = item.kind == ItemKind.DECISION or hasattr(item, "ratifies")
    wanted = asked == "nouvelle" or (expects_one and not drafts)
    return DecisionForm(item=item) if wanted else None


def _point(request, item, items, form, may_prepare):
    drafts = list(
        item.decisions.select_related("body").prefetch_related("effects__action", "effects__funding__source")
    )
    note = Note.objects.visible_to(request.user).filter(item=item).first()
    figures = item_figures(item, planned=form.planned() if form else written_amounts(drafts))
    return {
        "item": item,
        "number": [row.pk for row in items].index(item.pk) + 1,
        "kind": item.get_kind_display(),
        "is_discussed": item.pk == item.meeting.current_item_id,
        "note": note,
        "note_texts": note_texts(note) if note else None,
        "actions": item.actions.select_related("holder").order_by("code"),
        **figures_context(figures),
        "discussion": DiscussionForm(initial={"discussion": item.discussion, "version": item.version}),
        "form": form,
        "drafts": [
            _draft(request, draft) for draft in drafts if not (form and form.decision and form.decision.pk == draft.pk)
        ],
        "points": point_lines(request, ActionPoint.objects.visible_to(request.user).filter(item=item).for_list()),
        "point_query": f"point={item.pk}",
        "point_draft": f"{reverse('governance:live', args=[item.meeting_id])}{item.pk}/suite",
        "point_form": ActionPointForm(cite=item.meeting.body.cite) if may_prepare else None,
        "may_prepare": may_prepare,
    }


@require_POST
def item_discuss(request, pk):
    item = prepared_item(request, pk)
    try:
        services.discuss_item(item)
    except TransitionError as error:
        messages.error(request, str(error))
        return redirect("governance:meeting", pk=item.meeting_id)
    return redirect(point_url(item.meeting, str(pk)))


def point_lines(request, rows):
    return [point_line(row, request.user.access.today) for row in rows]


def figures_context(figures):
    return {"figures": figure_rows(figures), "totals": figure_totals(figures), "has_figures": bool(figures)}


def _draft(request, decision):
    sides = [side for side in decision.body.cite.sides.all() if can_enter_position(request.user, side)]
    prepares = can_prepare(request.user, decision.body.cite)
    reads = can_read_positions(request.user, decision.body.cite)
    return {
        "decision": decision,
        "effects": effect_lines(decision.effects.all()),
        "positions": decision.positions.in_protocol_order() if reads else [],
        "own_sides": [] if prepares else [(side, PositionForm(prefix=f"p{side.pk}")) for side in sides],
    }


def attendance_context(meeting, may_prepare):
    """People by side in protocol order, then the others."""
    on = timezone.localdate(meeting.starts_at)
    rows = list(meeting.attendances.in_protocol_order().with_substitutes(on))
    known = {row.mandate_id for row in rows}
    groups = {}
    for row in rows:
        groups.setdefault(row.mandate.side.label if row.mandate.side_id else "Autres membres", []).append(row)
    others = meeting.body.cite.mandates.active().exclude(pk__in=known).in_protocol_order()
    return {
        "meeting": meeting,
        "quorum": quorum_of(meeting),
        "groups": list(groups.items()),
        "guests": meeting.guests.all(),
        "nb_present": sum(row.presence in (Presence.PRESENT, Presence.REPRESENTED, Presence.GUEST) for row in rows),
        "nb_expected": len(rows),
        "others": others if may_prepare else [],
        "may_prepare": may_prepare,
        "back": "",
    }


@require_POST
@refusals_to("governance:meeting")
def attendance(request, pk):
    """One click; the list comes back alone to htmx, with the page otherwise."""
    meeting = prepared_meeting(request, pk)
    mandate = get_object_or_404(meeting.body.cite.mandates, pk=read_key(request.POST.get("mandate", "")))
    presence = request.POST.get("presence", "")
    require(presence in PRESENCES)
    represented_by = request.POST.get("represented_by", "").replace("\x00", "").strip()
    said = {"mandate": mandate, "presence": presence, "represented_by": represented_by}
    try:
        # The list is read under the lock of what it shows: of two quick clicks, the later answer holds both.
        with transaction.atomic():
            services.set_attendance(meeting=meeting, actor=request.user, **said)
            if request.htmx:
                context = attendance_context(meeting, may_prepare=True)
                return render(request, "governance/includes/_attendance.html", context)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        if request.htmx:
            return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect(point_url(meeting, request.POST.get("point", "")))


def point_url(meeting, point):
    url = reverse("governance:live", args=[meeting.pk])
    return f"{url}?point={point}" if read_key(point) else url


@require_POST
def discussion(request, pk):
    """What was said: saved while it is typed (`X-Autosave`) or by the button."""
    item = prepared_item(request, pk)
    form = DiscussionForm(request.POST)
    is_automatic = "X-Autosave" in request.headers
    if not form.is_valid():
        if not is_automatic:
            messages.error(request, "Le texte est trop long\u00a0: il n’est pas enregistré.")
            return redirect(point_url(item.meeting, str(pk)))
        return HttpResponse(status=422)
    data = form.cleaned_data
    try:
        row = services.save_discussion(item, actor=request.user, version=data["version"], html=data["discussion"])
    except ConflictError as error:
        return HttpResponse(status=409) if is_automatic else _discussion_conflict(request, error.current, data)
    except TransitionError as error:
        if is_automatic:
            return HttpResponse(status=409)
        messages.error(request, str(error))
        return redirect("governance:meeting", pk=item.meeting_id)
    if is_automatic:
        return HttpResponse(status=204, headers={"X-Version": str(row.version)})
    messages.success(request, "Ce qui a été dit est enregistré.")
    return redirect(point_url(item.meeting, str(pk)))


def _discussion_conflict(request, current, data):
    return conflict(
        request,
        subject="Ce qui a été dit",
        row=current.meeting,
        fields=[("Ce qui a été dit", data["discussion"], current.discussion)],
        action=request.path,
        version=current.version,
        cancel_url=point_url(current.meeting, str(current.pk)),
        hidden=sent_pairs(request),
    )
