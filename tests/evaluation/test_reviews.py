"""A revue de projet: opened, answered, validated, frozen, corrected."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cite_educative.common.locks import ConflictError
from cite_educative.common.models import Entry
from cite_educative.common.transitions import TransitionError
from evaluation import services
from evaluation.computed import Computed
from evaluation.models import ProjectReview, ReviewAnswer, ReviewQuestion
from evaluation.review_content import is_computed
from evaluation.review_enums import AnswerState, QuestionKind, ReviewState
from evaluation.review_page import drift_rows
from partners.enums import Role, SideKind
from tests import factories
from tests.evaluation.factories import answer_computations, make_review, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def cite():
    return factories.make_cite()


@pytest.fixture
def lead(cite):
    return factories.make_lead(cite)


@pytest.fixture
def computed(monkeypatch):
    return answer_computations(monkeypatch)


def answer_of(review, code):
    return ReviewAnswer.objects.select_related("review__cite", "question").get(review=review, question__code=code)


def settle_all(review, lead):
    for answer in review.answers.select_related("review", "question"):
        if answer.state in AnswerState.settled():
            continue
        try:
            services.settle_answer(answer, state=AnswerState.VALIDATED, actor=lead)
        except ValidationError:
            services.settle_answer(answer, state=AnswerState.UNANSWERED, actor=lead)


def write(answer, lead, *, version=None, **typed):
    typed = {"value": None, "text": "", "reason": ""} | typed
    return services.save_answer(answer, actor=lead, version=version or answer.version, typed=typed)


def test_a_shipped_form_is_stored_once(cite):
    template = services.shipped_template("bank")
    assert services.shipped_template("bank") == template
    assert template.questions.count() == 65


@pytest.mark.parametrize("code", ["bank", "2022", "2020"])
def test_shipped_questions_are_sound(code):
    for question in services.shipped_template(code).questions.all():
        question.full_clean()
        if question.kind in (QuestionKind.CHOICE, QuestionKind.SCALE, QuestionKind.TABLE):
            assert len(question.choices) > 1, question.code


def test_one_review_a_year(cite, lead):
    template = services.shipped_template("2022")
    review, created = services.create_review(cite=cite, year=2025, template=template, actor=lead)
    again, twice = services.create_review(cite=cite, year=2025, template=template, actor=lead)
    assert (created, twice, again) == (True, False, review)
    assert review.answers.count() == template.questions.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProjectReview.objects.create(cite=cite, year=2025, template=template, number=2)


def test_an_answer_is_kept_and_a_validated_one_reopens(cite, lead):
    review = make_review(cite, lead)
    answer = write(answer_of(review, "T"), lead, text="Nous avançons.")
    assert (answer.state, answer.edited_by, answer.version) == (AnswerState.DRAFT, lead, 2)
    services.settle_answer(answer, state=AnswerState.VALIDATED, actor=lead)
    answer = write(answer_of(review, "T"), lead, text="Nous avançons bien.")
    assert answer.state == AnswerState.DRAFT
    same = write(answer, lead, text="Nous avançons bien.")
    assert same.version == answer.version


def test_two_people_on_one_answer(cite, lead):
    answer = answer_of(make_review(cite, lead), "T")
    write(answer, lead, text="Un")
    with pytest.raises(ConflictError) as caught:
        write(answer, lead, version=1, text="Deux")
    assert caught.value.current.text == "Un"


def test_a_computed_value_is_replaced_with_a_reason(cite, lead, computed):
    computed["review.x"] = Computed(Decimal("298000.00"), told="Notifié le 14 avril.")
    review = make_review(cite, lead)
    answer = answer_of(review, "F1")
    with pytest.raises(ValidationError) as caught:
        write(answer, lead, value="300000")
    assert "reason" in caught.value.error_dict
    saved = write(answer, lead, value="300000", reason="Avenant du 3 mai.")
    line = said(saved)
    assert line["is_replaced"]
    assert (line["typed"], line["computed"]["shown"]) == ("300\u00a0000,00\u00a0€", "298\u00a0000,00\u00a0€")
    assert write(saved, lead, text="Vu.", reason="Avenant du 3 mai.").reason == ""


def test_an_unknown_computation_needs_no_reason(cite, lead, computed):
    computed["review.x"] = Computed(None, told="Aucune enveloppe.")
    saved = write(answer_of(make_review(cite, lead), "F1"), lead, value="0")
    assert said(saved)["typed"] == "0,00\u00a0€"


def test_nothing_is_validated_empty(cite, lead, computed):
    computed["review.x"] = Computed(None, told="Aucune enveloppe.")
    review = make_review(cite, lead)
    for code in ("T", "F1"):
        with pytest.raises(ValidationError):
            services.settle_answer(answer_of(review, code), state=AnswerState.VALIDATED, actor=lead)
    write(answer_of(review, "T"), lead, text="Oui.")
    with pytest.raises(ValidationError):
        services.settle_answer(answer_of(review, "T"), state=AnswerState.UNANSWERED, actor=lead)


def test_computed_answers_of_a_section_are_validated_together(cite, lead, computed):
    computed["review.x"] = Computed(Decimal("12"), told="Douze.")
    review = make_review(cite, lead)
    assert services.validate_computed(review, section="F", actor=lead) == 1
    assert services.validate_computed(review, section="F", actor=lead) == 0
    assert answer_of(review, "F1").state == AnswerState.VALIDATED
    assert answer_of(review, "F2").state == AnswerState.TODO


def test_a_review_is_frozen_when_every_question_is_settled(cite, lead, computed):
    computed["review.x"] = Computed(Decimal("12.50"), told="Douze.", columns=("Acte",), rows=(("A1",),))
    review = make_review(cite, lead)
    with pytest.raises(ValidationError) as caught:
        services.freeze_review(review, actor=lead)
    assert "F1" in caught.value.messages[0]
    settle_all(review, lead)
    frozen = services.freeze_review(review, actor=lead)
    again = services.freeze_review(review, actor=lead)
    assert (frozen.state, again.frozen_at) == (ReviewState.FROZEN, frozen.frozen_at)
    assert answer_of(review, "F1").content["rows"] == [["A1"]]
    assert answer_of(review, "T").content is None
    assert frozen.editions.get().files.count() == 3


def test_nothing_changes_in_a_frozen_review(cite, lead, computed):
    computed["review.x"] = Computed(Decimal("12.50"), told="Douze.")
    review = make_review(cite, lead)
    settle_all(review, lead)
    services.freeze_review(review, actor=lead)
    kept = list(ReviewAnswer.objects.filter(review=review).values())
    computed["review.x"] = Computed(Decimal("99"), told="Autre.")
    answer, side = answer_of(review, "T"), cite.sides.first()
    gestures = (
        lambda: write(answer, lead, text="Trop tard"),
        lambda: services.settle_answer(answer, state=AnswerState.DRAFT, actor=lead),
        lambda: services.comment_answer(answer, body="Trop tard", actor=lead),
        lambda: services.validate_computed(review, section="F", actor=lead),
        lambda: services.validate_side(review, side=side, actor=lead, validated_on=date(2026, 1, 5)),
    )
    for gesture in gestures:
        with pytest.raises(TransitionError):
            gesture()
    services.print_review(review, actor=lead)
    assert list(ReviewAnswer.objects.filter(review=review).values()) == kept
    line = review.editions.first().content["sections"][1]["lines"][0]
    assert line["computed"]["shown"] == "12,50\u00a0€"


def test_what_drifted_since_is_shown(cite, lead, computed):
    computed["review.x"] = Computed(Decimal("12.50"), told="Douze.", rows=(("A1",), ("A2",)))
    review = make_review(cite, lead)
    settle_all(review, lead)
    review = services.freeze_review(review, actor=lead)
    assert drift_rows(lead, review) == []
    computed["review.x"] = Computed(Decimal("20"), told="Vingt.", rows=(("A1",), ("A3",), ("A4",)))
    (row,) = drift_rows(lead, review)
    assert (row["code"], row["then"], row["now"]) == ("F1", "12,50\u00a0€", "20,00\u00a0€")
    assert row["rows"] == "2 lignes nouvelles, 1 disparue ou changée"


def test_a_correction_is_another_version(cite, lead):
    review = make_review(cite, lead)
    with pytest.raises(TransitionError):
        services.correct_review(review, reason="Trop tôt", actor=lead)
    write(answer_of(review, "T"), lead, text="Première réponse")
    settle_all(review, lead)
    services.freeze_review(review, actor=lead)
    review.refresh_from_db()
    copy, created = services.correct_review(review, reason="Une enveloppe oubliée", actor=lead)
    again, twice = services.correct_review(review, reason="Encore", actor=lead)
    assert (created, twice, again, copy.number) == (True, False, copy, 2)
    assert answer_of(copy, "T").text == "Première réponse"
    assert copy.is_open
    assert not ProjectReview.objects.get(pk=review.pk).is_open


def test_a_side_validates_and_says_from_whom(cite, lead):
    review, side = make_review(cite, lead), cite.sides.get(kind=SideKind.STATE)
    today = date(2026, 1, 5)
    row = services.validate_side(
        review,
        side=side,
        actor=lead,
        validated_on=today,
        received_from="la sous-préfète",
        received_by="courriel",
        received_on=today,
    )
    again = services.validate_side(review, side=side, actor=lead, validated_on=today + timedelta(days=1))
    assert (again.pk, again.received_from, again.validated_on) == (row.pk, "", today + timedelta(days=1))
    assert Entry.objects.filter(verb="review.validated", sentence__contains="reçu de la sous-préfète").exists()
    with pytest.raises(ValidationError):
        services.validate_side(review, side=side, actor=lead, validated_on=date(2999, 1, 1))
    with pytest.raises(ValueError, match="another Cité"):
        services.validate_side(review, side=factories.make_cite("lille").sides.first(), actor=lead, validated_on=today)


def test_a_second_click_makes_one_remark(cite, lead):
    answer = answer_of(make_review(cite, lead), "T")
    first = services.comment_answer(answer, body="À préciser", actor=lead)
    assert services.comment_answer(answer, body="À préciser", actor=lead) == first


def test_the_owner_reads_the_own_question_only(cite, lead):
    review = make_review(cite, lead)
    referent = factories.make_user(cite, Role.REFERENT)
    assert not ProjectReview.objects.visible_to(referent).exists()
    write(answer_of(review, "T"), lead, owner=referent.person)
    del referent.__dict__["access"]
    assert list(ProjectReview.objects.visible_to(referent)) == [review]
    assert [row.question.code for row in ReviewAnswer.objects.visible_to(referent)] == ["T"]


def test_evaluators_read_no_amounts(cite, lead):
    make_review(cite, lead)
    evaluator = factories.make_user(cite, Role.EVALUATOR)
    codes = set(ReviewAnswer.objects.visible_to(evaluator).values_list("question__code", flat=True))
    assert codes == {"T", "L"}


def test_an_unknown_key_is_no_computation():
    assert not is_computed(ReviewQuestion(computed_key="review.jamais"))
