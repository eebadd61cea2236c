"""Payments: planned once, refused above the ceiling, moved in the ledger, taken back without losing a line."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from actions import services
from actions.enums import EntryKind, PaymentKind, Step
from actions.finances.order_sheet import order_lines
from actions.finances.payments import claimed, warning
from actions.models import ActionPiece, Payment
from cite_educative.common.locks import ConflictError
from cite_educative.common.money import ZERO, euros
from tests.actions import factories
from tests.factories import make_cite, make_lead

DAY, LATER = date(2026, 6, 1), date(2026, 6, 20)
SINGLE, ADVANCE, BALANCE, REFUND = (
    PaymentKind.SINGLE,
    PaymentKind.ADVANCE,
    PaymentKind.BALANCE,
    PaymentKind.REFUND,
)


@pytest.fixture
def cite(db):
    return make_cite()


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def ours(cite):
    """1 000 € granted, and our own officer pays."""
    source = factories.make_source(cite, "CUD", circuit="intercommunality", pays_ourselves=True)
    return factories.make_funding(factories.make_action(cite), source, granted="1000")


@pytest.fixture
def theirs(cite):
    source = factories.make_source(cite, "Ville", circuit="commune")
    return factories.make_funding(factories.make_action(cite), source, granted="1000")


@pytest.fixture
def signed_in(client, lead):
    client.force_login(lead)
    return client


def plan(funding, amount, lead, *, kind=SINGLE, due_on=DAY, condition=""):
    (row,) = services.plan_payments(None, [(funding, kind, Decimal(amount), due_on, condition)], actor=lead)
    return row


def fresh(payment):
    return Payment.objects.get(pk=payment.pk)


def pay(payment, lead, on=LATER):
    return services.pay_payment(payment, version=fresh(payment).version, on=on, reference="VIR 7", actor=lead)


def cancel(payment, lead):
    return services.cancel_payment(payment, version=fresh(payment).version, on=LATER, reason="doublon", actor=lead)


def ledger(funding):
    return list(funding.entries.filter(step=Step.PAID).values_list("kind", "before", "after"))


# --- Planning -------------------------------------------------------------------------------------


def test_planning_twice_plans_once(ours, lead):
    parts = [
        (ours, ADVANCE, Decimal(700), DAY, "convention signée"),
        (ours, BALANCE, Decimal(300), LATER, "compte rendu reçu"),
    ]

    first = services.plan_payments(None, parts, actor=lead)
    second = services.plan_payments(None, parts, actor=lead)

    assert [row.pk for row in first] == [row.pk for row in second]
    assert Payment.objects.count() == 2


def test_two_equal_parts_are_two_payments(ours, lead):
    parts = [(ours, ADVANCE, Decimal(100), DAY, "")] * 2

    services.plan_payments(None, parts, actor=lead)
    services.plan_payments(None, parts, actor=lead)

    assert Payment.objects.count() == 2


def test_our_officer_plans_no_more_than_what_is_left(ours, lead):
    plan(ours, 700, lead)

    with pytest.raises(ValidationError, match="il reste 300,00"):
        plan(ours, "300.01", lead)

    plan(ours, 300, lead)
    assert claimed(ours, ordered_only=False) == Decimal(1000)


def test_another_s_officer_is_warned_only(theirs, lead):
    payment = plan(theirs, 1200, lead)
    pay(payment, lead)

    theirs.refresh_from_db()
    assert theirs.paid == Decimal(1200)
    assert "dépassent de 200,00" in warning(theirs)


# --- Ordering and paying --------------------------------------------------------------------------


def test_paying_moves_the_ledger_from_unknown(ours, lead):
    payment = plan(ours, 400, lead)
    services.order_payment(payment, version=1, on=DAY, reference="B 42, M 7", actor=lead)

    pay(payment, lead)

    ours.refresh_from_db()
    assert ours.paid == Decimal(400)
    assert ledger(ours) == [(EntryKind.PAYMENT, None, Decimal(400))]
    assert ours.entries.get(step=Step.PAID).reference == "VIR 7"


def test_a_ceiling_lowered_since_refuses_the_payment(ours, lead):
    payment = plan(ours, 1000, lead)
    ours.record(Step.COMMITTED, Decimal(900), kind=EntryKind.ENTRY, on=DAY, actor=lead)

    with pytest.raises(ValidationError, match="il reste 900,00"):
        pay(payment, lead)

    assert fresh(payment).paid_on is None
    assert ledger(ours) == []


def test_a_second_click_pays_once(ours, lead):
    payment = plan(ours, 400, lead)
    services.pay_payment(payment, version=1, on=LATER, reference="", actor=lead)

    with pytest.raises(ConflictError):
        services.pay_payment(payment, version=1, on=LATER, reference="", actor=lead)

    ours.refresh_from_db()
    assert ours.paid == Decimal(400)


def test_a_payment_does_not_precede_its_order(ours, lead):
    payment = plan(ours, 400, lead)
    services.order_payment(payment, version=1, on=LATER, reference="", actor=lead)

    with pytest.raises(ValidationError, match="précéder"):
        pay(payment, lead, on=DAY)


def test_ordering_many_leaves_alone_what_may_not_be_and_says_why(ours, lead):
    ready = plan(ours, 400, lead, kind=ADVANCE)
    waiting = plan(ours, 300, lead, kind=BALANCE, condition="compte rendu reçu")

    ordered, refused = services.order_payments([ready, waiting], on=DAY, reference="B 42", actor=lead)
    again, told = services.order_payments([ready], on=DAY, reference="B 42", actor=lead)

    assert [row.pk for row in ordered] == [ready.pk]
    assert again == []
    assert refused[0].payment == waiting
    assert "compte rendu reçu" in refused[0].reason
    assert "Déjà mandaté" in told[0].reason


# --- Taken back -----------------------------------------------------------------------------------


def test_a_refund_is_counted_minus_and_never_below_what_was_paid(ours, lead):
    pay(plan(ours, 400, lead), lead)
    pay(plan(ours, 150, lead, kind=REFUND), lead)

    ours.refresh_from_db()
    assert ours.paid == Decimal(250)
    with pytest.raises(ValidationError, match="250,00"):
        pay(plan(ours, 251, lead, kind=REFUND), lead)


def test_a_corrected_payment_keeps_the_wrong_amount_in_the_ledger(ours, lead):
    payment = pay(plan(ours, 400, lead), lead)
    payment.amount = Decimal(450)

    services.correct_payment(payment, version=fresh(payment).version, reason="mal recopié", actor=lead)

    ours.refresh_from_db()
    assert ours.paid == Decimal(450)
    assert ledger(ours) == [
        (EntryKind.PAYMENT, None, Decimal(400)),
        (EntryKind.REVERSAL, Decimal(400), ZERO),
        (EntryKind.PAYMENT, ZERO, Decimal(450)),
    ]


def test_a_correction_above_the_ceiling_writes_nothing(ours, lead):
    payment = pay(plan(ours, 400, lead), lead)
    payment.amount = Decimal(1001)

    with pytest.raises(ValidationError):
        services.correct_payment(payment, version=fresh(payment).version, reason="mal recopié", actor=lead)

    ours.refresh_from_db()
    assert ours.paid == Decimal(400)
    assert len(ledger(ours)) == 1


def test_cancelling_what_was_paid_reverses_it(ours, lead):
    payment = pay(plan(ours, 400, lead), lead)

    cancel(payment, lead)

    ours.refresh_from_db()
    assert ours.paid == ZERO
    assert ledger(ours)[-1] == (EntryKind.REVERSAL, Decimal(400), ZERO)


AMOUNTS = st.decimals(min_value="0.01", max_value="700", places=2)
GESTURES = st.lists(
    st.tuples(st.sampled_from(["plan", "refund", "order", "pay", "cancel", "correct"]), AMOUNTS, st.integers(0, 9)),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GESTURES)
def test_no_sequence_of_gestures_breaks_the_chain(cite, lead, gestures):
    """Paid is the sum of the payments that stand, never above the ceiling, never below zero, and the ledger tells it."""
    source = factories.make_source(cite, circuit="intercommunality", pays_ourselves=True)
    funding = factories.make_funding(factories.make_action(cite), source, granted="1000")
    for gesture, amount, rank in gestures:
        try:
            _do(funding, gesture, amount, rank, lead)
        except ValidationError:
            continue
    funding.refresh_from_db()
    standing = Payment.objects.filter(funding=funding, cancelled_on=None, paid_on__isnull=False)
    told = sum((-row.amount if row.kind == REFUND else row.amount for row in standing), ZERO)
    assert (funding.paid or ZERO) == told
    assert ZERO <= told <= funding.granted
    entries = list(funding.entries.filter(step=Step.PAID))
    assert all(later.before == earlier.after for earlier, later in pairwise(entries))
    assert (entries[-1].after if entries else None) == funding.paid


def _do(funding, gesture, amount, rank, lead):
    if gesture in ("plan", "refund"):
        return plan(funding, amount, lead, kind=REFUND if gesture == "refund" else SINGLE)
    rows = list(Payment.objects.filter(funding=funding))
    if not rows:
        return None
    row = rows[rank % len(rows)]
    if gesture == "order":
        return services.order_payment(row, version=row.version, on=DAY, reference="", actor=lead)
    if gesture == "correct":
        row.amount = amount
        return services.correct_payment(row, version=row.version, reason="essai", actor=lead)
    return {"pay": pay, "cancel": cancel}[gesture](row, lead)


# --- Pages ----------------------------------------------------------------------------------------


def test_a_payment_from_its_plan_to_its_correction_on_the_pages(signed_in, ours, lead):
    create = reverse("actions:payment_create", args=[ours.action_id])
    answers = {"funding": ours.pk, "kind": "advance", "amount": "700", "due_on": "2026-06-01", "condition": "RIB"}
    assert signed_in.post(create, answers).status_code == 302
    payment = Payment.objects.get()

    for gesture, answers in (
        ("condition", {"on": "2026-06-01"}),
        ("mandater", {"on": "2026-06-02", "reference": "B 42"}),
        ("payer", {"on": "2026-06-12", "reference": "VIR 7"}),
        ("corriger", {"amount": "650", "due_on": "2026-06-01", "condition": "RIB", "ordered_on": "2026-06-02",
                      "paid_on": "2026-06-12", "reason": "mal recopié"}),
    ):  # fmt: skip
        url = reverse("actions:payment_gesture", args=[payment.pk, gesture])
        assert signed_in.get(url).status_code == 200
        answer = signed_in.post(url, {"version": fresh(payment).version, **answers})
        assert answer.status_code == 302, answer.context["form"].errors

    ours.refresh_from_db()
    assert ours.paid == Decimal(650)
    page = signed_in.get(reverse("actions:payment", args=[payment.pk])).content.decode()
    assert "650,00" in page
    assert "mal recopié" in page
    assert "650,00" in signed_in.get(reverse("actions:money", args=[ours.action_id])).content.decode()


def test_a_payment_above_the_ceiling_keeps_what_was_typed(signed_in, ours):
    create = reverse("actions:payment_create", args=[ours.action_id])

    page = signed_in.post(create, {"funding": ours.pk, "kind": "single", "amount": "1000,01", "due_on": "2026-06-01"})

    assert page.status_code == 200
    assert "il reste 1\u00a0000,00" in page.content.decode()
    assert "1000,01" in page.content.decode()


def test_a_stale_form_shows_what_is_there_now(signed_in, ours, lead):
    payment = plan(ours, 400, lead)
    services.order_payment(payment, version=1, on=DAY, reference="", actor=lead)

    page = signed_in.post(
        reverse("actions:payment_gesture", args=[payment.pk, "payer"]), {"version": 1, "on": "2026-06-12"}
    )

    assert page.status_code == 409
    assert 'value="2"' in page.content.decode()
    assert fresh(payment).paid_on is None


@pytest.mark.parametrize(("state", "shown"), [("retard", True), ("plus-tard", False), ("payes", False)])
def test_the_due_list_is_filtered_by_its_address(signed_in, ours, lead, state, shown):
    plan(ours, 400, lead, due_on=date(2026, 1, 5))

    page = signed_in.get(reverse("actions:payments"), {"etat": state, "exercice": "2026"}).content.decode()

    assert (ours.action.title in page) == shown


def test_what_is_paid_and_what_is_to_pay_are_two_totals(signed_in, cite, ours, lead):
    made, _ = plan(ours, 400, lead, kind=ADVANCE), plan(ours, 250, lead, kind=BALANCE)
    pay(made, lead)
    factories.make_funding(ours.action, factories.make_source(cite, "Région"), paid="75.50")

    answer = signed_in.get(reverse("actions:payments"), {"exercice": "2026"})

    sums = {one.label: one.text for one in answer.context["listing"].sums}
    assert sums == {"À payer": "250\u00a0€", "Payé": "400\u00a0€"}
    assert "75,50\u00a0€ sont notés versés sans versement suivi ici, sur 1 <a" in answer.content.decode()


# --- Ordered together -----------------------------------------------------------------------------


def test_the_sheet_for_the_officer_has_real_sums_and_writes_nothing(signed_in, ours, lead):
    rows = [plan(ours, amount, lead, kind=kind) for amount, kind in (("400.10", ADVANCE), ("99.90", BALANCE))]
    answers = {"chosen": [row.pk for row in rows], "on": "2026-06-01", "etat": "oui"}

    answer = signed_in.post(reverse("actions:payment_orders"), answers)

    (sheet,) = load_workbook(BytesIO(answer.content)).worksheets
    (read,) = load_workbook(BytesIO(answer.content), data_only=True).worksheets
    column = [cell.value for cell in sheet[1]].index("Montant") + 1
    assert sheet.cell(4, column).value == "=SUM(I2:I3)"
    assert [read.cell(row, column).value for row in (2, 3, 4)] == [400.1, 99.9, 500]
    assert sheet.cell(2, 6).value.startswith(str(ours.act))
    assert sheet.print_title_rows == "$1:$1"
    assert not Payment.objects.filter(ordered_on__isnull=False).exists()


def test_those_that_may_be_are_ordered_and_the_others_told(signed_in, ours, lead):
    ready = plan(ours, 400, lead, kind=ADVANCE)
    waiting = plan(ours, 300, lead, kind=BALANCE, condition="compte rendu reçu")
    url = reverse("actions:payment_orders")
    assert "compte rendu reçu" in signed_in.get(url).content.decode()

    page = signed_in.post(
        url,
        {"chosen": [ready.pk, waiting.pk], "on": "2026-06-01", "reference": "B 42", "mandater": "oui"},
        follow=True,
    ).content.decode()

    assert fresh(ready).order_reference == "B 42"
    assert fresh(waiting).ordered_on is None
    assert "Un versement est mandaté." in page
    assert "Condition pas encore remplie" in page


def test_the_sheet_says_which_pieces_are_there_and_which_are_missing(ours, lead):
    ours.source.accounting_code = "65748 / 420"
    ours.source.save()
    payment = plan(ours, 400, lead)
    ActionPiece.objects.create(action=ours.action, title="Attribution 2025")

    (line,) = order_lines(lead, [payment])
    assert line["pieces"] == "manque\u00a0: acte, RIB"
    assert line["charged_to"] == "65748 / 420"

    ActionPiece.objects.create(action=ours.action, title="R.I.B. de l’association")
    (line,) = order_lines(lead, [payment])
    assert line["pieces"] == "R.I.B. de l’association, manque\u00a0: acte"


def test_where_a_line_is_charged_is_asked_with_the_line(signed_in, ours):
    page = signed_in.get(reverse("actions:source_update", args=[ours.source.pk])).content.decode()

    assert 'name="accounting_code"' in page
    assert "Imputation comptable" in page


def test_what_another_s_officer_pays_is_not_ours_to_order(signed_in, ours, theirs, lead):
    plan(ours, 400, lead)
    plan(ours, 100, lead, kind=BALANCE)
    plan(theirs, 300, lead)

    answer = signed_in.get(reverse("actions:payment_orders"))

    assert {row["action"] for row in answer.context["rows"]} == {ours.action}
    assert '<tfoot><tr><th scope="row" colspan="4">Total</th>' in answer.content.decode()
    assert answer.context["total"] == euros(500)


def test_nothing_chosen_is_said(signed_in, ours, lead):
    plan(ours, 400, lead)

    page = signed_in.post(reverse("actions:payment_orders"), {"on": "2026-06-01", "mandater": "oui"}).content.decode()

    assert "Cochez au moins un versement." in page
