"""Accounting exports: columns in any order, lines matched by reference, paid once."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from actions import services
from actions.accounting import ALREADY, MATCHED, TO_CONFIRM, UNKNOWN, match_lines
from actions.enums import ImportState
from actions.models import AccountingImport, Payment
from cite_educative.common.spreadsheets import SpreadsheetError
from tests.actions import factories
from tests.factories import make_cite, make_lead, make_organisation

DAY = date(2026, 6, 1)
HEAD = "Date de paiement;Bénéficiaire;N° mandat;Montant TTC"


@pytest.fixture
def cite(db):
    return make_cite()


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def funding(cite):
    source = factories.make_source(cite, "CUD", circuit="intercommunality", pays_ourselves=True)
    holder = make_organisation("Les Mots", cite=cite)
    return factories.make_funding(factories.make_action(cite, holder=holder), source, granted="1000")


@pytest.fixture
def payments(funding, lead):
    """400 € ordered by the mandate 2041, 300 € planned."""
    parts = [(funding, "advance", Decimal(400), DAY, ""), (funding, "balance", Decimal(300), DAY, "")]
    first, second = services.plan_payments(None, parts, actor=lead)
    services.order_payment(first, version=1, on=DAY, reference="Bordereau 118, mandat 2041", actor=lead)
    return first, second


@pytest.fixture
def signed_in(client, lead):
    client.force_login(lead)
    return client


def give(cite, lead, *lines, head=HEAD, name="export.csv"):
    content = "\n".join([head, *lines, ""]).encode()
    run = services.start_accounting(cite=cite, actor=lead, content=content, filename=name)
    return services.settle_accounting(run, mapping=run.mapping, actor=lead)


def statuses(run):
    return [line.status for line in match_lines(run)]


def confirm(run, lead):
    sure = {line.number: line.candidates[0].pk for line in match_lines(run) if line.status == MATCHED}
    return services.confirm_accounting(run, chosen=sure, actor=lead)


ORDERED = "12/06/2026;LES MOTS;2041;400,00"


def test_the_year_behind_a_number_is_not_the_number(cite, lead, payments):
    first, _ = payments
    Payment.objects.filter(pk=first.pk).update(order_reference="Mandat 45/2026")

    run = give(cite, lead, "12/06/2026;Papeterie;77/2026;400,00", "12/06/2026;Les Mots;45-2026;400,00")

    assert statuses(run) == [UNKNOWN, MATCHED]


def test_the_same_number_for_somebody_else_is_to_confirm(cite, lead, payments):
    run = give(cite, lead, "12/06/2026;Papeterie;2041;400,00")

    assert statuses(run) == [TO_CONFIRM]


def test_the_same_amount_and_day_of_another_holder_is_not_told_already(cite, lead, funding, payments):
    first, _ = payments
    services.pay_payment(Payment.objects.get(pk=first.pk), version=2, on=date(2026, 6, 12), reference="", actor=lead)

    run = give(cite, lead, "12/06/2026;Papeterie;;400,00", "12/06/2026;Les Mots;;400,00")

    assert statuses(run) == [UNKNOWN, ALREADY]


def test_lines_are_matched_by_mandate_proposed_by_name_or_left(cite, lead, payments):
    run = give(cite, lead, ORDERED, "13/06/2026;Les Mots;;300,00", "14/06/2026;Papeterie;77;12,50")

    assert statuses(run) == [MATCHED, TO_CONFIRM, UNKNOWN]


def test_our_own_code_is_a_reference(cite, lead, payments):
    line = f"12/06/2026;{payments[1].code};300,00"
    run = give(cite, lead, line, head="Date de paiement;Code versement;Montant")

    assert statuses(run) == [MATCHED]


def test_another_amount_is_never_paid_under_a_known_reference(cite, lead, payments):
    run = give(cite, lead, "12/06/2026;LES MOTS;2041;399,99")

    (line,) = match_lines(run)
    assert line.status == UNKNOWN
    assert "400,00" in line.reason


def test_two_lines_are_never_one_payment(cite, lead, payments):
    run = give(cite, lead, ORDERED, ORDERED)

    assert statuses(run).count(MATCHED) == 1


def test_what_is_confirmed_is_paid_and_a_second_import_changes_nothing(cite, lead, payments, funding):
    done = confirm(give(cite, lead, ORDERED), lead)
    again = give(cite, lead, ORDERED)

    assert done.result == {"paid": 1, "already": 0, "left": 0, "refused": []}
    assert statuses(again) == [ALREADY]
    assert confirm(again, lead).result["paid"] == 0
    funding.refresh_from_db()
    assert funding.paid == Decimal(400)


def test_a_second_click_pays_once(cite, lead, payments, funding):
    run = give(cite, lead, ORDERED)
    first, second = confirm(run, lead), services.confirm_accounting(run, chosen={2: payments[0].pk}, actor=lead)

    assert first.result == second.result
    funding.refresh_from_db()
    assert funding.paid == Decimal(400)


def test_a_payment_that_is_refused_is_told_and_the_others_are_paid(cite, lead, payments, funding):
    run = give(cite, lead, ORDERED, "13/06/2026;Les Mots;;300,00")
    funding.record("committed", Decimal(500), kind="entry", on=DAY, actor=lead)
    lines = {line.number: line.candidates[0].pk for line in match_lines(run)}

    done = services.confirm_accounting(run, chosen=lines, actor=lead)

    assert done.result["paid"] == 1
    assert "il reste 100,00" in done.result["refused"][0][1]


def test_what_is_not_proposed_is_not_paid(cite, lead, payments):
    run = give(cite, lead, "14/06/2026;Papeterie;77;300,00")

    with pytest.raises(ValidationError):
        services.confirm_accounting(run, chosen={2: payments[1].pk}, actor=lead)

    assert not Payment.objects.filter(paid_on__isnull=False).exists()


def test_columns_are_remembered_whatever_their_titles(cite, lead, payments):
    head = "Quand;Combien;Pièce"
    content = f"{head}\n12/06/2026;400,00;2041\n".encode()
    run = services.start_accounting(cite=cite, actor=lead, content=content, filename="a.csv")
    assert run.state == ImportState.UPLOADED
    services.settle_accounting(run, mapping={"on": 0, "amount": 1, "order": 2}, actor=lead)

    second = services.start_accounting(cite=cite, actor=lead, content=content, filename="b.csv")

    assert second.state == ImportState.READY
    assert statuses(second) == [MATCHED]


def test_a_workbook_is_read_as_a_text_file_is(cite, lead, payments):
    book = openpyxl.Workbook()
    book.active.append(["Montant", "Mandat", "Date de paiement"])
    book.active.append([400, 2041, date(2026, 6, 12)])
    file = BytesIO()
    book.save(file)

    run = services.start_accounting(cite=cite, actor=lead, content=file.getvalue(), filename="export.xlsx")

    assert statuses(run) == [MATCHED]


def test_a_file_without_a_line_is_refused(cite, lead):
    with pytest.raises(SpreadsheetError):
        services.start_accounting(cite=cite, actor=lead, content=b"", filename="vide.csv")


def test_from_the_file_to_the_payment_on_the_pages(signed_in, payments, funding):
    content = f"{HEAD}\n{ORDERED}\n".encode()
    page = signed_in.post(reverse("actions:accounting"), {"file": SimpleUploadedFile("export.csv", content)})
    run = AccountingImport.objects.get()
    assert page.url == reverse("actions:accounting_run", args=[run.pk])
    wrong = signed_in.post(page.url, {"amount": "3"})
    assert "Date du paiement" in wrong.content.decode()
    assert signed_in.post(page.url, {"amount": "3", "on": "0", "order": "2", "holder": "1"}).status_code == 302
    assert "2041" in signed_in.get(page.url).content.decode()

    url = reverse("actions:accounting_confirm", args=[run.pk])
    assert signed_in.post(url, {"ligne-2": "999999"}).status_code == 409
    assert signed_in.post(url, {"ligne-2": payments[0].pk}).status_code == 302

    assert "<strong>1</strong>" in signed_in.get(page.url).content.decode()
    funding.refresh_from_db()
    assert funding.paid == Decimal(400)
