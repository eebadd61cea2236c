"""Questions, indicators and the project: written, put in order, retired, and what two people do at once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actions.models import Theme
from cite_educative.common.journal import entries_for
from cite_educative.common.locks import ConflictError
from evaluation import services
from evaluation.arrangement import arrangement
from evaluation.enums import Level, Nature, QuestionLevel, Unit
from evaluation.models import (
    EvaluationProject,
    EvaluationQuestion,
    EvaluationStep,
    ImprovementPoint,
    Indicator,
)
from evaluation.numbers import figure_text
from partners.enums import Role
from tests import factories
from tests.actions.factories import make_action, make_programme
from tests.evaluation.factories import make_indicator, make_measurement, make_project, make_question

pytestmark = pytest.mark.django_db

QUESTION = {"code": "EQ9", "text": "Le numérique aide-t-il ?", "level": "offer", "version": ""}


@pytest.fixture
def cite():
    return factories.make_cite(label_starts_on=date(2024, 9, 1), label_ends_on=date(2027, 8, 31))


@pytest.fixture
def lead(cite):
    return factories.make_lead(cite)


@pytest.fixture
def page(client, lead):
    client.force_login(lead)
    return client


@pytest.fixture
def sport(cite):
    return Theme.objects.create(cite=cite, label="Sport")


def url(name, *args):
    return reverse(f"evaluation:{name}", args=args)


def text(response):
    return response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


# --- Questions ------------------------------------------------------------------------------------


def test_a_question_is_written_with_its_themes_and_told_in_the_journal(page, cite, sport, lead):
    answer = page.post(url("question_create"), QUESTION | {"themes": [sport.pk], "criteria": "Usages suivis"})

    row = cite.evaluation_questions.get()
    assert answer.url == url("question", row.pk)
    assert list(row.themes.all()) == [sport]
    assert row.created_by == lead
    assert "a ajouté la question évaluative" in entries_for(row).get().sentence
    assert "Usages suivis" in text(page.get(answer.url))


def test_a_second_click_writes_one_question(page, cite):
    for _ in range(2):
        page.post(url("question_create"), QUESTION)
    assert cite.evaluation_questions.count() == 1
    assert entries_for(cite.evaluation_questions.get()).count() == 1


def test_a_code_already_taken_is_told_and_nothing_typed_is_lost(page, cite):
    make_question(cite, "EQ9")
    answer = page.post(url("question_create"), QUESTION | {"method": "Entretiens avec les familles"})
    assert "Une question de cette Cité porte déjà ce code." in text(answer)
    assert "Entretiens avec les familles" in text(answer)


def test_two_people_change_a_question_and_both_versions_are_shown(page, cite, lead):
    row = make_question(cite)
    row.method = "Relire les comptes rendus"
    services.save_question(row, actor=lead, version=1)

    typed = QUESTION | {"code": row.code, "method": "Interroger les porteurs", "version": "1"}
    answer = page.post(url("question_update", row.pk), typed)

    assert answer.status_code == 409
    assert "Relire les comptes rendus" in text(answer)
    assert "Interroger les porteurs" in text(answer)
    assert page.post(url("question_update", row.pk), typed | {"version": "2"}).status_code == 302
    row.refresh_from_db()
    assert (row.method, row.version) == ("Interroger les porteurs", 3)


def test_questions_are_put_in_order_within_their_level(cite, lead):
    first, second, third = (make_question(cite, f"A{rank}", order=rank) for rank in (1, 2, 3))
    offer = make_question(cite, "B1", order=4, level=QuestionLevel.OFFER)
    seen = arrangement(cite)

    assert services.place_question(third, actor=lead, seen=seen, before=first) == (1, 3)
    assert [row.code for row in cite.evaluation_questions.all()] == ["A3", "A1", "A2", "B1"]
    with pytest.raises(ValidationError, match="a changé"):
        services.place_question(second, actor=lead, seen=seen)
    with pytest.raises(ValidationError, match="même niveau"):
        services.place_question(second, actor=lead, seen=arrangement(cite), before=offer)
    assert services.place_question(third, actor=lead, seen=arrangement(cite)) == (3, 3)
    assert [row.code for row in cite.evaluation_questions.all()] == ["A1", "A2", "A3", "B1"]


def test_buttons_put_a_question_elsewhere(page, cite):
    first, second = make_question(cite, "A1", order=1), make_question(cite, "A2", order=2)
    answer = page.post(url("question_place", second.pk), {"vu": arrangement(cite), "avant": first.pk}, follow=True)
    assert "La question A2 est la 1re sur 2 de son niveau." in text(answer)
    assert [row.code for row in cite.evaluation_questions.all()] == ["A2", "A1"]


def test_a_question_is_retired_once_and_asked_again(page, cite):
    row = make_question(cite)
    for name, count, is_active in (("question_retire", 1, False), ("question_restore", 2, True)):
        for _ in range(2):
            page.post(url(name, row.pk))
        row.refresh_from_db()
        assert row.is_active is is_active
        assert entries_for(row).count() == count


def test_the_home_page_takes_a_constant_number_of_queries(page, cite):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            page.get(url("home"))
        return len(caught)

    make_question(cite, "A1")
    few = queries()
    for rank in range(12):
        make_question(cite, f"B{rank}", level=QuestionLevel.OFFER)
    assert queries() <= few


# --- Indicators -----------------------------------------------------------------------------------


def typed_indicator(**fields):
    return {
        "code": "E9",
        "name": "Part des filles au club",
        "level": Level.EFFECT,
        "nature": Nature.MEASURED,
        "unit": Unit.PERCENT,
        "numerator_label": "filles",
        "denominator_label": "inscrits",
        "frequency": "school_year",
        "version": "",
    } | fields


def test_an_indicator_is_written_with_its_targets(page, cite, lead, sport):
    question = make_question(cite)
    action = make_action(cite)
    sent = typed_indicator(
        breakdowns=["commune", "sex"],
        baseline="31,5",
        owner=lead.person.pk,
        questions=[question.pk],
        themes=[sport.pk],
        actions=[action.pk],
        **{"target-2025": "40", "target-2026": "1 234,25"},
    )
    answer = page.post(url("indicator_create"), sent)

    row = cite.indicators.get()
    assert answer.url == url("indicator", row.pk)
    assert row.baseline == Decimal("31.5")
    assert row.breakdowns == ["commune", "sex"]
    assert dict(row.targets.values_list("year", "value")) == {2025: 40, 2026: Decimal("1234.25")}
    assert (list(row.questions.all()), list(row.themes.all()), list(row.actions.all())) == (
        [question],
        [sport],
        [action],
    )
    shown = text(page.get(answer.url))
    assert "31,5 %" in shown
    assert "1 234,3 %" in shown


def test_the_years_of_the_targets_are_those_of_the_label(page):
    shown = text(page.get(url("indicator_create")))
    assert [year for year in range(2020, 2031) if f"Cible {year}" in shown] == [2024, 2025, 2026, 2027]


@pytest.mark.parametrize("typed", ["N/A", "12 pour cent", "1e9", "--3", "99999999999999999"])
def test_an_unreadable_figure_is_told_at_its_place(page, cite, typed):
    answer = page.post(url("indicator_create"), typed_indicator(**{"target-2026": typed}))
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"target-2026"}
    assert typed in text(answer)
    assert not cite.indicators.exists()


def test_an_emptied_target_goes_and_the_others_stay(cite, lead):
    row = make_indicator(cite)
    services.save_indicator(row, actor=lead, targets={2025: Decimal(10), 2026: Decimal(20)})
    services.save_indicator(row, actor=lead, targets={2025: None})
    assert list(row.targets.values_list("year", flat=True)) == [2026]
    assert entries_for(row).first().sentence.endswith("cible 2025.")


def test_a_computed_indicator_keeps_its_computation(page, cite):
    row = make_indicator(cite, "R9", nature=Nature.COMPUTED, computed_key="people_reached", definition="Du calcul")
    sent = typed_indicator(name="Nos publics", version="1", definition="Autre", **{"target-2026": "500"})
    page.post(url("indicator_update", row.pk), sent | {"unit": Unit.DAYS})

    row.refresh_from_db()
    assert (row.name, row.nature, row.unit, row.definition) == (
        "Nos publics",
        Nature.COMPUTED,
        Unit.PERSONS,
        "Du calcul",
    )
    assert row.targets.get().value == 500


def test_a_unit_does_not_change_under_figures(cite, lead):
    row = make_indicator(cite)
    make_measurement(row, 12)
    row.unit = Unit.DAYS
    with pytest.raises(ValidationError, match="déjà saisis dans cette unité"):
        services.save_indicator(row, actor=lead)
    assert Indicator.objects.get().unit == Unit.PERSONS


def test_two_people_change_the_targets_of_an_indicator(page, cite, lead):
    row = make_indicator(cite, "E9")
    services.save_indicator(row, actor=lead, targets={2026: Decimal(20)}, version=1)
    answer = page.post(url("indicator_update", row.pk), typed_indicator(version="1", **{"target-2026": "35"}))

    assert answer.status_code == 409
    fields = {field["label"]: (field["mine"], field["theirs"]) for field in answer.context["conflict"]["fields"]}
    assert fields["Cible 2026"] == ("35", "20")
    assert row.targets.get().value == 20


def test_the_list_filters_and_exports(page, cite, sport, lead):
    question = make_question(cite)
    services.save_indicator(make_indicator(cite, "S1"), actor=lead, themes=[sport], targets={2026: Decimal(20)})
    services.save_indicator(make_indicator(cite, "Q1", level=Level.EFFECT), actor=lead, questions=[question])
    make_indicator(cite, "V1", is_active=False)

    def codes(**query):
        listing = page.get(url("indicators"), query).context["listing"]
        return [row.cells[0].text for row in listing.rows]

    assert codes(thematique=sport.pk) == ["S1"]
    assert codes(thematique="sans", suivi="oui") == ["Q1"]
    assert codes(question=question.pk) == codes(niveau="effect") == codes(q="q1") == ["Q1"]
    assert codes(suivi="non") == ["V1"]
    assert codes(origine="computed") == []
    exported = page.get(url("indicators"), {"format": "csv"}).getvalue().decode("utf-8-sig")
    assert len(exported.splitlines()) == 4
    assert page.get(url("indicators"), {"format": "xlsx"}).status_code == 200


def test_who_reads_under_pseudonym_sees_no_owner(client, cite, lead):
    row = make_indicator(cite, owner=lead.person)
    client.force_login(factories.make_user(cite, Role.EVALUATOR))
    for address in (url("indicators"), url("indicator", row.pk)):
        assert lead.person.last_name not in text(client.get(address))
    client.force_login(factories.make_user(cite, Role.REFERENT))
    assert lead.person.last_name in text(client.get(url("indicators")))


def test_figures_are_written_as_the_french_do():
    assert figure_text(None, Unit.NUMBER) == "non connu"
    assert figure_text(Decimal("1234.5000"), Unit.NUMBER) == "1\u00a0234,5"
    assert figure_text(Decimal("12.0000"), Unit.PERCENT) == "12\u00a0%"
    assert figure_text(Decimal("-2.5"), Unit.POINTS) == "−2,5"
    assert figure_text(Decimal("1200"), Unit.EUROS) == "1\u00a0200,00\u00a0€"


# --- Project --------------------------------------------------------------------------------------


@pytest.fixture
def programme(cite):
    return make_programme(cite, published_at=timezone.now())


def test_the_project_is_described_with_its_steps_and_improvements(page, cite, lead, programme):
    assert "n’est pas encore décrite" in text(page.get(url("project")))
    sent = {"purpose": "Décider de la suite", "evaluator_kind": "firm", "cost": "12 500", "version": ""}
    for _ in range(2):
        page.post(url("project_update"), sent)
    project = EvaluationProject.objects.get()
    page.post(url("step_create"), {"label": "Entretiens", "planned_on": "2026-03-02", "version": ""})
    point = {"label": "Mieux compter", "owner": lead.person.pk, "due_on": "2027-01-15", "version": ""}
    page.post(url("improvement_create"), point)

    shown = text(page.get(url("project")))
    assert (project.programme, project.cost) == (programme, 12500)
    assert "12 500 €" in shown
    assert "en retard" in shown
    assert f"suivie par {lead.person}" in shown
    assert entries_for(project).count() == 3
    assert page.post(url("project_update"), sent | {"purpose": "Autre"}).status_code == 409


def test_a_late_step_is_late_from_the_day_after(cite, programme):
    today = timezone.localdate()
    project = make_project(programme)
    step = EvaluationStep(project=project, label="Bilan", planned_on=today)
    assert not step.is_late(today)
    assert step.is_late(today + timedelta(days=1))
    step.done_on = today
    assert not step.is_late(today + timedelta(days=1))


def test_a_project_described_twice_at_once_is_one(cite, lead, programme):
    services.save_project(EvaluationProject(cite=cite, programme=programme, purpose="Une"), actor=lead)
    with pytest.raises(ConflictError):
        services.save_project(EvaluationProject(cite=cite, programme=programme, purpose="Deux"), actor=lead)
    assert EvaluationProject.objects.get().purpose == "Une"


def test_a_step_and_an_improvement_are_removed_once(page, programme):
    project = make_project(programme)
    step = EvaluationStep.objects.create(project=project, label="Bilan", planned_on=date(2026, 5, 4))
    point = ImprovementPoint.objects.create(project=project, label="Mieux compter")
    for name, row in (("step_remove", step), ("improvement_remove", point)):
        pk = row.pk
        page.post(url(name, pk))
        assert "déjà retirée" in text(page.post(url(name, pk), follow=True))
    assert not project.steps.exists()
    assert not project.improvements.exists()
    assert EvaluationQuestion.objects.count() == 0


def test_a_day_that_cannot_be_read_is_told(page, programme):
    make_project(programme)
    answer = page.post(url("step_create"), {"label": "Bilan", "planned_on": "31/02/2026", "version": ""})
    assert "Cette date est illisible" in text(answer)
    assert not EvaluationStep.objects.exists()
