"""The action sheet as a layout: an upper app draws a tab of its own inside it.

In a view of an upper app:

    action = get_sheet_action(request.user, pk)           # 404 when not visible
    context = sheet_context(request, action, tab="decisions")
    return render(request, "governance/action_decisions.html", {**context, …})

and its template extends `actions/sheet.html` and fills `{% block tab %}` (and `{% block tab_name %}`).
"""

from django.http import Http404
from django.urls import reverse

from actions.activity import activity
from actions.amounts import readable_fundings_of
from actions.enums import Scope, Stage
from actions.models import Action
from actions.permissions import (
    can_edit_action,
    can_enter_something,
    can_manage_money,
    can_publish_action,
    can_submit_action,
)
from actions.readable import with_readable_stage
from actions.services import missing_for_submission
from cite_educative.common.dates import period_fr
from partners.permissions import hides_names

TABS = (  # key, label, URL name, reading levels that have it
    ("detail", "Fiche", "actions:detail", ("full", "own", "published")),
    ("money", "Financement", "actions:money", ("full", "own", "published")),
    ("decisions", "Gouvernance", "governance:action_decisions", ("full",)),
    ("documents", "Documents", "actions:documents", ("full", "own")),
    ("exchanges", "Échanges", "actions:action_exchanges", ("full", "own")),
    ("history", "Historique", "actions:history", ("full", "own")),
)
RECENT = 8


def get_sheet_action(user, pk):
    """The action with what the sheet reads, or 404 when the user may not see it."""
    actions = with_readable_stage(Action.objects.visible_to(user), user)
    actions = actions.select_related("cite", "holder", "axis", "objective", "call", "renews")
    action = actions.prefetch_related("communes", "neighbourhoods").filter(pk=pk).first()
    if action is None:
        raise Http404
    return action


def sheet_context(request, action, *, tab):
    """What `actions/sheet.html` needs; `action` comes from `get_sheet_action`. Seven queries.

    Also for the tabs: `level` (the reading level), `read` (fundings and their readable steps), `lines` (the
    whole activity, empty for who reads the published part only).
    """
    user = request.user
    level = action.reading_level(user.access)
    read = readable_fundings_of(action, level)
    is_hidden = hides_names(user.access, action.cite_id)
    lines = activity(action, level, read, hides_names=is_hidden) if level in ("full", "own") else []
    return {
        "action": action,
        "tab": tab,
        "tabs": _tabs(action, level, tab),
        "level": level,
        "read": read,
        "lines": lines,
        "recent": lines[:RECENT],
        "has_activity": level in ("full", "own") and tab != "history",
        "hides_names": is_hidden,
        "stage": {"code": action.readable_stage, "label": Stage(action.readable_stage).label},
        "facts": _facts(action),
        "missing": _missing(user, action),
        "can_edit": can_edit_action(user, action),
        "can_submit": can_submit_action(user, action),
        "can_publish": can_publish_action(user, action),
        "can_enter": can_enter_something(user, action),
        "can_record_act": can_manage_money(user, action.cite),
    }


def _tabs(action, level, current):
    return [
        {"label": label, "url": reverse(name, args=[action.pk]), "current": key == current}
        for key, label, name, levels in TABS
        if level in levels
    ]


def territory(action):
    """Reads the prefetched communes and neighbourhoods."""
    communes = [commune.name for commune in action.communes.all()]
    places = ["Intercommunal"] if action.scope == Scope.INTERCOMMUNAL else communes
    return ", ".join([*places, *(neighbourhood.name for neighbourhood in action.neighbourhoods.all())])


def _facts(action):
    holder_url = reverse("partners:organisation", args=[action.holder_id])
    dates = period_fr(action.starts_on, action.ends_on) or action.period_text
    facts = [
        {"label": "Porteur", "value": action.holder.name, "url": holder_url},
        {"label": "Territoire", "value": territory(action), "url": ""},
        {"label": "Axe", "value": action.axis.label if action.axis else "", "url": ""},
        {"label": "Dates", "value": dates[:1].upper() + dates[1:], "url": ""},
    ]
    return [fact for fact in facts if fact["value"]]


def _missing(user, action):
    """What the filing still lacks, each with the field that mends it; for who can file it only."""
    if not can_submit_action(user, action):
        return []
    return [{"label": label, "url": missing_url(action, name)} for name, label in missing_for_submission(action)]


def missing_url(action, name):
    if name == "requested":
        return reverse("actions:amount", args=[action.pk])
    anchor = "div_id_communes" if name == "communes" else f"id_{name}"
    return f"{reverse('actions:update', args=[action.pk])}#{anchor}"
