"""Payments: the due list, one payment and the gestures on it, those to order together."""

import copy
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from actions import services
from actions.filters import ALL_YEARS
from actions.finances.payment_list import (
    PaymentFilter,
    paid_elsewhere,
    payment_columns,
    payment_row,
    payment_values,
    payments_of,
    payments_total,
)
from actions.finances.payments import funding_facts, is_refund, payment_facts, warning
from actions.finances.sections import finance_sections
from actions.forms.payments import (
    CancelForm,
    ConditionForm,
    OrderForm,
    PayForm,
    PaymentCorrectionForm,
    PaymentForm,
    payable,
)
from actions.models import Funding, Payment
from actions.permissions import can_manage_money
from actions.sheet import get_sheet_action
from actions.views.finances import readable_cite
from actions.views.journal import history_of
from cite_educative.common.dates import BudgetYear
from cite_educative.common.locks import ConflictError
from cite_educative.common.money import euros
from cite_educative.common.tables import ListPage
from partners.context import current_year


@require_GET
def payments(request):
    cite = readable_cite(request)
    listing = ListPage(
        request,
        payments_of(request.user, cite),
        payment_columns(),
        filterset=PaymentFilter,
        row=payment_row,
        values=payment_values,
        totals=payments_total,
        default_sort="due_on",
        title="Versements",
        noun=("versement", "versements"),
        empty_text="Aucun versement pour l’instant",
        filename=f"versements-{cite.slug}",
    )
    if listing.export_format:
        return listing.export()
    elsewhere, fundings = paid_elsewhere(request.user, cite, _shown_year(request))
    context = {
        "listing": listing,
        "elsewhere": euros(elsewhere) if fundings else "",
        "elsewhere_fundings": fundings,
        "sections": finance_sections("payments"),
        "can_manage": can_manage_money(request.user, cite),
    }
    return render(request, "finances/payments.html", context)


def _shown_year(request):
    asked = request.GET.get("exercice", "")
    try:
        return None if asked == ALL_YEARS else BudgetYear(asked)
    except ValueError:
        return current_year(request)


def _visible_payment(request, pk):
    rows = Payment.objects.visible_to(request.user)
    rows = rows.select_related("funding__action__cite", "funding__action__holder", "funding__source", "agreement")
    return get_object_or_404(rows, pk=pk)


@require_GET
def payment(request, pk):
    row = _visible_payment(request, pk)
    manages = can_manage_money(request.user, row.funding.action.cite)
    context = {
        "payment": row,
        "action": row.funding.action,
        "facts": payment_facts(row),
        "funding_facts": funding_facts(row.funding),
        "warning": "" if row.cancelled_on else warning(row.funding),
        "gestures": [(key, one.button) for key, one in GESTURES.items() if manages and one.applies(row)],
        "entries": history_of(row),
    }
    return render(request, "finances/payment.html", context)


@require_http_methods(["GET", "POST"])
def payment_create(request, pk):
    """`pk` is the action's."""
    action = get_sheet_action(request.user, pk)
    if not can_manage_money(request.user, action.cite):
        raise PermissionDenied
    rows = Funding.objects.visible_to(request.user).filter(action=action).select_related("source")
    form = PaymentForm(request.POST or None, fundings=rows.filter(pk__in=payable(rows)))
    if request.method == "POST" and form.is_valid():
        try:
            services.plan_payments(None, [form.part], actor=request.user)
        except ValidationError as error:
            form.add_error("amount", error.messages)
        else:
            messages.success(request, "Le versement est prévu\u00a0: il attend dans la liste des versements.")
            _warn(request, form.cleaned_data["funding"])
            return redirect("actions:money", action.pk)
    context = {"form": form, "heading": "Prévoir un versement", "lead": str(action), "submit": "Prévoir le versement"}
    return render(request, "finances/form.html", {**context, "cancel_url": reverse("actions:money", args=[action.pk])})


def _warn(request, funding):
    """Where another's officer pays, what passes the ceiling is told and stands."""
    told = "" if funding.source.pays_ourselves else warning(funding)
    if told:
        messages.warning(request, f"À vérifier\u00a0: {told}")


@dataclass(frozen=True)
class Gesture:
    """One thing done to a payment: its form, its service, when it is offered, its words."""

    form: type
    service: str
    applies: object
    button: str
    done: str


GESTURES = {
    "condition": Gesture(
        ConditionForm,
        "meet_condition",
        lambda row: row.is_open and bool(row.condition) and row.condition_met_on is None,
        "La condition est remplie",
        "La condition est remplie\u00a0: le versement peut être mandaté.",
    ),
    "mandater": Gesture(
        OrderForm,
        "order_payment",
        lambda row: row.is_open and row.ordered_on is None and not is_refund(row),
        "Mandater",
        "Le versement est mandaté.",
    ),
    "payer": Gesture(
        PayForm,
        "pay_payment",
        lambda row: row.is_open,
        "Enregistrer le paiement",
        "Le paiement est enregistré, et le montant versé de l’action avec lui.",
    ),
    "corriger": Gesture(
        PaymentCorrectionForm,
        "correct_payment",
        lambda row: row.cancelled_on is None,
        "Corriger",
        "Le versement est corrigé\u00a0; ce qui était écrit avant reste dans l’historique.",
    ),
    "annuler": Gesture(
        CancelForm,
        "cancel_payment",
        lambda row: row.cancelled_on is None,
        "Annuler ce versement",
        "Le versement est annulé\u00a0; il reste dans l’historique.",
    ),
}


@require_http_methods(["GET", "POST"])
def payment_gesture(request, pk, gesture):
    row = _visible_payment(request, pk)
    if not can_manage_money(request.user, row.funding.action.cite):
        raise PermissionDenied
    chosen = GESTURES.get(gesture)
    if chosen is None:
        raise Http404
    if not chosen.applies(row):
        messages.info(request, "C’est déjà fait, ou ce n’est plus possible\u00a0: voici où en est le versement.")
        return redirect("actions:payment", row.pk)
    form = chosen.form(request.POST or None, payment=copy.copy(row))
    if request.method == "POST" and form.is_valid() and _done(request, chosen, form, row):
        return redirect("actions:payment", row.pk)
    lead = f"{row.get_kind_display()} de {euros(row.amount)}, {row.funding.source}, {row.funding.action}"
    context = {"form": form, "heading": chosen.button, "lead": lead[:1].upper() + lead[1:], "submit": chosen.button}
    cancel_url = reverse("actions:payment", args=[row.pk])
    status = 409 if getattr(form, "is_stale", False) else 200
    return render(request, "finances/form.html", {**context, "cancel_url": cancel_url}, status=status)


def _done(request, chosen, form, row):
    """False when it is refused: the form says why and keeps what was typed."""
    target = form.instance if isinstance(form, PaymentCorrectionForm) else row
    try:
        saved = getattr(services, chosen.service)(target, actor=request.user, **form.given)
    except ConflictError as error:
        form.is_stale = True
        form.add_error(
            None,
            f"{error} Il est maintenant de {euros(error.current.amount)}, prévu le {error.current.due_on:%d/%m/%Y}. "
            "Relisez-le, puis envoyez de nouveau pour garder ce que vous avez écrit.",
        )
        form.data = {**form.data.dict(), "version": error.current.version}
        return False
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    messages.success(request, chosen.done)
    _warn(request, saved.funding)
    return True
