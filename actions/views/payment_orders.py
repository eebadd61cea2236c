"""Payments to order together: their sheet for the accounting officer, then their order in one gesture."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from actions import services
from actions.finances.order_sheet import order_lines, to_order, write_order_sheet
from actions.finances.payment_list import waiting_payments
from actions.forms.payment_orders import OrdersForm
from actions.permissions import can_manage_money
from cite_educative.common.exports import XLSX_TYPE
from cite_educative.common.money import euros, total
from partners.views.common import cite_or_404


@require_http_methods(["GET", "POST"])
def payment_orders(request):
    """`etat` sends the workbook of the chosen payments and writes nothing; `mandater` orders them."""
    cite = cite_or_404(request)
    if not can_manage_money(request.user, cite):
        raise PermissionDenied
    waiting = waiting_payments(request.user, cite)
    form = OrdersForm(request.POST or None, payments=waiting)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["chosen"].order_by("due_on", "pk")
        if "etat" in request.POST:
            return _sheet(request, cite, list(chosen))
        _order(request, form, list(chosen))
        return redirect("actions:payment_orders")
    asked = set(form.data.getlist("chosen")) if form.is_bound else set()
    rows = to_order(list(waiting))
    for row in rows:
        row["is_chosen"] = str(row["payment"].pk) in asked if form.is_bound else not row["reason"]
    whole = euros(total(row["payment"].amount for row in rows))
    return render(request, "finances/payment_orders.html", {"form": form, "rows": rows, "total": whole})


def _sheet(request, cite, payments):
    today = timezone.localdate()
    content = write_order_sheet(cite, order_lines(request.user, payments), made_on=today)
    name = f"mandatement-{cite.slug}-{today:%Y-%m-%d}.xlsx"
    return HttpResponse(
        content, content_type=XLSX_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _order(request, form, payments):
    ordered, refused = services.order_payments(
        payments, on=form.cleaned_data["on"], reference=form.cleaned_data["reference"], actor=request.user
    )
    if ordered:
        number = len(ordered)
        told = f"{number} versements sont mandatés." if number > 1 else "Un versement est mandaté."
        messages.success(request, told)
    for one in refused:
        messages.warning(request, f"{one.payment.funding.action}\u00a0: {one.reason}")
