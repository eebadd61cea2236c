"""What is answered to a written consultation, and how it is closed."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cite_educative.common.dates import date_fr
from cite_educative.common.forms import read_key
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance import consultation_page, services
from governance.enums import AnswerHow
from governance.forms import AnswerForm, AskAnswersForm, ReceivedAnswerForm
from governance.models import ConsultationAnswer
from governance.permissions import can_prepare
from governance.tables import effect_lines
from governance.views.closing import envelope_line
from governance.views.common import add_errors, refusals_to, require
from governance.views.consultations import prepared_consultation, send_piece
from partners.enums import Gesture
from partners.services import PartnersError
from partners.views.links import link_page

CHANGED = (
    "Cette position vient d’être donnée ou corrigée\u00a0: «\u00a0{verdict}\u00a0», par {name}. La vôtre reste écrite "
    "ci-dessous\u00a0; enregistrez de nouveau pour qu’elle la remplace."
)


@require_http_methods(["GET", "POST"])
def consultation_answer(request, pk):
    """A pilot answers for the own side; the team enters what it received for any."""
    rows = ConsultationAnswer.objects.visible_to(request.user)
    related = ("side", "organisation", "consultation__body__cite", "consultation__decision__body")
    answer = get_object_or_404(rows.select_related(*related), pk=pk)
    consultation, user = answer.consultation, request.user
    is_own, is_team = answer in services.own_answers(user, consultation), can_prepare(user, consultation.body.cite)
    require(is_own or is_team)
    refusal = services.why_closed(consultation)
    # What the team received in time is entered after the deadline too.
    is_own = is_own and not (refusal and is_team)
    if refusal and (is_own or not consultation.is_open):
        messages.error(request, refusal)
        return redirect("governance:consultation", consultation.pk)
    form = (AnswerForm if is_own else ReceivedAnswerForm)(request.POST or None, answer=answer)
    if request.method == "POST" and form.is_valid():
        how = {"how": AnswerHow.ENTERED}
        if is_own:
            how = {"how": AnswerHow.ACCOUNT, "name": user.person.formal_name}
        form = _give(form, answer, lambda said: services.answer_consultation(answer, actor=user, **how, **said))
        if form is None:
            messages.success(request, f"La position «\u00a0{answer.label}\u00a0» est enregistrée.")
            return redirect("governance:consultation", consultation.pk)
    context = {"form": form, "answer": answer, "consultation": consultation, "is_own": is_own}
    return render(request, "governance/consultation_answer.html", context)


def _give(form, answer, give):
    """None once written; otherwise the form says why, with what was typed."""
    try:
        give(form.said)
    except ConflictError as error:
        current = error.current
        data = form.data.copy()
        data["version"] = current.version
        form = type(form)(data, answer=answer)
        form.is_valid()
        form.add_error(None, CHANGED.format(verdict=current.get_verdict_display(), name=current.name))
        return form
    except (ValidationError, TransitionError) as error:
        add_errors(form, error if isinstance(error, ValidationError) else ValidationError(str(error)))
        return form
    return None


@link_page(Gesture.CONSULTATION)
def link_consultation(request, link):
    """The text, the pieces and the form, and nothing else of the Cité."""
    answer = services.answer_of(link)
    consultation = answer.consultation
    if request.GET.get("piece"):
        piece = consultation.pieces.filter(pk=read_key(request.GET["piece"])).first()
        if piece is None:
            raise Http404
        return send_piece(piece)
    form = AnswerForm(request.POST or None, answer=answer)
    context = {"link": link, "answer": answer, "consultation": consultation, "cite": consultation.body.cite}
    if request.method == "POST" and form.is_valid():
        form = _give(form, answer, lambda said: services.answer_by_link(link, answer, **said))
        if form is None:
            return render(request, "governance/link_consultation_done.html", context)
    context |= {
        "form": form,
        "effects": consultation_page.effects(consultation),
        "pieces": consultation.pieces.all(),
        "silence": consultation_page.silence_rule(consultation.silence_agrees),
    }
    return render(request, "governance/link_consultation.html", context)


# --- Writing to the pilots ------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@refusals_to("governance:consultation")
def consultation_ask(request, pk):
    """Write, read again, send: each one gets the own link."""
    row = prepared_consultation(request, pk)
    refusal = services.why_closed(row)
    if refusal:
        raise TransitionError(refusal)
    initial = {"subject": f"Consultation écrite\u00a0: {row.decision.title}"[:200], "body": _first_body(request, row)}
    form = AskAnswersForm(request.POST or None, askable=services.askable(row), initial=initial)
    if request.method == "POST" and "modify" not in request.POST and form.is_valid():
        if "send" not in request.POST:
            context = {"form": form, "consultation": row, "letter": form.cleaned_data}
            return render(request, "governance/consultation_preview.html", context)
        letter = {name: form.cleaned_data[name] for name in ("subject", "body")}
        try:
            services.ask_answers(consultation=row, asked=form.asked, actor=request.user, **letter)
        except PartnersError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Le message part, avec un lien personnel pour chaque destinataire.")
            return redirect("governance:consultation", pk)
    return render(request, "governance/consultation_ask.html", {"form": form, "consultation": row})


def _first_body(request, consultation):
    silence = consultation_page.silence_rule(consultation.silence_agrees)
    page = f"{settings.SITE_URL}{reverse('governance:consultation', args=[consultation.pk])}"
    return (
        "Madame, Monsieur,\n\n"
        f"Les pilotes de l’instance «\u00a0{consultation.body.label}\u00a0» sont consultés par écrit\u00a0: "
        f"{consultation.decision.title}.\n\n"
        f"Votre réponse est attendue jusqu’au {date_fr(consultation.deadline)} inclus. "
        f"Le silence {silence}.\n\n"
        "Le texte, les pièces et la réponse se trouvent ici, sans compte ni mot de passe\u00a0:\n{lien}\n\n"
        f"Si vous avez un compte\u00a0: {page}\n\n"
        "Ce lien vous est personnel\u00a0; il permet aussi de corriger votre réponse jusqu’à l’échéance.\n\n"
        f"Cordialement,\n\n{request.user}\nCité éducative {consultation.body.cite}"
    )


# --- Closing --------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@refusals_to("governance:consultation")
def consultation_close(request, pk):
    """What closing will write, in words; confirmed, it is written, all of it or nothing."""
    row = prepared_consultation(request, pk)
    acknowledgement = request.POST.get("acknowledgement", "").replace("\x00", "").strip()[:500]
    adopted = request.POST.get("outcome") == "adopted"
    problems, missing, code = [], "", 200
    if request.method == "POST" and request.POST.get("outcome") not in ("adopted", "refused"):
        missing, code = "Dites si la décision est adoptée ou non.", 422
    elif request.method == "POST":
        try:
            services.close_consultation(row, actor=request.user, adopted=adopted, acknowledgement=acknowledgement)
            messages.success(request, "La consultation est close. Son relevé se prépare.")
            return redirect("governance:consultation", pk)
        except services.ClosingRefused as refusal:
            problems, code = refusal.problems, 409
        except ValidationError as error:
            problems, code = error.messages, 409
        except services.AcknowledgementNeeded:
            missing, code = "Dites pourquoi l’enveloppe peut être dépassée, et qui l’a accepté.", 422
    elif not row.is_open:
        return redirect("governance:consultation", pk)
    context = _closing_context(row) | {"acknowledgement": acknowledgement, "missing": missing, "adopted": adopted}
    context["problems"] = problems or context["problems"]
    return render(request, "governance/consultation_close.html", context, status=code)


def _closing_context(consultation):
    preview = services.consultation_preview(consultation)
    answers = list(consultation.answers.in_protocol_order())
    return {
        "consultation": consultation,
        "decision": consultation.decision,
        "effects": effect_lines(preview.effects),
        "envelopes": [envelope_line(change) for change in preview.envelopes],
        "overdrawn": [envelope_line(change) for change in preview.overdrawn],
        "problems": preview.problems,
        "not_yet": services.why_not_yet(consultation, answers),
        "answers": consultation_page.answers(consultation, own=set(), is_team=False),
        "opposed": [answer.label for answer in answers if answer.verdict == "unfavourable"],
        "silent": [answer.label for answer in answers if answer.answered_on is None],
    }
