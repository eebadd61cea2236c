"""A note sent to be read again, answered, its remarks settled, then validated."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cite_educative.common.dates import date_fr
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance import note_page as pages
from governance import services
from governance.enums import NoteStage
from governance.forms import LetterForm, NoteAnswerForm, NoteSendForm, SettleForm
from governance.models import Note, NoteRemark, NoteReview
from governance.permissions import can_answer_note, can_prepare
from governance.views.common import add_errors, meeting_title, prepared_item, refusals_to, require
from governance.views.letters import letter_page, say_sent

REWRITTEN = "La note a été réécrite pendant que vous la lisiez\u00a0: relisez-la, puis enregistrez votre réponse."


def _prepared_note(request, pk):
    item = prepared_item(request, pk)
    return get_object_or_404(Note.objects.visible_to(request.user).select_related("cite"), item=item)


def _visible_review(request, pk):
    return get_object_or_404(NoteReview.objects.visible_to(request.user).in_protocol_order(), pk=pk)


def _refused(request, note, error):
    messages.error(request, str(error))
    return redirect("governance:note", pk=note.item_id)


def _page(request, note, **context):
    context = {"lead": note.title} | context | {"note": note, "meeting_title": meeting_title(note.item.meeting)}
    return render(request, "governance/note_gesture.html", context)


@require_http_methods(["GET", "POST"])
def note_send(request, pk):
    row = _prepared_note(request, pk)
    sides, mandates = pages.readers(row.cite)
    asked = row.reviews.all()
    first = {
        "due_on": row.review_due_on,
        "sides": [review.side_id for review in asked if review.side_id],
        "mandates": [review.mandate_id for review in asked if review.mandate_id],
    }
    form = NoteSendForm(request.POST or None, sides=sides, mandates=mandates, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            _send(request, row, form.cleaned_data)
            return redirect("governance:note", pk=pk)
        except TransitionError as error:
            return _refused(request, row, error)
        except ValidationError as error:
            add_errors(form, error)
    return _page(request, row, form=form, heading="Demander une relecture", submit="Demander la relecture")


def _send(request, note, data):
    asked = {"sides": list(data["sides"]), "mandates": list(data["mandates"]), "due_on": data["due_on"]}
    _, created = services.send_note(note, actor=request.user, **asked)
    if created:
        messages.success(request, f"La note est en relecture jusqu’au {date_fr(data['due_on'])}.")
    else:
        messages.info(request, "Cette relecture est déjà demandée\u00a0: rien n’a été fait une seconde fois.")


@require_http_methods(["GET", "POST"])
@refusals_to("governance:note")
def note_write(request, pk):
    """A letter to those whose answer is awaited: prepared, read again, sent by a person."""
    row = _prepared_note(request, pk)
    if row.stage != NoteStage.REVIEW:
        raise TransitionError("La note n’est pas en relecture\u00a0: demandez d’abord une relecture.")
    meeting = row.item.meeting
    first = pages.review_letter(row, meeting_title(meeting), request.user)
    form = LetterForm(request.POST or None, addressees=pages.addressees(row), initial=first)
    context = {
        "heading": "Écrire à qui relit la note",
        "nobody": "Plus personne n’est attendu pour cette relecture.",
        "back_url": reverse("governance:note", args=[pk]),
        "back_label": "Note de décision",
    }
    return letter_page(request, meeting, form, context, lambda: _write(request, row, form))


def _write(request, note, form):
    data = form.cleaned_data
    message, created = services.write_to_readers(
        note, subject=data["subject"], body=data["body"], persons=form.persons, actor=request.user
    )
    say_sent(request, message, created)


@require_http_methods(["GET", "POST"])
def note_review(request, pk):
    """The answer of one reader, its own or received by the team."""
    row = _visible_review(request, pk)
    require(can_answer_note(request.user, row))
    is_own = not can_prepare(request.user, row.note.cite) or row.mandate_id in _own_mandates(request.user)
    first = {} if row.is_awaited else {"state": row.state, "received_from": row.received_from}
    first["version"] = row.note.version
    form = NoteAnswerForm(request.POST or None, for_a_side=not is_own, initial=first)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            said = {name: data[name] for name in ("state", "remark", "version")}
            services.answer_note(row, actor=request.user, **said, **form.origin)
            messages.success(request, f"La réponse est enregistrée\u00a0: {row.reader}.")
            return redirect("governance:note", pk=row.note.item_id)
        except TransitionError as error:
            return _refused(request, row.note, error)
        except ConflictError as error:
            data = request.POST.copy()
            data["version"] = error.current.version
            form = NoteAnswerForm(data, for_a_side=not is_own)
            form.add_error(None, REWRITTEN)
        except ValidationError as error:
            add_errors(form, error)
    return _page(
        request, row.note, form=form, heading="Répondre à la relecture", lead=row.reader, submit="Enregistrer"
    )


def _own_mandates(user):
    return {mandate.pk for mandate in user.access.mandates}


@require_POST
def note_review_drop(request, pk):
    row = _visible_review(request, pk)
    require(can_prepare(request.user, row.note.cite))
    try:
        services.drop_note_review(row, actor=request.user)
    except TransitionError as error:
        return _refused(request, row.note, error)
    messages.success(request, f"Cette réponse n’est plus attendue\u00a0: {row.reader}.")
    return redirect("governance:note", pk=row.note.item_id)


@require_http_methods(["GET", "POST"])
def note_settle(request, pk):
    rows = NoteRemark.objects.visible_to(request.user).select_related(
        "review__note__cite", "review__side", "review__mandate__person"
    )
    row = get_object_or_404(rows, pk=pk)
    note = row.review.note
    require(can_prepare(request.user, note.cite))
    form = SettleForm(request.POST or None, remark=row)
    if request.method == "POST" and form.is_valid():
        try:
            services.settle_note_remark(row, actor=request.user, **form.cleaned_data)
            messages.success(request, "La suite donnée à la remarque est enregistrée.")
            return redirect("governance:note", pk=note.item_id)
        except TransitionError as error:
            return _refused(request, note, error)
        except ValidationError as error:
            add_errors(form, error)
    lead = f"{row.review.reader}\u00a0: {row.text}"
    return _page(request, note, form=form, heading="Suite donnée à une remarque", lead=lead, submit="Enregistrer")


@require_POST
def note_validate(request, pk):
    row = _prepared_note(request, pk)
    try:
        services.validate_note(row, actor=request.user)
    except TransitionError as error:
        return _refused(request, row, error)
    messages.success(request, "La note est validée\u00a0: elle peut être émise.")
    return redirect("governance:note_preview", pk=pk)
