"""What the pages of exchanges and of the library share."""

import copy
from dataclasses import replace

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from actions.enums import ExchangeKind
from actions.forms.quoting import compared
from actions.models import Action
from actions.quoting import Origin, action_origin, organisation_origin, person_origin
from cite_educative.common import journal
from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.forms import read_key
from partners.models import Organisation, Person
from partners.sheets import cite_of_reading
from partners.views.common import cite_or_404


def safe_next(request):
    """The page of ours to come back to, "" when none or another site's was given."""
    url = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if is_ours else ""


def back_to(request, name):
    return safe_next(request) or reverse(name)


def asked_origin(request):
    """What the address names, or nothing; 404 for what the user may not see."""
    user, asked = request.user, request.GET
    if "action" in asked:
        actions = Action.objects.visible_to(user).select_related("cite", "holder")
        origin = action_origin(_row(actions, asked["action"]))
    elif "organisme" in asked:
        organisation = _row(Organisation.objects.visible_to(user), asked["organisme"])
        here = Q(partnerships__organisation=organisation) | Q(mandates__organisation=organisation)
        origin = organisation_origin(user, organisation, cite_of_reading(request, here))
    elif "personne" in asked:
        person = _row(Person.objects.visible_to(user), asked["personne"])
        origin = person_origin(user, person, cite_of_reading(request, Q(mandates__person=person)))
    else:
        origin = Origin(cite_or_404(request))
    kind = asked.get("nature")
    return replace(origin, kind=kind) if kind in ExchangeKind.values else origin


def _row(rows, text):
    return get_object_or_404(rows, pk=read_key(text))


def history_of(row):
    """What was done to it, in sentences."""
    year = timezone.localdate().year
    return [
        {
            "sentence": entry.sentence,
            "when": f"{date_fr(timezone.localdate(entry.created_at), year=year)}, {time_fr(entry.created_at)}",
            "iso": entry.created_at.isoformat(timespec="minutes"),
            "is_money": False,
        }
        for entry in journal.entries_for(row).select_related("actor__person")
    ]


def conflict_context(request, form, current):
    """Both versions side by side; sending the form again keeps the user's over the one just read."""
    answers = request.POST.copy()
    answers["version"] = current.version
    again = type(form)(answers, instance=copy.copy(current), request=request, cite=current.cite)
    last = journal.entries_for(current).first()
    conflict = {
        "author": str(last.actor) if last and last.actor else "Quelqu’un d’autre",
        "when": f"à {time_fr(last.created_at)}" if last else "entre-temps",
        "fields": compared(form, current),
    }
    return {"form": again, "conflict": conflict}
