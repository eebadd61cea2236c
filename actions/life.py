"""How an action moves: the six steps that people see, and the moves that a person may make by hand.

What a decision wrote, another decision undoes. What a person did by hand, a person undoes, both lines being kept.
"""

from dataclasses import dataclass
from datetime import date

from actions.enums import ActionStatus, Stage, Step
from actions.models import Action
from cite_educative.common.dates import date_fr
from partners.enums import Role

BY_HAND = ("send_back", "suspend", "resume", "abandon", "close", "reopen")
BY_DECISION = ("retain", "defer", "reject")
UNDO = "undo"
ASK_A_DECISION = (
    "Retenir, ajourner ou rejeter une demande est une décision des pilotes\u00a0: portez l’action à l’ordre du jour "
    "d’une réunion. Ce qui a déjà été voté ailleurs se reprend par l’import d’un tableau ou par l’acte du financeur."
)


@dataclass(frozen=True)
class Gesture:
    """What the person who makes the move reads before, on the button and after."""

    name: str
    label: str
    explanation: str
    done: str
    asks_reason: bool = False


GESTURES = {
    gesture.name: gesture
    for gesture in (
        Gesture(
            "send_back",
            "Renvoyer au porteur",
            "Le porteur peut de nouveau modifier la fiche, lit vos remarques à côté de chaque champ, puis redépose. "
            "L’action garde son code.",
            "La fiche est renvoyée au porteur.",
        ),
        Gesture(
            "suspend",
            "Suspendre l’action",
            "L’action reste programmée, mais plus rien n’y est attendu jusqu’à sa reprise.",
            "L’action est suspendue.",
            asks_reason=True,
        ),
        Gesture("resume", "Reprendre l’action", "L’action repart là où elle en était.", "L’action a repris."),
        Gesture(
            "abandon",
            "Abandonner l’action",
            "L’action ne se fera pas. Sa fiche, ses montants et son historique restent.",
            "L’action est abandonnée.",
            asks_reason=True,
        ),
        Gesture(
            "close",
            "Clore l’action",
            "Le bilan est fait, plus rien n’est attendu. La fiche ne se modifie plus.",
            "L’action est close.",
        ),
        Gesture(
            "reopen",
            "Rouvrir la demande",
            "L’action abandonnée revient à l’instruction.",
            "La demande est rouverte\u00a0: elle est de nouveau à l’instruction.",
        ),
    )
}


MOVE_LABELS = {
    "submit": "Dépôt",
    "send_back": "Renvoi au porteur",
    "retain": "Reprise d’un tableau",
    "defer": "Ajournement",
    "reject": "Rejet",
    "suspend": "Suspension",
    "resume": "Reprise",
    "abandon": "Abandon",
    "close": "Clôture",
    "reopen": "Réouverture",
}


def gestures_of(user, action):
    """What this user may do to this action now, the gestures in their order; [] when none."""
    return [gesture for name, gesture in GESTURES.items() if can_move(user, action, name)]


def can_move(user, action, name):
    """The team; the holder may give up its own request while it is its own to write."""
    if not Action.TRANSITIONS[name].allows(action.status) or name not in BY_HAND:
        return False
    if name == "reopen" and (action.status != ActionStatus.ABANDONED or action.submitted_on is None):
        return False
    if user.access.has(action.cite_id, Role.LEAD, Role.CO_LEAD):
        return True
    own = action.holder_id in user.access.held.get(action.cite_id, ())
    return own and name == "abandon" and action.status in (ActionStatus.DRAFT, ActionStatus.SENT_BACK)


def can_correct_life(user, action):
    """Undo the last move, or correct the day of one."""
    return user.access.has(action.cite_id, Role.LEAD, Role.CO_LEAD)


def corrigible_moves(action):
    """The moves made by hand, the last first: their day may be corrected, and the last of all be undone."""
    moves = list(action.log.order_by("-pk"))
    return [
        {
            "pk": move.pk,
            "label": MOVE_LABELS[move.transition],
            "when": date_fr(move.happened_on),
            "can_undo": move is moves[0] and move.transition != UNDO,
        }
        for move in moves
        if not move.reference and move.transition != UNDO
    ]


# --- The six steps --------------------------------------------------------------------------------

STEPS = (
    (Stage.PREPARATION, "préparation"),
    (Stage.APPRAISAL, "instruction"),
    (Stage.PROGRAMMED, "programmée"),
    (Stage.UNDER_WAY, "en cours"),
    (Stage.REPORT, "bilan"),
    (Stage.CLOSED, "close"),
)
# Where an action stands that has left the road, as far as its reader knows.
ASIDE = {Stage.SUSPENDED: Stage.UNDER_WAY, Stage.REJECTED: Stage.APPRAISAL, Stage.ABANDONED: None}


def life_steps(action, read):
    """Dicts `label`, `note`, `state` ("done", "current", "coming"), with the facts that the reader may know.

    `read` comes from `readable_fundings_of`; `action` from `with_readable_stage`.
    """
    stage = Stage(action.readable_stage)
    current = ASIDE.get(stage, stage)
    order = [code for code, _ in STEPS]
    rank = order.index(current) if current else -1
    notes = _notes(action, read, rank)
    return [
        {
            "label": label,
            "note": notes.get(code, "") if position <= rank else "",
            "state": "current" if position == rank else "done" if position < rank else "coming",
        }
        for position, (code, label) in enumerate(STEPS)
    ]


def _notes(action, read, rank):
    year = action.budget_year
    programmed = _earliest(read, Step.PROGRAMMED, "programmed_on")
    granted = _earliest(read, Step.GRANTED, "granted_on")
    starts = action.starts_on if action.starts_on and rank >= 3 else None
    notes = {
        Stage.APPRAISAL: f"déposée le {date_fr(action.submitted_on, year=year)}" if action.submitted_on else "",
        Stage.PROGRAMMED: f"le {date_fr(programmed, year=year)}" if programmed else "",
        Stage.UNDER_WAY: f"depuis le {date_fr(starts, year=year)}" if starts else "",
        Stage.REPORT: f"finie le {date_fr(action.ends_on, year=year)}" if action.ends_on else "",
    }
    if granted and not starts:
        notes[Stage.UNDER_WAY] = f"accordée le {date_fr(granted, year=year)}"
    return notes


def _earliest(read, step, field):
    """The first day on which a funder gave something: a refusal is 0."""
    days: list[date] = [getattr(funding, field) for funding, steps in read if step in steps and getattr(funding, step)]
    return min((day for day in days if day), default=None)
