"""A convocation prepared, read again as it will be sent, then sent by a person; the messages that follow it."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.transitions import TransitionError
from governance import services
from governance.convocation_content import QUESTION, called, letter_content, mark_of, with_question
from governance.documents import typeset
from governance.enums import ConvocationLetter, MeetingStatus
from governance.forms import ConvocationForm, LetterForm
from governance.paper_documents import convocation_context
from governance.views.common import add_errors, meeting_title, prepared_meeting, refusals_to, sent_pairs
from partners.services import LINK, PartnersError

GESTURES = ("csrfmiddlewaretoken", "send", "modify")
DAYS_TO_REPLY = 4  # before the meeting, for the person who orders the meal and the room
ASKS = "{réponse} devient la date de réponse et le lien personnel de chacun. "
LATER = " à une date qui vous sera communiquée"
SECOND = "C’est déjà parti\u00a0: rien n’a été envoyé une seconde fois."


@require_http_methods(["GET", "POST"])
@refusals_to("governance:meeting")
def convocation(request, pk):
    """Write, read again exactly what leaves, send. What changed meanwhile is read again first."""
    meeting = prepared_meeting(request, pk)
    services.check_convenable(meeting)
    last = meeting.convocations.select_related("paper").first()
    members = called(services.expected_mandates(meeting))
    form = ConvocationForm(request.POST or None, meeting=meeting, members=members, initial=_first(meeting, last))
    if request.method == "POST" and "modify" not in request.POST and form.is_valid():
        if "send" not in request.POST:
            return _preview(request, meeting, form, last)
        try:
            return _send(request, meeting, form)
        except ValidationError as error:
            add_errors(form, error)
        except PartnersError as error:
            form.add_error(None, str(error))
    if request.method == "POST":
        form.data = form.data.copy()
        form.data["mark"] = mark_of(meeting)
    context = {"form": form, "meeting": meeting, "title": meeting_title(meeting), "last": last}
    return render(request, "governance/convocation.html", context, status=422 if form.errors else 200)


def _send(request, meeting, form):
    _, created = services.send_convocation(
        meeting, text=form.text, mark=form.cleaned_data["mark"], actor=request.user, **form.chosen
    )
    if created:
        messages.success(request, "La convocation part. La liste des personnes convoquées est gardée ci-dessous.")
    else:
        messages.info(request, SECOND)
    return redirect("governance:meeting", meeting.pk)


def _shown(body):
    return body.replace(LINK, "[le lien personnel de chaque destinataire]")


def _first(meeting, last):
    """What is written beforehand; the text of the convocation in force, for the one that replaces it."""
    title, cite = meeting_title(meeting), meeting.body.cite
    when = f"{title} à {time_fr(meeting.starts_at)}"
    content = last.paper.content if last else {}
    day = timezone.localdate(meeting.starts_at)
    first = {
        "reply_by": max(day - timedelta(days=DAYS_TO_REPLY), min(timezone.localdate() + timedelta(days=1), day)),
        "place": content.get("written_at", cite.name),
        "opening": "\n\n".join(content.get("opening", ()))
        or "Madame, Monsieur,\n\nNous avons l’honneur de vous convier à la réunion suivante, dont voici la date, le lieu "
        f"et l’ordre du jour\u00a0: {meeting.body.label}.",
        "closing": "\n\n".join(content.get("closing", ()))
        or "Veuillez agréer, Madame, Monsieur, l’expression de notre considération distinguée.",
        "subject": f"Convocation{', qui remplace la précédente' if last else ''}\u00a0: {title}"[:200],
        "body": f"Madame, Monsieur,\n\nVous trouverez ci-jointe la convocation à la réunion «\u00a0{when}\u00a0», avec "
        f"l’invitation pour votre agenda.\n\n{QUESTION}\n\nCordialement,\n\nCité éducative {cite}",
        "mark": mark_of(meeting),
    }
    return first if last is None else first | _called_before(last)


def _called_before(last):
    invitees = [copy.invitee for copy in last.copies.select_related("invitee")]
    return {
        "members": [one.mandate_id for one in invitees if not one.is_guest],
        "guests": [one.mandate_id for one in invitees if one.is_guest],
    }


def _preview(request, meeting, form, last):
    chosen = form.chosen
    content = letter_content(meeting, text=form.text, replaced=last, actor=request.user, **chosen)
    lines = [*chosen["members"], *chosen["guests"]]
    hidden = [pair for pair in sent_pairs(request) if pair[0] not in (*GESTURES, "mark")]
    context = {
        "form": form,
        "meeting": meeting,
        "title": meeting_title(meeting),
        "paper": typeset(content),
        **convocation_context(typeset(content)),
        "body": _shown(with_question(form.cleaned_data["body"], content["reply_by"], content["replaces"])),
        "by_mail": [line for line in lines if line.email],
        "on_paper": [line for line in lines if not line.email],
        "hidden": [*hidden, ("mark", mark_of(meeting))],
        "reply_to": content["organiser"]["email"],
    }
    return render(request, "governance/convocation_preview.html", context)


# --- Messages that follow ---------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@refusals_to("governance:meeting")
def convocation_remind(request, pk):
    """To those who have not answered: written, read again, sent."""
    meeting = prepared_meeting(request, pk)
    refusal = services.why_no_reply(meeting)
    if refusal:
        raise TransitionError(refusal)
    last = meeting.convocations.select_related("paper").first()
    if last is None:
        raise TransitionError("Cette réunion n’a pas été convoquée\u00a0: il n’y a personne à relancer.")
    body = (
        f"Madame, Monsieur,\n\nUne convocation à la réunion «\u00a0{meeting_title(meeting)} à "
        f"{time_fr(meeting.starts_at)}\u00a0» vous a été adressée\u00a0; elle est jointe de nouveau. Votre réponse ne "
        f"nous est pas encore parvenue.\n\n{QUESTION}\n\nCordialement,\n\n{request.user}\nCité éducative {meeting.body.cite}"
    )
    first = {"subject": f"Votre réponse est attendue\u00a0: {meeting_title(meeting)}"[:200], "body": body}
    return _write(request, meeting, last, ConvocationLetter.REMINDS, first, heading="Relancer")


@require_http_methods(["GET", "POST"])
@refusals_to("governance:meeting")
def convocation_call_off(request, pk):
    """To all those convened, once the meeting is cancelled or put off."""
    meeting = prepared_meeting(request, pk)
    last = meeting.convocations.select_related("paper").first()
    if last is None or meeting.is_preparable:
        raise TransitionError("Il n’y a pas d’annulation à annoncer pour cette réunion.")
    state = meeting.get_status_display()
    body = (
        f"Madame, Monsieur,\n\nLa réunion «\u00a0{meeting_title(meeting)} à {time_fr(meeting.starts_at)}\u00a0» est "
        f"{state}{LATER if meeting.status == MeetingStatus.POSTPONED else ''}. La convocation du {date_fr(timezone.localdate(last.sent_at))} est sans objet.\n\n"
        "Nous vous prions de bien vouloir nous en excuser.\n\nCordialement,\n\n"
        f"{request.user}\nCité éducative {meeting.body.cite}"
    )
    first = {"subject": f"Réunion {state}\u00a0: {meeting_title(meeting)}"[:200], "body": body}
    return _write(request, meeting, last, ConvocationLetter.CANCELS, first, heading="Prévenir de l’annulation")


def _write(request, meeting, last, letter, first, *, heading):
    """`last`: the convocation in force, by which replies were asked."""
    is_reminder, frozen = letter == ConvocationLetter.REMINDS, last.paper.content
    lines = [line for line, _ in services.reachable(meeting, awaited_only=is_reminder)]
    form = LetterForm(request.POST or None, addressees=lines, initial=first)
    form.fields[
        "body"
    ].help_text = f"{ASKS if is_reminder else ''}Les réponses arrivent à {frozen['organiser']['email']}."
    context = {"form": form, "meeting": meeting, "title": meeting_title(meeting), "heading": heading}
    if request.method == "POST" and "modify" not in request.POST and form.is_valid():
        persons = form.persons
        context["lines"] = [line for line in lines if line.person in persons]
        if "send" not in request.POST:
            context["hidden"] = [pair for pair in sent_pairs(request) if pair[0] not in GESTURES]
            body = form.cleaned_data["body"]
            context["text"] = _shown(with_question(body, frozen["reply_by"]) if is_reminder else body)
            return render(request, "governance/convocation_message_preview.html", context)
        try:
            return _send_message(request, meeting, letter, form, context["lines"])
        except ValidationError as error:
            add_errors(form, error)
        except PartnersError as error:
            form.add_error(None, str(error))
    context["choices"] = [(choice.addressee, choice.ticked) for choice in form.choices]
    return render(request, "governance/convocation_message.html", context, status=422 if form.errors else 200)


def _send_message(request, meeting, letter, form, lines):
    _, created = services.write_to_invitees(
        meeting,
        letter=letter,
        mandates={line.mandate.pk for line in lines},
        subject=form.cleaned_data["subject"],
        body=form.cleaned_data["body"],
        actor=request.user,
    )
    if created:
        messages.success(request, "Le message part. La liste des destinataires est gardée.")
    else:
        messages.info(request, SECOND)
    return redirect("governance:meeting", meeting.pk)
