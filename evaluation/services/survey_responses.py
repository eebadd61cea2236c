"""What anybody writes without an account, and what the team erases from it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.transitions import TransitionError
from evaluation.models import Survey, SurveyGate, SurveyResponse, UsedForm
from evaluation.survey_enums import SurveyState

MINUTE = timedelta(minutes=1)
MOST_A_MINUTE = 60  # two classes that answer together, not a robot
FORM_KEPT = timedelta(days=2)  # longer than a form is valid


class SurveyShutError(TransitionError):
    """Not open, or not any more."""


class FormUsedError(TransitionError):
    """This form was sent already."""


class TooManyError(TransitionError):
    """More responses in a minute than people give."""


@transaction.atomic
def receive_response(survey, *, key, answers):
    """Keep one anonymous response. `key` is that of the form, good for one response; `answers` as `SurveyResponse` has them.

    No journal line and no time: they would say who answered. Raises `SurveyShutError`, `FormUsedError`, `TooManyError`.
    """
    gate = SurveyGate.objects.select_for_update(of=("self",)).get(survey=survey)
    if Survey.objects.get(pk=survey.pk).state(timezone.localdate()) != SurveyState.OPEN:
        raise SurveyShutError("Ce questionnaire ne prend pas de réponse aujourd’hui.")
    UsedForm.objects.filter(survey=survey, used_on__lt=timezone.localdate() - FORM_KEPT).delete()
    if UsedForm.objects.filter(survey=survey, key=key).exists():
        raise FormUsedError(
            "Ces réponses sont déjà arrivées, merci. Si une autre personne répond, envoyez de nouveau\u00a0: "
            "sa réponse sera comptée."
        )
    _count(gate)
    UsedForm.objects.create(survey=survey, key=key)
    return SurveyResponse.objects.create(survey=survey, answers=answers)


def _count(gate):
    now = timezone.now()
    if gate.minute is None or now - gate.minute >= MINUTE:
        gate.minute, gate.number = now, 0
    if gate.number >= MOST_A_MINUTE:
        raise TooManyError(
            "Beaucoup de réponses arrivent en même temps. Attendez une minute, puis envoyez de nouveau\u00a0: "
            "ce que vous avez répondu est gardé sur cette page."
        )
    gate.number += 1
    gate.save()


@transaction.atomic
def withdraw_text(response, item, *, actor):
    """Erase for good a free text that names somebody; the journal says that it was, not what it said. Twice is once."""
    row = SurveyResponse.objects.select_for_update(of=("self",)).select_related("survey").get(pk=response.pk)
    key = str(item.pk)
    if not item.is_text or key not in row.answers:
        return
    del row.answers[key]
    row.withdrawn = [*row.withdrawn, item.pk]
    row.save(update_fields=["answers", "withdrawn"])
    survey = row.survey
    sentence = (
        f"{actor} a retiré un texte libre du questionnaire «\u00a0{survey}\u00a0», question «\u00a0{item}\u00a0»."
    )
    journal.record(
        cite_id=survey.cite_id, actor=actor, verb="survey.text_withdrawn", subject=survey, sentence=sentence
    )
