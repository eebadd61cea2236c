"""Rows of the evaluation, with what each must have."""

from datetime import date, timedelta

from django.utils import timezone

from evaluation.computed import COMPUTATIONS, Computation
from evaluation.enums import (
    Certainty,
    EvidenceLevel,
    JudgementState,
    Level,
    MeasurementState,
    QuestionLevel,
    ReportKind,
    ReportState,
    Unit,
)
from evaluation.models import (
    ActionReport,
    EvaluationProject,
    EvaluationQuestion,
    Indicator,
    Judgement,
    Measurement,
    Survey,
    SurveyItem,
)
from evaluation.review_content import answer_line, content_of
from evaluation.services import create_review, import_template, save_item, save_survey
from evaluation.survey_enums import Audience, ItemKind
from tests import factories


def make_question(cite, code="EQ1", **fields):
    values = {"text": "Les partenaires travaillent-ils autrement ?", "level": QuestionLevel.ALLIANCE}
    fields.setdefault("created_by", None)
    author = fields.pop("created_by") or factories.make_user()
    return EvaluationQuestion.objects.create(cite=cite, code=code, created_by=author, **values | fields)


def make_indicator(cite, code="I1", **fields):
    values = {"name": "Personnes touchées", "level": Level.OUTPUT, "unit": Unit.PERSONS}
    return Indicator.objects.create(cite=cite, code=code, **values | fields)


def make_measurement(indicator, value, *, year=2026, author=None, **fields):
    values = {
        "starts_on": date(year, 1, 1),
        "ends_on": date(year, 12, 31),
        "state": MeasurementState.VALIDATED,
        "entered_by": author or factories.make_user(),
    }
    return Measurement.objects.create(indicator=indicator, value=value, **values | fields)


def make_report(action, *, kind=ReportKind.FINAL, state=ReportState.DRAFT, year=None, author=None, reach=(), **fields):
    """`reach`: {(measure, category): number}; a number of None is told as not known."""
    author = author or factories.make_user()
    if state == ReportState.VALIDATED:
        fields = {"validated_at": timezone.now(), "validated_by": author} | fields
    if state in (ReportState.VALIDATED, ReportState.FILED):
        fields = {"filed_at": timezone.now(), "filed_by": author} | fields
    report = ActionReport.objects.create(
        action=action, budget_year=year or action.budget_year, kind=kind, state=state, author=author, **fields
    )
    for (measure, category), number in dict(reach).items():
        certainty = Certainty.UNKNOWN if number is None else Certainty.COUNTED
        report.reach.create(measure=measure, category=category, reached=number, certainty=certainty)
    return report


def make_project(programme, **fields):
    return EvaluationProject.objects.create(cite=programme.cite, programme=programme, **fields)


def make_judgement(question, year=2026, *, validated=False, author=None, **fields):
    author = author or factories.make_user()
    values = {"text": "Oui, en partie.", "evidence": EvidenceLevel.MEDIUM, "created_by": author}
    if validated:
        values |= {"state": JudgementState.VALIDATED, "validated_by": author, "validated_at": timezone.now()}
    return Judgement.objects.create(question=question, year=year, **values | fields)


def make_survey(cite, *, actor, question=None, **fields):
    """Open for ten days from today once it is published; a draft."""
    today = timezone.localdate()
    values = {
        "title": f"Votre avis {cite.surveys.count() + 1}",
        "audience": Audience.FAMILIES,
        "opens_on": today,
        "closes_on": today + timedelta(days=9),
        "question": question or cite.evaluation_questions.first() or make_question(cite),
    }
    return save_survey(Survey(cite=cite, **values | fields), actor=actor)


def make_item(survey, *, actor, kind=ItemKind.SINGLE, label="Cela vous aide-t-il ?", choices="Oui\nNon", **fields):
    return save_item(SurveyItem(survey=survey, kind=kind, label=label, choices=choices, **fields), actor=actor)


REVIEW_QUESTIONS = (
    {"section_code": "A", "section_label": "Périmètre", "code": "T", "label": "Où en êtes-vous ?", "kind": "text"},
    {
        "section_code": "F",
        "section_label": "Gestion financière",
        "code": "F1",
        "label": "Quel montant a été notifié ?",
        "kind": "euros",
        "computed_key": "review.x",
        "is_money": True,
    },
    {
        "section_code": "F",
        "section_label": "Gestion financière",
        "code": "F2",
        "label": "Que devient le fonds du collège ?",
        "kind": "table",
        "choices": ["Reçu", "Dépensé"],
        "is_money": True,
    },
    {"section_code": "G", "section_label": "Évaluation", "code": "L", "label": "Vos questions ?", "kind": "list"},
)


def make_review(cite, actor, *, year=2025, questions=REVIEW_QUESTIONS):
    """An open review of a small form, whose F1 is computed under the key "review.x"."""
    template, _ = import_template(
        cite=cite,
        year=year,
        label="Essai",
        rows=[
            {"choices": [], "computed_key": "", "is_money": False, "help": "", "order": order} | question
            for order, question in enumerate(questions, start=1)
        ],
        actor=actor,
    )
    return create_review(cite=cite, year=year, template=template, actor=actor)[0]


def said(answer):
    """An answer with its computation of now, ready to read."""
    return answer_line(answer, content_of(answer, answer.review))


def answer_computations(monkeypatch, key="review.x"):
    """A dict whose `key` is what that computation, an amount, then gives."""
    answers = {}
    flags = {"unit": Unit.EUROS, "is_money": True, "by_commune": False, "private_rows": False}
    monkeypatch.setitem(COMPUTATIONS, key, Computation(key, "Essai", lambda cite, period: answers[key], **flags))
    return answers
