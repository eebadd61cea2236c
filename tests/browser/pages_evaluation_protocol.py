"""The protocol of the evaluation, with objects of the demonstration."""

from evaluation.enums import JudgementState, Nature
from evaluation.models import (
    EvaluationQuestion,
    EvaluationStep,
    ImprovementPoint,
    Indicator,
    Judgement,
    ProtocolEdition,
)
from tests.browser.page import Page, first_of


def _question(code):
    return lambda demo: [EvaluationQuestion.objects.get(cite=demo.cite, code=code).pk]


def _indicator(code):
    return lambda demo: [Indicator.objects.get(cite=demo.cite, code=code).pk]


def _computed(demo):
    return [demo.of_cite(Indicator, nature=Nature.COMPUTED).pk]


def _answer(state):
    def read(demo):
        row = Judgement.objects.get(question__cite=demo.cite, state=state)
        return [row.question_id, row.year]

    return read


def _of_project(model):
    return lambda demo: [model.objects.filter(project__cite=demo.cite).first().pk]


EVALUATION_PROTOCOL_PAGES = [
    Page("evaluation:question", _question("EQ1")),
    Page("evaluation:question", _question("EQ6"), login="referent"),
    Page("evaluation:question_create"),
    Page("evaluation:question_update", _question("EQ6")),
    Page("evaluation:judgement", _answer(JudgementState.VALIDATED)),
    Page("evaluation:judgement", _answer(JudgementState.VALIDATED), login="referent"),
    Page("evaluation:judgement", _answer(JudgementState.DRAFT), which="projet"),
    Page("evaluation:judgement_update", _answer(JudgementState.DRAFT)),
    Page("evaluation:indicators"),
    Page("evaluation:indicators", query="?thematique=sans&suivi=oui", login="referent"),
    Page("evaluation:indicator", _indicator("L1")),
    Page("evaluation:indicator_create"),
    Page("evaluation:indicator_update", _indicator("L1")),
    Page("evaluation:indicator_update", _computed, which="calcule"),
    Page("evaluation:coverage"),
    Page("evaluation:coverage", login="referent"),
    Page("evaluation:project"),
    Page("evaluation:project", login="prefecture"),
    Page("evaluation:project_update"),
    Page("evaluation:step_create"),
    Page("evaluation:step_update", _of_project(EvaluationStep)),
    Page("evaluation:improvement_create"),
    Page("evaluation:improvement_update", _of_project(ImprovementPoint)),
    Page("evaluation:protocol_edition", first_of(ProtocolEdition)),
]
