"""Points proposed by members, pilots and referents: the backlog, one of them, its answer."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cite_educative.common.dates import date_fr
from cite_educative.common.forms import read_key
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance import services
from governance.body_page import open_bodies
from governance.enums import ProposalStatus
from governance.forms import AcceptForm, ProposalForm, RefusalForm
from governance.models import AgendaProposal, Meeting
from governance.permissions import can_prepare
from governance.tables import status
from governance.views.common import add_errors, chosen_cite, meeting_title, require

ACCEPT, POSTPONE, DECLINE = "inscrire", "reporter", "ecarter"
REFUSALS = {POSTPONE: ProposalStatus.POSTPONED, DECLINE: ProposalStatus.DECLINED}
SENT = "Votre proposition est transmise à l’équipe\u00a0: sa réponse se lira ici."
NOTED = "Le point est noté\u00a0: inscrivez-le à une séance, ou dites pourquoi il attend."
OVERTAKEN = "Quelqu’un vient de répondre à cette proposition\u00a0: voici ce qu’elle est devenue."


@require_GET
def proposals(request):
    """The team's backlog, or one's own proposals."""
    cite = chosen_cite(request)
    rows = AgendaProposal.objects.visible_to(request.user).filter(body__cite=cite)
    rows = list(rows.select_related("body", "author__person", "item__meeting__body", "action"))
    context = {
        "open": [_line(row) for row in rows if not row.is_settled],
        "settled": [_line(row) for row in rows if row.is_settled],
        "may_prepare": can_prepare(request.user, cite),
        "may_propose": open_bodies(request.user, cite).exists(),
    }
    return render(request, "governance/proposals.html", context)


def _line(row):
    return {"row": row, "status": status(row), "outcome": _outcome(row), "author": row.proposed_by}


def _outcome(row):
    """What became of it, in a sentence."""
    if row.status == ProposalStatus.WAITING:
        return "L’équipe ne l’a pas encore examinée."
    if row.status != ProposalStatus.ACCEPTED:
        return row.answer
    if row.item is None:
        return "Inscrite à un ordre du jour, puis retirée."
    meeting = row.item.meeting
    return f"À l’ordre du jour\u00a0: {meeting.body.label} du {date_fr(timezone.localdate(meeting.starts_at))}."


@require_http_methods(["GET", "POST"])
def proposal_create(request):
    """`?instance=` and `?action=` choose the body and the subject."""
    cite, user = chosen_cite(request), request.user
    may_prepare = can_prepare(user, cite)
    bodies = open_bodies(user, cite)
    if not bodies:
        require(may_prepare)
        messages.info(request, "Créez d’abord l’instance à laquelle proposer un point.")
        return redirect("governance:body_create")
    first = {name: read_key(request.GET.get(key, "")) for name, key in (("body", "instance"), ("action", "action"))}
    form = ProposalForm(request.POST or None, bodies=bodies, user=user, for_others=may_prepare, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.propose_point(form.instance, actor=user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, NOTED if may_prepare else SENT)
            return redirect("governance:proposal", row.pk)
    return render(request, "governance/proposal_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def proposal(request, pk):
    rows = AgendaProposal.objects.visible_to(request.user).select_related(
        "body__cite", "author__person", "item__meeting__body", "action", "answered_by"
    )
    row = get_object_or_404(rows, pk=pk)
    may_prepare = can_prepare(request.user, row.body.cite)
    if request.method == "POST":
        require(may_prepare)
        return _answer(request, row)
    return _page(request, row)


def _forms(request, row, gesture=""):
    meetings = Meeting.objects.visible_to(request.user).preparable().filter(body=row.body_id)
    first = {"version": row.version}
    sent = {name: request.POST if name == gesture else None for name in (ACCEPT, *REFUSALS)}
    forms = {name: RefusalForm(sent[name], initial=first, prefix=name) for name in REFUSALS}
    return {ACCEPT: AcceptForm(sent[ACCEPT], meetings=meetings, initial=first, prefix=ACCEPT), **forms}


def _answer(request, row):
    gesture = request.POST.get("geste", "")
    forms = _forms(request, row, gesture)
    form = forms.get(gesture)
    if form is None or not form.is_valid():
        return _page(request, row, forms, 422)
    try:
        if gesture == ACCEPT:
            services.accept_proposal(row, actor=request.user, **form.cleaned_data)
        else:
            data = form.cleaned_data
            services.answer_proposal(
                row, status=REFUSALS[gesture], sentence=data["answer"], version=data["version"], actor=request.user
            )
    except ValidationError as error:
        add_errors(form, error)
        return _page(request, row, forms, 422)
    except ConflictError:
        messages.warning(request, OVERTAKEN)
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "La réponse est enregistrée\u00a0: la personne qui propose la lit sur cette page.")
    return redirect("governance:proposal", row.pk)


def _page(request, row, forms=None, code=200):
    may_prepare = can_prepare(request.user, row.body.cite)
    seen = row.item_id and Meeting.objects.visible_to(request.user).filter(pk=row.item.meeting_id).exists()
    context = {
        "proposal": row,
        "status": status(row),
        "outcome": _outcome(row),
        "meeting": row.item.meeting if seen else None,
        "meeting_title": meeting_title(row.item.meeting) if seen else "",
        "forms": (forms or _forms(request, row)) if may_prepare and not row.is_settled else {},
    }
    return render(request, "governance/proposal.html", context, status=code)
