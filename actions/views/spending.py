"""« Recettes et dépenses directes »: by line, entered and corrected on one form each."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions import services
from actions.finances.sections import finance_sections
from actions.finances.spending import ledgers
from actions.forms.spending import ExpenseCancelForm, ExpenseForm, ReceiptForm
from actions.models import Action, Expense, FundingSource, Receipt
from actions.permissions import can_manage_money
from actions.views.finances import readable_cite
from actions.views.versions import form_context, saved_or_compared
from cite_educative.common.forms import read_key
from cite_educative.common.locks import ConflictError
from cite_educative.common.money import euros
from partners.context import current_cite, current_year
from partners.views.common import removed_once


@require_GET
def spending(request):
    """`?ligne=` shows one line, with or without rows."""
    cite, year = readable_cite(request), current_year(request)
    sources = FundingSource.objects.visible_to(request.user).filter(cite=cite)
    asked = request.GET.get("ligne")
    source = get_object_or_404(sources, pk=read_key(asked)) if asked else None
    context = {
        "year": year,
        "source": source,
        "ledgers": ledgers(request.user, cite, year, source=source),
        "sections": finance_sections("spending"),
        "can_manage": can_manage_money(request.user, cite),
    }
    return render(request, "finances/spending.html", context)


@require_http_methods(["GET", "POST"])
def expense_create(request):
    return _create(request, Expense, EXPENSE)


@require_http_methods(["GET", "POST"])
def expense_update(request, pk):
    return _update(request, pk, Expense, EXPENSE)


@require_http_methods(["GET", "POST"])
def receipt_create(request):
    return _create(request, Receipt, RECEIPT)


@require_http_methods(["GET", "POST"])
def receipt_update(request, pk):
    return _update(request, pk, Receipt, RECEIPT)


# What both kinds differ by: the form, its service, the words.
EXPENSE = (ExpenseForm, services.save_expense, "Enregistrer une dépense directe", "La dépense est enregistrée.")
RECEIPT = (ReceiptForm, services.save_receipt, "Enregistrer une recette", "La recette est enregistrée.")


def _create(request, model, words):
    cite = current_cite(request)
    if cite is None:
        raise Http404
    if not can_manage_money(request.user, cite):
        raise PermissionDenied
    row = model(budget_year=current_year(request), created_by=request.user)
    return _page(request, cite, row, words)


def _managed(request, pk, model):
    row = get_object_or_404(model.objects.visible_to(request.user).select_related("source__cite"), pk=pk)
    if not can_manage_money(request.user, row.source.cite):
        raise PermissionDenied
    return row


def _update(request, pk, model, words):
    row = _managed(request, pk, model)
    return _page(request, row.source.cite, row, words)


def _page(request, cite, row, words):
    form_class, save, heading, done = words
    sources = FundingSource.objects.visible_to(request.user).filter(cite=cite)
    given = {"sources": sources}
    if form_class is ExpenseForm:
        given["actions"] = Action.objects.visible_to(request.user).filter(cite=cite).order_by("code", "title")
    if row.pk is None:
        given["initial"] = {"source": read_key(request.GET.get("ligne", ""))}

    def form(*args, **kwargs):
        return form_class(*args, **given, **kwargs)

    shown, conflict, saved = saved_or_compared(request, form, row, save=save)
    if saved:
        messages.success(request, done)
        return redirect(f"{reverse('actions:spending')}?ligne={saved.source_id}")
    context = form_context(
        shown, conflict, heading=heading, submit="Enregistrer", cancel_url=reverse("actions:spending")
    )
    page = {**context, "row": row, "is_receipt": form_class is ReceiptForm}
    return render(request, "finances/spending_form.html", page, status=409 if conflict else 200)


@require_http_methods(["GET", "POST"])
def expense_cancel(request, pk):
    row = _managed(request, pk, Expense)
    cancel_url = f"{reverse('actions:spending')}?ligne={row.source_id}"
    form = ExpenseCancelForm(request.POST or None, expense=row)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_expense(row, actor=request.user, **form.cleaned_data)
        except (ConflictError, ValidationError) as error:
            form.add_error(None, getattr(error, "messages", str(error)))
        else:
            messages.success(request, "La dépense est annulée\u00a0: elle ne compte plus, et reste dans la liste.")
            return redirect(cancel_url)
    lead = f"{row.label}, {euros(row.amount)}, {row.source}"
    context = {"form": form, "heading": "Annuler cette dépense", "lead": lead, "submit": "Annuler la dépense"}
    return render(request, "finances/form.html", {**context, "cancel_url": cancel_url})


@require_POST
@removed_once(Receipt, "Cette recette est déjà retirée.", "actions:spending")
def receipt_remove(request, pk):
    row = _managed(request, pk, Receipt)
    services.remove_receipt(row, actor=request.user)
    messages.success(request, "La recette est retirée\u00a0; le journal la garde.")
    return redirect("actions:spending")
