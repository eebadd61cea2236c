"""What every page of the app does first: which Cité, may this person."""

from django.contrib import messages
from django.shortcuts import redirect, render

from actions.views.journal import history_of
from actions.views.versions import form_context, saved_or_compared
from evaluation.permissions import can_evaluate, can_read_evaluation
from evaluation.sections import tabs_of
from governance.views.common import chosen_cite, require
from partners.permissions import hides_names

SHOWN_ENTRIES = 12


def read_cite(request):
    cite = chosen_cite(request)
    require(can_read_evaluation(request.user, cite))
    return cite


def written_cite(request):
    cite = chosen_cite(request)
    require(can_evaluate(request.user, cite))
    return cite


def page(request, cite, current, **context):
    """What every page of the app shows; no tabs for who only answers a question of the review."""
    tabs = tabs_of(current, request.user, cite) if can_read_evaluation(request.user, cite) else []
    return {"cite": cite, "tabs": tabs, "can_write": can_evaluate(request.user, cite)} | context


def drawn_empty(request):
    """Whether the form sent was drawn when its row did not exist yet: what somebody wrote meanwhile is then compared."""
    return request.method == "POST" and not request.POST.get("version")


def entries_of(request, cite, row):
    """The last lines of its journal, for the team; None for the others."""
    return history_of(row)[:SHOWN_ENTRIES] if can_evaluate(request.user, cite) else None


def name_of(request, cite, person):
    """ "" for nobody, and for who reads under pseudonym."""
    return "" if person is None or hides_names(request.user.access, cite.pk) else str(person)


def form_page(request, cite, form_class, row, *, save, words, cancel_url, done_url, current="home", **more):
    """A short form of the evaluation: shown, or saved by a service and left for `done_url(row)`.

    `words` are its heading, its button and the message once done.
    """
    heading, submit, done = words
    form, conflict, saved = saved_or_compared(request, form_class, row, save=save)
    if saved:
        messages.success(request, done)
        return redirect(done_url(saved))
    context = form_context(form, conflict, heading=heading, submit=submit, cancel_url=cancel_url)
    shown = page(request, cite, current, **context, **more)
    return render(request, "evaluation/form.html", shown, status=409 if conflict else 200)
