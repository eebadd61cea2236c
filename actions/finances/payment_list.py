"""The list of payments: what is due and when, what waits for a condition, what is ordered, what is paid."""

import django_filters
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst

from actions.articulation_filters import YearFilterSet
from actions.enums import PaymentKind
from actions.finances.payments import OPEN, condition_of, month_end, signed, state_of
from actions.models import Funding, FundingSource, Payment
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO, short_euros
from cite_educative.common.tables import Column
from partners.context import current_cite
from partners.models import Organisation

WAITING = OPEN & Q(ordered_on=None)
PAID = Q(cancelled_on=None, paid_on__isnull=False)
MET = Q(condition="") | Q(condition_met_on__isnull=False)


def _when(today):
    end = month_end(today)
    return {
        "retard": WAITING & Q(due_on__lt=today),
        "mois": WAITING & Q(due_on__gte=today, due_on__lte=end),
        "plus-tard": WAITING & Q(due_on__gt=end),
        "condition": WAITING & ~MET,
        "mandates": OPEN & Q(ordered_on__isnull=False),
        "payes": PAID,
        "annules": Q(cancelled_on__isnull=False),
    }


STATES = (
    ("retard", "en retard"),
    ("mois", "ce mois-ci"),
    ("plus-tard", "plus tard"),
    ("condition", "condition pas encore remplie"),
    ("mandates", "mandatés, pas encore payés"),
    ("payes", "payés"),
    ("annules", "annulés"),
)


def payments_of(user, cite):
    rows = Payment.objects.visible_to(user).filter(funding__source__cite=cite)
    rows = rows.annotate(budget_year=F("funding__budget_year"))
    return rows.select_related("funding__action__holder", "funding__source", "agreement")


def _sources(request):
    return FundingSource.objects.visible_to(request.user).filter(cite=current_cite(request))


def _holders(request):
    rows = payments_of(request.user, current_cite(request))
    return Organisation.objects.filter(pk__in=rows.order_by().values("funding__action__holder"))


class PaymentFilter(YearFilterSet):
    """Without `exercice`, the year chosen in the frame; without `etat`, all of them."""

    q = django_filters.CharFilter(label="Action, porteur ou référence", method="search")
    etat = django_filters.ChoiceFilter(label="Où il en est", choices=STATES, empty_label="Tous", method="in_state")
    financeur = django_filters.ModelChoiceFilter(
        field_name="funding__source", label="Ligne", queryset=_sources, empty_label="Toutes"
    )
    porteur = django_filters.ModelChoiceFilter(
        field_name="funding__action__holder", label="Porteur", queryset=_holders, empty_label="Tous"
    )

    class Meta:
        model = Payment
        fields = ()

    @staticmethod
    def rows(user, cite):
        return payments_of(user, cite)

    def search(self, queryset, name, value):
        return queryset.filter(
            Q(funding__action__title__icontains=value)
            | Q(funding__action__holder__name__icontains=value)
            | Q(order_reference__icontains=value)
            | Q(payment_reference__icontains=value)
        )

    def in_state(self, queryset, name, value):
        return queryset.filter(_when(timezone.localdate())[value])


def payment_columns():
    return [
        Column("due_on", "Prévu le", kind="date", sort="due_on"),
        Column("action", "Action et porteur", sort="funding__action__title", css="sans-mot", width=46),
        Column("source", "Ligne", sort="funding__source__order", width=28),
        Column("kind", "Nature", sort="kind"),
        Column("amount", "Montant", kind="money", shown=False),
        Column("due", "À payer", kind="money", sort="amount", total=True, css="col-cle"),
        Column("paid", "Payé", kind="money", sort="amount", total=True, css="col-cle"),
        Column("condition", "Condition", width=36),
        Column("state", "Où il en est", width=26),
        Column("reference", "Référence", sort="payment_reference", shown=False, width=26),
    ]


def payment_row(payment):
    action = payment.funding.action
    return {
        "due_on": date_fr(payment.due_on),
        "url": reverse("actions:payment", args=[payment.pk]),
        "action": action.title,
        "notes": {"action": action.holder.name if action.holder else "porteur inconnu"},
        "source": payment.funding.source.short_label,
        "kind": capfirst(payment.get_kind_display()),
        **_amounts(payment),
        "condition": condition_of(payment),
        "state": state_of(payment, timezone.localdate()),
    }


def _amounts(payment):
    """A cancelled one is struck through and counts in no total."""
    amount = short_euros(signed(payment))
    if payment.cancelled_on:
        return {"due": format_html("<s>{}</s>", amount), "paid": ""}
    return {"due": "", "paid": amount} if payment.paid_on else {"due": amount, "paid": ""}


def payment_values(payment):
    action = payment.funding.action
    return {
        "due_on": payment.due_on,
        "action": f"{action} ({action.holder.name if action.holder else 'porteur inconnu'})",
        "source": payment.funding.source.label,
        "kind": payment.get_kind_display(),
        "amount": signed(payment),
        "due": signed(payment) if payment.is_open else None,
        "paid": signed(payment) if payment.paid_on and not payment.cancelled_on else None,
        "condition": condition_of(payment),
        "state": state_of(payment, timezone.localdate()),
        "reference": payment.payment_reference or payment.order_reference,
    }


def payments_total(rows):
    """Of what stands, what is still to pay apart from what is paid: refunds minus, cancelled payments left out."""
    back = Q(kind=PaymentKind.REFUND)
    sums = rows.order_by().aggregate(
        due=Sum("amount", filter=OPEN & ~back),
        due_back=Sum("amount", filter=OPEN & back),
        paid=Sum("amount", filter=PAID & ~back),
        paid_back=Sum("amount", filter=PAID & back),
    )
    return {key: _less(sums[key], sums[f"{key}_back"]) for key in ("due", "paid")}


def _less(out, back):
    return None if out is None and back is None else (out or ZERO) - (back or ZERO)


def paid_elsewhere(user, cite, year):
    """(euros, number of fundings) written as paid that no payment followed here makes; every year when `year` is None."""
    made = Payment.objects.filter(PAID, funding=OuterRef("pk")).exclude(kind=PaymentKind.REFUND)
    back = Payment.objects.filter(PAID, funding=OuterRef("pk"), kind=PaymentKind.REFUND)
    rows = Funding.objects.visible_to(user).in_cash().filter(source__cite=cite, paid__gt=0).order_by()
    if year is not None:
        rows = rows.filter(budget_year=year)
    rows = rows.annotate(made=_sum(made), back=_sum(back)).values_list("paid", "made", "back")
    gaps = [paid - (out or ZERO) + (back or ZERO) for paid, out, back in rows]
    gaps = [gap for gap in gaps if gap > 0]
    return sum(gaps, ZERO), len(gaps)


def _sum(payments):
    return Subquery(payments.order_by().values("funding").annotate(sum=Sum("amount")).values("sum"))


def waiting_payments(user, cite):
    """What our own officer still has to order, of every year, the earliest due first; a refund is never ordered."""
    rows = payments_of(user, cite).filter(WAITING, funding__source__pays_ourselves=True)
    rows = rows.exclude(kind=PaymentKind.REFUND)
    return rows.select_related("funding__action__holder", "funding__source", "funding__act", "agreement").order_by(
        "due_on", "pk"
    )
