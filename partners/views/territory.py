from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cite_educative.common.forms import read_key
from cite_educative.common.tables import ListPage
from partners import permissions, services
from partners.filters import SchoolFilter
from partners.forms.territory import CommuneForm, NeighbourhoodForm, SchoolForm
from partners.models import Commune, Neighbourhood, School
from partners.sections import partner_sections
from partners.territory_pages import (
    PERIMETER_PAGES,
    SCHOOL_COLUMNS,
    perimeter_lines,
    perimeter_rows,
    perimeter_tabs,
    school_row,
    schools_of,
    territory_page,
)
from partners.views.common import cite_or_404, led_cite

SHARED = (
    "Cette fiche appartient aussi au périmètre d’une autre Cité\u00a0: seule la personne qui conduit toutes les Cités "
    "concernées peut la modifier."
)


@require_safe
def territory(request):
    cite = cite_or_404(request)
    context = territory_page(request.user, cite) | {
        "cite": cite,
        "can_lead": permissions.can_lead(request.user, cite),
        "sections": partner_sections(request.user, cite, "territory"),
    }
    return render(request, "partners/territory/territory.html", context)


@require_safe
def schools(request):
    cite = cite_or_404(request)
    can_lead = permissions.can_lead(request.user, cite)
    listing = ListPage(
        request,
        schools_of(cite),
        SCHOOL_COLUMNS,
        filterset=SchoolFilter,
        row=lambda school: school_row(school, can_edit=can_lead),
        values=school_row,
        default_sort="name",
        title="Établissements",
        noun=("établissement", "établissements"),
        empty_text="Aucun établissement dans le périmètre",
        filename=f"etablissements-{cite.slug}",
    )
    if listing.export_format:
        return listing.export()
    context = {
        "listing": listing,
        "can_lead": can_lead,
        "sections": partner_sections(request.user, cite, "territory"),
    }
    return render(request, "partners/territory/schools.html", context)


@require_http_methods(["GET", "POST"])
def perimeter(request, page):
    cite = led_cite(request)
    if page not in PERIMETER_PAGES:
        raise Http404
    query = request.GET.get("q", "")[:100]
    commune = request.GET.get("commune", "")
    rows, more = perimeter_rows(cite, page, query, read_key(commune))
    chosen, leads, error = {row.pk for row in rows if row.is_chosen}, _leads(cite), ""
    if request.method == "POST":
        chosen, leads = _ticked(request.POST, "dans", rows), _ticked(request.POST, "chef", rows)
        error = _save_perimeter(request, cite, page, rows)
        if not error:
            return redirect(request.get_full_path())
    context = {
        "cite": cite,
        "page": page,
        "error": error,
        "label": PERIMETER_PAGES[page][2],
        "tabs": perimeter_tabs(page),
        "lines": perimeter_lines(rows, page, chosen, leads),
        "more": more,
        "chosen_text": f"{getattr(cite, PERIMETER_PAGES[page][0]).count()} dans la Cité",
        "query": query,
        "commune": commune,
        "communes": cite.communes.order_by("name"),
        "before": _written(request.POST.get("avant"), [row.pk for row in rows if row.is_chosen]),
        "before_leads": _written(request.POST.get("avant-chef"), [row.pk for row in rows if row.pk in _leads(cite)]),
    }
    return render(request, "partners/territory/perimeter.html", context)


def _leads(cite):
    return set(cite.lead_schools.values_list("pk", flat=True))


def _written(posted, keys):
    """What was ticked when the page was first opened, for its hidden field."""
    return ",".join(map(str, keys)) if posted is None else posted


def _ticked(post, name, rows):
    everything = "tout" in post and name == "dans"
    return {row.pk for row in rows} if everything else {read_key(key) for key in post.getlist(name)}


def _save_perimeter(request, cite, page, rows):
    """The sentence of a refusal, or ""."""
    field, model, _ = PERIMETER_PAGES[page]
    changes = {field: _difference(request, model, "dans", "avant", rows)}
    if page == "etablissements":
        changes["lead_schools"] = _difference(request, model, "chef", "avant-chef", rows)
    try:
        added, removed = services.change_perimeter(actor=request.user, cite=cite, changes=changes)
    except services.PartnersError as error:
        return str(error)
    told = f"ajouts {added}, retraits {removed}" if added or removed else "rien n’a changé"
    messages.success(request, f"Le périmètre est enregistré\u00a0: {told}.")
    return ""


def _difference(request, model, name, before_name, rows):
    """What this reader ticked and unticked: what others did meanwhile is left as it is."""
    before = {read_key(key) for key in request.POST.get(before_name, "").split(",")}
    after = _ticked(request.POST, name, rows)
    known = {row.pk: row for row in model.objects.visible_to(request.user).filter(pk__in=before ^ after)}
    added, removed = after - before, before - after
    return (
        [known[key] for key in sorted(added) if key in known],
        [known[key] for key in sorted(removed) if key in known],
    )


@require_http_methods(["GET", "POST"])
def commune_edit(request, pk=None):
    cite = led_cite(request)
    commune = _shared_row(request, Commune, pk)
    form = CommuneForm(request.POST or None, instance=commune, cite=cite)
    return _edit(request, cite, form, save=services.save_commune, key="commune", words="une commune")


@require_http_methods(["GET", "POST"])
def neighbourhood_edit(request, pk=None):
    cite = led_cite(request)
    neighbourhood = _shared_row(request, Neighbourhood, pk)
    form = NeighbourhoodForm(request.POST or None, instance=neighbourhood, cite=cite)
    return _edit(request, cite, form, save=services.save_neighbourhood, key="neighbourhood", words="un quartier")


@require_http_methods(["GET", "POST"])
def school_edit(request, pk=None):
    cite = led_cite(request)
    school = _shared_row(request, School, pk)
    form = SchoolForm(request.POST or None, instance=school, cite=cite)
    return _edit(request, cite, form, save=services.save_school, key="school", words="un établissement")


def _shared_row(request, model, pk):
    """None for a new row; 403, with words, for one that another Cité has too."""
    if pk is None:
        return None
    row = get_object_or_404(model.objects.visible_to(request.user).filter(Q(pk=pk)))
    if not permissions.can_edit_reference(request.user, row):
        raise PermissionDenied(SHARED)
    return row


def _edit(request, cite, form, *, save, key, words):
    is_new = form.instance.pk is None
    if request.method == "POST" and form.is_valid():
        row = save(actor=request.user, cite=cite, **{key: None if is_new else form.instance}, **form.cleaned_data)
        messages.success(request, f"«\u00a0{row}\u00a0» est enregistré dans le référentiel.")
        return redirect("partners:schools" if key == "school" else "partners:territory")
    context = {
        "form": form,
        "heading": f"Ajouter {words}" if is_new else f"Modifier «\u00a0{form.instance}\u00a0»",
        "submit": "Enregistrer la fiche",
        "of_schools": key == "school",
    }
    return render(request, "partners/territory/form.html", context)
