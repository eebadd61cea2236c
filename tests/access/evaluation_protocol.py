from datetime import date

from evaluation.models import EvaluationStep, ImprovementPoint
from evaluation.services import make_protocol_edition
from tests.access.actions import programme
from tests.access.matrix import Row, Secret
from tests.evaluation.factories import make_indicator, make_judgement, make_project, make_question

OWN_CITE = {"stranger": 404, "other_lead": 200}
OWN_CITE_WRITTEN = {"stranger": 404, "other_lead": 302}
TEAM = "lead co_lead"
READERS = "lead co_lead pilot elected finance referent institution evaluator reader"
MAKERS = "lead co_lead pilot elected evaluator"
# Who sees no question at all: for them the page does not exist.
BLIND = {"holder": 404, "partner": 404}
UNMADE = BLIND | {"finance": 404, "referent": 404, "institution": 404, "reader": 404}
YEAR, DRAFTED = 2026, 2025


def question(world):
    return world.made("evaluation question", lambda world: make_question(world.cite, "EQ41", text="QUESTIONCITE"))


def indicator(world):
    return world.made("evaluation indicator", lambda world: make_indicator(world.cite, "I41", name="INDICATEURCITE"))


def project(world):
    def build(world):
        return make_project(programme(world), purpose="FINALITECONFIDENTIELLE", cost="4321")

    return world.made("evaluation project", build)


def step(world):
    def build(world):
        return EvaluationStep.objects.create(project=project(world), label="Entretiens", planned_on=date(2026, 5, 4))

    return world.made("evaluation step", build)


def removed_step(world):
    def build(world):
        return EvaluationStep.objects.create(project=project(world), label="À retirer", planned_on=date(2026, 5, 5))

    return world.made("removed evaluation step", build)


def improvement(world):
    def build(world):
        return ImprovementPoint.objects.create(project=project(world), label="Mieux compter")

    return world.made("evaluation improvement", build)


def removed_improvement(world):
    def build(world):
        return ImprovementPoint.objects.create(project=project(world), label="À retirer")

    return world.made("removed evaluation improvement", build)


def edition(world):
    def build(world):
        question(world)
        project(world)
        return make_protocol_edition(world.cite, actor=world.lead, year=YEAR)[0]

    return world.made("protocol edition", build)


def answers(world):
    def build(world):
        row = question(world)
        make_judgement(row, YEAR, validated=True, text="REPONSEVALIDEE")
        return make_judgement(row, DRAFTED, text="REPONSEPROJET")

    return world.made("evaluation answers", build)


def validated_answer(world):
    answers(world)
    return [question(world).pk, YEAR]


def drafted_answer(world):
    answers(world)
    return [question(world).pk, DRAFTED]


def pk_of(build):
    return lambda world: [build(world).pk]


def described(world):
    project(world)
    return []


QUESTION, INDICATOR = pk_of(question), pk_of(indicator)


def written(name, args, post):
    return Row(f"evaluation:{name}", args, post=post, only=TEAM, code=302, others=403, codes=BLIND)


def written_project(name, args, **fields):
    return Row(f"evaluation:{name}", args, only=TEAM, others=403, codes=UNMADE, **fields)


ROWS = [
    Row("evaluation:indicators", only=READERS, others=403, outside=OWN_CITE),
    Row("evaluation:coverage", only=READERS, others=403, outside=OWN_CITE),
    Row("evaluation:project", only=MAKERS, others=403, outside=OWN_CITE),
    Row("evaluation:question", QUESTION, only=READERS, others=404),
    Row("evaluation:indicator", INDICATOR, only=READERS, others=404),
    Row("evaluation:judgement", validated_answer, only=READERS, others=404),
    Row("evaluation:judgement", drafted_answer, only="lead co_lead evaluator", others=404),
    Row("evaluation:protocol_edition", pk_of(edition), only=MAKERS, others=404),
    Row("evaluation:question_create", only=TEAM, others=403, outside=OWN_CITE),
    Row("evaluation:question_create", post={}, only=TEAM, others=403, outside=OWN_CITE),
    Row("evaluation:question_update", QUESTION, only=TEAM, others=403, codes=BLIND),
    Row("evaluation:indicator_create", only=TEAM, others=403, outside=OWN_CITE),
    Row("evaluation:indicator_create", post={}, only=TEAM, others=403, outside=OWN_CITE),
    Row("evaluation:indicator_update", INDICATOR, only=TEAM, others=403, codes=BLIND),
    Row("evaluation:judgement_update", drafted_answer, only=TEAM, others=403, codes=BLIND),
    written("question_place", QUESTION, {}),
    written("question_retire", QUESTION, {}),
    written("question_restore", QUESTION, {}),
    written("indicator_retire", INDICATOR, {}),
    written("indicator_restore", INDICATOR, {}),
    Row(
        "evaluation:judgement_validate",
        drafted_answer,
        post={"version": "0"},
        only=TEAM,
        code=302,
        others=403,
        codes=BLIND,
    ),
    Row("evaluation:judgement_reopen", drafted_answer, post={}, only=TEAM, code=302, others=403, codes=BLIND),
    Row("evaluation:project_update", described, only=TEAM, others=403, outside={"stranger": 404, "other_lead": 302}),
    Row("evaluation:step_create", described, only=TEAM, others=403, outside=404),
    Row("evaluation:improvement_create", described, only=TEAM, others=403, outside=404),
    written_project("step_update", pk_of(step)),
    written_project("improvement_update", pk_of(improvement)),
    written_project("step_remove", pk_of(removed_step), post={}, code=302),
    written_project("improvement_remove", pk_of(removed_improvement), post={}, code=302),
    Row("evaluation:protocol_print", post={}, only=TEAM, code=302, others=403, outside=OWN_CITE_WRITTEN),
]

SECRETS = [
    Secret("evaluation:home", lambda world: "QUESTIONCITE", READERS, prepare=question),
    Secret("evaluation:indicators", lambda world: "INDICATEURCITE", READERS, prepare=indicator),
    Secret("evaluation:indicators", lambda world: "INDICATEURCITE", READERS, query="?format=csv", prepare=indicator),
    Secret("evaluation:project", lambda world: "FINALITECONFIDENTIELLE", MAKERS, prepare=project),
    Secret("evaluation:question", lambda world: "REPONSEVALIDEE", READERS, QUESTION, prepare=answers),
    Secret("evaluation:question", lambda world: "REPONSEPROJET", "lead co_lead evaluator", QUESTION, prepare=answers),
]
