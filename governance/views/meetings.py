from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.journal import entries_for
from cite_educative.common.locks import ConflictError
from governance import services
from governance.enums import ItemKind, NoteStatus
from governance.forms import MeetingForm
from governance.models import Body, Note
from governance.permissions import can_prepare, can_read_amounts
from governance.tables import status
from governance.views.common import (
    add_errors,
    chosen_cite,
    conflict,
    meeting_title,
    prepared_meeting,
    refusals_to,
    require,
    sent_pairs,
    visible_meeting,
)

ACTIVITY = 12


@require_http_methods(["GET", "POST"])
def meeting_create(request):
    cite = chosen_cite(request)
    require(can_prepare(request.user, cite))
    bodies = Body.objects.visible_to(request.user).filter(cite=cite)
    if not bodies:
        messages.info(request, "Créez d’abord l’instance qui se réunit.")
        return redirect("governance:body_create")
    form = MeetingForm(request.POST or None, bodies=bodies, initial={"body": request.GET.get("instance")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            meeting = services.plan_meeting(
                body=data["body"], actor=request.user, starts_at=form.starts_at, place=data["place"]
            )
            return redirect("governance:meeting", pk=meeting.pk)
        except ValidationError as error:
            add_errors(form, error)
    return render(request, "governance/meeting_form.html", {"form": form, "meeting": None, "title": ""})


@require_http_methods(["GET", "POST"])
@refusals_to("governance:meeting")
def meeting_update(request, pk):
    meeting = prepared_meeting(request, pk)
    form = MeetingForm(request.POST or None, meeting=meeting)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.update_meeting(
                meeting, actor=request.user, version=data["version"], starts_at=form.starts_at, place=data["place"]
            )
            return redirect("governance:meeting", pk=pk)
        except ConflictError as error:
            return _meeting_conflict(request, error.current, form)
        except ValidationError as error:
            add_errors(form, error)
    return render(
        request, "governance/meeting_form.html", {"form": form, "meeting": meeting, "title": meeting_title(meeting)}
    )


def _meeting_conflict(request, current, form):
    starts = timezone.localtime(current.starts_at)
    return conflict(
        request,
        subject="La réunion",
        row=current,
        fields=[
            ("Date", date_fr(form.cleaned_data["day"]), date_fr(starts.date())),
            ("Heure", time_fr(form.cleaned_data["time"]), time_fr(starts.time())),
            ("Lieu", form.cleaned_data["place"], current.place),
        ],
        action=request.path,
        version=current.version,
        cancel_url=reverse("governance:meeting", args=[current.pk]),
        hidden=sent_pairs(request),
    )


@require_GET
def meeting(request, pk):
    """Preparation, then what came of it: the relevé with its files."""
    row = visible_meeting(request, pk)
    may_prepare = can_prepare(request.user, row.body.cite)
    items, records = _item_rows(request, row), _records(request, row)
    context = {
        "meeting": row,
        "title": meeting_title(row),
        "time": time_fr(row.starts_at),
        "status": status(row),
        "items": items,
        "minutes": sum(item["minutes"] for item in items),
        "missing": _missing(row, items) if may_prepare and row.is_preparable else [],
        "may_prepare": may_prepare,
        "reads_amounts": can_read_amounts(request.user, row.body.cite),
        "records": records,
        "is_held_back": row.is_over and not records,
        "decisions": _decisions(request, row),
        "entries": _entries(row) if may_prepare else None,
    }
    return render(request, "governance/meeting.html", context)


def _item_rows(request, meeting):
    notes = {
        note.item_id: note
        for note in Note.objects.visible_to(request.user)
        .filter(item__meeting=meeting)
        .prefetch_related("versions__files__file")
    }
    rows = meeting.items.select_related("presenter").annotate(nb_actions=Count("actions"))
    return [_item_row(number, item, notes.get(item.pk)) for number, item in enumerate(rows, start=1)]


def _item_row(number, item, note):
    version = next(iter(note.versions.all()), None) if note else None
    return {
        "pk": item.pk,
        "number": number,
        "title": item.title,
        "kind": item.get_kind_display(),
        "is_decision": item.kind == ItemKind.DECISION,
        "presenter": item.presenter.formal_name if item.presenter else "",
        "minutes": item.minutes_planned,
        "nb_actions": item.nb_actions,
        "note": note,
        "note_status": status(note) if note else None,
        "is_issued": bool(note) and note.status == NoteStatus.ISSUED,
        "version": version,
        "files": [link.file for link in version.files.all()] if version else [],
    }


def _missing(meeting, items):
    page = reverse("governance:item_create", args=[meeting.pk])
    if not items:
        return [{"label": "l’ordre du jour", "url": page}]
    missing = [
        {"label": f"la note du point {item['number']}", "url": reverse("governance:note", args=[item["pk"]])}
        for item in items
        if item["is_decision"] and not item["is_issued"]
    ]
    if not meeting.place:
        missing.append({"label": "le lieu", "url": reverse("governance:meeting_update", args=[meeting.pk])})
    return missing


def _records(request, meeting):
    records = meeting.records.visible_to(request.user).prefetch_related("files__file")
    return [{"record": record, "files": [link.file for link in record.files.all()]} for record in records]


def _decisions(request, meeting):
    if not meeting.is_over:
        return []
    decisions = meeting.decisions.visible_to(request.user).select_related("body").order_by("number")
    return [
        {"url": reverse("governance:decision", args=[row.pk]), "reference": row.reference, "title": row.title}
        for row in decisions
    ]


def _entries(meeting):
    return [
        {
            "iso": entry.created_at.isoformat(),
            "when": f"{date_fr(timezone.localdate(entry.created_at))}, {time_fr(entry.created_at)}",
            "sentence": entry.sentence,
            "is_money": entry.verb == "meeting.closed",
        }
        for entry in entries_for(meeting)[:ACTIVITY]
    ]


def _gesture(service, sentence, then="governance:meeting"):
    """A POST view that moves the meeting and says so."""

    @require_POST
    @refusals_to("governance:meeting")
    def view(request, pk):
        service(prepared_meeting(request, pk), actor=request.user)
        messages.success(request, sentence)
        return redirect(then, pk=pk)

    return view


meeting_convene = _gesture(
    services.convene_meeting, "La réunion est convoquée\u00a0: les membres de l’instance voient l’ordre du jour."
)
meeting_cancel = _gesture(services.cancel_meeting, "La réunion est annulée.")
meeting_open = _gesture(services.open_meeting, "La séance est ouverte. Cochez les présents.", "governance:live")
meeting_publish = _gesture(
    services.publish_meeting,
    "Le relevé est publié\u00a0: les membres de l’instance peuvent le lire, les porteurs et partenaires qui y siègent "
    "dès que les notifications de ses actions sont libérées.",
)
