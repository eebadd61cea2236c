"""The surveys that a reader sees, with how many answered."""

from django.db.models import Count
from django.urls import reverse

from cite_educative.common.dates import date_fr
from cite_educative.common.tables import Column, ListPage
from evaluation.models import Survey
from evaluation.numbers import FEW, MASKED
from evaluation.permissions import can_evaluate
from evaluation.survey_content import dates_words, state_of

COLUMNS = [
    Column("title", "Questionnaire", sort="title", width=50),
    Column("question", "Question évaluative", sort="question__code", width=50),
    Column("audience", "Public", sort="audience"),
    Column("opens_on", "Ouvre le", kind="date", sort="opens_on"),
    Column("closes_on", "Se termine le", kind="date", sort="closes_on"),
    Column("state", "État"),
    Column("number", "Réponses", kind="count", sort="number"),
]


def surveys_of(question, user):
    """Those that inform one evaluation question, the latest first; each has `number`, its responses."""
    return _counted(Survey.objects.visible_to(user).filter(question=question).select_related("cite"))


def _counted(surveys):
    return surveys.annotate(number=Count("responses"))


def number_words(survey, user):
    """How many responses, told to who is not of the team from five on."""
    if survey.number < FEW and survey.number and not can_evaluate(user, survey.cite):
        return MASKED
    return str(survey.number)


def survey_listing(request, cite):
    surveys = _counted(Survey.objects.visible_to(request.user).filter(cite=cite))
    return ListPage(
        request,
        surveys.select_related("question", "cite"),
        COLUMNS,
        row=lambda survey: _row(survey, request.user),
        values=lambda survey: _values(survey, request.user),
        default_sort="-opens_on",
        title="Questionnaires",
        noun=("questionnaire", "questionnaires"),
        empty_text="Aucun questionnaire pour l’instant",
        filename=f"questionnaires-{cite.slug}",
    )


def _row(survey, user):
    return {
        "url": reverse("evaluation:survey", args=[survey.pk]),
        "title": survey.title,
        "question": str(survey.question),
        "audience": survey.get_audience_display(),
        "opens_on": date_fr(survey.opens_on),
        "closes_on": date_fr(survey.last_day),
        "state": state_of(survey)["label"],
        "number": number_words(survey, user),
    }


def _values(survey, user):
    written = number_words(survey, user)
    return _row(survey, user) | {
        "opens_on": survey.opens_on,
        "closes_on": survey.last_day,
        "number": survey.number if written.isdigit() else written,
    }


def survey_facts(survey, user):
    return [
        {"label": "Public", "value": survey.get_audience_display().capitalize(), "url": ""},
        {"label": "Dates", "value": dates_words(survey).capitalize(), "url": ""},
        {"label": "Réponses", "value": number_words(survey, user), "url": ""},
    ]


def published_survey(token):
    """The survey of a public address; None for one that does not exist or is a draft."""
    return Survey.objects.filter(token=token, published_on__isnull=False).select_related("cite").first()
