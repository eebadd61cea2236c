"""What the team does with a survey, and what each reader learns from it."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.charts import WIDTH
from cite_educative.common.journal import entries_for
from cite_educative.common.transitions import TransitionError
from evaluation import services
from evaluation.documents.surveys import render_poster
from evaluation.models import SurveyResponse
from evaluation.numbers import MASKED
from evaluation.survey_enums import ItemKind, SurveyState
from evaluation.survey_results import HIDDEN, percent, results_of
from evaluation.surveys import surveys_of
from partners.enums import Role
from tests import factories
from tests.evaluation.factories import make_item, make_question, make_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def cite():
    return factories.make_cite()


@pytest.fixture
def lead(cite):
    return factories.make_lead(cite)


@pytest.fixture
def survey(cite, lead):
    return make_survey(cite, actor=lead)


def reader(cite):
    return factories.make_user(cite, Role.READER)


def respond(survey, *answers):
    for rank, one in enumerate(answers):
        services.receive_response(survey, key=f"{survey.responses.count()}-{rank}", answers=one)


def today():
    return timezone.localdate()


# --- Its life -------------------------------------------------------------------------------------


def test_its_state_follows_its_dates_and_the_team(survey, lead):
    item = make_item(survey, actor=lead)
    assert survey.state(today()) == SurveyState.DRAFT
    published = services.publish_survey(survey, actor=lead)
    assert published.state(today() - timedelta(days=1)) == SurveyState.UPCOMING
    assert published.state(published.closes_on) == SurveyState.OPEN
    assert published.state(published.closes_on + timedelta(days=1)) == SurveyState.CLOSED
    closed = services.close_survey(published, actor=lead)
    assert closed.state(today()) == SurveyState.CLOSED
    assert closed.last_day == today()
    assert services.reopen_survey(closed, actor=lead).state(today()) == SurveyState.OPEN
    respond(survey, {str(item.pk): 1})
    with pytest.raises(TransitionError):
        services.withdraw_survey(survey, actor=lead)
    assert {entry.verb for entry in entries_for(survey)} >= {"survey.published", "survey.closed", "survey.reopened"}


def test_nothing_is_published_empty_twice_or_after_its_end(survey, lead):
    with pytest.raises(TransitionError, match="aucune question"):
        services.publish_survey(survey, actor=lead)
    make_item(survey, actor=lead)
    services.publish_survey(survey, actor=lead)
    with pytest.raises(TransitionError, match="ouvert"):
        services.publish_survey(survey, actor=lead)
    old = make_survey(
        survey.cite, actor=lead, opens_on=today() - timedelta(days=9), closes_on=today() - timedelta(days=1)
    )
    make_item(old, actor=lead)
    with pytest.raises(TransitionError, match="passé"):
        services.publish_survey(old, actor=lead)


def test_questions_of_a_published_survey_do_not_change(survey, lead):
    item = make_item(survey, actor=lead)
    services.publish_survey(survey, actor=lead)
    for gesture in (services.save_item, services.remove_item):
        with pytest.raises(ValidationError, match="publié"):
            gesture(item, actor=lead)
    with pytest.raises(ValidationError, match="publié"):
        services.move_item(item, actor=lead, up=True)
    services.withdraw_survey(survey, actor=lead)
    services.remove_item(item, actor=lead)
    assert not survey.items.exists()


def test_questions_are_ordered_and_their_choices_checked(survey, lead):
    first, second = make_item(survey, actor=lead), make_item(survey, actor=lead, label="Et vous ?")
    services.move_item(second, actor=lead, up=True)
    services.move_item(second, actor=lead, up=True)
    assert list(survey.items.all()) == [second, first]
    assert make_item(survey, actor=lead, label="Et vous ?") == second, "a second click writes nothing"
    for kind, choices in (
        (ItemKind.SINGLE, "Une seule"),
        (ItemKind.SINGLE, "Oui\nOui"),
        (ItemKind.SCALE_4, "Peu\nBeaucoup"),
        (ItemKind.SEVERAL, "x" * 130 + "\nOui"),
    ):
        with pytest.raises(ValidationError) as raised:
            make_item(survey, actor=lead, kind=kind, choices=choices, label="Autre")
        assert "choices" in raised.value.message_dict
    scale = make_item(survey, actor=lead, kind=ItemKind.SCALE_5, choices="", label="Note")
    assert (scale.choice_list[0], scale.choice_list[4]) == ("Pas du tout", "Tout à fait")


def test_the_commune_is_a_choice_among_those_of_the_cite(lead, cite):
    cite.communes.add(factories.make_commune("Grande-Synthe"), factories.make_commune("Coudekerque"))
    item = services.add_commune_item(make_survey(cite, actor=lead), actor=lead)
    assert item.choice_list == ["Coudekerque", "Grande-Synthe", "Une autre commune"]
    assert not item.is_required


def test_a_survey_is_of_a_question_of_its_cite(cite, lead):
    with pytest.raises(ValidationError, match="autre Cité"):
        make_survey(cite, actor=lead, question=make_question(factories.make_cite("amiens")))


def test_who_reads_what(survey, lead, cite):
    make_item(survey, actor=lead)
    someone = reader(cite)
    assert not surveys_of(survey.question, someone)
    assert list(surveys_of(survey.question, lead)) == [survey]
    services.publish_survey(survey, actor=lead)
    assert list(surveys_of(survey.question, someone)) == [survey]
    assert not surveys_of(survey.question, factories.make_user(cite, Role.HOLDER))
    assert not surveys_of(survey.question, factories.make_lead(factories.make_cite("amiens")))


# --- What it says ---------------------------------------------------------------------------------


def test_few_are_masked_for_all_but_the_team(survey, lead):
    item = make_item(survey, actor=lead, choices="A\nB\nC")
    several = make_item(survey, actor=lead, kind=ItemKind.SEVERAL, choices="D\nE", label="Plusieurs ?")
    services.publish_survey(survey, actor=lead)
    respond(survey, *({str(item.pk): 1} for _ in range(4)))
    assert results_of(survey, for_team=False).number is None
    assert results_of(survey, for_team=True).number == 4
    respond(survey, *({str(item.pk): 2, str(several.pk): [1]} for _ in range(9)))
    respond(survey, *({str(item.pk): 3} for _ in range(6)))

    single, many = results_of(survey, for_team=False).items
    assert [row.count for row in single.rows] == [None, 9, None], "one masked cell alone is found by subtraction"
    assert [row.text for row in single.rows] == [MASKED, "9 (47\u00a0%)", HIDDEN]
    assert MASKED in single.chart
    assert [row.count for row in many.rows] == [9, 0]
    assert [row.count for row in results_of(survey, for_team=True).items[0].rows] == [4, 9, 6]


def test_an_item_that_few_answered_says_nothing(survey, lead):
    item = make_item(survey, actor=lead, kind=ItemKind.TEXT, choices="")
    other = make_item(survey, actor=lead, label="Autre ?")
    services.publish_survey(survey, actor=lead)
    respond(survey, *({str(item.pk): f"mot {rank}"} for rank in range(6)), {str(other.pk): 1})
    texts, few = results_of(survey, for_team=False).items
    assert (texts.answered, texts.texts) == (6, [])
    assert (few.answered, few.rows) == (None, [])
    assert len(results_of(survey, for_team=True).items[0].texts) == 6


def test_shares_are_rounded_halves_up():
    assert [percent(1, 8), percent(1, 3), percent(2, 3), percent(0, 5), percent(0, 0)] == [13, 33, 67, 0, None]


def test_a_text_that_names_somebody_is_erased(client, survey, lead):
    item = make_item(survey, actor=lead, kind=ItemKind.TEXT, choices="")
    services.publish_survey(survey, actor=lead)
    respond(survey, {str(item.pk): "Madame Dupont crie"}, {str(item.pk): "Rien"})
    client.force_login(lead)
    results = reverse("evaluation:survey_results", args=[survey.pk])
    assert "Madame Dupont crie" in client.get(results).content.decode()
    url = reverse("evaluation:survey_text_withdraw", args=[survey.responses.first().pk, item.pk])
    for _ in range(2):
        assert client.post(url).status_code == 302
    assert "Dupont" not in client.get(results).content.decode()
    assert "Dupont" not in str(survey.responses.values_list("answers", flat=True))
    lines = entries_for(survey).filter(verb="survey.text_withdrawn")
    assert [("Dupont" in line.sentence) for line in lines] == [False]


def test_the_answers_one_by_one_hold_no_formula(client, survey, lead):
    item = make_item(survey, actor=lead, kind=ItemKind.TEXT, choices="")
    services.publish_survey(survey, actor=lead)
    respond(survey, {str(item.pk): '=HYPERLINK("http://x")'})
    client.force_login(lead)
    book = openpyxl.load_workbook(BytesIO(client.get(reverse("evaluation:survey_answers", args=[survey.pk])).content))
    cell = book.active["B2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x")', "s")


# --- Pages of the team ----------------------------------------------------------------------------


def test_a_survey_is_written_published_and_put_on_a_poster(client, cite, lead):
    question = make_question(cite)
    client.force_login(lead)
    data = {"title": "Avis", "question": question.pk, "audience": "families", "opens_on": "2026-01-05"}
    wrong = client.post(reverse("evaluation:survey_create"), data | {"closes_on": "2026-01-02"})
    assert wrong.status_code == 422
    assert "précéder" in wrong.content.decode()
    assert 'value="Avis"' in wrong.content.decode()
    response = client.post(reverse("evaluation:survey_create"), data | {"closes_on": str(today())})
    survey = cite.surveys.get()
    assert response.url == reverse("evaluation:survey", args=[survey.pk])
    item = {"label": "Ça va ?", "kind": "scale_4", "choices": ""}
    client.post(reverse("evaluation:survey_item_create", args=[survey.pk]), item)
    client.post(reverse("evaluation:survey_gesture", args=[survey.pk, "publier"]))
    survey.refresh_from_db()
    assert survey.published_on == today()
    for _ in range(2):
        client.post(reverse("evaluation:survey_poster", args=[survey.pk]))
    poster = survey.posters.get()
    html = render_poster(poster.file)
    assert survey.token in html
    assert "<svg" in html


def test_two_versions_of_a_survey_are_shown_beside(client, survey, lead):
    client.force_login(lead)
    url = reverse("evaluation:survey_update", args=[survey.pk])
    data = {
        "title": "La mienne",
        "question": survey.question_id,
        "audience": "young",
        "opens_on": str(survey.opens_on),
        "closes_on": str(survey.closes_on),
        "version": survey.version,
    }
    assert client.post(url, data).status_code == 302
    late = client.post(url, data | {"title": "La tienne"})
    assert late.status_code == 409
    assert "La tienne" in late.content.decode()
    survey.refresh_from_db()
    assert survey.title == "La mienne"


def test_the_longest_bar_fills_the_chart(survey, lead):
    item = make_item(survey, actor=lead)
    services.publish_survey(survey, actor=lead)
    respond(survey, *({str(item.pk): 1 + rank % 2} for rank in range(3)))
    chart = results_of(survey, for_team=True).items[0].chart
    assert f'viewBox="0 0 {WIDTH} ' in chart
    assert "2 (67\u00a0%)" in chart
    assert "1 (33\u00a0%)" in chart


def test_a_results_page_asks_few_questions_of_the_database(client, survey, lead, django_assert_max_num_queries):
    items = [make_item(survey, actor=lead, label=f"Question {rank}") for rank in range(8)]
    services.publish_survey(survey, actor=lead)
    respond(survey, *({str(item.pk): 1 for item in items} for _ in range(40)))
    client.force_login(lead)
    with django_assert_max_num_queries(15):
        assert client.get(reverse("evaluation:survey_results", args=[survey.pk])).status_code == 200


def test_its_question_leads_to_it(client, survey, lead):
    client.force_login(lead)
    page = client.get(reverse("evaluation:question", args=[survey.question_id])).content.decode()
    assert reverse("evaluation:survey", args=[survey.pk]) in page
    assert survey.title in page


def test_no_field_of_a_response_says_who_answered():
    fields = {field.name for field in SurveyResponse._meta.get_fields()}
    assert fields == {"id", "survey", "answers", "withdrawn", "received_on"}
