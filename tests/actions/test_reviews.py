"""The financial review: what the screen says is in the workbook, its formulas stand on the lines, the rest is frozen."""

import csv
import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from actions import services
from actions.enums import Scope, Step
from actions.finances.checks import count_findings, run_checks
from actions.finances.envelopes import source_figures
from actions.finances.lines import INTERCOMMUNAL, SEVERAL, UNKNOWN, line_values, lines_of
from actions.finances.open_data import COLUMNS, grants_of, open_data_csv
from actions.finances.review_book import write_review
from actions.finances.review_content import LINE_KEYS, review_content
from actions.finances.review_print import review_context
from actions.models import Agreement, FinancialReview, Funding, NotificationRelease
from cite_educative.common.money import euros
from tests.actions import factories
from tests.factories import make_cite, make_commune, make_lead, make_organisation

DAY = date(2026, 11, 27)
YEAR = 2026


@pytest.fixture
def cite(db):
    return make_cite()


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def plan(cite, lead):
    """Two lines, four actions; unknown amounts, an amount in kind, two holders that differ by a capital only."""
    state = factories.make_source(cite, "État – P147")
    town = factories.make_source(cite, "Ville *", circuit="commune")
    factories.make_envelope(state, notified=Decimal("1000.10"), notified_on=DAY, notified_reference="arrêté")
    communes = [make_commune("Grande-Synthe"), make_commune("Dunkerque")]
    holders = [make_organisation(name, cite=cite, part="holder") for name in ("Les Mots", "LES MOTS", "Nager")]
    axis = factories.make_axis(factories.make_programme(cite))
    made = [
        factories.make_action(cite, holder=holders[0], communes=communes[:1], axis=axis),
        factories.make_action(cite, holder=holders[1], communes=communes),
        factories.make_action(cite, holder=holders[2], scope=Scope.INTERCOMMUNAL),
        factories.make_action(cite, holder=holders[2]),
    ]
    factories.make_funding(made[0], state, requested="500.05", programmed="400", granted="390.01", paid="100")
    factories.make_funding(made[1], state, requested="300", programmed="299.99")
    factories.make_funding(made[2], town, requested="0.10", programmed="0.10", granted="0")
    factories.make_funding(made[3], town, in_kind=True, requested="7777")
    return made


def book_of(cite, lead):
    file = BytesIO()
    write_review(file, review_content(cite, YEAR, author=lead, today=DAY))
    return file


def values_of(cite, lead):
    return openpyxl.load_workbook(book_of(cite, lead), data_only=True)


def table(sheet):
    """`{first cell: row}`, below the heading."""
    rows = list(sheet.iter_rows(values_only=True))
    return {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}


def cents(value):
    return None if value in (None, "") else Decimal(str(value)).quantize(Decimal("0.01"))


# --- The workbook ---------------------------------------------------------------------------------


def test_every_figure_of_the_screen_is_in_the_workbook(plan, cite, lead):
    rows = table(values_of(cite, lead)["Enveloppes"])

    for figures in source_figures(cite, YEAR):
        row = rows[figures.source.label]
        sums = [figures.sums.get(step) for step in (Step.PROGRAMMED, Step.GRANTED, Step.PAID)]
        shown = (figures.announced("notified"), *sums, figures.left(Step.PROGRAMMED))
        kept = [row[name] for name in ("Notifié", "Programmé", "Accordé", "Versé", "Reste à programmer")]
        assert [cents(value) for value in kept] == [cents(value) for value in shown]


def test_every_sheet_has_the_same_totals(plan, cite, lead):
    book = values_of(cite, lead)
    sums = Funding.objects.in_cash().sums()

    for name in ("Enveloppes", "Par axe", "Par porteur", "Par commune", "Par quartier"):
        total = table(book[name])["Total"]
        assert {step: cents(total[step.label.capitalize()]) for step in Step} == {step: sums[step] for step in Step}, (
            name
        )


def test_unknown_is_empty_and_never_zero(plan, cite, lead):
    rows = table(values_of(cite, lead)["Par commune"])

    assert cents(rows[INTERCOMMUNAL]["Accordé"]) == Decimal("0.00")
    assert cents(rows[SEVERAL]["Accordé"]) is None
    assert cents(rows["Total"]["Engagé"]) is None


def test_an_action_is_counted_in_one_place(plan, cite, lead):
    rows = table(values_of(cite, lead)["Par commune"])

    assert set(rows) == {"Grande-Synthe", INTERCOMMUNAL, SEVERAL, UNKNOWN, "Total"}
    assert cents(rows[SEVERAL]["Demandé"]) == Decimal("300.00")
    assert rows["Total"]["Financements"] == 3


def test_names_that_a_spreadsheet_takes_for_one_are_one_row(plan, cite, lead):
    rows = table(values_of(cite, lead)["Par porteur"])

    assert [name for name in rows if name.casefold() == "les mots"] == ["Les Mots"]
    assert cents(rows["Les Mots"]["Demandé"]) == Decimal("800.05")


def test_sums_are_formulas_on_the_lines(plan, cite, lead):
    sheet = openpyxl.load_workbook(book_of(cite, lead))["Par porteur"]

    formulas = [cell.value for row in sheet.iter_rows(min_row=2, min_col=3) for cell in row]
    assert all(str(formula).startswith("=IF(") for formula in formulas)
    assert "Lignes!" in sheet["C2"].value
    assert re.search(r"=IF\(COUNT\(C2:C\d+\)=0", sheet.cell(sheet.max_row, 3).value)


def test_what_the_checks_find_is_in_the_workbook(plan, cite, lead):
    sheet = values_of(cite, lead)["Contrôles"]

    found = {row[0] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert found == {result.rule.label for result in run_checks(cite, YEAR) if result.count}
    assert sheet.max_row - 1 == count_findings(cite, YEAR)


def test_numbers_are_numbers_and_days_are_days(plan, cite, lead):
    sheet = values_of(cite, lead)["Lignes"]
    row = dict(zip(LINE_KEYS, sheet[2], strict=True))

    assert cents(row["requested"].value) == Decimal("500.05")
    assert row["requested"].number_format == '#,##0.00 "€"'
    assert row["granted_on"].value.date() == factories.FACT
    assert row["year"].number_format == "General"
    assert sheet.freeze_panes == "C2"
    assert sheet.print_title_rows == "$1:$1"


@pytest.mark.parametrize("title", ["=1+1", "@SUM(A1)", "a\x00b\x1fc", "x" * 300])
def test_a_text_is_never_a_formula(plan, cite, lead, title):
    content = review_content(cite, YEAR, author=lead, today=DAY)
    content["lines"][0][LINE_KEYS.index("title")] = title
    file = BytesIO()

    write_review(file, content)

    cell = openpyxl.load_workbook(file)["Lignes"].cell(2, LINE_KEYS.index("title") + 1)
    assert cell.data_type == "s"


def test_an_empty_year_makes_a_workbook_all_the_same(cite, lead):
    assert "Lignes" in values_of(cite, lead).sheetnames


AMOUNTS = st.none() | st.integers(0, 10**11).map(lambda number: Decimal(number) / 100)


@given(st.lists(st.tuples(AMOUNTS, st.sampled_from(["A", "a", "B", "É"])), max_size=12))
@settings(max_examples=30, deadline=None)
def test_the_total_equals_the_sum_of_its_parts(rows):
    lines = [
        [
            {"holder": name, "requested": None if amount is None else str(amount), "in_kind": "non"}.get(key, "x")
            if key in ("holder", "requested", "in_kind")
            else None
            if key in {str(step) for step in Step} | {"programmed_on", "granted_on", "gap"}
            else "x"
            for key in LINE_KEYS
        ]
        for amount, name in rows
    ]
    content = {
        "cite": "Cité",
        "made_on": "",
        "made_by": "",
        "year": YEAR,
        "envelopes": [],
        "payments": [],
        "checks": [],
    }
    file = BytesIO()

    write_review(file, {**content, "lines": lines})

    sheet = table(openpyxl.load_workbook(file, data_only=True)["Par porteur"])
    total = sheet.pop("Total")["Demandé"]
    parts = [cents(row["Demandé"]) for row in sheet.values() if row["Demandé"] not in (None, "")]
    assert (cents(total) or 0) == sum(parts)
    assert (cents(total) or 0) == sum(amount for amount, _ in rows if amount)


# --- Frozen ---------------------------------------------------------------------------------------


def test_a_review_is_frozen_and_made_again_only_when_something_changed(plan, cite, lead):
    first, created = services.make_financial_review(cite=cite, budget_year=YEAR, actor=lead)
    again, twice = services.make_financial_review(cite=cite, budget_year=YEAR, actor=lead)
    assert (created, twice, again) == (True, False, first)

    source = cite.funding_sources.first()
    services.record_amount(
        action=plan[3], source=source, budget_year=YEAR, step=Step.REQUESTED, amount=Decimal("1"), on=DAY, actor=lead
    )
    second, created = services.make_financial_review(cite=cite, budget_year=YEAR, actor=lead)

    assert created
    assert len(FinancialReview.objects.get(pk=first.pk).content["lines"]) == 4
    assert len(second.content["lines"]) == 5


def test_the_pages_to_read_say_the_same_sums(plan, cite, lead):
    context = review_context(review_content(cite, YEAR, author=lead, today=DAY))
    sums = Funding.objects.in_cash().sums()

    assert context["sums"][0] == euros(sums[Step.REQUESTED])
    assert context["figures"][1]["value"].startswith("700")
    assert any("299,99" in sentence for sentence in context["sentences"])


def test_the_list_exports_every_line(client, plan, cite, lead):
    client.force_login(lead)

    text = b"".join(client.get(reverse("actions:fundings"), {"format": "csv"}).streaming_content).decode("utf-8-sig")

    lines = text.splitlines()
    assert len(lines) == 1 + Funding.objects.in_cash().count() + 1
    assert "390,01" in text
    assert lines[-1].startswith("Total;")


@pytest.mark.parametrize(
    ("position", "number"), [("a-accorder", 1), ("ecart", 2), ("a-verser", 1), ("sans-programmation", 0), ("faux", 0)]
)
def test_the_list_is_filtered_by_where_the_money_is(client, plan, lead, position, number):
    client.force_login(lead)

    listing = client.get(reverse("actions:fundings"), {"ou": position}).context["listing"]

    assert listing.count == number


def test_the_list_costs_the_same_for_many(client, plan, cite, lead, django_assert_max_num_queries):
    client.force_login(lead)
    source = cite.funding_sources.first()
    for _ in range(40):
        factories.make_funding(factories.make_action(cite), source, requested="10")

    with django_assert_max_num_queries(18):
        client.get(reverse("actions:fundings"))


def test_the_lines_of_a_year_take_three_queries(plan, cite, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert len([line_values(funding) for funding in lines_of(cite, YEAR)]) == 4


# --- Open data ------------------------------------------------------------------------------------

PATTERNS = {
    "nomAttribuant": r".{1,256}",
    "idAttribuant": r"\d{14}",
    "dateConvention": r"\d{4}-\d{2}-\d{2}",
    "referenceDecision": r".*",
    "nomBeneficiaire": r".{1,256}",
    "idBeneficiaire": r"(\d{14})?",
    "rnaBeneficiaire": r"(W\d{9})?",
    "objet": r".{1,256}",
    "montant": r"\d+\.\d{2}",
    "nature": r"aide en numéraire|aide en nature",
    "conditionsVersement": r"unique|échelonné|autre",
    "datesPeriodeVersement": r"\d{4}-\d{2}-\d{2}(/\d{4}-\d{2}-\d{2})?",
    "idRAE": r"",
    "notificationUE": r"oui|non",
    "pourcentageSubvention": r"1|0\.\d{2}",
    "dispositifAide": r".*",
}


@pytest.fixture
def publisher(plan, cite):
    state = cite.funding_sources.get(label="État – P147")
    state.organisation.siret = "17590001100013"
    state.organisation.save()
    factories.release(state)
    plan[0].holder.siret = "78360374900022"
    plan[0].holder.save()
    return state.organisation


def test_the_open_data_file_has_the_columns_and_patterns_of_its_schema(publisher, cite, plan):
    rows = list(csv.DictReader(open_data_csv(grants_of(cite, publisher, YEAR)).splitlines()))

    assert tuple(rows[0]) == COLUMNS
    assert [row["montant"] for row in rows] == ["390.01"]
    for row in rows:
        wrong = [name for name, pattern in PATTERNS.items() if not re.fullmatch(pattern, row[name])]
        assert wrong == []


def test_what_is_not_released_is_not_published(publisher, cite, plan):
    NotificationRelease.objects.all().delete()
    assert open_data_csv(grants_of(cite, publisher, YEAR)).count("\n") == 1
    (grant,) = grants_of(cite, publisher, YEAR)
    assert "libérées" in grant.faults[0]


def test_a_text_that_a_spreadsheet_would_run_is_not_published(publisher, cite, plan):
    plan[0].title = "=cmd|' /C calc'!A0"
    plan[0].save()

    (grant,) = grants_of(cite, publisher, YEAR)

    assert any("tableur" in fault for fault in grant.faults)


def test_what_lacks_something_is_left_out_and_told(publisher, cite, plan, client, lead):
    plan[0].holder.siret = ""
    plan[0].holder.save()
    client.force_login(lead)

    page = client.get(reverse("actions:open_data"), {"financeur": publisher.pk}).content.decode()

    assert "ni SIRET ni RNA" in page
    assert open_data_csv(grants_of(cite, publisher, YEAR)).count("\n") == 1


def test_what_is_only_programmed_is_never_published(publisher, cite, plan):
    assert [grant.funding.action for grant in grants_of(cite, publisher, YEAR)] == [plan[0]]


@pytest.mark.parametrize("asked", ["0", "abc", "9" * 30])
def test_an_unknown_publisher_is_not_found(client, cite, lead, asked):
    client.force_login(lead)

    assert client.get(reverse("actions:open_data"), {"financeur": asked}).status_code == 404


def test_the_review_follows_what_comes_after_the_grants(cite, lead):
    """An amended agreement counts once, for its new amount; a statement nobody began is there too."""
    holder = make_organisation("Les Dunes", cite=cite, part="holder")
    source = factories.make_source(cite)
    factories.release(source)
    funding = factories.make_funding(
        factories.make_action(cite, holder=holder, status="retained"), source, granted="1000"
    )
    factories.make_funding(
        factories.make_action(cite, holder=holder, status="retained"), factories.make_source(cite), granted="7"
    )
    draft = services.draft_agreement(
        cite=cite, funder=source.organisation, holder=holder, budget_year=YEAR, actor=lead
    )
    services.save_agreement(draft, version=1, amounts={draft.lines.get().pk: Decimal(600)}, actor=lead)
    signed = _sign(draft, lead)
    amendment = services.draft_amendment(signed, actor=lead)
    services.save_agreement(amendment, version=1, amounts={amendment.lines.get().pk: Decimal(900)}, actor=lead)
    _sign(amendment, lead)

    content = review_content(cite, YEAR, author=lead, today=date(2026, 7, 1))

    assert [row["amount"] for row in content["agreements"]] == ["900.00"]
    assert {row["state"] for row in content["statements"]} == {"Pas commencé"}
    assert len(content["statements"]) == 2
    (line,) = [row for row in content["consumption"] if row["funder"] == source.label]
    assert (line["granted"], line["unplanned"]) == ("1000.00", str(Decimal("1000.00") - funding_planned(funding)))


def funding_planned(funding):
    return sum(funding.payments.values_list("amount", flat=True))


def _sign(agreement, actor):
    row = Agreement.objects.get(pk=agreement.pk)
    row = services.issue_agreement(row, version=row.version, actor=actor)
    for one in row.signatures.all():
        services.record_signature(one, capacity="x", sent_on=None, signed_on=row.issued_on, actor=actor)
    return Agreement.objects.get(pk=agreement.pk)
