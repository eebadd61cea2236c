"""What is answered to a convocation, by a link or received by the team; the meeting for one's own calendar."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance import services
from governance.convocation_content import meeting_facts, organiser_of
from governance.enums import AnswerHow
from governance.forms import ReceivedReplyForm, ReplyForm
from governance.meeting_calendar import calendar_text
from governance.models import Invitee
from governance.permissions import can_prepare
from governance.views.common import add_errors, meeting_title, require, visible_meeting
from partners.enums import Gesture
from partners.views.links import link_page

CHANGED = (
    "Une réponse vient d’être enregistrée\u00a0: «\u00a0{reply}\u00a0». La vôtre reste cochée ci-dessous\u00a0; "
    "enregistrez de nouveau pour qu’elle la remplace."
)


@require_http_methods(["GET", "POST"])
def reply(request, pk):
    """The team enters what it received by telephone or mail."""
    rows = Invitee.objects.visible_to(request.user).select_related("mandate__person", "meeting__body__cite")
    invitee = get_object_or_404(rows, pk=pk)
    meeting = invitee.meeting
    require(can_prepare(request.user, meeting.body.cite))
    refusal = services.why_no_reply(meeting)
    if refusal:
        messages.error(request, refusal)
        return redirect("governance:meeting", meeting.pk)
    form = ReceivedReplyForm(request.POST or None, invitee=invitee)
    if request.method == "POST" and form.is_valid():
        how = {"actor": request.user, "how": AnswerHow.ENTERED}
        form = _give(form, invitee, lambda said: services.give_reply(invitee, **how, **said))
        if form is None:
            messages.success(request, f"La réponse de {invitee.mandate.person.formal_name} est enregistrée.")
            return redirect("governance:meeting", meeting.pk)
    context = {"form": form, "invitee": invitee, "meeting": meeting, "title": meeting_title(meeting)}
    return render(request, "governance/reply.html", context)


def _give(form, invitee, give):
    """None once written; otherwise the form says why, with what was typed."""
    try:
        give(form.cleaned_data)
    except ConflictError as error:
        data = form.data.copy()
        data["version"] = error.current.version
        form = type(form)(data, invitee=invitee)
        form.is_valid()
        form.add_error(None, CHANGED.format(reply=error.current.get_reply_display() or "sans réponse"))
        return form
    except TransitionError as error:
        form.add_error(None, str(error))
        return form
    except ValidationError as error:
        add_errors(form, error)
        return form
    return None


@link_page(Gesture.CONVOCATION)
def link_convocation(request, link):
    """The meeting, its letter and the form, and nothing else of the Cité."""
    invitee = services.invitee_of(link)
    meeting = invitee.meeting
    paper = meeting.convocations.select_related("paper").first().paper
    if "agenda" in request.GET:
        return _calendar(meeting, paper.content, paper.content["organiser"], paper.number - 1)
    if "lettre" in request.GET:
        return _letter(paper)
    form = ReplyForm(request.POST or None, invitee=invitee)
    context = {"link": link, "invitee": invitee, "meeting": meeting, "paper": paper, "cite": meeting.body.cite}
    context["when"] = f"{meeting_title(meeting)} à {time_fr(meeting.starts_at)}"
    if request.method == "POST" and form.is_valid():
        form = _give(form, invitee, lambda said: services.reply_by_link(link, invitee, **said))
        if form is None:
            return render(request, "governance/link_convocation_done.html", context)
    context |= {
        "form": form,
        "agenda": paper.content["agenda"],
        "letter": paper.files.filter(file__format="pdf", file__state="ready").first(),
        "replied_on": date_fr(timezone.localdate(invitee.replied_at)) if invitee.reply else "",
    }
    return render(request, "governance/link_convocation.html", context)


def _letter(paper):
    kept = paper.files.filter(file__format="pdf", file__state="ready").select_related("file").first()
    if kept is None:
        raise Http404("La lettre se prépare encore.")
    response = FileResponse(kept.file.file.open("rb"), as_attachment=True, filename=kept.file.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response


# --- For a calendar -----------------------------------------------------------------------------------


@require_GET
@cache_control(private=True, no_cache=True)
def meeting_calendar(request, pk):
    """The meeting as it stands, for who sees it; 404 once it is open, over or given up."""
    meeting = visible_meeting(request, pk)
    if not meeting.is_preparable:
        raise Http404("Cette réunion n’est plus à venir.")
    sent = meeting.convocations.count()
    return _calendar(meeting, meeting_facts(meeting), organiser_of(meeting.body.cite, request.user), max(sent - 1, 0))


def _calendar(meeting, facts, organiser, sequence):
    text = calendar_text(
        meeting, facts, method="PUBLISH", sequence=sequence, stamp=timezone.now(), organiser=organiser
    )
    name = f"reunion-{timezone.localdate(meeting.starts_at):%Y-%m-%d}.ics"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=disposition)
