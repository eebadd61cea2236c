"""What the years give to be read: sums re-derived from the rows, rights, versions, and two people at once."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from actions.enums import ActionStatus, PublicKind, Scope
from actions.models import ActionPublic, Funding
from cite_educative.common.journal import entries_for
from cite_educative.common.locks import ConflictError
from cite_educative.common.pdf import count_pages, render_pdf
from evaluation.documents.papers import paper_html
from evaluation.enums import Level, Unit
from evaluation.models import EvaluationPaper, PaperFile, PaperText, PaperVersion
from evaluation.paper_enums import PaperKind, ReportSection
from evaluation.papers import money, plan
from evaluation.papers.blocks import ROWS_A_PART, block, printed
from evaluation.papers.one_page import AXES, DECISIONS, SOURCES, TITLE, page_side
from evaluation.papers.words import change, written
from evaluation.papers.years import YearFigures
from evaluation.services import issue_one_page, issue_paper, save_paper, save_paper_text, start_paper
from partners.enums import Role
from tests import factories
from tests.actions import factories as of_actions
from tests.evaluation.factories import make_indicator, make_measurement
from tests.governance.factories import make_closed_meeting, make_setting

pytestmark = pytest.mark.django_db
YEAR = 2026
PUBLISHED = "2026-05-01T10:00Z"
NBSP = "\u00a0"


@pytest.fixture
def commune():
    return factories.make_commune("Grande-Synthe")


@pytest.fixture
def cite(commune):
    made = factories.make_cite(label_starts_on=date(2024, 9, 1), label_ends_on=date(2027, 8, 31))
    made.communes.add(commune, factories.make_commune("Dunkerque"))
    return made


@pytest.fixture
def lead(cite):
    return factories.make_lead(cite)


@pytest.fixture
def funded(cite, commune):
    """Two axes, two funders of which one made its answers known, one action not published, one abandoned."""
    programme = of_actions.make_programme(cite)
    axes = [of_actions.make_axis(programme, f"Axe {letter}", order=rank) for rank, letter in enumerate("AB", start=1)]
    told, kept = (of_actions.make_source(cite, label) for label in ("Ligne connue", "Ligne gardée"))
    of_actions.make_envelope(told, notified="9000", notified_on=date(2026, 3, 2), notified_reference="N-26")
    of_actions.release(told)
    retained = {"status": ActionStatus.RETAINED, "communes": [commune]}
    first = of_actions.make_action(cite, title="Lire", axis=axes[0], published_at=PUBLISHED, **retained)
    second = of_actions.make_action(cite, title="Bouger", axis=axes[1], published_at=PUBLISHED, **retained)
    hidden = of_actions.make_action(cite, title="Encore secrète", axis=axes[1], **retained)
    of_actions.make_action(cite, title="Abandonnée", status=ActionStatus.ABANDONED)
    of_actions.make_funding(first, told, programmed="1000", granted="1000.50")
    of_actions.make_funding(first, kept, programmed="300", granted="200")
    of_actions.make_funding(second, told, programmed="500", granted="400")
    of_actions.make_funding(second, kept, granted="77", in_kind=True)
    of_actions.make_funding(hidden, told, programmed="60", granted="50")
    return first, second, hidden


def value_of(side, label):
    return next(figure["value"] for figure in side["figures"] if figure["label"] == label)


def section_of(version, key):
    return next(one for one in version.content["sections"] if one["key"] == key)


def block_of(version, key, title):
    return next(one for one in section_of(version, key)["blocks"] if one["title"] == title)


# --- Words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (None, Unit.NUMBER, "non connu"),
        (0, Unit.PERSONS, "0"),
        (4, Unit.PERSONS, "moins de 5"),
        (4, Unit.NUMBER, "4"),
        (12345, Unit.NUMBER, f"12{NBSP}345"),
        (Decimal("12.5"), Unit.PERCENT, f"12,5{NBSP}%"),
        (Decimal("1234.5"), Unit.EUROS, f"1{NBSP}234,50{NBSP}€"),
    ],
)
def test_figures_are_written(value, unit, expected):
    assert written(value, unit) == expected


@pytest.mark.parametrize(
    ("before", "after", "unit", "expected"),
    [
        (None, 3, Unit.NUMBER, "non comparable"),
        (3, 12, Unit.PERSONS, "non comparable"),
        (12, 15, Unit.PERSONS, "+3"),
        (3, 3, Unit.NUMBER, "stable"),
        (50, Decimal("47.5"), Unit.PERCENT, f"−2,5{NBSP}points"),
        (Decimal(100), Decimal(40), Unit.EUROS, f"−60{NBSP}€"),
    ],
)
def test_two_years_are_compared(before, after, unit, expected):
    assert change(before, after, unit) == expected


def test_a_long_table_is_laid_out_in_parts():
    table = printed(block("Actions", ("Action", "Accordé"), [("a", "1")] * (ROWS_A_PART + 1), amounts=(1,)))
    assert [len(part) for part in table["parts"]] == [ROWS_A_PART, 1]


# --- Money ----------------------------------------------------------------------------------------


def test_readers_of_money_read_every_grant_in_cash(cite, funded):
    grants = money.grants_of(cite, YEAR, with_money=True)
    expected = sum(row.granted for row in Funding.objects.filter(in_kind=False))
    assert money.granted(grants) == expected == Decimal("1650.50")
    assert [(axis.label, amount) for axis, amount in money.by_axis(grants)] == [
        ("Axe A", Decimal("1200.50")),
        ("Axe B", Decimal(450)),
    ]
    assert [source.label for source, _ in money.by_source(grants)] == ["Ligne connue", "Ligne gardée"]


def test_others_read_what_funders_made_known_of_published_actions(cite, funded):
    grants = money.grants_of(cite, YEAR, with_money=False)
    assert money.granted(grants) == Decimal("1400.50")
    assert {row.action.title for row in grants} == {"Lire", "Bouger"}


def test_what_does_not_fit_in_a_chart_is_summed(cite):
    pairs = [(f"Ligne {rank}", Decimal(rank)) for rank in range(9, 0, -1)]
    assert money.largest(pairs, 3) == [("Ligne 9", 9), ("Ligne 8", 8), ("Autres", 28)]


# --- The page of elected members ------------------------------------------------------------------


def test_six_figures_with_last_year_beside(cite, funded):
    of_actions.make_action(cite, budget_year=YEAR - 1, status=ActionStatus.RETAINED)
    side = page_side(cite, YEAR, with_money=True)
    assert len(side["figures"]) == 6
    assert value_of(side, "Actions du plan") == "3"
    assert side["figures"][0]["note"] == f"2025{NBSP}: 1"
    assert value_of(side, "Personnes touchées") == "non connu"
    assert value_of(side, "Enveloppe notifiée") == f"9{NBSP}000{NBSP}€"
    assert value_of(side, "Programmé") == f"1{NBSP}860{NBSP}€"
    assert value_of(side, "Accordé") == f"1{NBSP}650,50{NBSP}€"


def test_an_action_between_communes_counts_in_each(cite, commune, funded):
    assert {row.name: number for row, number in plan.commune_counts(cite, YEAR).items()} == {"Grande-Synthe": 3}
    of_actions.make_action(cite, scope=Scope.INTERCOMMUNAL, status=ActionStatus.RETAINED)
    assert {row.name: number for row, number in plan.commune_counts(cite, YEAR).items()} == {
        "Dunkerque": 1,
        "Grande-Synthe": 4,
    }


def test_the_chart_of_ages_counts_actions(cite, funded):
    ActionPublic.objects.create(action=funded[0], kind=PublicKind.AGE_0_3, expected=12)
    ActionPublic.objects.create(action=funded[1], kind=PublicKind.AGE_0_3)
    ages = page_side(cite, YEAR, with_money=False)["charts"][1]["items"]
    assert ages[0] == {"label": "0-3 ans", "value": "2", "text": "2"}


def test_the_public_side_tells_no_amount_but_grants_made_known(cite, funded):
    side = page_side(cite, YEAR, with_money=False)
    assert value_of(side, "Accordé, rendu public") == f"1{NBSP}400,50{NBSP}€"
    for secret in ("Enveloppe", "Programmé", f"9{NBSP}000", f"1{NBSP}860", "1650.50", "Ligne gardée"):
        assert secret not in str(side)


def test_five_decisions_by_their_effect():
    setting = make_setting()
    make_closed_meeting(setting)
    cite = setting.cite
    rows = plan.decisions_of(cite, date.today().year, with_money=True)  # noqa: DTZ011 the year of the factories
    heaviest = plan.weightiest(rows, 5)
    assert heaviest
    assert [abs(row.effect or 0) for row in heaviest] == sorted(
        (abs(row.effect or 0) for row in heaviest), reverse=True
    )
    assert plan.decisions_of(cite, heaviest[0].year, with_money=False) == []


def test_the_page_is_issued_once_until_something_changes(cite, lead, funded):
    first, created = issue_one_page(cite, YEAR, actor=lead)
    again, created_again = issue_one_page(cite, YEAR, actor=lead)
    assert (created, created_again, again) == (True, False, first)
    Funding.objects.filter(action=funded[0], source__label="Ligne connue").update(granted="999")
    second, _ = issue_one_page(cite, YEAR, actor=lead)
    first.refresh_from_db()
    assert (second.number, value_of(first.content["full"], "Accordé")) == (2, f"1{NBSP}650,50{NBSP}€")
    assert value_of(second.content["full"], "Accordé") == f"1{NBSP}649{NBSP}€"


def test_files_with_every_amount_are_for_readers_of_money(cite, lead, funded):
    issue_one_page(cite, YEAR, actor=lead)
    elected, reader = factories.make_user(cite, Role.PILOT), factories.make_user(cite, Role.READER)
    assert PaperFile.objects.visible_to(elected).count() == 2
    assert [row.is_full for row in PaperFile.objects.visible_to(reader)] == [False]
    assert not PaperFile.objects.visible_to(factories.make_user(cite, Role.HOLDER))


def test_the_fullest_page_holds_on_one_sheet(cite, lead, funded):
    version, _ = issue_one_page(cite, YEAR, actor=lead)
    name = "Un intitulé de quarante caractères au plus"
    full = version.content["full"]
    bar = {"label": name, "value": "1234567.89", "text": f"1{NBSP}234{NBSP}567,89{NBSP}€"}
    full["charts"][0]["items"], full["charts"][2]["items"] = [bar] * AXES, [bar] * SOURCES
    full["charts"][1]["items"] = [{"label": "18-25 ans", "value": "88", "text": "88"}] * 6
    decision = {"date": "21 septembre 2026", "reference": "COPIL-2026-001", "effect": "− 1 234 567,89 €"}
    full["decisions"] = [decision | {"title": ("mot " * TITLE)[:TITLE]}] * DECISIONS
    html = paper_html(PaperKind.ONE_PAGE, version.content, is_full=True)
    assert count_pages(render_pdf(html)) == 1


# --- The annual report ----------------------------------------------------------------------------


@pytest.fixture
def report(cite, lead):
    return start_paper(cite, PaperKind.REPORT, YEAR, actor=lead)


def test_a_second_click_finds_the_report_of_the_first(cite, lead, report):
    assert start_paper(cite, PaperKind.REPORT, YEAR, actor=lead) == report
    assert EvaluationPaper.objects.count() == 1
    assert [entry.verb for entry in entries_for(report)] == ["paper.started"]


def test_texts_have_each_their_lock(report, lead):
    first = save_paper_text(paper=report, key="plan", body="Un", version=0, actor=lead)
    save_paper_text(paper=report, key="moyens", body="Deux", version=0, actor=lead)
    with pytest.raises(ConflictError) as raised:
        save_paper_text(paper=report, key="plan", body="Autre", version=0, actor=lead)
    assert raised.value.current == first
    assert set(PaperText.objects.values_list("body", flat=True)) == {"Un", "Deux"}


def test_the_report_freezes_its_sums(report, lead, funded):
    version, _ = issue_paper(report, actor=lead)
    table = block_of(version, "moyens", "Actions financées")
    assert {row[-1] for row in table["rows"]} == {f"400{NBSP}€", f"1{NBSP}000,50{NBSP}€"}
    assert table["total"] == ["Total", "", f"1{NBSP}400,50{NBSP}€"]
    assert [one["key"] for one in version.content["sections"]] == ReportSection.values
    assert "Encore secrète" not in str(version.content)


def test_flagships_are_told_once_published(report, lead, funded):
    save_paper(report, flagships=[funded[0], funded[2]], actor=lead, version=report.version)
    version, _ = issue_paper(report, actor=lead)
    rows = block_of(version, "plan", "Actions phares")["rows"]
    assert len(rows) == 1
    assert "Lire" in rows[0][0]
    with pytest.raises(ConflictError):
        save_paper(report, flagships=[], actor=lead, version=1)


def test_a_correction_says_what_it_corrects(report, lead):
    first, _ = issue_paper(report, actor=lead)
    assert issue_paper(report, actor=lead) == (first, False)
    save_paper_text(paper=report, key="plan", body="Corrigé", version=0, actor=lead)
    with pytest.raises(ValidationError, match="Dites ce que cette version corrige"):
        issue_paper(report, actor=lead)
    second, created = issue_paper(report, actor=lead, label="Le texte du plan")
    assert (second.number, created, section_of(first, "plan")["body"]) == (2, True, "")


def test_measures_of_few_persons_are_masked(report, cite, lead):
    make_measurement(make_indicator(cite, name="Jeunes raccrochés"), 3)
    make_measurement(make_indicator(cite, "I2", name="Parents"), 40)
    version, _ = issue_paper(report, actor=lead)
    rows = block_of(version, "evaluation", "Indicateurs mesurés")["rows"]
    assert rows == [["Jeunes raccrochés", "moins de 5"], ["Parents", "40"]]


def test_readers_read_issued_versions_only(report, cite, lead):
    reader = factories.make_user(cite, Role.READER)
    assert not EvaluationPaper.objects.visible_to(reader)
    version, _ = issue_paper(report, actor=lead)
    assert list(EvaluationPaper.objects.visible_to(reader)) == [report]
    assert list(PaperVersion.objects.visible_to(reader)) == [version]
    assert not PaperText.objects.visible_to(reader)


# --- The balance and the pages --------------------------------------------------------------------


def test_the_balance_tells_each_year_and_is_for_those_who_write_it(cite, lead, funded):
    balance = start_paper(cite, PaperKind.BALANCE, 2024, actor=lead)
    version, _ = issue_paper(balance, actor=lead)
    table = block_of(version, "moyens", "Année par année")
    years = [column["label"] for column in table["columns"]][1:]
    granted = next(row for row in table["rows"] if row[0] == "Accordé")
    assert len(version.content["sections"]) == 9
    assert granted[1 + years.index("2026")] == f"1{NBSP}650,50{NBSP}€"
    assert granted[1 + years.index("2024")] == "non connu"
    assert not PaperVersion.objects.visible_to(factories.make_user(cite, Role.READER))
    assert PaperVersion.objects.visible_to(factories.make_user(cite, Role.PILOT)).exists()


def test_context_known_by_school_counts_once_an_indicator(cite, commune, lead):
    index = make_indicator(cite, "C3", level=Level.CONTEXT, unit=Unit.POINTS)
    for name in ("Collège A", "Collège B"):
        make_measurement(index, 80, school=factories.make_school(name, commune), author=lead)
    make_measurement(make_indicator(cite, "R2"), 12, author=lead)
    assert [YearFigures(cite, year).nb_context for year in (2025, 2026)] == [0, 1]


@pytest.mark.parametrize("query", ["", "?annee=2026&avec=2025", "?annee=abc", "?annee=9999&avec=²", "?annee=2025"])
def test_years_that_make_no_sense_are_not_fatal(client, cite, lead, funded, query):
    of_actions.make_action(cite, budget_year=YEAR - 1, status=ActionStatus.RETAINED)
    client.force_login(lead)
    for name in ("one_page", "compare_years", "annual_report"):
        assert client.get(reverse(f"evaluation:{name}") + query).status_code == 200


def test_a_stale_text_is_shown_beside_the_other(client, report, lead):
    save_paper_text(paper=report, key="plan", body="Le leur", version=0, actor=lead)
    client.force_login(lead)
    url = reverse("evaluation:paper_text", args=[report.pk, "plan"])
    response = client.post(url, {"body": "Le mien", "version": "0"})
    assert response.status_code == 409
    assert "Le mien" in response.text
    assert "Le leur" in response.text
    assert client.post(url, {"body": "x", "version": "0"}, headers={"X-Autosave": "1"}).status_code == 409
    assert client.post(url, {"body": "Le mien", "version": "1"}).status_code == 302
    assert client.get(reverse("evaluation:paper_text", args=[report.pk, "autre"])).status_code == 404


def test_the_balance_waits_for_the_dates_of_the_label(client, lead, cite):
    cite.label_starts_on = cite.label_ends_on = None
    cite.save()
    client.force_login(lead)
    assert "Les dates du label ne sont pas connues" in client.get(reverse("evaluation:label_balance")).text
