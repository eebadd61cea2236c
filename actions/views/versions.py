"""A short form under an optimistic lock: its service saves it, or it is shown beside what somebody saved meanwhile."""

import copy

from django.core.exceptions import ValidationError
from django.utils import timezone

from actions.forms.versions import compared
from cite_educative.common import journal
from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.locks import ConflictError


def saved_or_compared(request, form_class, row, *, save, entries=journal.entries_for):
    """(form to show, conflict or None, the row once saved or None).

    `save` takes the row, `actor` and what the form adds; `entries(row)` are the lines of the journal about it.
    """
    form = form_class(request.POST or None, instance=copy.copy(row))
    if request.method != "POST" or not form.is_valid():
        return form, None, None
    try:
        return form, None, save(form.instance, actor=request.user, **form.saved_with)
    except ConflictError as error:
        current = error.current
        conflict = _conflict(form, current, entries(current).first())
        return form_class(_answers(request, current), instance=copy.copy(current)), conflict, None
    except ValidationError as error:
        add_errors(form, error)
    return form, None, None


def add_errors(form, error):
    """Field by field where the form has the field."""
    faults = error.error_dict if hasattr(error, "error_dict") else {None: error}
    for name, sentences in faults.items():
        form.add_error(name if name in form.fields else None, sentences)


def form_context(form, conflict, *, heading, submit, cancel_url):
    return {
        "form": form,
        "heading": heading,
        "submit": "Garder ma version" if conflict else submit,
        "cancel_url": cancel_url,
        "conflict": conflict,
    }


def _answers(request, current):
    """What was typed, over the version just read: sending it again keeps it."""
    answers = request.POST.copy()
    answers["version"] = current.version
    return answers


def _conflict(form, current, last):
    moment = last.created_at if last else timezone.now()
    return {
        "author": str(last.actor) if last and last.actor else "Quelqu’un d’autre",
        "when": f"le {date_fr(moment)} à {time_fr(moment)}",
        "fields": compared(form, current),
    }
