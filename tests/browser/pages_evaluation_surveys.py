"""The questionnaires of the demonstration."""

from evaluation.models import Survey, SurveyItem
from tests.browser.page import Page

CLOSED, OPEN, DRAFT = "Votre avis de parents", "Votre avis sur les clubs", "Travailler ensemble"


def _of(title):
    return lambda demo: [Survey.objects.get(cite=demo.cite, title=title).pk]


def _token(title):
    return lambda demo: [Survey.objects.get(cite=demo.cite, title=title).token]


SURVEY_PAGES = [
    Page("evaluation:surveys"),
    Page("evaluation:surveys", login="prefecture"),
    Page("evaluation:survey_create"),
    Page("evaluation:survey", _of(DRAFT), which="brouillon"),
    Page("evaluation:survey", _of(OPEN), which="ouvert"),
    Page("evaluation:survey", _of(CLOSED), which="clos"),
    Page("evaluation:survey", _of(OPEN), login="prefecture"),
    Page("evaluation:survey_update", _of(DRAFT)),
    Page("evaluation:survey_preview", _of(DRAFT)),
    Page("evaluation:survey_poster", _of(OPEN)),
    Page("evaluation:survey_item_create", _of(DRAFT)),
    Page("evaluation:survey_item_update", lambda demo: [SurveyItem.objects.get(survey__title=DRAFT).pk]),
    Page("evaluation:survey_results", _of(CLOSED)),
    Page("evaluation:survey_results", _of(CLOSED), login="prefecture"),
    Page("evaluation:survey_results", _of(OPEN), which="vide"),
    Page("evaluation:survey_answer", _token(OPEN), login=None, which="ouvert"),
    Page("evaluation:survey_answer", _token(CLOSED), login=None, which="clos"),
    Page("evaluation:survey_thanks", _token(OPEN), login=None),
]
