from partners.enums import Role
from partners.permissions import can_steer


def can_prepare(user, cite):
    """Bodies, meetings, notes, decisions, closing: the lead's team, alone if need be."""
    return can_steer(user, cite)


def can_enter_position(user, side):
    """The team for every side ("reçu de…"), a pilot for the own one."""
    return can_prepare(user, side.cite) or side.pk in user.access.sides.get(side.cite_id, ())


def can_read_positions(user, cite):
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD, Role.PILOT)


def can_read_amounts(user, cite):
    """What envelopes hold and what decisions programme; the others read the published relevé."""
    return cite.pk in user.access.money_readers


def can_make_point(user, cite, commune):
    """The "point commune" of a commune: the team and the commune's own referents."""
    return can_steer(user, cite) or commune.pk in user.access.communes.get(cite.pk, ())
