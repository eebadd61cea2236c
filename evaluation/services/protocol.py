from django.db import transaction

from cite_educative.common import journal
from cite_educative.common.once import lock_row
from evaluation.models import EvaluationQuestion, Indicator
from evaluation.usual_indicators import USUAL_INDICATORS
from evaluation.usual_questions import USUAL_QUESTIONS


@transaction.atomic
def add_usual_protocol(cite, *, actor):
    """Add the usual questions and indicators whose code the Cité has not; returns how many of both it added.

    What somebody renamed or retired stays as it is; a second run adds nothing.
    """
    lock_row(cite)
    questions = _add_questions(cite, actor)
    added = _add_indicators(cite)
    if questions or added:
        sentence = f"a repris {len(questions)} questions et {len(added)} indicateurs du modèle d’évaluation"
        journal.record(subject=cite, cite_id=cite.pk, actor=actor, verb="evaluation_started", sentence=sentence)
    return len(questions) + len(added)


def _add_questions(cite, actor):
    known = set(cite.evaluation_questions.values_list("code", flat=True))
    return [
        EvaluationQuestion.objects.create(
            cite=cite,
            order=rank,
            created_by=actor,
            **{name: getattr(usual, name) for name in ("code", "text", "level", "criteria", "method", "respondents")},
        )
        for rank, usual in enumerate(USUAL_QUESTIONS, start=1)
        if usual.code not in known
    ]


def _add_indicators(cite):
    known = set(cite.indicators.values_list("code", flat=True))
    questions = {question.code: question for question in cite.evaluation_questions.all()}
    added = []
    for rank, usual in enumerate(USUAL_INDICATORS, start=1):
        if usual.code in known:
            continue
        indicator = Indicator.objects.create(
            cite=cite,
            order=rank,
            code=usual.code,
            name=usual.name,
            definition=usual.definition,
            level=usual.level,
            nature=usual.nature,
            computed_key=usual.computed,
            unit=usual.unit,
            numerator_label=usual.numerator,
            denominator_label=usual.denominator,
            source=usual.source,
            open_data_id=usual.dataset,
            frequency=usual.frequency,
            breakdowns=list(usual.breakdowns),
            trend=usual.trend,
        )
        indicator.questions.set(questions[code] for code in usual.questions if code in questions)
        added.append(indicator)
    return added
