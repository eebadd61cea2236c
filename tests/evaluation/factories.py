"""Rows of the evaluation, with what each must have."""

from datetime import date

from evaluation.enums import Level, MeasurementState, QuestionLevel, Unit
from evaluation.models import EvaluationQuestion, Indicator, Measurement
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
