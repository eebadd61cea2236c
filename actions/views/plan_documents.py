"""What is printed of a year's plan: for decision makers, for a wall, for families."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from actions import services
from actions.enums import PlanDocument
from actions.filters import ActionFilter
from actions.models import PlanEdition
from actions.permissions import can_write_plan
from actions.plan_listing import filtered_actions
from actions.tables import sortable_actions
from actions.views.sections import plan_sections
from cite_educative.common.filter_badges import active_filters
from partners.context import current_year
from partners.views.common import cite_or_404, require

SHOWN = 5
PUBLISHED = frozenset({"exercice", "q", "axe", "objectif", "territoire", "quartier", "porteur", "du", "au"})
USES = {
    PlanDocument.CATALOGUE: "Un sommaire par axe, puis chaque action en bref, avec ses montants. PDF et Word.",
    PlanDocument.POSTER: "Toute l’année sur une grande feuille\u00a0: axes, actions, mois, vacances scolaires, montants.",
    PlanDocument.LEAFLET: "Pour les familles\u00a0: ce qui est publié, commune par commune, sans aucun montant.",
}


@require_http_methods(["GET", "POST"])
def plan_documents(request):
    """The address holds the filters of the list: the documents are then about those actions only."""
    cite, year = cite_or_404(request), current_year(request)
    may_make = can_write_plan(request.user, cite)
    if request.method == "POST":
        require(may_make)
        return _make(request, cite, year)
    written = request.GET.urlencode()
    actions = filtered_actions(request, written)
    editions = PlanEdition.objects.visible_to(request.user).filter(cite=cite, budget_year=year)
    editions = editions.select_related("made_by__person").prefetch_related("files__file")
    context = {
        "year": year,
        "number": actions.count(),
        "selection": _selection(request, written),
        "filters": written,
        "kinds": [{"key": kind.value, "label": kind.label, "use": USES[kind]} for kind in PlanDocument],
        "editions": [
            {"edition": edition, "files": [link.file for link in edition.files.all()]}
            for edition in editions[: SHOWN * len(PlanDocument)]
        ],
        "may_make": may_make,
        "sections": plan_sections("documents", request.user, cite),
    }
    return render(request, "actions/plan_documents.html", context)


def _selection(request, written):
    """The filters in words; "" for the whole year."""
    query = QueryDict(written[:4000])
    found = ActionFilter(query, queryset=sortable_actions(request.user, None, ""), request=request)
    if not found.is_valid():
        return ""
    return ", ".join(f"{label}\u00a0: {text}" for label, text, _ in active_filters(found.form, query))


def _public(written):
    """The filters that say nothing but the published part: the others would tell a funder or a step by the choice."""
    query = QueryDict(written[:4000], mutable=True)
    for name in set(query) - PUBLISHED:
        del query[name]
    return query.urlencode()


def _make(request, cite, year):
    kind, written = request.POST.get("nature", ""), request.POST.get("filtres", "")
    if kind not in PlanDocument.values:
        messages.error(request, "Choisissez l’un des documents proposés.")
        return redirect("actions:plan_documents")
    written = _public(written) if kind == PlanDocument.LEAFLET else written
    edition, created = services.make_plan_document(
        kind=kind,
        cite=cite,
        budget_year=year,
        actor=request.user,
        actions=filtered_actions(request, written),
        selection=_selection(request, written),
    )
    if created:
        messages.success(request, f"Le document «\u00a0{edition.get_kind_display()}\u00a0» se prépare.")
    else:
        made_on = edition.content["made_on"]
        messages.info(request, f"Rien n’a changé depuis celui du {made_on}\u00a0: il reste le dernier.")
    return redirect("actions:plan_documents")
