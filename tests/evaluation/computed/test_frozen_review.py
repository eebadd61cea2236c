"""A frozen review keeps, of every question, the figure that its rows gave that day."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from actions.models import Envelope, Funding
from cite_educative.common.money import euros
from evaluation import services
from evaluation.computed import COMPUTATIONS
from evaluation.documents.reviews import print_context
from evaluation.models import ReviewAnswer
from evaluation.review_content import computed_content
from evaluation.review_enums import AnswerState, QuestionKind
from evaluation.review_page import drift_rows
from evaluation.review_shipped import CODES, question_rows, shipped_form
from tests import factories
from tests.evaluation.computed.rows import YEAR, Money
from tests.evaluation.computed.test_money import cash_by_hand, summed


@pytest.fixture
def money(cite, elsewhere, october):
    Money(elsewhere)
    return Money(cite)


@pytest.fixture
def lead(cite):
    return factories.make_lead(cite)


def frozen_review(cite, lead):
    template = services.shipped_template("bank")
    review, _ = services.create_review(cite=cite, year=YEAR, template=template, actor=lead)
    for answer in review.answers.select_related("review", "question"):
        try:
            services.settle_answer(answer, state=AnswerState.VALIDATED, actor=lead)
        except ValidationError:
            services.settle_answer(answer, state=AnswerState.UNANSWERED, actor=lead)
    return services.freeze_review(review, actor=lead)


def kept(review):
    rows = ReviewAnswer.objects.filter(review=review).select_related("question")
    return {row.question.code: row.content for row in rows if row.content is not None}


@pytest.mark.parametrize("code", CODES)
def test_shipped_questions_know_their_computations(code):
    for row in question_rows(shipped_form(code)):
        if row["computed_key"]:
            assert row["computed_key"] in COMPUTATIONS, row["code"]
            if COMPUTATIONS[row["computed_key"]].is_money:
                assert row["is_money"], row["code"]


def test_every_computed_figure_is_that_of_the_rows(cite, lead, money):
    review = frozen_review(cite, lead)
    contents = kept(review)
    questions = {row.question.code: row.question for row in review.answers.select_related("question")}
    assert set(contents) == {code for code, question in questions.items() if question.computed_key}
    assert contents == {code: computed_content(questions[code], cite, YEAR) for code in contents}
    policy = [row for row in cash_by_hand(cite) if row.source_id == money.policy.pk]
    notified = Envelope.objects.get(source=money.policy, budget_year=YEAR).notified
    by_hand = {
        "F1": notified,
        "F2": summed(policy, "committed"),
        "F3": summed(policy, "paid"),
        "F7": summed([row for row in cash_by_hand(cite) if row.source_id == money.town.pk], "granted"),
    }
    assert {code: Decimal(contents[code]["value"]) for code in by_hand} == by_hand
    funded = {row.action_id for row in cash_by_hand(cite) if row.programmed or row.granted}
    assert contents["F13"]["value"] == str(len(funded))
    assert len(contents["F13"]["rows"]) == len(funded)


def test_later_rows_move_nothing_but_the_page_of_what_drifted(cite, lead, money):
    review = frozen_review(cite, lead)
    before = kept(review)
    Envelope.objects.filter(source=money.policy, budget_year=YEAR).update(notified=Decimal("160000"))
    Funding.objects.filter(source=money.policy, paid__isnull=False, budget_year=YEAR).update(paid=Decimal("7000"))
    assert kept(review) == before
    drifted = {row["code"]: (row["then"], row["now"]) for row in drift_rows(lead, review)}
    assert drifted["F1"] == (euros(Decimal("150000.10")), euros(Decimal(160000)))
    assert drifted["F3"][1] == euros(Decimal(7000))
    assert "F2" not in drifted


def test_rows_behind_an_unknown_amount_are_no_answer(cite, lead, money):
    Envelope.objects.filter(source=money.policy).update(notified=None)
    review = frozen_review(cite, lead)
    answer = ReviewAnswer.objects.select_related("question").get(review=review, question__code="F1")
    assert (answer.content["value"], answer.state) == (None, AnswerState.UNANSWERED)
    assert answer.content["rows"]


def test_numbers_are_printed_to_the_right(cite, lead, money):
    content = frozen_review(cite, lead).editions.get().content
    lines = {line["code"]: line for section in print_context(content)["sections"] for line in section["lines"]}
    table = lines["F13"]["computed_table"]
    assert [is_number for _, is_number in table["columns"]][-4:] == [True] * 4
    assert table["columns"][0][1] is False
    assert lines["F13"]["kind"] == QuestionKind.TABLE
