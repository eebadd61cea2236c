"""What a second reading with hostile eyes found: figures given away by subtraction, stale gestures, forged input."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from actions.enums import ActionStatus
from evaluation import services
from evaluation.aggregates import read_figures
from evaluation.computed import Computed, compute
from evaluation.enums import Breakdown, Category, Measure, ReportState, Unit
from evaluation.models import ActionReport
from evaluation.observatory import Observatory, plan_of
from evaluation.periods import Period
from evaluation.review_enums import AnswerState
from partners.enums import Role
from partners.models import Side, User
from tests import factories
from tests.actions import factories as plan
from tests.evaluation.factories import answer_computations, make_indicator, make_measurement, make_report, make_review

pytestmark = pytest.mark.django_db
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def commune():
    return factories.make_commune("Grande-Synthe")


@pytest.fixture
def cite(commune):
    return factories.make_cite(communes=[commune], label_starts_on=date(2024, 9, 1), label_ends_on=date(2027, 8, 31))


@pytest.fixture
def lead(cite):
    return factories.make_lead(cite)


@pytest.fixture
def persons(cite, lead):
    """60 persons, of whom 3 girls; 20 of one age, 40 of another."""
    indicator = make_indicator(cite, "R8", breakdowns=[Breakdown.AGE, Breakdown.SEX])
    parts = {
        Category.ALL: 60,
        Category.FEMALE: 3,
        Category.MALE: 57,
        Category.AGE_3_6: 20,
        Category.AGE_6_11: 40,
    }
    for part, number in parts.items():
        make_measurement(indicator, number, category=part, author=lead)
    return indicator


def test_a_part_of_few_hides_the_other_part_of_its_own_breakdown(persons):
    shown = dict(read_figures(persons.cite, [persons])[persons.pk].categories(YEAR))
    assert {part for part, point in shown.items() if point.is_masked} == {Category.FEMALE, Category.MALE}
    assert shown[Category.AGE_3_6].value == 20


def test_the_grid_gives_no_part_of_few_away(client, cite, persons):
    client.force_login(factories.make_user(cite, Role.READER))
    page = client.get(reverse("evaluation:grid"), {"annee": 2026, "territoire": ""}).content.decode()
    assert "moins de 5" in page
    assert ">57<" not in page.replace("\n", "")
    assert ">60<" in page.replace("\n", "").replace("> ", ">").replace(" <", "<")


def test_a_share_keeps_what_it_divides(cite, lead):
    indicator = make_indicator(cite, "C5", unit=Unit.PERCENT)
    make_measurement(indicator, 81, author=lead)
    indicator.denominator_label = "candidats inscrits"
    with pytest.raises(ValidationError) as refused:
        services.save_indicator(indicator, actor=lead, version=1)
    assert "denominator_label" in refused.value.message_dict
    indicator.refresh_from_db()
    assert indicator.denominator_label == ""


def test_parts_without_what_they_divide_make_no_sum(cite, commune, lead):
    indicator = make_indicator(cite, "C5", unit=Unit.PERCENT, denominator_label="candidats")
    make_measurement(indicator, 81, commune=commune, denominator=120, author=lead)
    point = read_figures(cite, [indicator])[indicator.pk].total(YEAR)
    assert point.value is None
    assert point.told == "parts connues sans ce qu’elles divisent"


def test_a_forged_key_to_validate_is_left_out(client, cite, lead):
    client.force_login(lead)
    answer = client.post(reverse("evaluation:to_validate"), {"chiffre": [f"{'9' * 21}-1"], "geste": "valider"})
    assert answer.status_code in (200, 302)


def test_a_report_is_begun_for_a_year_of_its_action_only(client, cite, commune, lead):
    action = plan.make_action(cite, status=ActionStatus.RETAINED, budget_year=2026, communes=[commune])
    client.force_login(lead)
    client.post(reverse("evaluation:report_begin", args=[action.pk]), {"nature": "final", "exercice": "2019"})
    assert not ActionReport.objects.exists()
    client.post(reverse("evaluation:report_begin", args=[action.pk]), {"nature": "final", "exercice": "2026"})
    assert ActionReport.objects.get().budget_year == 2026


def test_what_an_action_reaches_in_its_second_year_counts_in_its_commune(cite, commune, lead):
    action = plan.make_action(
        cite, status=ActionStatus.RETAINED, budget_year=2025, communes=[commune], ends_on=date(2026, 6, 30)
    )
    reach = {(Measure.PERSONS, Category.ALL): 31}
    make_report(action, year=2026, state=ReportState.VALIDATED, author=lead, reach=reach)
    assert compute("people_reached", cite, YEAR, commune=commune).value == 31
    assert Observatory(lead, cite, 2026).reached == {commune.pk: 31}


def known_actions(user, cite):
    """As a new request of this account reads it."""
    return plan_of(User.objects.get(pk=user.pk), cite, 2026).count()


def test_a_holder_who_also_reads_the_plan_is_told_nothing_before_the_release(cite, commune):
    holder = factories.make_organisation("Les Mots", cite=cite)
    person = factories.make_user(cite, Role.HOLDER, organisation=holder)
    factories.make_mandate(cite, Role.READER, person=person.person)
    source = plan.make_source(cite)
    action = plan.make_action(cite, holder=holder, status=ActionStatus.RETAINED, budget_year=2026, communes=[commune])
    plan.make_funding(action, source, requested="1000", programmed="900", granted="900")
    assert known_actions(person, cite) == 0
    plan.release(source)
    assert known_actions(person, cite) == 1


def test_an_answer_written_again_is_not_validated_unread(cite, lead, monkeypatch):
    answer_computations(monkeypatch)["review.x"] = Computed(1000, told="Mille euros.")
    review = make_review(cite, lead)
    answer = review.answers.select_related("review__cite", "question").filter(question__computed_key="").first()
    services.save_answer(answer, actor=lead, version=answer.version, typed={"value": None, "text": "Un", "reason": ""})
    with pytest.raises(ValidationError, match="vient de changer"):
        services.settle_answer(answer, state=AnswerState.VALIDATED, actor=lead, version=answer.version)


def test_a_frozen_review_prints_the_same_whatever_is_renamed(cite, lead, monkeypatch):
    answer_computations(monkeypatch)["review.x"] = Computed(1000, told="Mille euros.")
    review = make_review(cite, lead)
    for answer in review.answers.select_related("review", "question"):
        try:
            services.settle_answer(answer, state=AnswerState.VALIDATED, actor=lead)
        except ValidationError:
            services.settle_answer(answer, state=AnswerState.UNANSWERED, actor=lead)
    services.freeze_review(review, actor=lead)
    first, _ = services.print_review(review, actor=lead)
    Side.objects.filter(pk=cite.sides.first().pk).update(label="Rectorat")
    again, created = services.print_review(review, actor=lead)
    assert (again, created) == (first, False)


@pytest.mark.parametrize(("girls", "value"), [(3, None), (58, None), (30, 50), (0, 0)])
def test_a_computed_share_of_few_persons_is_not_given(cite, commune, lead, girls, value):
    action = plan.make_action(cite, status=ActionStatus.RETAINED, budget_year=2026, communes=[commune])
    reach = {
        (Measure.PERSONS, Category.ALL): 60,
        (Measure.PERSONS, Category.FEMALE): girls,
        (Measure.PERSONS, Category.MALE): 60 - girls,
    }
    make_report(action, year=2026, state=ReportState.VALIDATED, author=lead, reach=reach)
    found = compute("female_share", cite, YEAR)
    assert found.value == value
    assert ("moins de cinq personnes" in found.told) is (value is None)
