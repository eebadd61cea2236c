"""Payments: planned, ordered, paid, taken back. Paying one, and nothing else here, moves `paid` of its funding."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from actions.enums import EntryKind, PaymentKind, Step
from actions.finances.order import payment_refusal
from actions.finances.payments import OPEN, claimed, is_refund, why_not_ordered
from actions.models import Funding, Payment
from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.locks import lock_version
from cite_educative.common.money import ZERO, euros

NBSP = "\u00a0"
CORRECTED = ("amount", "due_on", "condition", "ordered_on", "order_reference", "paid_on", "payment_reference")


@dataclass(frozen=True)
class Refused:
    """A payment that a bulk gesture left alone, and why."""

    payment: Payment
    reason: str


@transaction.atomic
def plan_payments(agreement, parts, *, actor):
    """The planned payments of `parts`, `[(funding, kind, amount, due_on, condition)]`; a second run changes nothing.

    `agreement` is None for what is paid without one. Equal parts twice in one run are two payments. Raises
    `ValidationError` when our own officer would pay more than the lowest known ceiling.
    """
    fundings = _locked_fundings({funding.pk for funding, *_ in parts})
    known = defaultdict(list)
    for row in Payment.objects.filter(funding__in=fundings, agreement=agreement, cancelled_on=None).order_by("pk"):
        known[_part(row.funding_id, row.kind, row.amount, row.due_on, row.condition)].append(row)
    planned = []
    for funding, kind, amount, due_on, condition in parts:
        same = known[_part(funding.pk, kind, amount, due_on, condition)]
        planned.append(
            same.pop(0)
            if same
            else _plan(fundings[funding.pk], agreement, kind, amount, due_on, condition, actor=actor)
        )
    return planned


def _part(funding, kind, amount, due_on, condition):
    return funding, str(kind), Decimal(amount), due_on, condition


def _plan(funding, agreement, kind, amount, due_on, condition, *, actor):
    payment = Payment(
        funding=funding,
        agreement=agreement,
        kind=kind,
        amount=amount,
        due_on=due_on,
        condition=condition,
        created_by=actor,
    )
    _check_ceiling(payment, claimed(funding, ordered_only=False))
    payment.full_clean()
    payment.save()
    _tell(payment, "planned", f"{actor} a prévu {_words(payment)} pour le {date_fr(due_on)}.", actor)
    return payment


@transaction.atomic
def meet_condition(payment, *, version, on, actor):
    """What had to be there first is there, since `on`. Raises `ConflictError`, `ValidationError`."""
    row, _ = _locked(payment, version)
    _refuse_unless(row.is_open, "Ce versement est déjà payé ou annulé.")
    row.condition_met_on = on
    _save(row, "condition_met_on")
    what = f" «{NBSP}{row.condition}{NBSP}»" if row.condition else ""
    _tell(row, "condition", f"{actor} a noté que la condition{what} est remplie pour {_words(row)}.", actor)
    return row


@transaction.atomic
def order_payment(payment, *, version, on, reference, actor):
    """ "Mandaté": the officer was told to pay. Raises `ConflictError`, and `ValidationError` above the ceiling."""
    row, funding = _locked(payment, version)
    _order(row, funding, on, reference, actor)
    return row


@transaction.atomic
def order_payments(payments, *, on, reference, actor):
    """Order many in one gesture: those that may be; returns (ordered, [`Refused`]).

    A second run finds them ordered and says so.
    """
    ordered, refused = [], []
    for asked in sorted(payments, key=lambda payment: (payment.funding_id, payment.pk)):
        row, funding = _locked(asked, None)
        reason = why_not_ordered(row, funding, claimed(funding, but=row))
        if reason:
            refused.append(Refused(row, reason))
        else:
            _order(row, funding, on, reference, actor)
            ordered.append(row)
    return ordered, refused


def _order(row, funding, on, reference, actor):
    _refuse_unless(row.is_open, "Ce versement est déjà payé ou annulé.")
    _refuse_unless(row.ordered_on is None, f"Ce versement est déjà mandaté{NBSP}: corrigez-le s’il le faut.")
    _check_ceiling(row, claimed(funding, but=row))
    row.ordered_on, row.order_reference = on, reference
    _save(row, "ordered_on", "order_reference")
    _tell(row, "ordered", f"{actor} a mandaté {_words(row)} le {date_fr(on)}{_by(reference)}.", actor)


@transaction.atomic
def pay_payment(payment, *, version, on, reference, actor):
    """ "Payé": the amount enters the ledger and moves `paid`, up or, for a refund, down; unknown counts as nothing.

    Raises `ConflictError`, and `ValidationError` above the ceiling or below zero.
    """
    row, funding = _locked(payment, version)
    _refuse_unless(row.is_open, "Ce versement est déjà payé ou annulé.")
    _check_days(row.ordered_on, on)
    row.paid_on, row.payment_reference = on, reference
    _save(row, "paid_on", "payment_reference")
    _move(row, funding, actor=actor)
    verb = "a enregistré" if is_refund(row) else "a payé"
    _tell(row, "paid", f"{actor} {verb} {_words(row)} le {date_fr(on)}{_by(reference)}.", actor)
    return row


@transaction.atomic
def correct_payment(payment, *, version, reason, actor):
    """Save what was mistyped: `payment` carries the right fields of `CORRECTED`.

    Of a payment already paid, the ledger keeps the wrong amount, its reversal with `reason`, then the right one.
    Raises `ConflictError`, `ValidationError`.
    """
    before, funding = _locked(payment, version)
    _refuse_unless(before.cancelled_on is None, "Ce versement est annulé.")
    was_paid = before.paid_on is not None
    _refuse_unless(was_paid == (payment.paid_on is not None), "Un versement payé garde une date de paiement.")
    _check_days(payment.ordered_on, payment.paid_on)
    payment.version, payment.funding = before.version, funding
    payment.full_clean()
    if was_paid and _ledger_part(before) != _ledger_part(payment):
        _reverse(before, funding, on=before.paid_on, reason=reason, actor=actor)
        _move(payment, funding, actor=actor)
    elif not was_paid:
        _check_ceiling(payment, claimed(funding, but=payment, ordered_only=payment.ordered_on is not None))
    _save(payment, *CORRECTED)
    _tell(payment, "corrected", f"{actor} a corrigé {_words(payment)} ({reason}).", actor, before=before)
    return payment


def _ledger_part(payment):
    return payment.amount, payment.paid_on, payment.payment_reference


@transaction.atomic
def cancel_payment(payment, *, version, on, reason, actor):
    """It will not be paid, or should not have been: what was paid is reversed in the ledger. Raises `ConflictError`,
    and `ValidationError` for what is cancelled already, or when `paid` would fall below zero.
    """
    row, funding = _locked(payment, version)
    _refuse_unless(row.cancelled_on is None, "Ce versement est déjà annulé.")
    if row.paid_on:
        _reverse(row, funding, on=on, reason=reason, actor=actor)
    row.cancelled_on, row.cancel_reason = on, reason
    _save(row, "cancelled_on", "cancel_reason")
    _tell(row, "cancelled", f"{actor} a annulé {_words(row)} ({reason}).", actor)
    return row


def meet_conditions(fundings, condition, *, on):
    """What `condition` says is there since `on`, for the payments not ordered yet; None when it is no longer there."""
    rows = Payment.objects.filter(OPEN, funding__in=fundings, condition=condition, ordered_on=None)
    rows = rows.filter(condition_met_on__isnull=on is not None)
    rows.update(condition_met_on=on, version=F("version") + 1)


def shrink_payments(funding, most, *, reason, actor, today=None):
    """Bring what is planned and not ordered of this funding down, the last one first, so that paid, ordered and
    planned stay within `most` euros; what is ordered or paid stays. Call it with the funding under lock.
    """
    excess = (funding.paid or ZERO) + claimed(funding, ordered_only=False) - most
    planned = Payment.objects.filter(OPEN, funding=funding, ordered_on=None).exclude(kind=PaymentKind.REFUND)
    for row in planned.order_by("-due_on", "-pk"):
        if excess <= ZERO:
            return
        row.funding, part = funding, min(row.amount, excess)
        if part == row.amount:
            cancel_payment(row, version=row.version, on=today or timezone.localdate(), reason=reason, actor=actor)
        else:
            row.amount -= part
            correct_payment(row, version=row.version, reason=reason, actor=actor)
        excess -= part


# --- Rows and ledger ------------------------------------------------------------------------------


def _locked_fundings(keys):
    rows = Funding.objects.select_for_update(of=("self",)).filter(pk__in=keys).select_related("source", "action")
    return {row.pk: row for row in rows.order_by("pk")}


def _locked(payment, version):
    """The payment and its funding, both locked, the funding first; without `version` nothing is compared."""
    funding = _locked_fundings([payment.funding_id])[payment.funding_id]
    rows = Payment.objects.all()
    if version is None:
        row = rows.select_for_update(of=("self",)).get(pk=payment.pk)
    else:
        row = lock_version(rows, payment.pk, version)
    row.funding = funding
    return row, funding


def _save(row, *fields):
    row.version += 1
    row.save(update_fields=[*fields, "version"])


def _refuse_unless(allowed, sentence):
    if not allowed:
        raise ValidationError(sentence)


def _check_days(ordered_on, paid_on):
    if ordered_on and paid_on and paid_on < ordered_on:
        raise ValidationError(f"Le paiement ne peut pas précéder le mandat du {date_fr(ordered_on)}.")


def _check_ceiling(payment, taken):
    if not is_refund(payment):
        sentence = payment_refusal(payment.funding, payment.amount, claimed=taken)
        _refuse_unless(not sentence, sentence)


def _move(payment, funding, *, actor):
    """Write in the ledger what this payment changes. It stands in no other sum while it is counted here."""
    if is_refund(payment):
        _refuse_unless(
            payment.amount <= (funding.paid or ZERO),
            f"Le porteur ne peut pas reverser {euros(payment.amount)}{NBSP}: {euros(funding.paid or ZERO)} lui sont versés.",
        )
    _check_ceiling(payment, claimed(funding, but=payment))
    funding.record(
        Step.PAID,
        (funding.paid or ZERO) + _signed(payment),
        kind=EntryKind.PAYMENT,
        on=payment.paid_on,
        actor=actor,
        reference=payment.payment_reference or payment.order_reference,
        comment=PaymentKind(payment.kind).label,
    )


def _reverse(payment, funding, *, on, reason, actor):
    left = (funding.paid or ZERO) - _signed(payment)
    _refuse_unless(
        left >= ZERO,
        f"Il n’y a que {euros(funding.paid or ZERO)} de versés{NBSP}: annulez d’abord ce qui en a été retiré.",
    )
    funding.record(
        Step.PAID,
        left,
        kind=EntryKind.REVERSAL,
        on=on,
        actor=actor,
        reference=payment.payment_reference or payment.order_reference,
        comment=reason,
    )


def _signed(payment):
    return -payment.amount if is_refund(payment) else payment.amount


# --- Words ----------------------------------------------------------------------------------------


def _words(payment):
    funding = payment.funding
    return (
        f"{euros(payment.amount)} ({payment.get_kind_display()}) de {funding.source} à «{NBSP}{funding.action}{NBSP}»"
    )


def _by(reference):
    return f", {reference}" if reference else ""


def _tell(payment, verb, sentence, actor, *, before=None):
    told = {name: str(getattr(before, name) or "") for name in CORRECTED} if before else None
    journal.record(
        cite_id=payment.funding.action.cite_id,
        actor=actor,
        verb=f"payment.{verb}",
        subject=payment,
        sentence=sentence,
        before=told,
        after={name: str(getattr(payment, name) or "") for name in CORRECTED} if before else None,
    )
