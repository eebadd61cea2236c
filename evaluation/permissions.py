from evaluation.models.protocol import MAKERS
from partners.enums import Role, SideKind
from partners.permissions import can_steer


def can_read_evaluation(user, cite):
    """Questions, indicators and validated figures: whoever follows the plan."""
    return cite.pk in user.access.figure_readers


def can_read_project(user, cite):
    """Who evaluates, what it costs, what is to improve: the team, the pilots and the evaluators."""
    return user.access.has(cite.pk, *MAKERS)


def can_evaluate(user, cite):
    """Writes the protocol, the indicators and the review, validates figures and reports."""
    return can_steer(user, cite)


def can_read_schools(user, cite):
    """Figures of one school: the team and the Éducation nationale's side; the others read sums of three or more."""
    if user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD):
        return True
    sides = user.access.sides.get(cite.pk, ())
    return any(side.pk in sides and side.kind == SideKind.EDUCATION for side in cite.sides.all())


def can_measure(user, indicator, commune=None):
    """Enters its figures: the team, whoever follows it, the referents of `commune` for that commune."""
    if can_steer(user, indicator.cite) or (indicator.owner_id is not None and indicator.owner_id == user.person_id):
        return True
    return commune is not None and commune.pk in user.access.communes.get(indicator.cite_id, ())
