import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions import services
from actions.enums import ExchangeKind
from actions.exchange_rows import (
    exchange_columns,
    exchange_line,
    exchange_row,
    exchange_tab,
    exchange_values,
    exchanges_for,
    library_for,
    library_items_for,
    library_line,
)
from actions.filters import ExchangeFilter
from actions.forms.exchanges import ExchangeForm
from actions.models import Exchange, LibraryItem
from actions.permissions import can_close_next_step, can_edit_exchange, can_write_exchange
from actions.quoting import action_origin, organisation_origin, person_origin, quotable_actions, quotable_organisations
from actions.sheet import get_sheet_action, sheet_context
from actions.views.journal import asked_origin, back_to, conflict_context, history_of, safe_next
from cite_educative.common.dates import date_fr
from cite_educative.common.locks import ConflictError
from cite_educative.common.tables import ListPage
from partners.permissions import can_steer, hides_names
from partners.sections import partner_sections
from partners.sheets import organisation_sheet, person_sheet
from partners.views.common import cite_or_404, follow_merges, require


@require_safe
def exchange_list(request):
    cite, user = cite_or_404(request), request.user
    hidden = hides_names(user.access, cite.pk)
    listing = ListPage(
        request,
        exchanges_for(user, Exchange.objects.visible_to(user).filter(cite=cite)),
        exchange_columns(user.access, cite.pk),
        filterset=ExchangeFilter,
        row=exchange_row(hidden),
        values=exchange_values(hidden),
        default_sort="-held_on",
        title="Échanges",
        noun=("échange", "échanges"),
        empty_text="Aucun échange pour l’instant",
        filename=f"echanges-{cite.slug}",
    )
    if listing.export_format:
        return listing.export()
    context = {
        "listing": listing,
        "sections": partner_sections(user, cite, "exchanges"),
        "can_write": can_write_exchange(user, cite),
    }
    return render(request, "actions/exchange_list.html", context)


@require_http_methods(["GET", "POST"])
def exchange_create(request):
    """From anywhere: `?action=`, `?organisme=` or `?personne=` prefills the form, `?nature=` its kind."""
    origin = asked_origin(request)
    require(can_write_exchange(request.user, origin.cite))
    options = {"request": request, "cite": origin.cite, "origin": origin}
    form = ExchangeForm(request.POST or None, **options)
    if "add" in request.POST:
        form = ExchangeForm(initial=form.with_added(), **options)
    elif request.method == "POST" and form.is_valid():
        try:
            exchange = services.create_exchange(cite=origin.cite, actor=request.user, **form.row_fields)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"L’échange «\u00a0{exchange.title}\u00a0» est noté.")
            return redirect(safe_next(request) or reverse("actions:exchange", args=[exchange.pk]))
    context = {"form": form, "next": safe_next(request), "cancel_url": back_to(request, "actions:exchanges")}
    return render(request, "actions/exchange_create.html", context)


def _readable(request, pk):
    rows = exchanges_for(request.user, Exchange.objects.visible_to(request.user)).select_related("cite")
    return get_object_or_404(rows, pk=pk)


@require_safe
def exchange_detail(request, pk):
    exchange, user = _readable(request, pk), request.user
    cite = exchange.cite
    hidden = hides_names(user.access, cite.pk)
    documents = LibraryItem.objects.visible_to(user).filter(exchange=exchange)
    context = {
        "exchange": exchange,
        "line": exchange_line(exchange, hidden),
        "facts": _facts(exchange, hidden),
        "documents": [library_line(item) for item in library_for(documents)],
        "hidden": hidden,
        "can_edit": can_edit_exchange(user, exchange),
        "can_close": can_close_next_step(user, exchange),
        "can_add": can_write_exchange(user, cite),
        "can_pass_on": can_steer(user, cite) and exchange.kind == ExchangeKind.NATIONAL,
        "entries": [] if hidden else history_of(exchange),
    }
    return render(request, "actions/exchange.html", context)


def _facts(exchange, hidden):
    facts = [("Nature", exchange.get_kind_display()), ("Date", date_fr(exchange.held_on, weekday=True))]
    if not hidden:
        facts.append(("Noté par", str(exchange.author)))
    facts.append(("Qui peut le lire", exchange.get_audience_display()))
    return [{"label": label, "value": value} for label, value in facts]


@require_http_methods(["GET", "POST"])
def exchange_update(request, pk):
    exchange = _readable(request, pk)
    require(can_edit_exchange(request.user, exchange))
    options = {"request": request, "cite": exchange.cite}
    form = ExchangeForm(request.POST or None, instance=copy.copy(exchange), **options)
    if "add" in request.POST:
        form = ExchangeForm(initial=form.with_added(), instance=copy.copy(exchange), **options)
    elif request.method == "POST" and form.is_valid():
        try:
            services.update_exchange(
                exchange, actor=request.user, version=form.cleaned_data["version"], **form.row_fields
            )
        except ConflictError as conflict:
            context = conflict_context(request, form, conflict.current)
            return render(request, "actions/exchange_update.html", context | {"exchange": exchange}, status=409)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "L’échange est enregistré.")
            return redirect("actions:exchange", pk)
    return render(request, "actions/exchange_update.html", {"form": form, "exchange": exchange, "conflict": None})


@require_POST
def exchange_done(request, pk):
    """« Fait », or with `undo` « Remettre à faire »; a second click changes nothing."""
    exchange = _readable(request, pk)
    require(can_close_next_step(request.user, exchange))
    done = "undo" not in request.POST
    if services.mark_next_step(exchange, actor=request.user, done=done):
        messages.success(request, "C’est noté comme fait." if done else "La suite est de nouveau à faire.")
    return redirect(safe_next(request) or reverse("actions:exchange", args=[pk]))


# --- Tabs -----------------------------------------------------------------------------------------


@require_safe
def action_exchanges(request, pk):
    action, user = get_sheet_action(request.user, pk), request.user
    writes = can_write_exchange(user, action.cite) and quotable_actions(user, action.cite).filter(pk=pk).exists()
    origin = action_origin(action) if writes else None
    rows = Exchange.objects.visible_to(user).about_action(action)
    context = sheet_context(request, action, tab="exchanges")
    context |= exchange_tab(
        request, rows, action.cite, query=f"action={pk}", origin=origin, form=_short(request, origin)
    )
    return render(request, "actions/action_exchanges.html", context)


@require_safe
@follow_merges
def organisation_exchanges(request, pk):
    organisation, context = organisation_sheet(request, pk, tab="exchanges")
    user, cite = request.user, context["cite"]
    writes = can_write_exchange(user, cite) and quotable_organisations(user, cite).filter(pk=pk).exists()
    origin = organisation_origin(user, organisation, cite) if writes else None
    rows = Exchange.objects.visible_to(user).filter(cite=cite).about_organisation(organisation)
    context |= exchange_tab(request, rows, cite, query=f"organisme={pk}", origin=origin, form=_short(request, origin))
    context["documents"] = library_items_for(user, organisation=organisation)
    return render(request, "actions/organisation_exchanges.html", context)


@require_safe
@follow_merges
def person_exchanges(request, pk):
    person, context = person_sheet(request, pk, tab="exchanges")
    user, cite = request.user, context["cite"]
    origin = person_origin(user, person, cite) if can_write_exchange(user, cite) else None
    rows = Exchange.objects.visible_to(user).filter(cite=cite).about_person(person)
    context |= exchange_tab(request, rows, cite, query=f"personne={pk}", origin=origin, form=_short(request, origin))
    return render(request, "actions/person_exchanges.html", context)


def _short(request, origin):
    return ExchangeForm(request=request, cite=origin.cite, origin=origin, short=True) if origin else None
