"""Every amount of the pages of the year's money is in the workbook of the review, and nothing there is less than they say."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from actions import services
from actions.enums import PaymentKind, Step
from actions.finances.books import Books
from actions.finances.checks import RULES
from actions.finances.review_book import write_review
from actions.finances.review_content import review_content
from actions.finances.review_print import review_context
from actions.models import Expense, FinancialStatement, Payment
from cite_educative.common.money import parse_euros
from partners.enums import OrganisationKind
from tests.actions import factories
from tests.factories import make_cite, make_lead, make_organisation

YEAR = factories.YEAR
AMOUNT = re.compile(r"\d[\d\u00a0]*(?:,\d\d)?\u00a0€")
PAID_ON = date(2026, 5, 4)


@pytest.fixture
def cite(db):
    return make_cite()


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def state(cite, lead):
    """Two years of payments, direct spending, an envelope overdrawn, a contribution in kind, an alert seen and one not."""
    source = factories.make_source(cite, "État – P147", pays_ourselves=True)
    town = factories.make_source(cite, "Écoles", circuit="commune")
    factories.make_envelope(source, provisional=Decimal(50000), carried_over=Decimal("1200.50"))
    factories.make_envelope(town, provisional=Decimal(100))
    holder = make_organisation("Les Dunes", cite=cite, kind=OrganisationKind.ASSOCIATION)
    action = factories.make_action(cite, title="Lire", holder=holder, status="retained")
    funding = factories.make_funding(action, source, requested="31000", programmed="30111.11", granted="29000")
    factories.make_funding(action, town, requested="345", programmed="321.09", granted="321.09")
    old = factories.make_action(cite, holder=holder, status="retained", budget_year=2025)
    factories.make_funding(old, source, year=2025, granted="8000")
    _paid_last_year(old, source, lead)
    advance, _ = services.plan_payments(
        None,
        [
            (funding, PaymentKind.ADVANCE, Decimal("20111"), date(2026, 5, 1), ""),
            (funding, PaymentKind.BALANCE, Decimal("4001"), date(2027, 6, 1), ""),
        ],
        actor=lead,
    )
    services.order_payment(advance, version=advance.version, on=date(2026, 5, 2), reference="B 42", actor=lead)
    advance = Payment.objects.get(pk=advance.pk)
    services.pay_payment(advance, version=advance.version, on=PAID_ON, reference="VIR 7", actor=lead)
    for label, amount, paid_on in (("Car", "812.34", None), ("Évaluation", "99", PAID_ON)):
        expense = Expense(source=source, budget_year=YEAR, label=label, amount=Decimal(amount), created_by=lead)
        expense.nature, expense.paid_on = "transport", paid_on
        expense.order_reference, expense.payment_reference = f"M {amount}", f"P {amount}" if paid_on else ""
        services.save_expense(expense, actor=lead)
    services.add_contribution(
        cite=cite,
        actor=lead,
        institution=make_organisation("Académie", cite=cite),
        label="Un coordonnateur",
        kind="fte",
        quantity=Decimal("0.5"),
        unit="ETP",
        amount=Decimal(26543),
        budget_year=YEAR,
        source="lettre de mission",
        informed_on=date(2026, 3, 3),
    )
    found = [alert for alert in Books(cite, YEAR).alerts if alert.key.startswith("convention:")]
    services.acknowledge(cite=cite, budget_year=YEAR, alert=found[0], reason="convention en cours", actor=lead)
    return source


def _paid_last_year(action, source, lead):
    typed = {"action": action, "source": source, "budget_year": 2025, "step": Step.PAID, "actor": lead}
    services.record_amount(**typed, amount=Decimal(5000), on=date(2025, 3, 1))
    services.record_amount(**typed, amount=Decimal(7777), on=date(2025, 12, 15))


def made(cite, lead, *, today=None, values=True):
    file = BytesIO()
    write_review(file, review_content(cite, YEAR, author=lead, today=today or timezone.localdate()))
    return load_workbook(file, data_only=values)


@pytest.fixture
def book(state, cite, lead):
    return made(cite, lead)


def told(text):
    return {abs(parse_euros(found)) for found in AMOUNT.findall(text)}


def figures_of(book):
    known = set()
    for sheet in book.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if isinstance(cell.value, int | float):
                known.add(abs(Decimal(str(cell.value)).quantize(Decimal("0.01"))))
            elif isinstance(cell.value, str):
                known |= told(cell.value)
    return known


def rows_of(book, name):
    rows = list(book[name].iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


@pytest.mark.parametrize(("page", "least"), [("finances", 20), ("consumption", 10), ("thresholds", 3)])
def test_every_amount_of_the_page_is_in_the_workbook(client, cite, lead, book, page, least):
    client.force_login(lead)

    answer = client.get(reverse(f"actions:{page}"), {"exercice": YEAR}).content.decode()

    shown = told(re.sub(r"<svg.*?</svg>", "", answer, flags=re.DOTALL).replace("&nbsp;", "\u00a0"))
    assert len(shown) >= least
    assert shown - figures_of(book) == set()


def test_totals_follow_the_filter_of_their_sheet(cite, lead, state):
    formulas, values = made(cite, lead, values=False), made(cite, lead)

    for name in ("Enveloppes", "Par axe", "Par porteur", "Lignes", "Versements", "Justifications"):
        row = formulas[name].max_row
        sums = [cell for cell in formulas[name][row] if str(cell.value).startswith("=")]
        assert sums, name
        assert all("SUBTOTAL(109," in cell.value for cell in sums), name
    column = [cell.value for cell in values["Lignes"][1]].index("Accordé") + 1
    assert values["Lignes"].cell(values["Lignes"].max_row, column).value == pytest.approx(29321.09)


def test_what_is_left_at_each_step_is_a_formula(book, state):
    row, town, _ = rows_of(book, "Enveloppes")

    assert row["Reste à programmer"] == pytest.approx(50000 + 1200.5 - 812.34 - 99 - 30111.11)
    assert row["Reste à verser"] == pytest.approx(50000 + 1200.5 - 99 - 20111)
    assert town["Reste à programmer"] == pytest.approx(100 - 321.09)
    assert town["Reste à engager"] is None  # a step that a commune does not use


def test_an_alert_says_who_took_note_of_it_and_why(book, lead):
    (row,) = [row for row in rows_of(book, "Seuils") if row["Motif"]]

    assert row["Pris acte par"] == str(lead)
    assert row["Motif"] == "convention en cours"
    assert row["Seuil"] == "23\u00a0000\u00a0€"


def test_the_pace_of_last_year_is_under_the_consumption(cite, lead, state):
    row = rows_of(made(cite, lead, today=date(2026, 11, 27)), "Consommation")[-1]

    assert row["Financeur"] == "Au rythme de l’an dernier"
    assert row["Versé au 31 décembre"] == pytest.approx(20111 * 7777 / 5000, abs=0.005)


def test_a_payment_keeps_how_it_was_ordered_and_paid(book):
    row = rows_of(book, "Versements")[0]

    assert (row["Mandaté le"].date(), row["Payé le"].date()) == (date(2026, 5, 2), PAID_ON)
    assert (row["Bordereau et mandat"], row["Référence"]) == ("B 42", "VIR 7")


def test_an_expense_keeps_both_references(book):
    rows = {row["Objet"]: row for row in rows_of(book, "Dépenses directes")}

    assert (rows["Évaluation"]["Bordereau et mandat"], rows["Évaluation"]["Référence"]) == ("M 99", "P 99")
    assert rows["Car"]["Bordereau et mandat"] == "M 812.34"


def test_justified_without_payment_and_refunds_are_followed(cite, lead, state):
    funding = state.fundings.get(budget_year=YEAR)
    other = factories.make_funding(factories.make_action(cite), factories.make_source(cite), granted="50")
    services.record_amount(
        action=other.action,
        source=other.source,
        budget_year=YEAR,
        step=Step.JUSTIFIED,
        amount=Decimal(40),
        on=PAID_ON,
        actor=lead,
    )
    row = services.file_elsewhere(
        services.statement_of(funding.action),
        filed_on=date(2026, 10, 1),
        spent=Decimal(18000),
        unspent=Decimal(2111),
        people_reached=33,
        actor=lead,
    )
    shares = {one.pk: Decimal(100) for one in funding.action.fundings.filter(granted__gt=0)}
    row = services.accept_statement(row, justified={**shares, funding.pk: Decimal(18000)}, actor=lead)
    share = row.shares.get(funding=funding)
    services.note_refund(share, asked_on=date(2026, 10, 5), refunded_on=date(2026, 10, 20), actor=lead)
    FinancialStatement.objects.update(reminders=[{"stage": "before", "on": "2026-09-01", "sent_to": []}])
    book = made(cite, lead)

    rows = {row["Action"]: row for row in rows_of(book, "Justifications") if row["Financeur"] != "Écoles"}
    assert rows[other.action.title]["Justifié"] == 40
    assert rows["Lire"]["À reverser"] == 2111
    assert rows["Lire"]["Demandé le"].date() == date(2026, 10, 5)
    assert rows["Lire"]["Reversé le"].date() == date(2026, 10, 20)
    statement = next(row for row in rows_of(book, "Comptes rendus") if row["Personnes touchées"])
    assert statement["Personnes touchées"] == 33
    assert statement["Dernière relance"].date() == date(2026, 9, 1)


def test_the_pdf_says_the_same_tables(cite, lead, state):
    content = review_content(cite, YEAR, author=lead, today=timezone.localdate())
    context = review_context(content)

    page = render_to_string("finances/print/review.html", context)

    assert context["columns"] == [step.label.capitalize() for step in Step]
    assert context["envelope_totals"][0] == "50\u00a0100\u00a0€"
    programmed, granted = context["matrices"]
    assert programmed["funders"] == ["État – P147", "Écoles"]
    assert granted["totals"][-1] == "29\u00a0321,09\u00a0€"
    assert context["justified"]["totals"][3] == "20\u00a0111,00\u00a0€"
    assert len(context["checks"]) == len(RULES)
    assert "<h2>Versements</h2>" in page
    assert "VIR 7" in page
    assert "<h2>Justifications</h2>" in page


def test_accents_do_not_move_a_name_and_funders_are_in_the_order_of_the_cite(cite, lead, state):
    for name in ("Éveil", "Zéphyr", "Eau"):
        action = factories.make_action(cite, holder=make_organisation(name, cite=cite))
        factories.make_funding(action, state, requested="1")
    book = made(cite, lead, values=False)

    names = [row[0] for row in book["Par porteur"].iter_rows(min_row=2, values_only=True)]
    assert names == ["Eau", "Éveil", "Les Dunes", "Zéphyr", "Total"]
    assert [cell.value for cell in book["Axes × programmé"][1]] == ["Axe", "État – P147", "Écoles", "Total"]
    cover = book["Couverture"]
    assert cover["B4"].is_date
    assert cover.sheet_properties.pageSetUpPr.fitToPage
    assert cover.page_setup.fitToHeight in (None, 1)  # one page high, the usual value
    assert cover.cell(cover.max_row, 1).alignment.wrap_text
    assert "SUBTOTAL(109," in book["Par porteur"].cell(6, 3).value
