"""Written consultations: the list, one of them, its preparation and its gestures."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cite_educative.common.dates import date_fr
from cite_educative.common.forms import read_key
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance import consultation_page, services
from governance.figures import figures_of
from governance.forms import ConsultationEffectsForm, ConsultationForm, PieceForm
from governance.forms.meeting import Picker
from governance.models import Body, Consultation, ConsultationPiece, Meeting
from governance.permissions import can_prepare, can_read_amounts, can_read_positions
from governance.tables import status
from governance.views.common import activity, add_errors, chosen_cite, conflict, refusals_to, require, sent_pairs
from governance.views.live import figures_context

SAVE = "enregistrer"


def visible_consultation(request, pk):
    rows = Consultation.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("body__cite", "decision__body", "ratification__meeting__body"), pk=pk)


def prepared_consultation(request, pk):
    consultation = visible_consultation(request, pk)
    require(can_prepare(request.user, consultation.body.cite))
    return consultation


@require_GET
def consultations(request):
    cite = chosen_cite(request)
    rows = Consultation.objects.visible_to(request.user).filter(body__cite=cite).with_answers()
    rows = rows.select_related("body", "decision__body")
    context = {
        "lines": [consultation_page.line(row, can_read_positions(request.user, cite)) for row in rows],
        "may_prepare": can_prepare(request.user, cite),
        "has_bodies": Body.objects.visible_to(request.user).filter(cite=cite).exists(),
    }
    return render(request, "governance/consultations.html", context)


@require_GET
def consultation(request, pk):
    row = visible_consultation(request, pk)
    cite, user = row.body.cite, request.user
    may_prepare, reads = can_prepare(user, cite), can_read_amounts(user, cite)
    meetings = Meeting.objects.visible_to(user).filter(body=row.body).preparable().order_by("starts_at", "pk")
    own = {answer.pk for answer in services.own_answers(user, row)} if row.is_open else set()
    reads_answers = can_read_positions(user, cite)
    record = getattr(row, "record", None)
    context = {
        "consultation": row,
        "decision": row.decision,
        "status": status(row),
        "facts": consultation_page.facts(row),
        "actions": row.actions.select_related("holder").order_by("code", "pk") if reads else [],
        "effects": consultation_page.effects(row) if reads else [],
        "pieces": row.pieces.all(),
        "answers": consultation_page.answers(row, own=own, is_team=may_prepare) if reads_answers else [],
        "files": [link.file for link in record.files.select_related("file")] if record else [],
        "may_prepare": may_prepare,
        "is_late": row.deadline < timezone.localdate(),
        "next_meeting": meetings.first() if may_prepare and row.is_adopted and not row.ratification_id else None,
        "ratified": consultation_page.ratified(row),
        "entries": activity(row, money="consultation.closed") if may_prepare else None,
    }
    return render(request, "governance/consultation.html", context)


# --- Preparing ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def consultation_create(request):
    cite = chosen_cite(request)
    require(can_prepare(request.user, cite))
    return _edit(request, cite, None)


@require_http_methods(["GET", "POST"])
@refusals_to("governance:consultation")
def consultation_update(request, pk):
    row = prepared_consultation(request, pk)
    if not row.is_draft:
        raise TransitionError(services.STARTED)
    return _edit(request, row.body.cite, row)


def _edit(request, cite, row):
    bodies = Body.objects.visible_to(request.user).filter(cite=cite)
    form = ConsultationForm(request.POST or None, bodies=bodies, consultation=row)
    ticked = row.actions.values_list("pk", flat=True) if row else ()
    picker = Picker(cite, request.user, request.POST, ticked=ticked)
    if request.method == "POST" and request.POST.get("gesture", SAVE) == SAVE and form.is_valid():
        try:
            saved = services.save_consultation(
                actor=request.user, consultation=row, actions=picker.selected, **form.cleaned_data
            )
        except ConflictError as error:
            return _edit_conflict(request, error.current, form)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, "La consultation est enregistrée. Rien n’est encore visible des pilotes.")
            return redirect(
                "governance:consultation_effects" if picker.selected else "governance:consultation", saved.pk
            )
    if request.POST.get("gesture") == "appel" and picker.add_call() is None:
        messages.warning(request, "Choisissez d’abord l’appel dont vous voulez toutes les demandes.")
    context = {"form": form, "picker": picker, "rows": picker.rows, "consultation": row}
    return render(request, "governance/consultation_form.html", context)


def _edit_conflict(request, current, form):
    data = form.cleaned_data
    return conflict(
        request,
        subject="La consultation",
        row=current,
        fields=[
            ("Objet", data["title"], current.decision.title),
            ("Échéance", date_fr(data["deadline"]), date_fr(current.deadline)),
            ("Texte de la décision", data["text"], current.decision.text),
        ],
        action=request.path,
        version=current.version,
        cancel_url=reverse("governance:consultation", args=[current.pk]),
        hidden=sent_pairs(request),
    )


@require_http_methods(["GET", "POST"])
@refusals_to("governance:consultation")
def consultation_effects(request, pk):
    row = prepared_consultation(request, pk)
    if not row.is_draft:
        raise TransitionError(services.STARTED)
    form = ConsultationEffectsForm(request.POST or None, consultation=row)
    if request.method == "POST" and "compute" not in request.POST and form.is_valid():
        try:
            services.save_consultation_effects(
                row, actor=request.user, version=form.cleaned_data["version"], effects=form.effects()
            )
        except (ConflictError, ValidationError):
            messages.error(
                request,
                "Cette consultation a changé pendant que vous l’aviez ouverte\u00a0: vérifiez, puis recommencez.",
            )
            return redirect("governance:consultation_effects", pk)
        messages.success(
            request, "Les effets sont enregistrés. Ils seront appliqués à la clôture, si elle est adoptée."
        )
        return redirect("governance:consultation", pk)
    context = {"form": form, "consultation": row, **figures_context(figures_of(form.fundings, form.planned()))}
    return render(request, "governance/consultation_effects.html", context)


# --- Pieces ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@refusals_to("governance:consultation")
def consultation_piece_add(request, pk):
    row = prepared_consultation(request, pk)
    form = PieceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        services.add_consultation_piece(row, actor=request.user, **form.cleaned_data)
        return redirect("governance:consultation", pk)
    return render(request, "governance/consultation_piece.html", {"form": form, "consultation": row})


@require_GET
def consultation_piece(request, pk):
    return send_piece(get_object_or_404(ConsultationPiece.objects.visible_to(request.user), pk=pk))


def send_piece(piece):
    try:
        content = piece.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("Ce fichier n’est plus sur le serveur.") from error
    response = FileResponse(content, as_attachment=True, filename=piece.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def consultation_piece_remove(request, pk):
    rows = ConsultationPiece.objects.visible_to(request.user).select_related("consultation__body__cite")
    piece = get_object_or_404(rows, pk=pk)
    require(can_prepare(request.user, piece.consultation.body.cite))
    try:
        services.remove_consultation_piece(piece, actor=request.user)
    except TransitionError as error:
        messages.error(request, str(error))
    return redirect("governance:consultation", piece.consultation_id)


# --- Gestures -------------------------------------------------------------------------------------


@require_POST
@refusals_to("governance:consultation")
def consultation_open(request, pk):
    row = prepared_consultation(request, pk)
    try:
        services.open_consultation(row, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("governance:consultation", pk)
    messages.success(request, "La consultation est ouverte. Écrivez maintenant aux pilotes\u00a0: rien n’est parti.")
    return redirect("governance:consultation_ask", pk)


@require_POST
@refusals_to("governance:consultation")
def consultation_cancel(request, pk):
    services.cancel_consultation(prepared_consultation(request, pk), actor=request.user)
    messages.success(
        request, "La consultation est annulée\u00a0: rien n’est décidé, les liens envoyés ne servent plus."
    )
    return redirect("governance:consultation", pk)


@require_POST
@refusals_to("governance:consultation")
def consultation_publish(request, pk):
    services.publish_consultation(prepared_consultation(request, pk), actor=request.user)
    messages.success(
        request,
        "Le résultat est publié\u00a0: les membres de l’instance le lisent une fois les notifications libérées.",
    )
    return redirect("governance:consultation", pk)


@require_POST
@refusals_to("governance:consultation")
def consultation_ratify(request, pk):
    row = prepared_consultation(request, pk)
    meetings = Meeting.objects.visible_to(request.user).filter(body=row.body)
    meeting = get_object_or_404(meetings, pk=read_key(request.POST.get("meeting", "")))
    services.ratify_consultation(row, meeting=meeting, actor=request.user)
    messages.success(request, "Le point de ratification est à l’ordre du jour.")
    return redirect("governance:meeting", meeting.pk)
