"""The action sheet as a layout: an upper app draws a tab of its own inside it.

In a view of an upper app:

    action = get_sheet_action(request.user, pk)           # 404 when not visible
    context = sheet_context(request, action, tab="decisions")
    return render(request, "governance/action_decisions.html", {**context, …})

and its template extends `actions/sheet.html` and fills `{% block tab %}` (and `{% block tab_name %}`).
"""

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.urls import reverse

from actions.activity import activity
from actions.amounts import readable_fundings_of
from actions.enums import Scope, Stage
from actions.follow_up import writable_lines
from actions.late import late_words
from actions.life import gestures_of, life_steps
from actions.models import Action, MainstreamAbsence, MainstreamContribution, Opinion
from actions.permissions import (
    can_add_piece,
    can_ask_pieces,
    can_ask_sheet,
    can_choose_holder,
    can_edit_action,
    can_enter_something,
    can_manage_money,
    can_publish_action,
    can_read_opinions,
    can_read_pieces,
    can_submit_action,
)
from actions.pieces import missing_pieces
from actions.readable import with_readable_stage
from actions.services import missing_for_submission
from actions.sheet_sections import section_url
from actions.visits import mark_new, with_last_visit
from cite_educative.common.dates import period_fr
from partners.context import mark_read_in
from partners.permissions import hides_names

TABS = (  # key, label, URL name, reading levels that have it
    ("detail", "Fiche", "actions:detail", ("full", "own", "published")),
    ("money", "Financement", "actions:money", ("full", "own", "published")),
    ("mainstream", "Droit commun", "actions:action_mainstream", ("full",)),
    ("follow_up", "Suivi", "actions:follow_up", ("full", "own")),
    ("decisions", "Gouvernance", "governance:action_decisions", ("full",)),
    ("reports", "Évaluation", "evaluation:action_reports", ("full", "own")),
    ("documents", "Documents", "actions:documents", ("full", "own")),
    ("opinions", "Avis", "actions:opinions", ("full",)),
    ("comments", "Commentaires", "actions:comments", ("full", "own")),
    ("exchanges", "Échanges", "actions:action_exchanges", ("full", "own")),
    ("history", "Historique", "actions:history", ("full", "own")),
)
RECENT = 8
OVER = (Stage.REJECTED, Stage.CLOSED, Stage.ABANDONED)


def get_sheet_action(user, pk, *, published_part=False, first_tab=False):
    """The action with what the sheet reads, or 404 when the user may not see it.

    Who reads its published part only finds the pages that show it (`published_part`), and a 404 everywhere else.
    The first tab asks more of it: see `_for_first_tab`.
    """
    actions = with_last_visit(with_readable_stage(Action.objects.visible_to(user), user), user)
    actions = _for_first_tab(actions, user) if first_tab else actions
    actions = actions.select_related(
        *("cite", "holder", "axis", "objective", "call", "renews", "late_accepted_by__person", "contact")
    )
    action = actions.prefetch_related("communes", "neighbourhoods").filter(pk=pk).first()
    if action is None or not (published_part or reads_beyond_published(user, action)):
        raise Http404
    return action


def _for_first_tab(actions, user):
    """Adds `tells_mainstream`, what the droit commun brings or why nothing, and `sees_renewed`, of last year's one."""
    brought = MainstreamContribution.objects.filter(action=OuterRef("pk"))
    explained = MainstreamAbsence.objects.filter(action=OuterRef("pk"))
    renewed = Action.objects.visible_to(user).filter(pk=OuterRef("renews"))
    return actions.annotate(tells_mainstream=Exists(brought) | Exists(explained), sees_renewed=Exists(renewed))


def reads_beyond_published(user, action):
    return action.reading_level(user.access) in ("full", "own")


def sheet_context(request, action, *, tab):
    """What `actions/sheet.html` needs; `action` comes from `get_sheet_action`. Ten queries at most.

    Also for the tabs: `level` (the reading level), `read` (fundings and their readable steps), `lines` (the
    whole activity, empty for who reads the published part only).
    """
    user = request.user
    mark_read_in(request, action.cite)
    level = action.reading_level(user.access)
    read = readable_fundings_of(action, level)
    is_hidden = hides_names(user.access, action.cite_id)
    lines = activity(action, level, read, hides_names=is_hidden) if level in ("full", "own") else []
    lines = mark_new(lines, action.seen_at, user)
    return {
        "action": action,
        "tab": tab,
        "tabs": _tabs(user, action, level, tab),
        "level": level,
        "read": read,
        "lines": lines,
        "recent": lines[:RECENT],
        "has_activity": level in ("full", "own") and tab != "history",
        "is_followed": level in ("full", "own") and not user.access.is_borrowed,
        "can_report": bool(writable_lines(user, action)),
        "steps": life_steps(action, read) if level in ("full", "own") else [],
        "gestures": gestures_of(user, action),
        "hides_names": is_hidden,
        "stage": {"code": action.readable_stage, "label": Stage(action.readable_stage).label},
        "facts": [*_facts(action), *_late(action, level, is_hidden)],
        "missing": [] if tab == "detail" else missing_of(user, action, with_pieces=tab != "documents"),
        "can_edit": can_edit_action(user, action),
        "can_submit": can_submit_action(user, action),
        "can_file": can_submit_action(user, action) and can_choose_holder(user, action.cite),
        "can_publish": can_publish_action(user, action),
        "can_enter": can_enter_something(user, action),
        "can_record_act": can_manage_money(user, action.cite),
        "can_ask_pieces": can_ask_pieces(user, action),
        "can_ask_sheet": can_ask_sheet(user, action),
    }


def _tabs(user, action, level, current):
    closed = {
        "documents": not can_read_pieces(user, action),
        "comments": hides_names(user.access, action.cite_id),
        "opinions": level == "full" and not has_opinions(user, action),
    }
    return [
        {"label": label, "url": reverse(name, args=[action.pk]), "current": key == current}
        for key, label, name, levels in TABS
        if level in levels and not closed.get(key)
    ]


def has_opinions(user, action):
    """The team and the pilots always; others, when they were asked for theirs."""
    return can_read_opinions(user, action) or Opinion.objects.visible_to(user).filter(action=action).exists()


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


def _late(action, level, is_hidden):
    words = late_words(action, level, hides_names=is_hidden)
    return [{"label": "Dépôt tardif", "value": words[:1].upper() + words[1:], "url": ""}] if words else []


def missing_of(user, action, *, with_pieces):
    """What the filing still lacks, for who can file it, and the pieces that the call asks, for who can add them.

    The tab of the documents has its own table of the pieces; the sheet itself tells it with its progress.
    """
    missing = []
    if can_submit_action(user, action):
        missing += [(label, missing_url(action, name)) for name, label in missing_for_submission(action)]
    if with_pieces and can_add_piece(user, action) and action.readable_stage not in OVER:
        missing += [(piece_label(piece), piece_url(action, piece)) for piece in missing_pieces(action)]
    return [{"label": label, "url": url} for label, url in missing]


def piece_label(piece):
    return f"la pièce «\u00a0{piece.label}\u00a0»"


def piece_url(action, piece):
    return f"{reverse('actions:piece_create', args=[action.pk])}?piece={piece.pk}"


def missing_url(action, name):
    if name == "requested":
        return reverse("actions:amount", args=[action.pk])
    return section_url(action, name)
