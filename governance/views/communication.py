"""The communication plan: its table, its months, its lines, its strategy and the electoral reserve."""

import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions.forms.quoting import compared as compared_links
from actions.models import Action
from actions.views.journal import history_of
from cite_educative.common.conflicts import compared
from cite_educative.common.locks import ConflictError
from governance import services
from governance.communication import (
    asked_month,
    communication_figures,
    missing_sentence,
    month_page,
    programme_of,
    side_lines,
    strategy_of,
)
from governance.communication_list import communication_listing, item_facts, state_of, year_sentence
from governance.forms import CommunicationItemForm, ReservePeriodForm, StrategyForm
from governance.models import CommunicationItem, CommunicationStrategy, ReservePeriod
from governance.permissions import can_answer_press, can_prepare, can_read_communication
from governance.views.common import add_errors, chosen_cite, conflict, require, sent_pairs
from partners.context import current_year

TABS = (
    ("communication", "Plan"),
    ("communication_calendar", "Calendrier"),
    ("communication_strategy", "Stratégie"),
    ("reserve_periods", "Réserve électorale"),
    ("kit", "Kit"),
    ("kit_photos", "Photos"),
)


def read_cite(request):
    cite = chosen_cite(request)
    require(can_read_communication(request.user, cite))
    return cite


def written_cite(request):
    cite = chosen_cite(request)
    require(can_prepare(request.user, cite))
    return cite


def page(request, cite, current, **context):
    """What every page of the plan shows."""
    tabs = [{"label": label, "url": reverse(f"governance:{name}"), "current": name == current} for name, label in TABS]
    return {"cite": cite, "tabs": tabs, "can_write": can_prepare(request.user, cite)} | context


def two_versions(request, form, theirs, row, *, subject, cancel_url, fields=None):
    """The conflict page; `theirs` is a form of what is stored now."""
    rows = fields or compared(form, theirs)
    return conflict(
        request,
        subject=subject,
        row=row,
        fields=[(one["label"], one["mine"], one["theirs"]) for one in rows],
        action=request.get_full_path(),
        version=row.version,
        cancel_url=cancel_url,
        hidden=sent_pairs(request),
    )


# --- Table and months -----------------------------------------------------------------------------


@require_safe
def communication(request):
    cite = read_cite(request)
    listing = communication_listing(request, cite)
    if listing.export_format:
        return listing.export()
    year = int(current_year(request))
    context = page(
        request, cite, "communication", listing=listing, said=year_sentence(communication_figures(cite, year))
    )
    return render(request, "governance/communication.html", context)


@require_safe
def communication_calendar(request):
    cite, today = read_cite(request), timezone.localdate()
    items = CommunicationItem.objects.visible_to(request.user).filter(cite=cite)
    month = month_page(items, cite, asked_month(request.GET.get("mois", ""), today), today)
    undated = items.filter(day__isnull=True).order_by("title", "pk")
    context = page(request, cite, "communication_calendar", month=month, undated=undated)
    return render(request, "governance/communication_calendar.html", context)


# --- One line -------------------------------------------------------------------------------------


def readable_item(request, pk):
    items = CommunicationItem.objects.visible_to(request.user).select_related("cite", "owner", "reserve_by__person")
    return get_object_or_404(items.prefetch_related("agreements__entered_by__person"), pk=pk)


@require_safe
def communication_item(request, pk):
    item, user = readable_item(request, pk), request.user
    lines = side_lines(item, item.cite.sides.order_by("order"), lambda side: can_answer_press(user, side))
    period = services.reserve_on(item.cite, item.day)
    context = {
        "item": item,
        "status": state_of(item),
        "facts": item_facts(item),
        "lines": lines,
        "missing": missing_sentence(item, lines),
        "period": period,
        "is_checked": period is not None and item.reserve_day == item.day,
        "actions": Action.objects.visible_to(user).filter(communication_items=item),
        "entries": history_of(item),
    }
    return render(request, "governance/communication_item.html", page(request, item.cite, "communication", **context))


@require_http_methods(["GET", "POST"])
def communication_create(request):
    cite = written_cite(request)
    form = CommunicationItemForm(request.POST or None, request=request, cite=cite)
    if "add" in request.POST:
        form = CommunicationItemForm(initial=form.with_added(), request=request, cite=cite)
    elif request.method == "POST" and form.is_valid():
        checked = form.cleaned_data["reserve_checked"]
        try:
            item = services.create_communication_item(
                cite=cite, actor=request.user, reserve_checked=checked, **form.row_fields
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, f"«\u00a0{item}\u00a0» est dans le plan de communication.")
            return redirect("governance:communication_item", item.pk)
    context = page(request, cite, "communication", form=form, item=None)
    return render(request, "governance/communication_form.html", context)


@require_http_methods(["GET", "POST"])
def communication_update(request, pk):
    item = readable_item(request, pk)
    require(can_prepare(request.user, item.cite))
    options = {"request": request, "cite": item.cite}
    form = CommunicationItemForm(request.POST or None, instance=copy.copy(item), **options)
    if "add" in request.POST:
        form = CommunicationItemForm(initial=form.with_added(), instance=copy.copy(item), **options)
    elif request.method == "POST" and form.is_valid():
        answer = _updated(request, item, form)
        if answer:
            return answer
    context = page(request, item.cite, "communication", form=form, item=item)
    return render(request, "governance/communication_form.html", context)


def _updated(request, item, form):
    """The answer to a valid form, or None when the service refused it."""
    back = reverse("governance:communication_item", args=[item.pk])
    typed = form.cleaned_data
    try:
        services.update_communication_item(
            item,
            actor=request.user,
            version=typed["version"],
            reserve_checked=typed["reserve_checked"],
            **form.row_fields,
        )
    except ConflictError as error:
        rows = compared_links(form, error.current)
        return two_versions(request, form, None, error.current, subject="Ligne du plan", cancel_url=back, fields=rows)
    except ValidationError as error:
        add_errors(form, error)
        return None
    messages.success(request, "La ligne est enregistrée.")
    return redirect(back)


# --- Strategy -------------------------------------------------------------------------------------


@require_safe
def communication_strategy(request):
    cite = read_cite(request)
    strategy, programme = strategy_of(cite), programme_of(cite)
    entries = history_of(strategy) if strategy else []
    context = page(request, cite, "communication_strategy", strategy=strategy, programme=programme, entries=entries)
    return render(request, "governance/communication_strategy.html", context)


@require_http_methods(["GET", "POST"])
def strategy_update(request):
    cite = written_cite(request)
    programme = programme_of(cite)
    back = reverse("governance:communication_strategy")
    if programme is None:
        messages.info(request, "Créez d’abord le programme du label\u00a0: la stratégie en dépend.")
        return redirect(back)
    known = strategy_of(cite) or CommunicationStrategy(cite=cite, programme=programme)
    form = StrategyForm(request.POST or None, instance=copy.copy(known))
    if request.method == "POST" and form.is_valid():
        try:
            services.save_strategy(
                cite=cite, programme=programme, actor=request.user, version=form.read_version, **form.row_fields
            )
        except ConflictError as error:
            theirs = StrategyForm(instance=error.current)
            return two_versions(request, form, theirs, error.current, subject="Stratégie", cancel_url=back)
        messages.success(request, "La stratégie est enregistrée.")
        return redirect(back)
    context = page(request, cite, "communication_strategy", form=form, programme=programme)
    return render(request, "governance/communication_strategy_form.html", context)


# --- Electoral reserve ----------------------------------------------------------------------------


@require_safe
def reserve_periods(request):
    cite = read_cite(request)
    periods = ReservePeriod.objects.visible_to(request.user).filter(cite=cite)
    return render(request, "governance/reserve.html", page(request, cite, "reserve_periods", periods=periods))


@require_http_methods(["GET", "POST"])
def reserve_create(request):
    cite = written_cite(request)
    return _reserve_form(request, ReservePeriod(cite=cite))


@require_http_methods(["GET", "POST"])
def reserve_update(request, pk):
    return _reserve_form(request, _written_period(request, pk))


@require_POST
def reserve_remove(request, pk):
    services.remove_reserve_period(_written_period(request, pk), actor=request.user)
    messages.success(request, "La période est retirée.")
    return redirect("governance:reserve_periods")


def _written_period(request, pk):
    period = get_object_or_404(ReservePeriod.objects.visible_to(request.user).select_related("cite"), pk=pk)
    require(can_prepare(request.user, period.cite))
    return period


def _reserve_form(request, period):
    back = reverse("governance:reserve_periods")
    form = ReservePeriodForm(request.POST or None, instance=period)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_reserve_period(form.instance, actor=request.user, version=form.read_version)
            messages.success(request, "La période est notée\u00a0: le calendrier la montre.")
            return redirect(back)
        except ConflictError as error:
            theirs = ReservePeriodForm(instance=error.current)
            return two_versions(request, form, theirs, error.current, subject="Période", cancel_url=back)
        except ValidationError as error:
            add_errors(form, error)
    context = page(request, period.cite, "reserve_periods", form=form, is_new=period.pk is None)
    return render(request, "governance/reserve_form.html", context)
