from actions.enums import FOLLOWED_STAGES, Stage
from evaluation.models.protocol import MAKERS
from evaluation.survey_enums import SurveyState
from governance.permissions import can_enter_position
from partners.enums import Role, SideKind
from partners.permissions import can_steer

REPORTED_STAGES = (*FOLLOWED_STAGES, Stage.CLOSED)


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


def can_write_report(user, action):
    """Its "bilan": the team, the holder, the referents of one of its communes, once they know that it is retained.

    `action` comes from `with_readable_stage`, its communes prefetched.
    """
    if action.readable_stage not in REPORTED_STAGES:
        return False
    access = user.access
    if can_steer(user, action.cite) or action.holder_id in access.held.get(action.cite_id, ()):
        return True
    communes = access.communes.get(action.cite_id, ())
    return any(commune.pk in communes for commune in action.communes.all())


def knows_of_reports(user, action):
    """Whether it may be told that the action has reports: its holder learns nothing before the answer is released.

    `action` comes from `with_readable_stage`, its communes prefetched.
    """
    return action.reading_level(user.access) != "own" or action.readable_stage != Stage.APPRAISAL


def can_read_survey_results(user, survey):
    """The team while it runs; whoever reads the evaluation once it is closed."""
    if can_evaluate(user, survey.cite):
        return True
    return can_read_evaluation(user, survey.cite) and survey.state(user.access.today) == SurveyState.CLOSED


def can_answer_review(user, answer):
    """Writes one answer of a review: the team, and the person to whom the question was given."""
    return can_steer(user, answer.review.cite) or (
        answer.owner_id is not None
        and answer.owner_id == user.person_id
        and answer.review.cite_id in user.access.cites
    )


def can_comment_review(user, answer):
    """Says a word of an answer: who answers it, and the pilots."""
    return can_answer_review(user, answer) or user.access.has(answer.review.cite_id, Role.PILOT)


def can_validate_review(user, side):
    """A pilot for the own side, the team for every side ("reçu de…")."""
    return can_enter_position(user, side)


def can_read_working_papers(user, cite):
    """Annual reports while they are written, and the balance of the label: the team and the pilots."""
    return cite.pk in user.access.steered | user.access.piloted
