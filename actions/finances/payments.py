"""What payments take of a funding, and one payment as pages tell it."""

from datetime import timedelta

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from actions.enums import EntryKind, PaymentKind, Step
from actions.finances.order import ceiling, payment_refusal
from actions.models import Payment
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO, euros

DASH = "–"
OPEN = Q(cancelled_on=None, paid_on=None)
RAISED = Q(before=None, after__gt=0) | Q(after__gt=F("before"))


def is_refund(payment):
    return payment.kind == PaymentKind.REFUND


def claimed(funding, *, but=None, ordered_only=True):
    """What other payments not made yet take of the funding, in euros: those ordered, or those planned too."""
    rows = Payment.objects.filter(OPEN, funding=funding).exclude(kind=PaymentKind.REFUND)
    if ordered_only:
        rows = rows.filter(ordered_on__isnull=False)
    if but is not None and but.pk:
        rows = rows.exclude(pk=but.pk)
    return rows.aggregate(amount=Sum("amount"))["amount"] or ZERO


def unpaid_of_agreement():
    """What is planned of an agreement and its amendments and not paid, for `annotate`; None without any."""
    rows = Payment.objects.filter(OPEN).exclude(kind=PaymentKind.REFUND)
    rows = rows.filter(Q(agreement=OuterRef("pk")) | Q(agreement__amends=OuterRef("pk")))
    family = Coalesce("agreement__amends", "agreement")
    rows = rows.order_by().annotate(family=family).values("family")
    return Subquery(rows.annotate(whole=Sum("amount")).values("whole"))


def claims(payments):
    """`claimed()` of the fundings of these payments, ordered ones only, in one query: `{funding pk: euros}`."""
    rows = Payment.objects.filter(OPEN, funding__in={payment.funding_id for payment in payments})
    rows = rows.filter(ordered_on__isnull=False).exclude(kind=PaymentKind.REFUND)
    return dict(rows.order_by().values("funding").annotate(sum=Sum("amount")).values_list("funding", "sum"))


def why_not_ordered(payment, funding, taken):
    """Why a bulk order leaves this payment alone, in a sentence; "" when it may be ordered.

    `taken` is what other ordered payments take of the funding.
    """
    if not payment.is_open:
        return "Déjà payé ou annulé."
    if payment.ordered_on:
        return f"Déjà mandaté le {date_fr(payment.ordered_on)}."
    if is_refund(payment):
        return "Le porteur reverse, rien n’est à mandater."
    if payment.condition and payment.condition_met_on is None:
        return f"Condition pas encore remplie\u00a0: {payment.condition}."
    return payment_refusal(funding, payment.amount, claimed=taken)


def warning(funding):
    """What is paid, ordered and planned beyond the lowest known ceiling, in a sentence; "" within it."""
    highest = ceiling(funding, Step.PAID)
    reached = (funding.paid or ZERO) + claimed(funding, ordered_only=False)
    if highest is None or reached <= highest[0]:
        return ""
    return (
        f"versé et prévu, {euros(reached)}, dépassent de {euros(reached - highest[0])} ce qui est "
        f"{highest[1].label}, {euros(highest[0])}."
    )


def payment_days(payments, entries):
    """`{funding pk: [days of payment]}`: of `payments` made, refunds left out, and of what was typed in the ledger."""
    days = {}
    for payment in payments:
        if payment.paid_on and payment.cancelled_on is None and not is_refund(payment):
            days.setdefault(payment.funding_id, []).append(payment.paid_on)
    typed = entries.filter(RAISED, step=Step.PAID, funding__paid__gt=0)
    typed = typed.exclude(kind__in=(EntryKind.PAYMENT, EntryKind.REVERSAL))
    for key, day in typed.values_list("funding", "fact_on"):
        days.setdefault(key, []).append(day)
    return days


def month_end(today):
    later = today.replace(day=28) + timedelta(days=4)
    return later.replace(day=1) - timedelta(days=1)


def state_of(payment, today):
    """One short phrase: where the payment stands."""
    if payment.cancelled_on:
        return f"annulé le {date_fr(payment.cancelled_on)}"
    if payment.paid_on:
        return f"{'reçu' if is_refund(payment) else 'payé'} le {date_fr(payment.paid_on)}"
    if payment.ordered_on:
        return f"mandaté le {date_fr(payment.ordered_on)}"
    if payment.due_on < today:
        return "en retard"
    return "ce mois-ci" if payment.due_on <= month_end(today) else "plus tard"


def condition_of(payment):
    if not payment.condition:
        return "sans condition"
    if payment.condition_met_on:
        return f"{payment.condition}, remplie le {date_fr(payment.condition_met_on)}"
    return f"{payment.condition}, pas encore remplie"


def signed(payment):
    """What it adds to what is paid: a refund is counted minus, a cancelled payment is shown as it was."""
    return -payment.amount if is_refund(payment) else payment.amount


# --- One payment, one action ----------------------------------------------------------------------


def payment_facts(payment):
    facts = [
        ("Code", payment.code),
        ("Montant", euros(payment.amount)),
        ("Prévu le", date_fr(payment.due_on)),
        ("Condition", condition_of(payment)),
        ("Convention", str(payment.agreement) if payment.agreement else "aucune"),
        ("Mandaté", _dated(payment.ordered_on, payment.order_reference)),
        ("Payé", _dated(payment.paid_on, payment.payment_reference)),
    ]
    if payment.cancelled_on:
        facts.append(("Annulé", _dated(payment.cancelled_on, payment.cancel_reason)))
    return [{"label": label, "value": value} for label, value in facts]


def _dated(day, reference):
    return ", ".join(filter(None, [f"le {date_fr(day)}", reference])) if day else DASH


def funding_facts(funding):
    """What the payment is taken from: amounts of its funding, and what other payments take."""
    return [
        {"label": "Accordé", "value": euros(funding.granted)},
        {"label": "Engagé", "value": euros(funding.committed)},
        {"label": "Versé", "value": euros(funding.paid)},
        {"label": "Prévu ou mandaté, pas payé", "value": euros(claimed(funding, ordered_only=False))},
    ]


def payments_of_action(user, action):
    """Rows of the money page, cancelled ones left out; none for who does not read the money."""
    today = timezone.localdate()
    rows = Payment.objects.visible_to(user).filter(funding__action=action, cancelled_on=None)
    return [
        {
            "url": reverse("actions:payment", args=[payment.pk]),
            "kind": capfirst(payment.get_kind_display()),
            "source": payment.funding.source.label,
            "due_on": date_fr(payment.due_on),
            "amount": euros(signed(payment)),
            "condition": condition_of(payment),
            "state": state_of(payment, today),
        }
        for payment in rows.select_related("funding__source").order_by("due_on", "pk")
    ]
