"""Gathers, for a reader, the facts that `progress` turns into words; the same queries for one action or many."""

from collections import defaultdict
from datetime import date

from django.db.models import F, FilteredRelation, Q

from actions.enums import ActionStatus, Stage
from actions.models import Action, ExpectedPiece, Opinion
from actions.permissions import can_add_piece, can_edit_action
from actions.progress import Facts, progress
from actions.readable import attach_fundings, read_fundings, with_readable_stage
from actions.services import missing_for_submission
from actions.sheet import missing_url, piece_url
from partners.enums import Gesture
from partners.models import AccessLink

ASKING = (Gesture.PIECE, Gesture.SHEET)
TO_COMPLETE = (ActionStatus.DRAFT, ActionStatus.SENT_BACK)
SHEET = "sheet"  # beside the keys of pieces


def own_actions(user):
    """What the user carries as a holder, in every Cité, the latest year first."""
    mine = Q(pk__in=[])
    for cite, organisations in user.access.held.items():
        mine |= Q(cite=cite, holder__in=organisations)
    actions = with_readable_stage(Action.objects.visible_to(user).filter(mine), user)
    actions = actions.select_related("cite", "holder", "call").prefetch_related("communes")
    return actions.order_by("-budget_year", "holder__name", "cite__name", "title", "pk")


def own_missing_pieces(user, cite):
    """`[(action, pieces)]` of the user's own actions of this Cité that lack required pieces. Five queries."""
    actions = list(own_actions(user).filter(cite=cite, call__isnull=False))
    missing = _missing_pieces(actions)
    return [(action, missing[action.pk]) for action in actions if missing[action.pk]]


def standings(user, actions):
    """`{pk: Progress}` of actions read with their stage, call and holder; those of which a part only is read have none."""
    attach_fundings(actions)
    levels = {action.pk: action.reading_level(user.access) for action in actions}
    actions = [action for action in actions if levels[action.pk] in ("full", "own")]
    pieces = _missing_pieces(actions)
    opinions = _opinions(user, [action for action in actions if action.readable_stage == Stage.APPRAISAL])
    days = deadlines([action for action in actions if pieces[action.pk] or action.status in TO_COMPLETE])
    return {
        action.pk: progress(
            Facts(
                action=action,
                stage=action.readable_stage,
                level=levels[action.pk],
                today=user.access.today,
                missing=_owed(user, action, pieces[action.pk], days),
                read=read_fundings(levels[action.pk], action.fundings.all()),
                opinions=opinions[action.pk],
                due_on=days.get((action.pk, SHEET)),
            )
        )
        for action in actions
    }


def _owed(user, action, pieces, deadlines):
    """(label, url, day); the address is empty for who can only read."""
    writes, adds = can_edit_action(user, action), can_add_piece(user, action)
    fields = missing_for_submission(action) if action.status in TO_COMPLETE else []
    sheet_due = deadlines.get((action.pk, SHEET))
    owed = [(label, missing_url(action, name) if writes else "", sheet_due) for name, label in fields]
    return owed + [
        (piece.label, piece_url(action, piece) if adds else "", deadlines.get((action.pk, piece.pk)))
        for piece in pieces
    ]


def _missing_pieces(actions):
    """`{action: required pieces of its call without a valid one}`, in one query."""
    calls = {action.call_id for action in actions if action.call_id}
    valid = Q(pieces__refused_on__isnull=True, pieces__action__in=[action.pk for action in actions])
    asked, received = defaultdict(dict), set()
    pieces = ExpectedPiece.objects.filter(call__in=calls, is_required=True)
    for piece in pieces.annotate(valid=FilteredRelation("pieces", condition=valid), given_by=F("valid__action")):
        asked[piece.call_id].setdefault(piece.pk, piece)
        received.add((piece.given_by, piece.pk))
    return {
        action.pk: [
            piece
            for piece in asked[action.call_id].values()
            if piece.concerns(action.holder) and (action.pk, piece.pk) not in received
        ]
        for action in actions
    }


def _opinions(user, actions):
    by_action = defaultdict(list)
    for opinion in Opinion.objects.visible_to(user).awaited().filter(action__in=actions):
        by_action[opinion.action_id].append(opinion)
    return by_action


def deadlines(actions):
    """The day that the last letter to the holder gave, by (action, piece), or (action, `SHEET`)."""
    links = AccessLink.objects.filter(
        gesture__in=ASKING, subject_type=Action._meta.label_lower, subject_pk__in=[action.pk for action in actions]
    )
    days = {}
    for link in links.order_by("created_at", "pk"):
        asked = [SHEET] if link.gesture == Gesture.SHEET else link.payload.get("pieces", [])
        days |= {(link.subject_pk, one): link.payload.get("due_on") for one in asked}
    return {key: date.fromisoformat(day) for key, day in days.items() if day}
