"""What waits for a funder's act, and when its assembly votes."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions import services
from actions.finances.sections import finance_sections
from actions.finances.votes import awaited_acts, awaited_total, deadline, waiting_since
from actions.forms.acts import SessionForm
from actions.models import AssemblySession
from actions.permissions import can_manage_money
from actions.views.finances import readable_cite
from actions.views.versions import form_context, saved_or_compared
from cite_educative.common.dates import date_fr
from cite_educative.common.forms import read_key
from cite_educative.common.money import euros
from partners.context import current_cite, current_year
from partners.views.common import removed_once


@require_GET
def votes(request):
    cite, year = readable_cite(request), current_year(request)
    funders = awaited_acts(cite, year)
    context = {
        "year": year,
        "funders": [_funder(funder, year) for funder in funders],
        "number": sum(funder.number for funder in funders),
        "total": euros(awaited_total(funders)),
        "sections": finance_sections("votes"),
        "can_manage": can_manage_money(request.user, cite),
    }
    return render(request, "finances/votes.html", context)


def _funder(funder, year):
    return {
        "organisation": funder.organisation,
        "act": funder.act.label,
        "votes": funder.votes,
        "number": funder.number,
        "programmed": euros(funder.programmed),
        "deadline": deadline(funder.next_session),
        "sessions": [
            {
                "session": session,
                "held_on": date_fr(session.held_on, weekday=True),
                "passages": [f"{label.lower()} le {date_fr(day)}" for label, day in session.passages],
            }
            for session in funder.sessions
        ],
        "sources": [
            {
                "source": awaited.source,
                "programmed": euros(awaited.programmed),
                "act_url": _act_url(awaited),
                "lines": [_line(funding, year) for funding in awaited.fundings],
            }
            for awaited in funder.sources
        ],
    }


def _act_url(awaited):
    asked = "".join(f"&action={funding.action_id}" for funding in awaited.fundings)
    return f"{reverse('actions:act_create')}?ligne={awaited.source.pk}{asked}"


def _line(funding, year):
    days = waiting_since(funding)
    return {
        "action": funding.action,
        "programmed": euros(funding.programmed),
        "decision": f"{funding.programmed_reference}, {date_fr(funding.programmed_on, year=year)}",
        "since": f"depuis {days} jours" if days > 1 else "depuis hier" if days == 1 else "aujourd’hui",
    }


@require_http_methods(["GET", "POST"])
def session_create(request):
    cite = current_cite(request)
    if cite is None:
        raise Http404
    if not can_manage_money(request.user, cite):
        raise PermissionDenied
    asked = read_key(request.GET.get("organisme", ""))
    session = AssemblySession(cite=cite, organisation_id=asked, created_by=request.user)
    return _session_page(request, session, "Noter une séance")


@require_http_methods(["GET", "POST"])
def session_update(request, pk):
    return _session_page(request, _managed_session(request, pk), "Modifier la séance")


def _managed_session(request, pk):
    sessions = AssemblySession.objects.visible_to(request.user).select_related("cite", "organisation")
    session = get_object_or_404(sessions, pk=pk)
    if not can_manage_money(request.user, session.cite):
        raise PermissionDenied
    return session


def _session_page(request, session, heading):
    form, conflict, saved = saved_or_compared(
        request, partial(SessionForm, cite=session.cite), session, save=services.save_session
    )
    if saved:
        messages.success(request, "La séance est notée.")
        return redirect("actions:votes")
    context = form_context(
        form, conflict, heading=heading, submit="Enregistrer la séance", cancel_url=reverse("actions:votes")
    )
    page = {**context, "session": session}
    return render(request, "finances/session.html", page, status=409 if conflict else 200)


@require_POST
@removed_once(AssemblySession, "Cette séance est déjà retirée.", "actions:votes")
def session_remove(request, pk):
    services.remove_session(_managed_session(request, pk), actor=request.user)
    messages.success(request, "La séance est retirée.")
    return redirect("actions:votes")
