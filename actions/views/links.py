"""Pages that a letter opens without an account: one form, about one action, once."""

import copy

from django.core.exceptions import ValidationError
from django.shortcuts import render

from actions import services
from actions.forms.action import compared
from actions.forms.links import SheetByLinkForm
from actions.forms.opinions import AnswerForm
from actions.forms.support import PiecesByLinkForm
from actions.grid import criteria_of
from actions.opinions import request_facts
from actions.sheet import territory
from cite_educative.common.dates import date_fr, parse_date_fr, period_fr, time_fr
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from partners.enums import Gesture
from partners.services import LinkError
from partners.views.links import link_page


def _sent(request):
    """What the form is bound to: nothing joined is an answer too."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _context(link, action, **more):
    return {"link": link, "action": action, "sender": str(link.created_by), "cite": action.cite, **more}


@link_page(Gesture.PIECE)
def piece(request, link):
    action = services.action_of(link)
    expected = services.expected_by(link, action)
    form = PiecesByLinkForm(*_sent(request), expected=expected)
    if request.method == "POST" and form.is_valid():
        received = services.receive_by_link(link, uploads=form.uploads)
        left = [row.label for row in expected if row not in form.uploads]
        done = {"received": [row.title for row in received], "left": left}
        return render(request, "actions/link_done.html", _context(link, action, **done))
    return render(request, "actions/link_piece.html", _context(link, action, form=form, due=_due(link)))


def _due(link):
    day = link.payload.get("due_on")
    return date_fr(parse_date_fr(day)) if day else ""


@link_page(Gesture.SHEET)
def sheet(request, link):
    action = services.action_of(link)
    remarks = services.remarks_of(action)
    form = SheetByLinkForm(_sent(request)[0], instance=copy.copy(action), remarks=remarks)
    context = _context(link, action, form=form, due=_due(link), conflict=None)
    if request.method == "POST" and form.is_valid():
        try:
            answers = {"fields": form.sheet_fields, "requested": form.requested, "corrected": form.corrected}
            row = services.complete_by_link(link, version=form.cleaned_data["version"], **answers)
        except ConflictError as conflict:
            return _conflict_page(request, link, form, conflict.current)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            left = [label for _, label in services.missing_for_submission(row)]
            return render(request, "actions/link_done.html", _context(link, row, received=["la fiche"], left=left))
    return render(request, "actions/link_sheet.html", context)


def _conflict_page(request, link, form, current):
    """Both versions; sending again keeps the typed one over the one just read. Nobody is named."""
    answers = request.POST.copy()
    answers["version"] = current.version
    again = SheetByLinkForm(answers, instance=copy.copy(current), remarks=services.remarks_of(current))
    when = f"le {date_fr(current.updated_at)} à {time_fr(current.updated_at)}"
    conflict = {"author": "Une autre personne", "when": when, "fields": compared(form, current)}
    context = _context(link, current, form=again, due=_due(link), conflict=conflict)
    return render(request, "actions/link_sheet.html", context, status=409)


@link_page(Gesture.OPINION)
def opinion(request, link):
    asked = services.opinion_of(link)
    action = asked.action
    form = AnswerForm(_sent(request)[0], criteria=criteria_of(action))
    if request.method == "POST" and form.is_valid():
        try:
            services.give_by_link(link, asked, scores=form.scores, **form.answer)
        except (TransitionError, ValidationError) as error:
            raise LinkError(" ".join(getattr(error, "messages", [str(error)]))) from error
        return render(request, "actions/link_done.html", _context(link, action, received=["votre avis"], left=[]))
    dates = period_fr(action.starts_on, action.ends_on)
    facts = [
        ("Porteur", action.holder.name),
        ("Public", action.audience),
        ("Objectif", str(action.objective or "")),
        ("Territoire", territory(action)),
        ("Dates", dates[:1].upper() + dates[1:]),
    ]
    shown = [{"label": label, "value": value, "url": ""} for label, value in facts if value]
    more = {"form": form, "opinion": asked, "facts": shown, "requested": request_facts(action)}
    return render(request, "actions/link_opinion.html", _context(link, action, **more))
