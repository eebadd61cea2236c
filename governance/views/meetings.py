from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions.models import Scenario
from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.locks import ConflictError
from governance import services
from governance.convocation_page import convocation_section
from governance.enums import ItemKind, NoteStatus
from governance.forms import MeetingForm
from governance.minutes_page import file_rows, minutes_line
from governance.models import ActionPoint, Body, MeetingAnnex, Note
from governance.note_page import length_alert
from governance.notices import notice_lines
from governance.permissions import can_prepare, can_read_amounts, can_read_positions
from governance.point_rows import point_line
from governance.retro import timeline
from governance.subjects import UNSHARED
from governance.tables import note_status, status
from governance.views.common import (
    activity,
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
from governance.views.papers import dossier_sent, paper_rows

ABOUT = ("agreement__holder", "agreement__amends", "scenario", "call", "action_point", "carried_from__meeting__body")


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
        try:
            meeting = services.plan_meeting(body=form.cleaned_data["body"], actor=request.user, **form.written)
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
        version = form.cleaned_data["version"]
        try:
            services.update_meeting(meeting, actor=request.user, version=version, **form.written)
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
            ("Durée prévue", _length(form.cleaned_data["minutes_planned"]), _length(current.minutes_planned)),
        ],
        action=request.path,
        version=current.version,
        cancel_url=reverse("governance:meeting", args=[current.pk]),
        hidden=sent_pairs(request),
    )


def _length(minutes):
    return f"{minutes} minutes" if minutes else ""


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
        **_agenda_length(row, items),
        "missing": _missing(row, items) if may_prepare and row.is_preparable else [],
        "may_prepare": may_prepare,
        "reads_amounts": can_read_amounts(request.user, row.body.cite),
        "records": records,
        "written": minutes_line(request.user, row),
        "signed_files": file_rows(request.user, row),
        "is_held_back": row.is_over and not records,
        "decisions": _decisions(request, row),
        "papers": paper_rows(request.user, row),
        "dossier": dossier_sent(request.user, row),
        "convocation": convocation_section(request.user, row),
        "annexes": MeetingAnnex.objects.visible_to(request.user).filter(meeting=row, removed_at=None),
        **_points(request, row),
        "notices": notice_lines(row) if may_prepare and row.is_over else [],
        **_before(request, row, records),
        "entries": activity(row, money="meeting.closed") if may_prepare else None,
    }
    return render(request, "governance/meeting.html", context)


def _agenda_length(meeting, items):
    """In minutes: what its points take, and by how much they pass the planned length, where one is planned."""
    minutes = sum(item["minutes"] for item in items)
    planned = meeting.minutes_planned
    return {"minutes": minutes, "excess": max(minutes - planned, 0) if planned else 0}


def _before(request, meeting, records):
    """What precedes it, for the team and the pilots, while it is prepared; then what its relevé says of the quorum."""
    reads = can_read_positions(request.user, meeting.body.cite)
    return {
        "retro": timeline(request.user, meeting) if reads and meeting.is_preparable else [],
        "quorum": records[0]["record"].content.get("quorum", "") if records else "",
    }


def _points(request, meeting):
    """For who reads amounts: those of this meeting, and those of its body that are carried over to it."""
    if not can_read_amounts(request.user, meeting.body.cite):
        return {"points": [], "carried": []}
    points = ActionPoint.objects.visible_to(request.user)
    own = points.filter(meeting=meeting).for_list().by_date()
    carried = () if meeting.is_over else points.carried_to(meeting)
    today = request.user.access.today
    return {"points": [point_line(row, today) for row in own], "carried": [point_line(row, today) for row in carried]}


def _item_rows(request, meeting):
    notes = {
        note.item_id: note
        for note in Note.objects.visible_to(request.user)
        .filter(item__meeting=meeting)
        .prefetch_related("versions__files__file")
    }
    seen = Scenario.objects.visible_to(request.user).filter(pk=OuterRef("scenario"))
    rows = meeting.items.select_related("presenter", *ABOUT).order_by("order", "pk")
    rows = rows.annotate(nb_actions=Count("actions"), sees_scenario=Exists(seen))
    return [_item_row(number, item, notes.get(item.pk)) for number, item in enumerate(rows, start=1)]


def _item_row(number, item, note):
    version = next(iter(note.versions.all()), None) if note else None
    files = [link.file for link in version.files.all()] if version else []
    return {
        "pk": item.pk,
        "number": number,
        "title": item.title,
        "kind": item.get_kind_display(),
        "is_decision": item.kind == ItemKind.DECISION,
        "presenter": item.presenter.formal_name if item.presenter else "",
        "minutes": item.minutes_planned,
        "nb_actions": item.nb_actions,
        "about": _about(item),
        "note": note,
        "note_status": note_status(note) if note else None,
        "is_issued": bool(note) and note.status == NoteStatus.ISSUED,
        "version": version,
        "files": files,
        "length_alert": length_alert(note, files) if note else "",
    }


def _about(item):
    """(words, page) of what the point was carried for, None when nothing is left of it; no page of what is not shared."""
    if item.agreement:
        return f"Convention\u00a0: {item.agreement}", reverse("actions:agreement", args=[item.agreement_id])
    if item.scenario and not item.sees_scenario:
        return f"Scénario\u00a0: {UNSHARED}", ""
    if item.scenario:
        url = f"{reverse('actions:board', args=[item.scenario.call_id])}?scenario={item.scenario_id}"
        return f"Scénario\u00a0: {item.scenario}", url
    if item.call:
        return f"Appel\u00a0: {item.call}", reverse("actions:call", args=[item.call_id])
    if item.action_point:
        return "Suite à donner", reverse("governance:action_point", args=[item.action_point_id])
    if item.carried_from:
        return f"Repris\u00a0: {item.carried_from.meeting}", reverse(
            "governance:meeting", args=[item.carried_from.meeting_id]
        )
    return None


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


@require_POST
@refusals_to("governance:meeting")
def meeting_open(request, pk):
    """On another day than its own, it is asked first whether that is meant."""
    row, today = prepared_meeting(request, pk), timezone.localdate()
    if row.is_preparable and timezone.localdate(row.starts_at) != today and "confirmed" not in request.POST:
        context = {"meeting": row, "title": meeting_title(row), "today": today}
        return render(request, "governance/meeting_open.html", context)
    services.open_meeting(row, actor=request.user)
    messages.success(request, "La séance est ouverte. Vérifiez les présents.")
    return redirect("governance:live", pk=pk)


def _gesture(service, sentence):
    """A POST view that moves the meeting and says so."""

    @require_POST
    @refusals_to("governance:meeting")
    def view(request, pk):
        service(prepared_meeting(request, pk), actor=request.user)
        messages.success(request, sentence)
        return redirect("governance:meeting", pk=pk)

    return view


meeting_cancel = _gesture(
    services.cancel_meeting, "La réunion est annulée. Si elle était convoquée, prévenez maintenant les personnes."
)
meeting_postpone = _gesture(
    services.postpone_meeting,
    "La réunion est reportée sans nouvelle date. Si elle était convoquée, prévenez maintenant les personnes.",
)
meeting_publish = _gesture(
    services.publish_meeting,
    "Le relevé est publié\u00a0: les membres de l’instance peuvent le lire, les porteurs et partenaires qui y siègent "
    "dès que les notifications de ses actions sont libérées.",
)
