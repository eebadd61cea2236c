"""The pages of the revue de projet: 2025 frozen, 2026 under way."""

from evaluation.models import ProjectReview, ReviewAnswer
from evaluation.review_enums import ReviewState
from tests.browser.page import Page


def _review(demo, state):
    return ProjectReview.objects.get(cite=demo.cite, state=state).pk


def _open(demo):
    return [_review(demo, ReviewState.OPEN)]


def _frozen(demo):
    return [_review(demo, ReviewState.FROZEN)]


def _answer(code):
    return lambda demo: [ReviewAnswer.objects.get(review=_open(demo)[0], question__code=code).pk]


def _side(demo):
    return [*_open(demo), demo.cite.sides.get(kind="communes").pk]


REVIEW_PAGES = [
    Page("evaluation:reviews"),
    Page("evaluation:reviews", login="referent"),
    Page("evaluation:review_create"),
    Page("evaluation:review_templates"),
    Page("evaluation:review", _open),
    Page("evaluation:review", _open, query="?rubrique=F", which="finances"),
    Page("evaluation:review", _open, query="?rubrique=C", which="deploiement"),
    Page("evaluation:review", _open, query="?rubrique=miennes", login="prefecture"),
    Page("evaluation:review", _open, login="referent"),
    Page("evaluation:review", _frozen, which="figee"),
    Page("evaluation:review_answer", _answer("F1")),
    Page("evaluation:review_answer", _answer("C13"), query="?reprendre=1", which="reprise"),
    Page("evaluation:review_answer", _answer("C10"), login="referent"),
    Page("evaluation:review_comment", _answer("F7"), login="elu"),
    Page("evaluation:review_copy", _open),
    Page("evaluation:review_freeze", _open),
    Page("evaluation:review_validate", _side, login="elu"),
    Page("evaluation:review_drift", _frozen),
    Page("evaluation:review_correct", _frozen),
]
