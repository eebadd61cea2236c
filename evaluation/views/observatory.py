"""The observatory: the whole Cité, then the portrait of one place."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from evaluation.observatory import Observatory
from evaluation.permissions import can_read_schools
from evaluation.portraits import commune_portrait, neighbourhood_portrait, school_portrait
from evaluation.views.common import page, read_cite
from governance.views.common import require
from partners.context import current_year
from partners.territory_pages import school_row, schools_of


@require_safe
def observatory(request):
    cite, year = read_cite(request), int(current_year(request))
    seen = Observatory(request.user, cite, year)
    reads_schools = can_read_schools(request.user, cite)
    context = page(
        request,
        cite,
        "observatory",
        year=year,
        figures=seen.figures(),
        map=seen.map(),
        communes=seen.communes_table(),
        quarters=seen.quarters_table(),
        columns=[step.label.capitalize() for step in seen.steps],
        schools=[school_row(row) | {"pk": row.pk} for row in schools_of(cite)] if reads_schools else [],
    )
    return render(request, "evaluation/observatory.html", context)


@require_safe
def commune(request, pk):
    cite = read_cite(request)
    place = get_object_or_404(cite.communes, pk=pk)
    return _portrait(request, cite, commune_portrait, place)


@require_safe
def neighbourhood(request, pk):
    cite = read_cite(request)
    place = get_object_or_404(cite.neighbourhoods, pk=pk)
    return _portrait(request, cite, neighbourhood_portrait, place)


@require_safe
def school(request, pk):
    cite = read_cite(request)
    require(can_read_schools(request.user, cite))
    place = get_object_or_404(cite.schools.select_related("commune"), pk=pk)
    return _portrait(request, cite, school_portrait, place)


def _portrait(request, cite, portrait_of, place):
    year = int(current_year(request))
    context = page(request, cite, "observatory", year=year, **portrait_of(request.user, cite, place, year))
    return render(request, "evaluation/portrait.html", context)
