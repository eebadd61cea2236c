from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions import services
from actions.enums import Audience
from actions.exchange_rows import library_items_for
from actions.forms.support import CopyForm, ExpectedForm, PieceForm, RefuseForm
from actions.models import ActionPiece, Call, ExpectedPiece
from actions.permissions import can_add_piece, can_choose_holder, can_read_pieces, can_refuse_piece, can_write_plan
from actions.pieces import documents_of, expected_of, piece_line
from actions.reminders import reminder_lines
from actions.sheet import get_sheet_action, sheet_context
from actions.views.versions import form_context, saved_or_compared
from cite_educative.common import journal
from cite_educative.common.forms import read_key
from partners.views.common import removed_once

# --- What a call asks -----------------------------------------------------------------------------


def _written_call(request, pk):
    call = get_object_or_404(Call.objects.visible_to(request.user).select_related("cite"), pk=pk)
    if not can_write_plan(request.user, call.cite):
        raise PermissionDenied
    return call


def _other_calls(user, call):
    others = Call.objects.visible_to(user).filter(cite=call.cite_id, expected_pieces__isnull=False)
    return others.exclude(pk=call.pk).distinct()


@require_http_methods(["GET", "POST"])
def call_pieces(request, pk):
    """The list, and the gestures that fill it at once."""
    call = _written_call(request, pk)
    others = _other_calls(request.user, call)
    copy = CopyForm(request.POST if "copier" in request.POST else None, calls=others)
    if request.method == "POST" and "usuelles" in request.POST:
        return _added(request, call, services.add_usual_pieces(call, actor=request.user))
    if request.method == "POST" and copy.is_valid():
        source = copy.cleaned_data["source"]
        return _added(request, call, services.copy_expected(call, source=source, actor=request.user))
    context = {
        "call": call,
        "pieces": ExpectedPiece.objects.visible_to(request.user).filter(call=call),
        "copy": copy if others else None,
    }
    return render(request, "actions/call_pieces.html", context)


def _added(request, call, number):
    if number:
        words = f"{number} pièces sont ajoutées" if number > 1 else "Une pièce est ajoutée"
        messages.success(request, f"{words} à l’appel.")
    else:
        messages.info(request, "L’appel demandait déjà toutes ces pièces\u00a0: rien n’a changé.")
    return redirect("actions:call_pieces", call.pk)


@require_http_methods(["GET", "POST"])
def expected_create(request, pk):
    call = _written_call(request, pk)
    expected = ExpectedPiece(call=call, order=call.expected_pieces.count() + 1)
    return _expected_page(request, expected, "Nouvelle pièce")


@require_http_methods(["GET", "POST"])
def expected_update(request, pk):
    return _expected_page(request, _written_expected(request, pk), "Modifier la pièce")


def _written_expected(request, pk):
    pieces = ExpectedPiece.objects.visible_to(request.user).select_related("call__cite")
    expected = get_object_or_404(pieces, pk=pk)
    if not can_write_plan(request.user, expected.call.cite):
        raise PermissionDenied
    return expected


def _expected_page(request, expected, heading):
    form, conflict, saved = saved_or_compared(
        request, ExpectedForm, expected, save=services.save_expected, entries=_entries
    )
    if saved:
        messages.success(request, "La liste des pièces est enregistrée.")
        return redirect("actions:call_pieces", expected.call_id)
    context = form_context(
        form,
        conflict,
        heading=heading,
        submit="Enregistrer la pièce",
        cancel_url=reverse("actions:call_pieces", args=[expected.call_id]),
    )
    return render(request, "actions/plan_form.html", context, status=409 if conflict else 200)


def _entries(expected):
    """The journal tells what a call asks at the call."""
    return journal.entries_for(expected.call).filter(verb="call.pieces")


@require_POST
@removed_once(ExpectedPiece, "Cette pièce n’est déjà plus demandée.", "actions:call_list", from_page=True)
def expected_remove(request, pk):
    expected = _written_expected(request, pk)
    try:
        services.remove_expected(expected, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "La pièce n’est plus demandée.")
    return redirect("actions:call_pieces", expected.call_id)


# --- What an action received ----------------------------------------------------------------------


@require_GET
def action_documents(request, pk):
    action = get_sheet_action(request.user, pk)
    if not can_read_pieces(request.user, action):
        raise PermissionDenied
    expected, others = documents_of(action, request.user)
    is_team = can_choose_holder(request.user, action.cite)
    context = {
        **sheet_context(request, action, tab="documents"),
        "expected": expected,
        "others": others,
        "history": [line for row in expected for line in row.others],
        "can_add": can_add_piece(request.user, action),
        "can_refuse": can_refuse_piece(request.user, action),
        "is_team": is_team,
        "reminders": reminder_lines(action) if is_team else [],
        "library": library_items_for(request.user, action=action),
    }
    return render(request, "actions/documents.html", context)


@require_http_methods(["GET", "POST"])
def piece_create(request, pk):
    action = get_sheet_action(request.user, pk)
    if not can_add_piece(request.user, action):
        raise PermissionDenied
    asked = read_key(request.GET.get("piece", ""))
    form = PieceForm(
        request.POST or None,
        request.FILES or None,
        expected=expected_of(action),
        is_team=can_choose_holder(request.user, action.cite),
        initial={"expected": asked} if asked else None,
    )
    if request.method == "POST" and form.is_valid() and _receive(request, action, form):
        return redirect("actions:documents", action.pk)
    context = {**sheet_context(request, action, tab="documents"), "form": form}
    return render(request, "actions/piece_create.html", context)


def _receive(request, action, form):
    """True when kept; otherwise the form says why."""
    try:
        piece = services.receive_piece(action=action, actor=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    words = "visible de l’équipe seule" if piece.audience == Audience.TEAM else "lisible aussi par le porteur"
    messages.success(request, f"«\u00a0{piece.title}\u00a0» est enregistré, {words}.")
    return True


def _visible_piece(request, pk):
    pieces = ActionPiece.objects.visible_to(request.user).select_related("action__cite", "attachment", "link")
    return get_object_or_404(pieces, pk=pk)


@require_GET
@cache_control(private=True, no_cache=True)
def piece_download(request, pk):
    attachment = getattr(_visible_piece(request, pk), "attachment", None)
    if attachment is None:
        raise Http404("Cette pièce n’a pas de fichier.")
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("Le fichier de cette pièce n’est plus sur le serveur.") from error
    response = FileResponse(content, as_attachment=True, filename=attachment.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "POST"])
def piece_refuse(request, pk):
    piece = _visible_piece(request, pk)
    if not can_refuse_piece(request.user, piece.action):
        raise PermissionDenied
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.refuse_piece(piece, actor=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "La pièce est refusée\u00a0; le porteur lira votre motif sur la fiche.")
        return redirect("actions:documents", piece.action_id)
    action = get_sheet_action(request.user, piece.action_id)
    context = {**sheet_context(request, action, tab="documents"), "form": form, "line": piece_line(piece)}
    return render(request, "actions/piece_refuse.html", context)
