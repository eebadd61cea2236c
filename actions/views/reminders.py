from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from actions import letters, services
from actions.forms.reminders import ReminderForm
from actions.permissions import can_ask_pieces, can_ask_sheet
from actions.pieces import expected_of, missing_pieces
from actions.sheet import get_sheet_action, sheet_context
from actions.standing import own_actions, standings
from cite_educative.common.forms import read_key
from partners.enums import Gesture
from partners.permissions import can_steer
from partners.services import LINK, PartnersError


@require_http_methods(["GET", "POST"])
def ask_pieces(request, pk):
    action = get_sheet_action(request.user, pk)
    if not can_ask_pieces(request.user, action):
        raise PermissionDenied
    asked = read_key(request.GET.get("piece", ""))
    initial = {
        "pieces": [asked] if asked else [row.pk for row in missing_pieces(action)],
        "subject": f"Pièces attendues pour «\u00a0{action.title}\u00a0»"[:200],
        "body": letters.draft(letters.PIECES, action=action, author=request.user),
    }
    return _compose(request, action, Gesture.PIECE, initial, expected_of(action))


@require_http_methods(["GET", "POST"])
def ask_sheet(request, pk):
    action = get_sheet_action(request.user, pk)
    if not can_ask_sheet(request.user, action):
        return _no_sheet_to_ask(request, action)
    missing = ", ".join(label for _, label in services.missing_for_submission(action))
    initial = {
        "subject": f"Fiche à compléter\u00a0: «\u00a0{action.title}\u00a0»"[:200],
        "body": letters.draft(letters.SHEET, action=action, author=request.user, missing=missing),
    }
    return _compose(request, action, Gesture.SHEET, initial, None)


def _no_sheet_to_ask(request, action):
    """To the team, why; to others, that the gesture is not theirs."""
    if not can_steer(request.user, action.cite):
        raise PermissionDenied
    messages.info(
        request,
        "La fiche de cette action n’est plus en préparation\u00a0: son porteur ne la modifie plus, "
        "il n’y a donc pas à lui demander de la compléter.",
    )
    return redirect("actions:documents", action.pk)


def _compose(request, action, gesture, initial, expected):
    """Written, read again as it will leave, then sent."""
    contacts = services.holder_contacts(action)
    form = ReminderForm(request.POST or None, contacts=contacts, expected=expected, initial=initial)
    preview = request.method == "POST" and form.is_valid() and "corriger" not in request.POST
    if preview and "envoyer" in request.POST and _send(request, action, gesture, form):
        return redirect("actions:documents", action.pk)
    context = {
        **sheet_context(request, action, tab="documents"),
        "form": form,
        "heading": "Demander des pièces" if gesture == Gesture.PIECE else "Demander de compléter la fiche",
        "nothing_to_ask": expected is not None and not expected,
        "has_contacts": bool(contacts),
        "preview": _preview(request, form) if preview and form.is_valid() else None,
    }
    return render(request, "actions/ask.html", context)


def _preview(request, form):
    """What the recipients will read, and what was typed, to send again."""
    typed = [(name, value) for name, values in request.POST.lists() for value in values]
    return {
        "recipients": [f"{row.name} <{row.email}>" for row in form.chosen],
        "subject": form.cleaned_data["subject"],
        "body": form.letter.replace(LINK, "[le lien personnel de chaque destinataire]"),
        "hidden": [pair for pair in typed if pair[0] not in ("csrfmiddlewaretoken", "envoyer", "corriger")],
    }


def _send(request, action, gesture, form):
    """True when it is on its way; otherwise the form says why."""
    try:
        services.remind(
            action=action,
            gesture=gesture,
            recipients=form.chosen,
            subject=form.cleaned_data["subject"],
            body=form.letter,
            due_on=form.cleaned_data["due_on"],
            actor=request.user,
            expected=form.asked,
        )
    except PartnersError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, "Le message part, avec un lien personnel pour chaque destinataire.")
    return True


@require_GET
def own_requests(request):
    """« Où en sont mes demandes » : every action that the user carries, in whatever Cité."""
    if not request.user.access.held:
        raise PermissionDenied
    actions = list(own_actions(request.user))
    found = standings(request.user, actions)
    requests = [{"action": action, "progress": found[action.pk]} for action in actions]
    return render(request, "actions/own.html", {"requests": requests})
