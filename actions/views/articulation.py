from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions import articulation as content
from actions import articulation_pages as pages
from actions import services
from actions.double_funding import doubles_of, pairs_of, quarters_of
from actions.forms.articulation import DismissForm
from actions.models import ArticulationNote, DoubleDismissal, Programme
from actions.permissions import can_add_mainstream, can_write_articulation
from actions.public_money import (
    holder_years,
    holders_with_money,
    quarter_years,
    quarters_with_money,
    readable_grants,
)
from actions.strategy_page import chosen_programme
from actions.views.articulation_tabs import articulation_tabs, reading_cite, writing_cite
from actions.views.sections import plan_sections
from cite_educative.common.exports import stream_csv, xlsx_response
from cite_educative.common.tables import FORMAT, FORMATS, SORT, Column, ListPage
from partners.context import current_year
from partners.models import Organisation
from partners.permissions import hides_names
from partners.views.common import removed_once, require

SHOWN = 60  # lines of a list that has no pages; its export has them all
WRITERS = {"xlsx": xlsx_response, "csv": stream_csv}


def export(request, columns, rows, *, title, filename):
    filename = f"{filename}-{timezone.localdate():%Y-%m-%d}"
    return WRITERS[request.GET[FORMAT]](columns, rows, title=title, filename=filename)


def export_links():
    return [{"label": label, "url": f"?{FORMAT}={name}"} for name, label in FORMATS.items()]


# --- Objectives × contrat de ville ----------------------------------------------------------------


@require_safe
def articulation(request):
    cite, user, year = reading_cite(request), request.user, current_year(request)
    programmes = list(Programme.objects.visible_to(user).filter(cite=cite).select_related("cite"))
    programme = chosen_programme(programmes, request.GET.get("programme"), year)
    table = content.articulation_table(user, programme, year) if programme else None
    if table and request.GET.get(FORMAT) in FORMATS:
        columns, rows = pages.table_columns(table), pages.table_values(table)
        return export(request, columns, rows, title=f"Articulation {year}", filename=f"articulation-{year}")
    context = {
        "sections": plan_sections("articulation", user, cite),
        "tabs": articulation_tabs("table"),
        "year": year,
        "programme": programme,
        "others": [one for one in programmes if one != programme],
        "notes": _notes(user, programme, year),
        "can_write": can_write_articulation(user, cite),
        "can_add": can_add_mainstream(user, cite),
        "exports": [{**link, "url": f"{link['url']}&programme={programme.pk}"} for link in export_links()]
        if table
        else [],
        **(_table(table, year) if table else {"groups": []}),
        **_mainstream(user, cite, year),
    }
    return render(request, "actions/articulation.html", context)


def _mainstream(user, cite, year):
    mobilised = content.mobilisation(user, cite, year, shown=SHOWN)
    return {
        "institutions": pages.institution_lines(content.institution_rows(user, cite, year)),
        "mobilised": pages.mobilised_facts(mobilised),
        "explained": mobilised.explained,
        "silent": mobilised.silent,
        "explained_more": mobilised.explained_count - len(mobilised.explained),
        "silent_more": mobilised.silent_count - len(mobilised.silent),
        "doubles": sum(double.is_open for double in pairs_of(user, cite, year=year)),
    }


def _table(table, year):
    return {
        "groups": pages.table_rows(table, year),
        "columns": pages.column_lines(table),
        "totals": pages.table_totals(table),
        "bare_objectives": table.bare_objectives,
        "bare_themes": table.bare_themes,
        "idle_themes": table.idle_themes,
        "without_objective": table.without_objective,
    }


def _notes(user, programme, year):
    notes = ArticulationNote.objects.visible_to(user).filter(programme=programme, budget_year=year)
    return [
        {"note": note, "files": [link.file for link in note.files.all()]}
        for note in notes.select_related("made_by__person").prefetch_related("files__file")[:4]
    ]


@require_POST
def articulation_note(request, pk):
    programme = get_object_or_404(Programme.objects.visible_to(request.user).select_related("cite"), pk=pk)
    require(can_write_articulation(request.user, programme.cite))
    note, created = services.make_articulation_note(
        programme=programme, year=current_year(request), actor=request.user
    )
    if created:
        messages.success(request, "La note d’articulation est établie. Ses fichiers PDF et Word se préparent.")
    else:
        made_on = note.content["made_on"]
        messages.info(request, f"Rien n’a changé depuis la note du {made_on}\u00a0: elle reste la dernière.")
    return redirect(f"{reverse('actions:articulation')}?programme={pk}#notes")


@require_safe
def schemes(request):
    cite, user, year = reading_cite(request), request.user, current_year(request)
    links = content.scheme_links(user, cite, year)
    if request.GET.get(FORMAT) in FORMATS:
        columns, lines = pages.SCHEME_COLUMNS, pages.scheme_values(content.scheme_rows(links))
        return export(request, columns, lines, title="Dispositifs liés", filename=f"dispositifs-{year}")
    page = Paginator(links, SHOWN).get_page(request.GET.get("page"))
    counts = content.scheme_counts(cite, links)
    numbers = {scheme.pk: number for scheme, number in counts if number}
    context = {
        "sections": plan_sections("articulation", user, cite),
        "tabs": articulation_tabs("schemes"),
        "year": year,
        "page": page,
        "linked": [(*row, numbers[row[0].pk]) for row in content.scheme_rows(page.object_list)],
        "linked_count": len(numbers),
        "idle": [scheme for scheme, number in counts if not number],
        "unlinked": content.unlinked_count(user, cite, year),
        "reads_all": cite.pk in user.access.full_readers,
        "can_write": can_write_articulation(user, cite),
        "exports": export_links(),
    }
    return render(request, "actions/articulation_schemes.html", context)


# --- All public money side by side ----------------------------------------------------------------


def _side_list(request, side, *, template, tab, label, page, flags, title, noun, empty_text, more=None):
    cite, user = reading_cite(request), request.user
    listing = ListPage(
        request,
        side.sorted_by(request.GET.get(SORT, "").removeprefix("-")),
        pages.side_columns(label),
        fetch=side.read,
        row=pages.side_row(page, flags),
        values=pages.side_values(flags),
        default_sort="name",
        title=title,
        noun=noun,
        empty_text=empty_text,
        filename=f"{tab}-{cite.slug}",
    )
    if listing.export_format:
        return listing.export()
    context = {
        "sections": plan_sections("articulation", user, cite),
        "tabs": articulation_tabs(tab),
        "listing": listing,
        "year": current_year(request),
        **(more or {}),
    }
    return render(request, template, context)


def _counted(doubles, keys_of):
    """{key: number of open doubles that concern it}."""
    flags = {}
    for double in doubles:
        if double.is_open:
            for key in {key for item in double.items for key in keys_of(item)}:
                flags[key] = flags.get(key, 0) + 1
    return flags


@require_safe
def holders(request):
    cite, user, year = reading_cite(request), request.user, current_year(request)
    flags = _counted(pairs_of(user, cite, year=year), lambda item: [item.holder_id])
    unmatched = readable_grants(user, cite).filter(budget_year=year, holder=None).count()
    return _side_list(
        request,
        holders_with_money(user, cite, year),
        template="actions/articulation_holders.html",
        tab="holders",
        label="Porteur",
        page="actions:articulation_holder",
        flags=flags,
        title="Argent public par porteur",
        noun=("porteur", "porteurs"),
        empty_text=f"Aucun porteur en {year}",
        more={"unmatched": unmatched},
    )


@require_safe
def quarters(request):
    cite, user, year = reading_cite(request), request.user, current_year(request)
    doubles = pairs_of(user, cite, year=year)
    located = quarters_of(doubles)
    flags = _counted(doubles, lambda item: located.get(item.identity, ()))
    return _side_list(
        request,
        quarters_with_money(user, cite, year),
        template="actions/articulation_quarters.html",
        tab="quarters",
        label="Quartier prioritaire",
        page="actions:articulation_quarter",
        flags=flags,
        title="Argent public par quartier prioritaire",
        noun=("quartier", "quartiers"),
        empty_text="Aucun quartier prioritaire dans le périmètre",
    )


@require_safe
def holder(request, pk):
    cite = reading_cite(request)
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user).in_cite(cite), pk=pk)
    years = holder_years(request.user, cite, organisation)
    if not years and cite.pk not in request.user.access.full_readers:
        raise Http404
    doubles = doubles_of(request.user, cite, holder=organisation)
    return _side_page(request, cite, organisation, years, doubles, tab="holders", back="articulation_holders")


@require_safe
def quarter(request, pk):
    cite = reading_cite(request)
    neighbourhood = get_object_or_404(cite.neighbourhoods, pk=pk)
    years = quarter_years(request.user, cite, neighbourhood)
    doubles = doubles_of(request.user, cite, neighbourhood=neighbourhood)
    return _side_page(request, cite, neighbourhood, years, doubles, tab="quarters", back="articulation_quarters")


def _side_page(request, cite, subject, years, doubles, *, tab, back):
    if request.GET.get(FORMAT) in FORMATS:
        title = f"Argent public, {subject.name}"
        return export(
            request, pages.LINE_COLUMNS, pages.line_values(years), title=title, filename=f"{tab}-{subject.pk}"
        )
    user = request.user
    context = {
        "subject": subject,
        "is_holder": tab == "holders",
        "back": reverse(f"actions:{back}"),
        "years": [pages.year_lines(year) for year in years],
        "doubles": [double for double in doubles if double.is_open],
        "dismissed": [double for double in doubles if not double.is_open],
        "hidden": hides_names(user.access, cite.pk),
        "can_write": can_write_articulation(user, cite),
        "reads_all": cite.pk in user.access.full_readers,
        "exports": export_links(),
    }
    return render(request, "actions/articulation_side.html", context)


# --- Possible double fundings ---------------------------------------------------------------------

DOUBLE_COLUMNS = [
    Column("first", "Première ligne", width=60),
    Column("second", "Seconde ligne", width=60),
    Column("reasons", "Pourquoi", width=50),
    Column("state", "État", width=14),
    Column("dismissal", "Écarté parce que", width=50),
    Column("said_by", "Dit par", width=30),
]


def _double_values(double, hidden):
    told = [f"{item.title} ({item.where}, {item.holder}), {item.amount or '–'}" for item in double.items]
    dismissal = double.dismissal
    return {
        "first": told[0],
        "second": told[1],
        "reasons": "\u00a0; ".join(double.reasons),
        "state": "à vérifier" if double.is_open else "écarté",
        "dismissal": dismissal.reason if dismissal else "",
        "said_by": (dismissal.said_by or str(dismissal.author)) if dismissal and not hidden else "",
    }


def _parted(found):
    """(to be looked at, set aside)."""
    return [double for double in found if double.is_open], [double for double in found if not double.is_open]


@require_safe
def doubles(request):
    cite, user, year = reading_cite(request), request.user, current_year(request)
    found = doubles_of(user, cite, year=year)
    hidden = hides_names(user.access, cite.pk)
    if request.GET.get(FORMAT) in FORMATS:
        rows = [_double_values(double, hidden) for double in found]
        return export(request, DOUBLE_COLUMNS, rows, title="Doubles possibles", filename=f"doubles-{year}")
    looked_at, aside = _parted(found)
    context = {
        "sections": plan_sections("articulation", user, cite),
        "tabs": articulation_tabs("doubles"),
        "year": year,
        "doubles": looked_at[:SHOWN],
        "number": len(looked_at),
        "more": max(0, len(looked_at) - SHOWN),
        "dismissed": aside[:SHOWN],
        "hidden": hidden,
        "can_write": can_write_articulation(user, cite),
        "exports": export_links(),
    }
    return render(request, "actions/articulation_doubles.html", context)


@require_http_methods(["GET", "POST"])
def double_dismiss(request):
    """`?cle=` names the pair, as `doubles_of` gives it."""
    cite = writing_cite(request)
    key = request.GET.get("cle", "")
    double = next((one for one in doubles_of(request.user, cite) if one.key == key), None)
    if double is None:
        raise Http404
    form = DismissForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.dismiss_double(cite=cite, key=key, label=double.label, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Ce rapprochement est écarté. La raison est gardée, avec votre nom.")
            return redirect("actions:articulation_doubles")
    return render(request, "actions/double_dismiss.html", {"form": form, "double": double})


@require_POST
@removed_once(DoubleDismissal, "Ce rapprochement est déjà à vérifier.", "actions:articulation_doubles")
def double_reopen(request, pk):
    row = get_object_or_404(DoubleDismissal.objects.visible_to(request.user).select_related("cite"), pk=pk)
    require(can_write_articulation(request.user, row.cite))
    if services.reopen_double(row, actor=request.user):
        messages.success(request, "Ce rapprochement est de nouveau à vérifier.")
    return redirect("actions:articulation_doubles")
