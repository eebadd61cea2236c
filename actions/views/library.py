import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from actions import services
from actions.exchange_rows import library_columns, library_list, library_row, library_values
from actions.filters import LibraryFilter
from actions.forms.library import LibraryItemForm, LibraryVersionForm
from actions.models import Action, Exchange, LibraryItem, LibraryVersion
from actions.permissions import can_edit_library_item, can_write_exchange
from actions.views.journal import asked_origin, back_to, conflict_context, history_of, safe_next
from cite_educative.common.dates import date_fr
from cite_educative.common.forms import read_key
from cite_educative.common.locks import ConflictError
from cite_educative.common.tables import ListPage
from partners.permissions import can_steer, hides_names
from partners.views.common import cite_or_404, require


@require_safe
def library(request):
    cite, user = cite_or_404(request), request.user
    items = LibraryItem.objects.visible_to(user).filter(cite=cite)
    listing = ListPage(
        request,
        library_list(user, items),
        library_columns(items),
        filterset=LibraryFilter,
        row=library_row,
        values=library_values,
        default_sort="-changed_at",
        title="Bibliothèque",
        noun=("document", "documents"),
        empty_text="Aucun document pour l’instant",
        filename=f"bibliotheque-{cite.slug}",
    )
    if listing.export_format:
        return listing.export()
    context = {"listing": listing, "can_write": can_write_exchange(user, cite)}
    return render(request, "actions/library.html", context)


@require_http_methods(["GET", "POST"])
def library_create(request):
    """From anywhere: `?action=`, `?organisme=` or `?echange=` says what the document is about."""
    origin, exchange = asked_origin(request), _asked_exchange(request)
    cite = exchange.cite if exchange else origin.cite
    require(can_write_exchange(request.user, cite))
    options = {"request": request, "cite": cite, "origin": origin}
    initial = {"exchange": exchange} if exchange else {}
    form = LibraryItemForm(request.POST or None, request.FILES or None, initial=initial, **options)
    if request.method == "POST" and form.is_valid():
        try:
            item = services.create_library_item(cite=cite, actor=request.user, **form.row_fields)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"«\u00a0{item.title}\u00a0» est dans la bibliothèque.")
            return redirect("actions:library_item", item.pk)
    context = {"form": form, "exchange": exchange, "next": safe_next(request)}
    return render(
        request, "actions/library_create.html", context | {"cancel_url": back_to(request, "actions:library")}
    )


def _asked_exchange(request):
    if "echange" not in request.GET:
        return None
    exchanges = Exchange.objects.visible_to(request.user).select_related("cite")
    return get_object_or_404(exchanges, pk=read_key(request.GET["echange"]))


def _readable(request, pk):
    items = LibraryItem.objects.visible_to(request.user).select_related("cite", "created_by__person")
    return get_object_or_404(items, pk=pk)


@require_safe
def library_item(request, pk):
    item, user = _readable(request, pk), request.user
    hidden = hides_names(user.access, item.cite_id)
    context = {
        "item": item,
        "facts": _facts(item),
        "versions": item.versions.select_related("author__person"),
        "actions": Action.objects.visible_to(user).filter(library_items=item),
        "organisations": item.organisations.all(),
        "exchange": Exchange.objects.visible_to(user).filter(documents=item).first(),
        "hidden": hidden,
        "can_edit": can_edit_library_item(user, item),
        "can_pass_on": can_steer(user, item.cite),
        "entries": [] if hidden else history_of(item),
    }
    return render(request, "actions/library_item.html", context)


def _facts(item):
    facts = (
        ("Nature", item.get_kind_display()),
        ("Émetteur", item.source),
        ("Date du document", date_fr(item.dated_on) if item.dated_on else ""),
        ("Qui peut le lire", item.get_audience_display()),
    )
    return [{"label": label, "value": value} for label, value in facts if value]


@require_http_methods(["GET", "POST"])
def library_update(request, pk):
    item = _readable(request, pk)
    require(can_edit_library_item(request.user, item))
    options = {"request": request, "cite": item.cite}
    form = LibraryItemForm(request.POST or None, instance=copy.copy(item), **options)
    if "add" in request.POST:
        form = LibraryItemForm(initial=form.with_added(), instance=copy.copy(item), **options)
    elif request.method == "POST" and form.is_valid():
        try:
            services.update_library_item(
                item, actor=request.user, version=form.cleaned_data["version"], **form.row_fields
            )
        except ConflictError as conflict:
            context = conflict_context(request, form, conflict.current)
            return render(request, "actions/library_update.html", context | {"item": item}, status=409)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "La fiche du document est enregistrée.")
            return redirect("actions:library_item", pk)
    return render(request, "actions/library_update.html", {"form": form, "item": item, "conflict": None})


@require_http_methods(["GET", "POST"])
def version_create(request, pk):
    item = _readable(request, pk)
    require(can_edit_library_item(request.user, item))
    form = LibraryVersionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        version = services.add_library_version(item, actor=request.user, **form.cleaned_data)
        messages.success(request, f"La version {version.number} est en ligne, les précédentes restent.")
        return redirect("actions:library_item", pk)
    return render(request, "actions/library_version.html", {"form": form, "item": item})


@require_safe
@cache_control(private=True, no_cache=True)
def version_download(request, pk):
    version = get_object_or_404(LibraryVersion.objects.visible_to(request.user), pk=pk)
    try:
        content = version.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("Ce fichier n’est plus sur le serveur.") from error
    response = FileResponse(content, as_attachment=True, filename=version.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response
