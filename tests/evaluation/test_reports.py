"""Reports: begun from what is known, filed, judged; what they tell the statement and the indicators."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from actions.enums import ActionStatus, PublicKind
from actions.models import FinancialStatement, ProgressReport
from actions.services import statement_of
from cite_educative.common.locks import ConflictError
from evaluation import services
from evaluation.enums import (
    Category,
    Certainty,
    EvidenceKind,
    GoalReached,
    Measure,
    MeasurementState,
    Origin,
    Public,
    ReportKind,
    ReportState,
    Unit,
)
from evaluation.models import ActionReport, Measurement, ReportDocument, ReportEvidence, ReportGoal, ReportReach
from evaluation.reach import validated_reach
from evaluation.report_content import report_content
from partners.enums import Role
from tests import factories
from tests.actions import factories as of_actions
from tests.evaluation.factories import make_indicator, make_measurement, make_report

pytestmark = pytest.mark.django_db
EVERYBODY = (Measure.PERSONS, Category.ALL)


@pytest.fixture
def cite():
    return factories.make_cite(communes=[factories.make_commune("Grande-Synthe")])


@pytest.fixture
def lead(cite):
    return factories.make_lead(cite)


@pytest.fixture
def holder(cite):
    organisation = factories.make_organisation(cite=cite)
    return factories.make_user(cite, Role.HOLDER, organisation=organisation)


@pytest.fixture
def action(cite, holder):
    return of_actions.make_action(
        cite,
        holder=holder.person.mandates.get().organisation,
        status=ActionStatus.CLOSED,
        communes=cite.communes.all(),
        expected_reach=100,
        expected_female_share=40,
        expected_qpv_share=60,
    )


def granted(action):
    line = of_actions.make_source(action.cite, "État")
    of_actions.make_funding(action, line, granted="1000")
    of_actions.release(line)
    return action


def saved(report, actor, people=80, goals=(), how=Certainty.COUNTED, **texts):
    texts = {"implementation": "Vingt ateliers", "said_by": "Mme Martin"} | texts
    for name, text in texts.items():
        setattr(report, name, text)
    reach = [ReportReach(category=Category.ALL, reached=people, certainty=how)]
    return services.save_report(report, version=report.version, reach=reach, goals=list(goals), actor=actor)


def begun(action, actor, kind=ReportKind.FINAL):
    return services.begin_report(action=action, budget_year=action.budget_year, kind=kind, actor=actor)


def filed(action, actor, kind=ReportKind.FINAL, **said):
    report = saved(begun(action, actor, kind), actor, **said)
    return services.file_report(report, version=report.version, actor=actor)


def validated(action, actor, **said):
    report = filed(action, actor, **said)
    return services.validate_report(report, version=report.version, actor=actor)[0]


def goal(indicator, value, **fields):
    return ReportGoal(label=indicator.name, indicator=indicator, value=value, reached=GoalReached.REACHED, **fields)


# --- Begun from what is known ---------------------------------------------------------------------


def test_a_report_begins_with_what_was_planned_and_the_last_figures(action, lead):
    action.publics.create(kind=PublicKind.AGE_6_11, expected=70)
    action.texts.create(key="goals", body="- Lire chaque jour\n\n- Associer les parents", updated_by=lead)
    make_indicator(action.cite, "R6", name="Séances tenues", unit=Unit.NUMBER).actions.add(action)
    ProgressReport.objects.create(
        action=action, weather="on_track", children=50, parents=12, author=lead, reported_on=date(2026, 6, 1)
    )

    report = begun(action, lead)

    rows = {row.category: (row.planned, row.reached, row.certainty) for row in report.reach.all()}
    assert rows[Category.ALL] == (100, 62, Certainty.ESTIMATED)
    assert rows[Category.FEMALE] == (40, None, "")
    assert rows[Category.QPV] == (60, None, "")
    assert rows[Category.AGE_6_11] == (70, None, "")
    assert rows[Public.CHILDREN] == (None, 50, Certainty.ESTIMATED)
    assert [one.label for one in report.goals.all()] == ["Lire chaque jour", "Associer les parents", "Séances tenues"]
    assert begun(action, lead) == report
    assert ActionReport.objects.count() == 1


def test_a_final_report_begins_with_the_words_of_the_statement_or_of_the_interim_report(action, lead):
    statement = statement_of(granted(action))
    FinancialStatement.objects.create(
        action=action, budget_year=2026, due_on=statement.due_on, publics="Des familles", people_reached=77
    )
    saved(begun(action, lead, ReportKind.INTERIM), lead, people=30, lessons="Venir plus tôt")

    report = begun(action, lead)

    assert (report.publics, report.implementation, report.lessons) == (
        "Des familles",
        "Vingt ateliers",
        "Venir plus tôt",
    )


# --- Filed and judged -----------------------------------------------------------------------------


def test_what_a_report_lacks_is_told_at_once(action, holder, lead):
    report = begun(action, lead)

    with pytest.raises(ValidationError) as error:
        services.file_report(report, version=report.version, actor=lead)

    assert len(error.value.messages) == 3  # what was done, how many, from whom
    told = saved(begun(action, holder), holder, people=None, how=Certainty.UNKNOWN, said_by="")
    assert services.file_report(told, version=told.version, actor=holder).state == ReportState.FILED


def test_a_filed_report_is_no_longer_written_until_it_is_sent_back(action, lead):
    report = filed(action, lead)
    with pytest.raises(ValidationError):
        saved(report, lead)

    back = services.send_report_back(report, remarks="Et les filles ?", actor=lead)

    assert (back.state, back.remarks) == (ReportState.RETURNED, "Et les filles ?")
    again = saved(back, lead)
    assert services.file_report(again, version=again.version, actor=lead).remarks == ""


def test_two_people_do_not_overwrite_each_other(action, lead):
    report = begun(action, lead)
    stale = ActionReport.objects.get(pk=report.pk)
    saved(report, lead)

    with pytest.raises(ConflictError):
        saved(stale, lead)


def test_a_validated_report_is_frozen_and_printed_once(action, lead):
    report = validated(action, lead)
    document = ReportDocument.objects.get(report=report)

    assert services.validate_report(report, version=report.version, actor=lead) == (report, [])
    assert ReportDocument.objects.count() == 1
    assert document.content["texts"][0]["text"] == "Vingt ateliers"


# --- What the statement says too ------------------------------------------------------------------


def test_a_final_report_fills_the_statement_in(action, lead):
    saved(begun(granted(action), lead), lead, people=80, places="À la médiathèque")

    statement = FinancialStatement.objects.get(action=action)
    assert (statement.people_reached, statement.implementation, statement.places) == (
        80,
        "Vingt ateliers",
        "À la médiathèque",
    )
    report = ActionReport.objects.get()
    saved(report, lead, people=81, places="À l’école")
    statement.refresh_from_db()
    assert (statement.people_reached, statement.places) == (81, "À l’école")


def test_other_words_of_the_statement_stay_and_are_told(action, lead, client):
    report = saved(begun(granted(action), lead), lead)
    statement = FinancialStatement.objects.get(action=action)
    FinancialStatement.objects.filter(pk=statement.pk).update(implementation="Dix ateliers seulement")

    saved(ActionReport.objects.get(pk=report.pk), lead, implementation="Vingt et un ateliers", people=90)

    statement.refresh_from_db()
    assert (statement.implementation, statement.people_reached) == ("Dix ateliers seulement", 90)
    client.force_login(lead)
    page = client.get(reverse("evaluation:report", args=[report.pk])).content.decode()
    assert "dit autre chose que ce bilan (mise en œuvre de l’action)" in page


def test_a_filed_statement_does_not_move(action, lead):
    report = saved(begun(granted(action), lead), lead, people=80)
    FinancialStatement.objects.update(state="filed")

    saved(ActionReport.objects.get(pk=report.pk), lead, people=90)

    assert FinancialStatement.objects.get().people_reached == 80


def test_no_statement_is_begun_where_none_is_owed_nor_by_an_interim_report(action, lead):
    saved(begun(action, lead), lead)
    saved(begun(granted(action), lead, ReportKind.INTERIM), lead)

    assert not FinancialStatement.objects.exists()


# --- What the indicators say ----------------------------------------------------------------------


def test_validated_reports_feed_an_indicator_and_add_up(cite, action, lead):
    indicator = make_indicator(cite, "R6", name="Séances", unit=Unit.NUMBER)
    other = of_actions.make_action(cite, status=ActionStatus.CLOSED)
    validated(action, lead, goals=[goal(indicator, 12)])
    validated(other, lead, goals=[goal(indicator, 30, certainty=Certainty.ESTIMATED)])

    row = Measurement.objects.get(indicator=indicator)
    assert (row.value, row.certainty, row.state, row.origin) == (
        42,
        Certainty.ESTIMATED,
        MeasurementState.VALIDATED,
        Origin.REPORT,
    )
    assert (row.starts_on, row.ends_on, row.place) == (date(2026, 1, 1), date(2026, 12, 31), "")


def test_a_corrected_report_brings_its_own_figure_up_to_date(cite, action, lead):
    indicator = make_indicator(cite, "R6", name="Séances", unit=Unit.NUMBER)
    report = validated(action, lead, goals=[goal(indicator, 12)])

    reopened = services.reopen_report(report, remarks="Quinze", actor=lead)
    assert Measurement.objects.get().state == MeasurementState.DRAFT
    again = saved(reopened, lead, goals=[goal(indicator, 15)])
    again = services.file_report(again, version=again.version, actor=lead)
    services.validate_report(again, version=again.version, actor=lead)

    row = Measurement.objects.get()
    assert (row.value, row.state) == (15, MeasurementState.VALIDATED)


def test_the_final_report_replaces_the_interim_one(cite, action, lead):
    indicator = make_indicator(cite, "R6", name="Séances", unit=Unit.NUMBER)
    interim = filed(action, lead, ReportKind.INTERIM, goals=[goal(indicator, 5)])
    services.validate_report(interim, version=interim.version, actor=lead)
    validated(action, lead, goals=[goal(indicator, 12)])

    assert Measurement.objects.get().value == 12


def test_shares_add_up_by_what_they_divide(cite, action, lead):
    indicator = make_indicator(cite, "E1", unit=Unit.PERCENT, numerator_label="présents", denominator_label="inscrits")
    other = of_actions.make_action(cite, status=ActionStatus.CLOSED)
    validated(action, lead, goals=[goal(indicator, 50, numerator=5, denominator=10)])
    validated(other, lead, goals=[goal(indicator, 100, numerator=30, denominator=30)])

    row = Measurement.objects.get()
    assert (row.numerator, row.denominator, row.value) == (35, 40, 87.5)


def test_a_figure_that_somebody_entered_stays(cite, action, lead):
    indicator = make_indicator(cite, "R6", unit=Unit.NUMBER)
    make_measurement(indicator, 99)
    report = filed(action, lead, goals=[goal(indicator, 12)])

    _, left = services.validate_report(report, version=report.version, actor=lead)

    assert Measurement.objects.get().value == 99
    assert "il est gardé" in left[0]


def test_reach_is_that_of_the_last_validated_report(cite, action, lead):
    comings = (Measure.PARTICIPATIONS, Category.ALL)
    make_report(action, kind=ReportKind.INTERIM, state=ReportState.VALIDATED, reach={EVERYBODY: 10})
    make_report(action, state=ReportState.VALIDATED, reach={EVERYBODY: 64, comings: None})
    make_report(of_actions.make_action(cite), state=ReportState.FILED, reach={EVERYBODY: 9})

    rows = {(row.measure, row.category): row for row in validated_reach(cite, 2026)}

    assert set(rows) == {EVERYBODY, comings}
    assert rows[EVERYBODY].value == 64
    assert rows[EVERYBODY].communes == {cite.communes.get().pk}
    assert (rows[comings].value, rows[comings].certainty) == (None, Certainty.UNKNOWN)


def test_few_persons_are_masked_and_cannot_be_found_by_subtraction(action, lead):
    report = make_report(
        action,
        state=ReportState.VALIDATED,
        reach={EVERYBODY: 40, (Measure.PERSONS, Category.FEMALE): 3, (Measure.PERSONS, Category.MALE): 37},
    )

    rows = {row["label"]: row["reached"] for row in report_content(report)["reach"][0]["rows"]}

    assert rows == {"ensemble des personnes": "40", "filles et femmes": "moins de 5", "garçons et hommes": "masqué"}


# --- What shows it --------------------------------------------------------------------------------


def test_words_or_pictures_of_somebody_need_an_authorisation(action, lead):
    report = begun(action, lead)
    words = ReportEvidence(report=report, kind=EvidenceKind.VERBATIM, quote="J’aime lire")

    with pytest.raises(ValidationError):
        services.add_evidence(words, upload=None, actor=lead)

    words.shows_nobody = True
    services.add_evidence(words, upload=None, actor=lead)
    assert report.evidence.get().quote == "J’aime lire"
