"""Three questionnaires of Dunkerque: one closed with thirty answers, one open, one being written. Invented answers."""

import random
from datetime import timedelta

from django.utils import timezone

from evaluation.models import EvaluationQuestion, Survey, SurveyItem
from evaluation.services import (
    add_commune_item,
    close_survey,
    publish_survey,
    receive_response,
    save_item,
    save_survey,
)
from evaluation.survey_enums import Audience, ItemKind

RESPONSES = 30
KNOWS = "Avant cette année, connaissiez-vous la Cité éducative\u00a0?"
FAMILIES = (
    (ItemKind.SINGLE, KNOWS, "Oui, bien\nDe nom seulement\nNon", True),
    (ItemKind.SCALE_4, "À l’école ou au collège, vous sentez-vous bien accueilli\u00a0?", "", True),
    (
        ItemKind.SEVERAL,
        "À quoi avez-vous participé, vous ou vos enfants\u00a0?",
        "Café des parents\nAide aux devoirs\nSortie ou séjour\nSport ou culture\nRien de cela",
        False,
    ),
    (ItemKind.TEXT, "Qu’est-ce qui manque près de chez vous\u00a0?", "", False),
)
YOUNG = (
    (ItemKind.SCALE_5, "Au club, vous sentez-vous écouté\u00a0?", "", True),
    (ItemKind.SINGLE, "Vous venez…", "Toutes les semaines\nDe temps en temps\nPour la première fois", True),
    (ItemKind.TEXT, "Que changeriez-vous\u00a0?", "", False),
)
PROFESSIONALS = ((ItemKind.SCALE_4, "Savez-vous à qui vous adresser dans les autres institutions\u00a0?", "", True),)
WISHES = (
    "Un lieu pour faire les devoirs au calme après 18\u00a0h.",
    "Des activités le mercredi pour les plus grands, et un bus pour y aller.",
    "Que le centre social ouvre le samedi.",
    "Des rendez-vous avec les professeurs en fin de journée.",
    "Rien, c’est très bien comme ça.",
)


def survey(dunkerque):
    today = timezone.localdate()
    closed = _survey(dunkerque, "Votre avis de parents", Audience.FAMILIES, FAMILIES, today - timedelta(days=25), 40)
    add_commune_item(closed, actor=dunkerque.actor)
    publish_survey(closed, actor=dunkerque.actor)
    _answer(closed)
    close_survey(closed, actor=dunkerque.actor)
    opened = _survey(dunkerque, "Votre avis sur les clubs", Audience.YOUNG, YOUNG, today - timedelta(days=4), 18)
    publish_survey(opened, actor=dunkerque.actor)
    start = today + timedelta(days=30)
    _survey(dunkerque, "Travailler ensemble", Audience.PROFESSIONALS, PROFESSIONALS, start, 21)


def _survey(dunkerque, title, audience, items, opens_on, days):
    row = Survey(
        cite=dunkerque.cite,
        question=EvaluationQuestion.objects.filter(cite=dunkerque.cite).first(),
        title=title,
        audience=audience,
        introduction="Deux minutes suffisent. Vos réponses aident la Cité éducative à mieux faire l’an prochain.",
        opens_on=opens_on,
        closes_on=opens_on + timedelta(days=days),
    )
    row = save_survey(row, actor=dunkerque.actor)
    for kind, label, choices, required in items:
        item = SurveyItem(survey=row, kind=kind, label=label, choices=choices, is_required=required)
        save_item(item, actor=dunkerque.actor)
    return row


def _answer(row):
    """The same answers at each run; the last question, the commune, and the free text are often left out."""
    draw = random.Random(7)  # noqa: S311 invented answers
    items = list(row.items.all())
    for number in range(RESPONSES):
        answers = {str(item.pk): _drawn(draw, item) for item in items if item.is_required or draw.random() < 0.6}
        receive_response(row, key=f"demonstration-{number}", answers=answers)


def _drawn(draw, item):
    if item.is_text:
        return draw.choice(WISHES)
    ranks = range(1, len(item.choice_list) + 1)
    if item.takes_several:
        return sorted(draw.sample(ranks, draw.choice((1, 1, 2, 3))))
    return draw.choices(ranks, weights=[rank if item.is_scale else 3 for rank in ranks])[0]
