from partners.enums import Role
from partners.models import Mandate
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


def amount_readers(cite):
    """The keys of the persons who may (`can_read_amounts`), by the key of the Cité."""
    roles = (Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.FINANCE)
    mandates = Mandate.objects.active().filter(cite=cite, role__in=roles)
    return set(mandates.order_by().values_list("person", flat=True))


def can_make_point(user, cite, commune):
    """The "point commune" of a commune: the team and the commune's own referents."""
    return can_steer(user, cite) or commune.pk in user.access.communes.get(cite.pk, ())


def can_review_minutes(user, side):
    """Reads the minutes again for a side: a pilot for the own one, the team for every side ("reçu de…")."""
    return can_enter_position(user, side)


def can_answer_note(user, review):
    """The team for everybody ("reçu de…"), a pilot for the own side, whoever was asked by name."""
    if review.side_id:
        return can_enter_position(user, review.side)
    return can_prepare(user, review.note.cite) or user.person_id == review.mandate.person_id


def can_read_communication(user, cite):
    """The communication plan and its kit: the team and the pilots."""
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD, Role.PILOT)


def can_answer_press(user, side):
    """The team for every side ("reçu de…"), a pilot for the own one."""
    return can_prepare(user, side.cite) or side.pk in user.access.sides.get(side.cite_id, ())


def can_finish_point(user, point):
    """The team for anybody; otherwise whose it is, by name or by the organisation for which she or he acts."""
    if can_prepare(user, point.cite):
        return True
    if point.mandate_id:
        return user.person_id is not None and point.mandate.person_id == user.person_id
    return point.organisation_id in user.access.organisations.get(point.cite_id, ())
