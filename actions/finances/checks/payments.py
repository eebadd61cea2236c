"""Payments whose life is not in order: above what may be paid, ordered too long ago or too early, late."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from actions.enums import PaymentKind, Step
from actions.finances.checks.registry import ENVELOPES, SPENDING, Finding, check
from actions.finances.order import ceiling
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO, euros

NBSP = "\u00a0"
PAID_WITHIN = timedelta(days=45)


@check(
    "payments-above-ceiling",
    group=SPENDING,
    label="Versements prévus au-dessus du plus bas plafond connu",
    why="Ce qui est versé, mandaté et prévu dépasse ce qui est accordé ou engagé, à défaut programmé.",
)
def payments_above_ceiling(books):
    fundings = {row.pk: row for row in books.fundings}
    first = {}
    for payment in _open(books):
        if payment.kind != PaymentKind.REFUND:
            first.setdefault(payment.funding_id, payment)
    for key, amount in books.coming.items():
        row = fundings.get(key)
        highest = ceiling(row, Step.PAID) if row else None
        reached = amount + (row.paid or ZERO) if row else ZERO
        if highest and reached > highest[0]:
            detail = f"{euros(reached)} versés et prévus, {euros(highest[0])} {highest[1].label}."
            yield _on_payment(first[key], detail, amount=reached - highest[0])


@check(
    "ordered-not-paid",
    group=SPENDING,
    label="Mandatés et pas payés depuis 45 jours",
    why="Le mandat est parti et aucun paiement n’est noté\u00a0: rejeté par le comptable, ou jamais saisi.",
)
def ordered_not_paid(books):
    limit = timezone.localdate() - PAID_WITHIN
    for payment in _open(books):
        if payment.ordered_on and payment.ordered_on < limit:
            detail = f"Mandaté le {date_fr(payment.ordered_on)}, {payment.order_reference or 'sans référence'}."
            yield _on_payment(payment, detail, amount=payment.amount)


@check(
    "ordered-without-condition",
    group=SPENDING,
    label="Mandatés ou payés avant que la condition soit remplie",
    why="La condition du versement n’est pas notée comme remplie, ou elle l’a été après le mandat.",
)
def ordered_without_condition(books):
    for payment in books.payments:
        day = payment.ordered_on or payment.paid_on
        if payment.condition and day and (payment.condition_met_on is None or payment.condition_met_on > day):
            detail = f"«{NBSP}{payment.condition}{NBSP}» pas encore remplie le {date_fr(day)}."
            yield _on_payment(payment, detail, amount=payment.amount)


@check(
    "receipt-late",
    group=ENVELOPES,
    label="Recettes en retard",
    why="La structure qui porte les crédits attend de l’argent dont le jour est passé.",
)
def receipt_late(books):
    today = timezone.localdate()
    for receipt in books.awaited_receipts:
        if receipt.expected_on and receipt.expected_on < today:
            detail = f"{euros(receipt.expected)} attendus le {date_fr(receipt.expected_on)}."
            url = f"{reverse('actions:spending')}?ligne={receipt.source_id}"
            yield Finding(
                receipt.label, detail, "Voir les recettes", url, receipt.expected, receipt.source.short_label
            )


def _open(books):
    return [payment for payment in books.payments if payment.is_open]


def _on_payment(payment, detail, *, amount):
    url = reverse("actions:payment", args=[payment.pk])
    source = payment.funding.source.short_label
    return Finding(str(payment.funding.action), detail, "Ouvrir le versement", url, amount, source)
