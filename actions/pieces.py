"""The documents of one action as a reader may know them: what is asked, received, refused, still missing."""

from dataclasses import dataclass, field

from actions.enums import Audience
from actions.models import ActionPiece, ExpectedPiece
from actions.services.pieces import provenance
from cite_educative.common.dates import date_fr
from cite_educative.common.templatetags.formats import file_size

RECEIVED, MISSING, REFUSED = "received", "missing", "refused"
STATES = {  # state → (badge, words)
    RECEIVED: ("fait", "reçue"),
    MISSING: ("attendu", "manquante"),
    REFUSED: ("rejetee", "refusée"),
}


@dataclass(frozen=True)
class PieceLine:
    """One document received, ready to print. `origin` is "" when its author put it here."""

    piece: ActionPiece
    received: str
    origin: str
    file: str
    refused: str
    is_internal: bool


@dataclass(frozen=True)
class ExpectedLine:
    """What the call asks and what answers it: `current` is the last valid piece, `others` the rest of its history."""

    expected: ExpectedPiece
    state: str
    badge: str
    words: str
    current: PieceLine | None
    others: list = field(default_factory=list)

    @property
    def is_missing(self):
        return self.expected.is_required and self.state != RECEIVED


def expected_of(action):
    """What the action's call asks of such a holder. One query, none without a call."""
    if action.call_id is None:
        return []
    asked = ExpectedPiece.objects.filter(call=action.call_id)
    return [expected for expected in asked if expected.concerns(action.holder)]


def documents_of(action, user):
    """`(expected lines, other lines)` for this reader. Two queries."""
    visible = ActionPiece.objects.visible_to(user).filter(action=action)
    pieces = list(visible.select_related("attachment", "link"))
    asked = expected_of(action)
    lines = [_expected_line(expected, [p for p in pieces if p.expected_id == expected.pk]) for expected in asked]
    known = {expected.pk for expected in asked}
    return lines, [piece_line(piece) for piece in pieces if piece.expected_id not in known]


def missing_pieces(action):
    """Required pieces of which no valid one was received, in the call's order. Two queries, none without a call."""
    asked = [expected for expected in expected_of(action) if expected.is_required]
    if not asked:
        return []
    received = set(ActionPiece.objects.filter(action=action).valid().values_list("expected", flat=True))
    return [expected for expected in asked if expected.pk not in received]


def _expected_line(expected, pieces):
    """`pieces`: newest first."""
    valid = [piece for piece in pieces if piece.refused_on is None]
    state = RECEIVED if valid else REFUSED if pieces else MISSING
    badge, words = STATES[state]
    if state == MISSING and not expected.is_required:
        badge, words = "preparation", "facultative"
    current = valid[0] if valid else None
    others = [piece_line(piece) for piece in pieces if piece is not current]
    return ExpectedLine(expected, state, badge, words, current and piece_line(current), others)


def piece_line(piece):
    attachment = getattr(piece, "attachment", None)
    refused = f"Refusée le {date_fr(piece.refused_on)}\u00a0: {piece.refused_reason}" if piece.refused_on else ""
    return PieceLine(
        piece=piece,
        received=f"reçue le {date_fr(piece.received_on)}",
        origin=provenance(piece),
        file=f"{attachment.filename} ({file_size(attachment.size)})" if attachment else "",
        refused=refused,
        is_internal=piece.audience == Audience.TEAM,
    )
