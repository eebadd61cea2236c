from django.shortcuts import render
from django.views.decorators.http import require_safe

from evaluation.coverage import Coverage
from evaluation.views.common import page, read_cite
from partners.context import current_year


@require_safe
def coverage(request):
    """Themes and actions of the year chosen that nothing measures."""
    cite, year = read_cite(request), int(current_year(request))
    found = Coverage(request.user, cite, year)
    context = page(
        request,
        cite,
        "coverage",
        year=year,
        coverage=found,
        reads_all=cite.pk in request.user.access.full_readers,
    )
    return render(request, "evaluation/coverage.html", context)
