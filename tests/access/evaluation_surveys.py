from datetime import timedelta

from django.utils import timezone

from evaluation.models import Survey, SurveyItem
from evaluation.services import close_survey, publish_survey, receive_response, save_item, save_survey
from evaluation.survey_enums import Audience, ItemKind
from tests.access.evaluation import OWN_CITE, READERS, TEAM
from tests.access.matrix import Row, Secret
from tests.evaluation.factories import make_question

WISH = "Un bus le mercredi"
TITLE = "Avis des familles"


def _draft(world, title=TITLE):
    today = timezone.localdate()
    question = world.made("survey_question", lambda world: make_question(world.cite, "EQ9"))
    row = Survey(
        cite=world.cite,
        question=question,
        title=title,
        audience=Audience.FAMILIES,
        opens_on=today,
        closes_on=today + timedelta(days=9),
    )
    row = save_survey(row, actor=world.lead)
    save_item(SurveyItem(survey=row, kind=ItemKind.TEXT, label="Que manque-t-il ?"), actor=world.lead)
    return row


def draft(world):
    return world.made("survey_draft", _draft)


def item(world):
    return draft(world).items.get()


def opened(world):
    return world.made("survey_open", lambda world: publish_survey(_draft(world, f"{TITLE}, ouvert"), actor=world.lead))


def closed(world):
    def build(world):
        row = publish_survey(_draft(world, f"{TITLE}, clos"), actor=world.lead)
        for number in range(6):
            receive_response(row, key=f"cle-{number}", answers={str(row.items.get().pk): f"{WISH} {number}"})
        return close_survey(row, actor=world.lead)

    return world.made("survey_closed", build)


def text(world):
    return [closed(world).responses.first().pk, closed(world).items.get().pk]


def of(build):
    return lambda world: [build(world).pk]


def token(build):
    return lambda world: [build(world).token]


UNSEEN = {"holder": 404, "partner": 404}  # they do not follow the evaluation


def hidden(name, args, **row):
    """What is of the team alone: to the others it does not exist."""
    return Row(name, args, only=TEAM, others=404, **row)


def read_only(name, args, **row):
    """What the others who read the evaluation see without doing it."""
    return Row(name, args, only=TEAM, others=403, codes=UNSEEN, **row)


def gesture(build, name, row):
    return row("evaluation:survey_gesture", lambda world: [build(world).pk, name], post={}, code=302)


WRITTEN = {
    "title": "Un autre titre",
    "audience": "young",
    "opens_on": "2026-11-02",
    "closes_on": "2026-12-02",
}
ASKED = {"label": "Et chez vous ?", "kind": "scale_4", "choices": ""}


def _written(world):
    return WRITTEN | {"question": draft(world).question_id, "version": draft(world).version}


ROWS = [
    Row("evaluation:surveys", only=READERS, others=403, outside=OWN_CITE),
    Row("evaluation:survey_create", only=TEAM, others=403, outside=OWN_CITE),
    Row(
        "evaluation:survey_create",
        lambda world: draft(world) and [],
        post=_written,
        only=TEAM,
        code=302,
        others=403,
        outside={"stranger": 404, "other_lead": 422},
    ),
    hidden("evaluation:survey", of(draft)),
    Row("evaluation:survey", of(opened), only=READERS, others=404),
    hidden("evaluation:survey_update", of(draft)),
    hidden("evaluation:survey_update", of(draft), post=_written, code=302),
    read_only("evaluation:survey_update", of(opened)),
    hidden("evaluation:survey_preview", of(draft)),
    read_only("evaluation:survey_preview", of(closed)),
    read_only("evaluation:survey_poster", of(opened)),
    read_only("evaluation:survey_poster", of(opened), post={}, code=302),
    Row("evaluation:survey_results", of(draft), only="", others=404, codes=dict.fromkeys(TEAM.split(), 403)),
    read_only("evaluation:survey_results", of(opened)),
    Row("evaluation:survey_results", of(closed), only=READERS, others=404),
    Row("evaluation:survey_results", of(closed), query="?format=xlsx", only=READERS, others=404),
    read_only("evaluation:survey_answers", of(closed)),
    hidden("evaluation:survey_item_create", of(draft)),
    hidden("evaluation:survey_item_create", of(draft), post=ASKED, code=302),
    hidden("evaluation:survey_item_update", of(item)),
    hidden("evaluation:survey_item_update", of(item), post=ASKED, code=302),
    hidden("evaluation:survey_item_move", of(item), post={"sens": "monter"}, code=302),
    hidden("evaluation:survey_item_remove", of(item), post={}, code=302),
    hidden("evaluation:survey_communes", of(draft), post={}, code=302),
    hidden("evaluation:survey_text_withdraw", text, post={}, code=302),
    gesture(draft, "publier", hidden),
    gesture(opened, "clore", read_only),
    gesture(opened, "reprendre", read_only),
    gesture(closed, "rouvrir", read_only),
    Row("evaluation:survey_answer", token(draft), only="", others=404, anonymous=404),
    Row("evaluation:survey_answer", token(opened), outside=200, anonymous=200),
    Row("evaluation:survey_answer", token(opened), post={}, code=422, outside=422, anonymous=422),
    Row("evaluation:survey_answer", token(closed), outside=200, anonymous=200),
    Row("evaluation:survey_answer", token(closed), post={}, code=409, outside=409, anonymous=409),
    Row("evaluation:survey_thanks", token(opened), outside=200, anonymous=200),
    Row("evaluation:survey_thanks", token(draft), only="", others=404, anonymous=404),
]
SECRETS = [
    Secret("evaluation:survey_results", lambda world: WISH, readers=TEAM, args=of(closed), prepare=closed),
    Secret("evaluation:surveys", lambda world: draft(world).title, readers=TEAM, prepare=draft),
    Secret("evaluation:survey", lambda world: opened(world).token, readers=READERS, args=of(opened), prepare=opened),
]
