from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cite_educative.common.forms import read_key
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance import services
from governance.enums import ItemKind
from governance.forms import ItemForm
from governance.forms.meeting import Picker, item_values
from governance.models import AgendaItem
from governance.subjects import subject_label
from governance.views.common import (
    add_errors,
    conflict,
    meeting_title,
    prepared_item,
    prepared_meeting,
    refusals_to,
    sent_pairs,
)
from partners.views.common import removed_once

SAVE = "enregistrer"
LAST = "fin"


@require_http_methods(["GET", "POST"])
@refusals_to("governance:meeting")
def item_create(request, pk):
    meeting = prepared_meeting(request, pk)
    form = ItemForm(request.POST or None, meeting=meeting, user=request.user)
    picker = Picker(meeting.body.cite, request.user, request.POST)
    if _saves(request) and form.is_valid():
        item = _write(request, form, picker, meeting, None)
        if item:
            return redirect(_back(item))
    return _page(request, form, picker, meeting, None)


@require_http_methods(["GET", "POST"])
def item_update(request, pk):
    item = prepared_item(request, pk)
    form = ItemForm(request.POST or None, meeting=item.meeting, user=request.user, item=item)
    picker = Picker(item.meeting.body.cite, request.user, request.POST, ticked=item_values(item))
    if _saves(request) and form.is_valid():
        try:
            if _write(request, form, picker, item.meeting, item):
                return redirect(_back(item))
        except ConflictError as error:
            return _item_conflict(request, error.current, form, picker)
        except TransitionError as error:
            messages.error(request, str(error))
            return redirect("governance:meeting", pk=item.meeting_id)
    return _page(request, form, picker, item.meeting, item)


def _saves(request):
    return request.method == "POST" and request.POST.get("gesture", SAVE) == SAVE


def _write(request, form, picker, meeting, item):
    try:
        if item is None:
            return services.add_item(meeting=meeting, actor=request.user, actions=picker.selected, **form.written)
        return services.update_item(
            item, actor=request.user, version=form.cleaned_data["version"], actions=picker.selected, **form.written
        )
    except ValidationError as error:
        add_errors(form, error)
        return None


def _page(request, form, picker, meeting, item):
    if request.POST.get("gesture") == "appel" and picker.add_call() is None:
        messages.warning(request, "Choisissez d’abord l’appel dont vous voulez toutes les demandes.")
    context = {
        "form": form,
        "picker": picker,
        "rows": picker.rows,
        "meeting": meeting,
        "item": item,
        "title": meeting_title(meeting),
    }
    return render(request, "governance/item_form.html", context)


def _back(item):
    """To the live meeting when it is open, else to its preparation."""
    if item.meeting.is_open:
        return f"{reverse('governance:live', args=[item.meeting_id])}?point={item.pk}"
    return reverse("governance:meeting", args=[item.meeting_id])


def _item_conflict(request, current, form, picker):
    data = form.cleaned_data
    return conflict(
        request,
        subject="Le point de l’ordre du jour",
        row=current.meeting,
        fields=[
            ("Intitulé", data["title"], current.title),
            ("Nature", ItemKind(data["kind"]).label, current.get_kind_display()),
            ("Présenté par", _name(data["presenter"]), _name(current.presenter)),
            ("Autre sujet", form.subject_label, subject_label(current, request.user)),
            ("Durée", f"{data['minutes_planned']} min", f"{current.minutes_planned} min"),
            ("Actions", f"{len(picker.ticked)} actions", f"{current.actions.count()} actions"),
        ],
        action=request.path,
        version=current.version,
        cancel_url=reverse("governance:meeting", args=[current.meeting_id]),
        hidden=sent_pairs(request),
    )


def _name(person):
    return person.formal_name if person else "personne"


@require_POST
def item_move(request, pk):
    """By one rank (`direction`), or just before the point named by `avant`: "fin" puts it last."""
    item, asked = prepared_item(request, pk), request.POST.get("avant")
    try:
        if asked is None:
            services.move_item(item, actor=request.user, up=request.POST.get("direction") == "haut")
        else:
            points = AgendaItem.objects.visible_to(request.user)
            before = None if asked == LAST else get_object_or_404(points, pk=read_key(asked))
            services.place_item(item, actor=request.user, before=before)
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        rank = [row.pk for row in item.meeting.items.all()].index(pk) + 1
        messages.success(request, f"Le point «\u00a0{item.title}\u00a0» est maintenant au rang {rank}.")
    return redirect(f"{reverse('governance:meeting', args=[item.meeting_id])}#point-{item.pk}")


@require_POST
@removed_once(AgendaItem, "Ce point est déjà retiré.", "governance:home", from_page=True)
def item_remove(request, pk):
    item = prepared_item(request, pk)
    try:
        services.remove_item(item, actor=request.user)
        messages.success(request, f"Le point «\u00a0{item.title}\u00a0» est retiré de l’ordre du jour.")
    except TransitionError as error:
        messages.error(request, str(error))
    return redirect("governance:meeting", pk=item.meeting_id)
