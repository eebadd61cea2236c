"""Statements: written, filed here or in Dauphin, sent back, accepted; reminders; what comes back."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from actions import services
from actions.enums import ActionStatus, BornIn, BudgetSide, EntryKind, PaymentKind, StatementState, Step
from actions.finances.budget_paste import read_budget
from actions.finances.statement_pages import statement_actions
from actions.finances.statements import in_order, planned_lines, proposed_shares, result_warning, sums_of, unexplained
from actions.models import FinancialStatement, Funding, StatementLine
from cite_educative.common.locks import ConflictError
from cite_educative.common.money import euros
from cite_educative.documents.models import GeneratedFile
from cite_educative.documents.registry import renderers
from partners.enums import Part, Role
from partners.models import OutgoingMessage
from tests.actions.factories import YEAR, make_act, make_action, make_funding, make_source, release
from tests.factories import make_organisation, make_user

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def holder(cite):
    return make_organisation("Les Dunes", cite=cite, part=Part.HOLDER, email="contact@dunes.example")


@pytest.fixture
def action(cite, holder, lead):
    action = make_action(cite, title="Lire en famille", holder=holder, status=ActionStatus.RETAINED)
    lines = read_budget("604\t6 000\n641\t4 000\n74etat\t8 000\n70x\t2 000").lines
    services.save_budget(action, budget_year=YEAR, lines=lines, actor=lead)
    return action


@pytest.fixture
def funding(cite, action):
    source = make_source(cite, "État – P147")
    release(source)
    return make_funding(action, source, granted="8000", paid="8000")


def write(action, actor, amounts, **fields):
    """Save what its holder wrote: `amounts` maps codes to (actual, explanation)."""
    statement = services.statement_of(action)
    kept = list(statement.lines.all()) if statement.pk else []
    lines = kept or planned_lines(action, YEAR)
    for line in lines:
        line.pk = None
        line.actual, line.explanation = amounts.get(line.code, (line.planned, ""))
    whole = {
        "implementation": "Douze ateliers.",
        "people_reached": 84,
        "unspent": Decimal(0),
        "attested_by": "Jeanne Exemple",
        "attested_as": "présidente",
        **fields,
    }
    for name, value in whole.items():
        setattr(statement, name, value)
    return services.save_statement(statement, version=statement.version, lines=lines, actor=actor)


# --- Written and filed here -----------------------------------------------------------------------


def test_it_starts_from_the_budget(action, funding):
    lines = planned_lines(action, YEAR)

    assert [(line.code, line.planned) for line in lines if line.side == BudgetSide.CHARGE] == [
        ("604", Decimal(6000)),
        ("641", Decimal(4000)),
    ]
    assert sums_of(lines).planned_charges == sums_of(lines).planned_income == Decimal(10000)


def test_all_that_is_missing_is_said_at_once(action, funding, lead):
    row = write(action, lead, {"604": (Decimal(7000), "")}, implementation="", people_reached=None, attested_by="")

    with pytest.raises(ValidationError) as refused:
        services.file_statement(row, version=row.version, actor=lead)

    sentences = " ".join(refused.value.messages)
    for words in ("Prestations de services", "mise en œuvre", "personnes", "qui atteste"):
        assert words in sentences
    assert FinancialStatement.objects.get().state == StatementState.DRAFT


def test_a_gap_below_the_threshold_needs_no_word(action, funding, lead):
    row = write(action, lead, {"604": (Decimal(6600), ""), "641": (Decimal("3600.01"), "")})

    assert unexplained(list(row.lines.all()), 10) == []
    assert [line.code for line in unexplained(list(row.lines.all()), 9)] == ["604", "641"]


def test_filing_freezes_and_prints_the_three_sheets(action, funding, lead):
    row = write(action, lead, {"604": (Decimal(7000), "Un atelier de plus.")})

    row = services.file_statement(row, version=row.version, actor=lead, today=date(2027, 5, 2))

    assert (row.state, row.filed_in, row.spent) == (StatementState.FILED, BornIn.HERE, Decimal(11000))
    file = GeneratedFile.objects.get(statement_document__statement=row)
    html = renderers[file.kind](file)
    for words in (
        "Bilan qualitatif",
        "Tableau de synthèse",
        "Un atelier de plus.",
        "Je soussigné ou soussignée Jeanne",
        "représente",
    ):
        assert words in html
    with pytest.raises(ValidationError, match="déposé"):
        write(action, lead, {})


def test_charges_and_income_are_told_apart_by_post(action, funding, lead, sign_in):
    lines = read_budget("604\t6 000\n60x\t500\n641\t4 000\n864\t900\n74etat\t8 000\n70x\t2 000\n870\t900").lines
    services.save_budget(action, budget_year=YEAR, lines=lines, actor=lead)
    row = write(action, lead, {"604": (Decimal(6100), "Un atelier de plus.")})
    form = sign_in(lead).get(f"/actions/{action.pk}/compte-rendu/").content.decode()

    row = services.file_statement(row, version=row.version, actor=lead)

    charges, income = row.content["columns"]
    assert [(one["label"], one["planned"], one["actual"]) for one in charges["rows"][:3]] == [
        ("60 Achats", euros(6500), euros(6600)),
        ("604 Prestations de services", euros(6000), euros(6100)),
        ("60 Autres fournitures", euros(500), euros(500)),
    ]
    assert charges["in_kind_total"]["actual"] == income["in_kind_total"]["actual"] == euros(900)
    assert charges["total"]["actual"] == euros(10_600)
    assert row.content["result"] == f"Résultat, produits moins charges\u00a0: {euros(-600)}."
    html = renderers["actions.statement"](GeneratedFile.objects.get(statement_document__statement=row))
    page = sign_in(lead).get(f"/actions/{action.pk}/compte-rendu/").content.decode()
    for words in (row.content["result"], "<b>60 Achats</b>", "Charges, contributions en nature"):
        assert words in form
        assert words in html
        assert words in page


@pytest.mark.parametrize(
    ("actual", "why", "unspent", "warned"),
    [
        ("4000", "", "0", False),
        ("4100", "", "0", True),
        ("4100", "Une embauche.", "0", False),
        ("3900", "", "0", True),
        ("3900", "", "100", False),
    ],
)
def test_a_result_that_nobody_explains_is_warned_of_and_filed(action, funding, lead, actual, why, unspent, warned):
    row = write(action, lead, {"641": (Decimal(actual), why)}, unspent=Decimal(unspent))
    lines = list(row.lines.all())

    assert bool(result_warning(row, lines, sums_of(lines))) == warned
    assert services.file_statement(row, version=row.version, actor=lead).is_filed


def test_what_the_holder_may_not_know_is_not_printed(cite, action, funding, lead):
    make_funding(action, make_source(cite, "Ville"), granted="1234.56")
    row = write(action, lead, {})

    row = services.file_statement(row, version=row.version, actor=lead)

    assert "Ville" not in str(row.content)
    assert [one["label"] for one in row.content["funders"]] == ["État – P147"]


def test_two_people_write_one_statement(action, funding, lead):
    write(action, lead, {})
    stale = services.statement_of(action)
    write(action, lead, {"604": (Decimal(1), "")})

    with pytest.raises(ConflictError):
        services.save_statement(stale, version=stale.version, lines=[], actor=lead)


def test_two_people_begin_it(action, funding, lead):
    mine = services.statement_of(action)
    write(action, lead, {})

    with pytest.raises(ConflictError):
        services.save_statement(mine, version=0, lines=[], actor=lead)


# --- Elsewhere ------------------------------------------------------------------------------------


def elsewhere(action, actor, **fields):
    whole = {
        "filed_on": date(2027, 4, 1),
        "spent": Decimal(9000),
        "unspent": Decimal(1000),
        "people_reached": 60,
        "upload": SimpleUploadedFile("cr.pdf", PDF),
        **fields,
    }
    return services.file_elsewhere(services.statement_of(action), actor=actor, **whole)


def test_from_dauphin_five_things_are_asked(action, funding, lead):
    row = elsewhere(action, lead)

    assert (row.state, row.filed_in, row.unspent) == (StatementState.FILED, BornIn.DAUPHIN, Decimal(1000))
    assert row.files.get().filename == "cr.pdf"


def test_more_left_than_received_is_refused(action, funding, lead):
    with pytest.raises(ValidationError) as refused:
        elsewhere(action, lead, unspent=Decimal(8001))

    assert "8\u00a0000,00" in refused.value.messages[0]
    assert not FinancialStatement.objects.filter(state=StatementState.FILED).exists()


# --- Checked --------------------------------------------------------------------------------------


def test_accepting_justifies_and_says_what_comes_back(action, funding, lead):
    row = elsewhere(action, lead)

    row = services.accept_statement(row, justified={funding.pk: Decimal(7000)}, actor=lead)

    funding.refresh_from_db()
    share = row.shares.with_refund().get()
    assert (funding.justified, share.justified, share.to_refund) == (Decimal(7000), Decimal(7000), Decimal(1000))
    assert funding.entries.get(step=Step.JUSTIFIED).kind == EntryKind.STATEMENT
    services.note_refund(share, asked_on=date(2027, 6, 1), refunded_on=None, actor=lead)
    with pytest.raises(ValidationError, match="avant d’être demandé"):
        services.note_refund(share, asked_on=date(2027, 6, 1), refunded_on=date(2027, 5, 1), actor=lead)


def test_a_refund_cancelled_by_hand_is_planned_again(action, funding, lead):
    row = services.accept_statement(elsewhere(action, lead), justified={funding.pk: Decimal(7000)}, actor=lead)
    share = services.note_refund(row.shares.get(), asked_on=date(2027, 6, 1), refunded_on=None, actor=lead)
    refund = share.refund
    services.cancel_payment(refund, version=refund.version, on=date(2027, 6, 2), reason="erreur", actor=lead)

    share = services.note_refund(share, asked_on=date(2027, 6, 1), refunded_on=date(2027, 7, 4), actor=lead)

    funding.refresh_from_db()
    assert (funding.paid, share.came_back_on) == (Decimal(7000), date(2027, 7, 4))


def test_nothing_is_expected_of_what_nobody_granted(action, lead):
    with pytest.raises(ValidationError, match="notifiée"):
        elsewhere(action, lead)
    row = write(action, lead, {})
    with pytest.raises(ValidationError, match="notifiée"):
        services.file_statement(row, version=row.version, actor=lead)


def test_what_comes_back_is_a_refund_of_the_ledger(action, funding, lead):
    row = services.accept_statement(elsewhere(action, lead), justified={funding.pk: Decimal(7000)}, actor=lead)
    share = row.shares.get()

    services.note_refund(share, asked_on=date(2027, 6, 1), refunded_on=None, actor=lead)
    planned = funding.payments.get()
    assert (planned.kind, planned.amount, planned.is_open) == (PaymentKind.REFUND, Decimal(1000), True)
    services.note_refund(share, asked_on=date(2027, 6, 1), refunded_on=date(2027, 7, 4), actor=lead)

    funding.refresh_from_db()
    assert (funding.paid, funding.justified) == (Decimal(7000), Decimal(7000))
    with pytest.raises(ValidationError, match="déjà enregistré"):
        services.note_refund(share, asked_on=None, refunded_on=None, actor=lead)
    assert funding.payments.count() == 1


def test_more_justified_than_received_is_refused_whole(cite, action, funding, lead):
    other = make_funding(action, make_source(cite, "Ville"), granted="500")
    row = elsewhere(action, lead)

    with pytest.raises(ValidationError, match="Ville"):
        services.accept_statement(row, justified={funding.pk: Decimal(1), other.pk: Decimal(501)}, actor=lead)

    funding.refresh_from_db()
    assert funding.justified is None
    assert not row.shares.exists()


def test_the_balance_is_justified_before_it_is_paid(action, funding, lead):
    """80 % advanced, the balance once the statement is accepted: all that was granted may be justified."""
    funding.payments.all().delete()
    Funding.objects.filter(pk=funding.pk).update(paid=Decimal(6400))
    part = (funding, PaymentKind.BALANCE, Decimal(1600), date(2027, 6, 30), "compte rendu financier accepté")
    services.plan_payments(None, [part], actor=lead)
    row = elsewhere(action, lead, unspent=Decimal(0))
    funding.refresh_from_db()

    assert proposed_shares([funding], row.unspent) == {funding.pk: Decimal(8000)}
    row = services.accept_statement(row, justified={funding.pk: Decimal(7000)}, actor=lead)

    assert row.shares.with_refund().get().to_refund == 0
    assert [payment.amount for payment in funding.payments.filter(cancelled_on=None)] == [Decimal(600)]


def test_what_was_paid_beyond_what_is_justified_comes_back_and_the_balance_falls(action, funding, lead):
    Funding.objects.filter(pk=funding.pk).update(paid=Decimal(6400))
    part = (funding, PaymentKind.BALANCE, Decimal(1600), date(2027, 6, 30), "")
    services.plan_payments(None, [part], actor=lead)

    row = services.accept_statement(elsewhere(action, lead), justified={funding.pk: Decimal(6000)}, actor=lead)

    assert row.shares.with_refund().get().to_refund == Decimal(400)
    assert funding.payments.get().cancelled_on


def test_accepted_by_mistake_it_is_reopened(action, funding, lead):
    row = services.accept_statement(elsewhere(action, lead), justified={funding.pk: Decimal(7000)}, actor=lead)
    services.note_refund(row.shares.get(), asked_on=date(2027, 6, 1), refunded_on=None, actor=lead)

    row = services.reopen_statement(row, reason="mauvaise ligne", actor=lead)

    funding.refresh_from_db()
    assert (row.state, funding.justified) == (StatementState.FILED, None)
    assert funding.entries.filter(step=Step.JUSTIFIED).last().kind == EntryKind.REVERSAL
    assert funding.payments.get().cancelled_on
    row = services.accept_statement(row, justified={funding.pk: Decimal(8000)}, actor=lead)
    assert row.shares.with_refund().get().to_refund == 0


def test_it_stays_accepted_once_a_refund_came_back(action, funding, lead):
    row = services.accept_statement(elsewhere(action, lead), justified={funding.pk: Decimal(7000)}, actor=lead)
    share = row.shares.get()
    share = services.note_refund(share, asked_on=date(2027, 6, 1), refunded_on=date(2027, 7, 1), actor=lead)

    with pytest.raises(ValidationError, match="déjà reçu"):
        services.reopen_statement(row, reason="erreur", actor=lead)
    refund = share.refund
    services.cancel_payment(refund, version=refund.version, on=date(2027, 7, 2), reason="erreur", actor=lead)

    assert row.shares.get().came_back_on is None
    assert services.reopen_statement(row, reason="erreur", actor=lead).state == StatementState.FILED


def test_sent_back_it_is_written_again(action, funding, lead):
    row = elsewhere(action, lead)

    row = services.send_statement_back(row, remarks="Le total ne correspond pas.", actor=lead)
    row = write(action, lead, {})
    row = services.file_statement(row, version=row.version, actor=lead)

    assert (row.state, row.remarks) == (StatementState.FILED, "")


@given(
    brought=st.lists(st.integers(1, 10**8), min_size=1, max_size=6),
    share=st.integers(0, 100),
)
def test_shares_add_up_to_the_cent(brought, share):
    fundings = [Funding(pk=rank, granted=Decimal(cents) / 100) for rank, cents in enumerate(brought)]
    whole = sum(funding.granted for funding in fundings)
    unspent = (whole * share / 100).quantize(Decimal("0.01"))
    unspent = min(unspent, whole)

    justified = proposed_shares(fundings, unspent)

    assert sum(justified.values()) == whole - unspent
    assert all(0 <= justified[funding.pk] <= funding.granted for funding in fundings)


# --- Reminders ------------------------------------------------------------------------------------


def test_reminders_go_once_each(action, funding, lead):
    days = [
        date(2027, 4, 30),
        date(2027, 5, 1),
        date(2027, 5, 2),
        date(2027, 5, 31),
        date(2027, 7, 1),
        date(2027, 7, 2),
    ]

    sent = [services.remind_statements(today=day) for day in days]

    assert sent == [0, 1, 0, 1, 1, 0]
    row = FinancialStatement.objects.get()
    assert [reminder["stage"] for reminder in row.reminders] == ["d60", "d30", "late"]
    assert OutgoingMessage.objects.count() == 3
    assert "était attendu" in OutgoingMessage.objects.order_by("pk").last().body


def test_nobody_is_reminded_of_what_is_filed_or_far_past(action, funding, lead):
    assert services.remind_statements(today=date(2027, 9, 1)) == 0
    elsewhere(action, lead)

    assert services.remind_statements(today=date(2027, 5, 31)) == 0


def test_a_holder_hears_nothing_before_the_notification(cite, holder, lead):
    """A reminder, a refusal or a line at home would tell that something is granted, and how much."""
    other = make_action(cite, title="Jouer dehors", holder=holder, status=ActionStatus.RETAINED)
    make_funding(other, make_source(cite, "Ville"), granted="4321.09")
    person = make_user(cite, Role.HOLDER, organisation=holder)

    assert services.remind_statements(today=date(2027, 7, 1)) == 0
    with pytest.raises(ValidationError, match="Libérez"):
        services.remind_statement(other, budget_year=YEAR, actor=lead)
    assert not statement_actions(person, cite, YEAR).exists()
    assert statement_actions(lead, cite, YEAR).exists()
    for unspent in (Decimal(1), Decimal(999999)):
        with pytest.raises(ValidationError) as refused:
            elsewhere(other, person, unspent=unspent)
        assert "notifiée" in refused.value.messages[0]
        assert "4\u00a0321" not in str(refused.value)


def test_a_given_delay_moves_the_reminders(action, funding, lead):
    row = services.statement_of(action)
    services.extend_due_day(row, due_on=date(2027, 9, 30), reason="cyberattaque", actor=lead)

    assert services.remind_statements(today=date(2027, 7, 1)) == 0
    assert services.remind_statements(today=date(2027, 8, 1)) == 1
    with pytest.raises(ValidationError, match="au plus tôt"):
        services.extend_due_day(row, due_on=date(2027, 6, 1), reason="x", actor=lead)


def test_without_an_address_it_is_said(cite, action, funding, lead, holder):
    holder.email = ""
    holder.save()

    assert not services.remind_statement(action, budget_year=YEAR, actor=lead, today=date(2027, 5, 1))
    assert FinancialStatement.objects.get().reminders[0]["sent_to"] == 0
    assert not services.remind_statement(action, budget_year=YEAR, actor=lead, today=date(2027, 5, 1))
    assert len(FinancialStatement.objects.get().reminders) == 1


# --- Pages ----------------------------------------------------------------------------------------


def test_a_holder_writes_then_files(cite, action, funding, holder, lead, sign_in):
    client, url = sign_in(make_user(cite, Role.HOLDER, organisation=holder)), f"/actions/{action.pk}/compte-rendu/"
    page = client.get(url).content.decode()
    assert "8\u00a0000,00" in page
    answers = {
        "version": "0",
        "people_reached": "84",
        "unspent": "0",
        "actual-0": "6 000",
        "why-0": "",
        "actual-1": "5 000",
        "add_code": "623",
        "add_amount": "120,50",
        "deposer": "1",
    }

    page = client.post(url, answers).content.decode()
    assert "Il manque" in page
    row = FinancialStatement.objects.get()
    assert StatementLine.objects.get(code="623").actual == Decimal("120.50")

    answers = {
        "version": row.version,
        "implementation": "Douze ateliers",
        "people_reached": "84",
        "unspent": "0",
        "attested_by": "Jeanne",
        "attested_as": "présidente",
        "deposer": "1",
    }
    for index, line in enumerate(in_order(row.lines.all())):
        answers[f"actual-{index}"] = str(line.actual or line.planned or 0)
        answers[f"why-{index}"] = "prévu trop court"
    assert client.post(url, answers).status_code == 302
    assert FinancialStatement.objects.get().state == StatementState.FILED
    assert client.get(f"/actions/{action.pk}/compte-rendu/accepter/").status_code == 403


def test_before_the_release_the_holder_reads_no_granted_amount(cite, action, holder, lead, sign_in):
    make_funding(action, make_source(cite, "Ville"), granted="1234.56")

    page = sign_in(make_user(cite, Role.HOLDER, organisation=holder)).get(f"/actions/{action.pk}/compte-rendu/")

    assert "1\u00a0234,56" not in page.content.decode()


def test_a_stale_statement_keeps_what_was_typed(action, funding, lead, sign_in):
    write(action, lead, {})
    answers = {"version": "1", "implementation": "Mon texte à moi"}

    page = sign_in(lead).post(f"/actions/{action.pk}/compte-rendu/", answers).content.decode()

    assert "quelqu’un d’autre" in page
    assert "Mon texte à moi" in page


@pytest.mark.parametrize(
    ("today", "words"),
    [(date(2026, 12, 1), "pas encore attendu"), (date(2027, 6, 1), "attendu"), (date(2027, 7, 2), "en retard")],
)
def test_the_list_says_where_each_is(action, funding, lead, sign_in, monkeypatch, today, words):
    monkeypatch.setattr("actions.finances.statement_pages.timezone.localdate", lambda *_: today)

    page = sign_in(lead).get("/finances/comptes-rendus/").content.decode()

    assert "Lire en famille" in page
    assert f"{words}</span>" in page


def test_the_list_filters_by_situation(action, funding, lead, sign_in):
    client = sign_in(lead)
    elsewhere(action, lead)

    assert "Lire en famille" in client.get("/finances/comptes-rendus/?situation=depose").content.decode()
    assert "Lire en famille" not in client.get("/finances/comptes-rendus/?situation=retard").content.decode()


def test_the_list_sums_its_money(cite, action, funding, lead, sign_in):
    other = make_action(cite, status=ActionStatus.RETAINED)
    make_funding(other, funding.source, granted="500", paid="120")
    elsewhere(action, lead)

    listing = sign_in(lead).get("/finances/comptes-rendus/").context["listing"]

    sums = {one.key: one.text for one in listing.sums}
    assert (sums["granted"], sums["paid"]) == ("8\u00a0500\u00a0€", "8\u00a0120\u00a0€")
    assert set(sums) == {"granted", "paid", "spent", "unspent"}


def test_home_tells_who_keeps_the_money_what_is_late_and_what_is_to_check(cite, holder, lead, sign_in):
    last = timezone.localdate().year - 1
    rows = [
        make_funding(
            make_action(cite, holder=holder, status=ActionStatus.RETAINED, budget_year=last),
            make_source(cite),
            year=last,
        )
        for _ in range(2)
    ]
    for row in rows:
        row.record(Step.GRANTED, Decimal(10), kind=EntryKind.ACT, on=date(last, 3, 1), actor=lead, act=_act(row, lead))
    FinancialStatement.objects.create(action=rows[0].action, budget_year=last, due_on=date(last, 6, 30))
    FinancialStatement.objects.create(
        action=rows[1].action, budget_year=last, due_on=date(last, 6, 30), state=StatementState.FILED
    )

    page = sign_in(lead).get("/").content.decode()

    assert "1 compte rendu financier en retard" in page
    assert "1 compte rendu financier à relire" in page


def _act(funding, actor):
    return make_act(funding.action.cite, funding.source.organisation, number=f"{funding.pk}")


def test_money_of_another_civil_year_has_a_statement_of_its_own(cite, action, funding, lead, sign_in):
    make_funding(action, funding.source, year=YEAR + 1, granted="500")
    client, url = sign_in(lead), f"/actions/{action.pk}/compte-rendu/?exercice={YEAR + 1}"
    assert f"?exercice={YEAR + 1}" in client.get(f"/finances/comptes-rendus/?exercice={YEAR + 1}").content.decode()

    response = client.post(url, {"version": "0", "implementation": "La suite"})

    assert response.url == url
    row = FinancialStatement.objects.get()
    assert (row.budget_year, row.due_on) == (YEAR + 1, date(YEAR + 2, 6, 30))
    assert client.get(f"/actions/{action.pk}/compte-rendu/?exercice=1999").status_code == 404
