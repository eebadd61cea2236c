"""What every page of the app does: find its row, check the right, turn refusals into sentences."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.journal import entries_for
from cite_educative.common.transitions import TransitionError
from governance.models import AgendaItem, Decision, Meeting
from governance.permissions import can_prepare
from partners.context import current_cite

ACTIVITY = 12


def chosen_cite(request):
    cite = current_cite(request)
    if cite is None:
        raise Http404("Ce compte n’agit dans aucune Cité éducative.")
    return cite


def visible_meeting(request, pk):
    meetings = Meeting.objects.visible_to(request.user).select_related("body__cite")
    return get_object_or_404(meetings, pk=pk)


def visible_item(request, pk):
    items = AgendaItem.objects.visible_to(request.user).select_related("meeting__body__cite", "presenter")
    return get_object_or_404(items, pk=pk)


def visible_decision(request, pk):
    decisions = Decision.objects.visible_to(request.user).select_related("body__cite", "meeting__body__cite", "item")
    return get_object_or_404(decisions, pk=pk)


def require(allowed):
    if not allowed:
        raise PermissionDenied


def prepared_meeting(request, pk):
    meeting = visible_meeting(request, pk)
    require(can_prepare(request.user, meeting.body.cite))
    return meeting


def prepared_item(request, pk):
    item = visible_item(request, pk)
    require(can_prepare(request.user, item.meeting.body.cite))
    return item


def refusals_to(url_name):
    """A decorator: a `TransitionError` becomes a message on the page `url_name` of the same key."""

    def decorate(view):
        @wraps(view)
        def wrapped(request, pk):
            try:
                return view(request, pk)
            except TransitionError as error:
                messages.error(request, str(error))
                return redirect(url_name, pk=pk)

        return wrapped

    return decorate


def meeting_title(meeting):
    return f"{meeting.body.label} du {date_fr(timezone.localdate(meeting.starts_at), weekday=True)}"


def activity(subject, *, money=""):
    """The last lines of its journal, as `_activity.html` reads them; `money`: the verb of those that tell of amounts."""
    return [
        {
            "iso": entry.created_at.isoformat(),
            "when": f"{date_fr(timezone.localdate(entry.created_at))}, {time_fr(entry.created_at)}",
            "sentence": entry.sentence,
            "is_money": entry.verb == money,
        }
        for entry in entries_for(subject)[:ACTIVITY]
    ]


def add_errors(form, error):
    """Put a service's `ValidationError` on the form, field by field where the form has the field."""
    faults = error.error_dict if hasattr(error, "error_dict") else {None: error}
    for field, sentences in faults.items():
        form.add_error(field if field in form.fields else None, sentences)


def conflict(request, *, subject, row, fields, action, version, cancel_url, hidden):
    """Both versions side by side; the form resends what was typed with the version now stored (409).

    `fields`: (label, mine, theirs). `hidden`: (name, value) pairs to send again.
    """
    last = entries_for(row).first()
    context = {
        "subject": subject,
        "other_author": last.actor if last and last.actor else "Quelqu’un",
        "other_when": f"à {time_fr(last.created_at)}" if last else "entre-temps",
        "fields": [
            {"label": label, "mine": mine, "theirs": theirs, "different": mine != theirs}
            for label, mine, theirs in fields
        ],
        "action": action,
        "hidden": [pair for pair in hidden if pair[0] not in ("version", "csrfmiddlewaretoken")],
        "version": version,
        "cancel_url": cancel_url,
    }
    return render(request, "governance/conflict.html", context, status=409)


def sent_pairs(request):
    return [(name, value) for name, values in request.POST.lists() for value in values]
