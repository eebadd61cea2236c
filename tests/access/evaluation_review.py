"""The revue de projet: the team writes, pilots and evaluators read, whoever has a question answers it."""

from decimal import Decimal

from evaluation import services
from evaluation.models import ReviewAnswer
from tests.access.evaluation import OWN_CITE, READERS, TEAM
from tests.access.matrix import Row, Secret
from tests.evaluation.factories import REVIEW_QUESTIONS, make_review

REVIEW_READERS = "lead co_lead pilot elected evaluator"
MONEY = "lead co_lead pilot elected"
SAID = "Nous avons ouvert un café des parents."


def _written(world, year):
    """A question for the referent, an amount, a list; nothing is computed."""
    questions = [question | {"computed_key": ""} for question in REVIEW_QUESTIONS]
    review = make_review(world.cite, world.lead, year=year, questions=questions)
    typed = {"value": None, "text": SAID, "reason": "", "owner": world.users["referent"].person}
    services.save_answer(answer(review, "T"), actor=world.lead, version=1, typed=typed)
    typed = {"value": str(Decimal(27318)), "text": "", "reason": ""}
    services.save_answer(answer(review, "F1"), actor=world.lead, version=1, typed=typed)
    world.users["referent"].__dict__.pop("access", None)
    return review


def answer(review, code):
    return ReviewAnswer.objects.select_related("review__cite", "question").get(review=review, question__code=code)


def opened(world):
    return world.made("open review", lambda world: _written(world, 2025))


def frozen(world):
    return world.made("frozen review", _frozen)


def _frozen(world):
    review = _written(world, 2024)
    for code, state in (("T", "validated"), ("F1", "validated"), ("F2", "unanswered"), ("L", "unanswered")):
        services.settle_answer(answer(review, code), state=state, actor=world.lead)
    return services.freeze_review(review, actor=world.lead)


def of(build):
    return lambda world: [build(world).pk]


def text(world):
    return [answer(opened(world), "T").pk]


def amount(world):
    return [answer(opened(world), "F1").pk]


def side(kind):
    return lambda world: [opened(world).pk, world.sides[kind].pk]


def reads(only, *, also=""):
    """The referent has a question of these reviews: 403 where the whole is asked; the others: 404."""
    refused = {role: 403 for role in f"{REVIEW_READERS} {also}".split() if role not in only.split()}
    return {"only": only, "others": 404, "codes": refused}


ANSWER = {"value": "", "text": SAID, "reason": "", "owner": "", "version": "1"}
TABLE = {"year": "2026", "label": "National", "table": "rubrique;code;question;nature\nA. Un;A1;Quoi ?;texte"}

ROWS = [
    Row("evaluation:reviews", only=READERS, others=403, outside=OWN_CITE),
    Row("evaluation:review_create", only=TEAM, others=403, outside=OWN_CITE),
    Row("evaluation:review_create", post={}, only=TEAM, others=403, outside=OWN_CITE),
    Row("evaluation:review_templates", only=TEAM, others=403, outside=OWN_CITE),
    Row("evaluation:review_templates", post=TABLE, only=TEAM, others=403, outside=OWN_CITE),
    Row("evaluation:review", of(opened), only=f"{REVIEW_READERS} referent", others=404),
    Row("evaluation:review", of(frozen), only=f"{REVIEW_READERS} referent", others=404),
    Row("evaluation:review_copy", of(opened), **reads(REVIEW_READERS, also="referent")),
    Row("evaluation:review_drift", of(frozen), **reads(REVIEW_READERS, also="referent")),
    Row("evaluation:review_section", of(opened), post={"rubrique": "A"}, code=302, **reads(TEAM, also="referent")),
    Row("evaluation:review_freeze", of(opened), **reads(TEAM, also="referent")),
    Row("evaluation:review_freeze", of(opened), post={}, code=302, **reads(TEAM, also="referent")),
    Row("evaluation:review_correct", of(frozen), **reads(TEAM, also="referent")),
    Row("evaluation:review_correct", of(frozen), post={}, **reads(TEAM, also="referent")),
    Row("evaluation:review_print", of(opened), post={}, code=302, **reads(TEAM, also="referent")),
    Row("evaluation:review_validate", side("state"), **reads("lead co_lead pilot", also="referent")),
    Row("evaluation:review_validate", side("state"), post={}, **reads("lead co_lead pilot", also="referent")),
    Row("evaluation:review_validate", side("communes"), **reads("lead co_lead elected", also="referent")),
    Row("evaluation:review_answer", text, **reads(f"{TEAM} referent")),
    Row("evaluation:review_answer", text, post=ANSWER | {"version": ""}, **reads(f"{TEAM} referent")),
    # An evaluator reads no amounts: the question is not there.
    Row("evaluation:review_answer", amount, only=TEAM, others=404, codes={"pilot": 403, "elected": 403}),
    Row("evaluation:review_settle", text, post={"geste": "valider"}, code=302, **reads(TEAM, also="referent")),
    Row("evaluation:review_comment", text, **reads(f"{TEAM} pilot elected referent")),
    Row("evaluation:review_comment", text, post={}, **reads(f"{TEAM} pilot elected referent")),
    *(
        Row(f"evaluation:{name}", args, only="", others=405, outside=405)
        for name, args in (
            ("review_section", of(opened)),
            ("review_print", of(opened)),
            ("review_settle", text),
        )
    ),
]

SECRETS = [
    Secret("evaluation:review", lambda world: SAID, f"{REVIEW_READERS} referent", of(opened)),
    Secret("evaluation:review_copy", lambda world: SAID, REVIEW_READERS, of(opened)),
    Secret("evaluation:review", lambda world: "27\u00a0318,00", MONEY, of(opened), query="?rubrique=F"),
    Secret("evaluation:review_copy", lambda world: "27\u00a0318,00", MONEY, of(frozen)),
    Secret(
        "evaluation:review",
        lambda world: str(world.users["referent"].person.formal_name),
        f"{MONEY} referent",
        of(opened),
    ),
]
