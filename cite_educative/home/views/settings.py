"""The settings of the Cité: one page that leads to all of them, the rights matrix, the journal, the service."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cite_educative.common.tables import ListPage
from cite_educative.home import journal_page
from cite_educative.home.filters import EntryFilter
from cite_educative.home.health import service_in_words
from cite_educative.home.rights import rights_matrix, rules_of_role
from cite_educative.home.settings_map import cite_facts, settings_groups
from partners import permissions
from partners.views.common import cite_or_404, steered_cite


@require_safe
def settings_home(request):
    cite = steered_cite(request)
    can_lead = permissions.can_lead(request.user, cite)
    context = {
        "cite": cite,
        "can_lead": can_lead,
        "facts": cite_facts(cite),
        "groups": settings_groups(can_lead=can_lead),
    }
    return render(request, "home/settings.html", context)


@require_safe
def rights(request):
    cite, matrix = cite_or_404(request), rights_matrix()
    own = request.user.access.roles[cite.pk]
    context = {
        "cite": cite,
        "matrix": matrix,
        "columns": [{"role": role, "is_own": role in own} for role in matrix.roles],
        "roles": [rules_of_role(role) | {"is_own": role in own} for role in matrix.roles],
        "can_steer": permissions.can_steer(request.user, cite),
    }
    return render(request, "home/rights.html", context)


@require_safe
def journal(request):
    cite = steered_cite(request)
    listing = ListPage(
        request,
        journal_page.entries_of(cite),
        journal_page.COLUMNS,
        filterset=EntryFilter,
        row=journal_page.entry_row,
        values=journal_page.entry_values,
        default_sort="-when",
        title=f"Journal de {cite}",
        noun=("ligne", "lignes"),
        empty_text="Le journal est vide pour l’instant",
        filename=f"journal-{cite.slug}",
    )
    if listing.export_format:
        return listing.export()
    return render(request, "home/journal.html", {"listing": listing, "cite": cite})


@never_cache
@require_safe
def service(request):
    cite = steered_cite(request)
    return render(request, "home/service.html", {"cite": cite, **service_in_words()})
