from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from actions.finances import pages
from actions.finances.checks import count_findings, run_checks
from actions.finances.consumption import Consumption
from actions.finances.consumption_page import consumption_page
from actions.finances.listing import funding_listing
from actions.finances.sections import finance_sections
from actions.finances.tables import CHECK_COLUMNS, finding_rows
from actions.models import FundingSource
from actions.permissions import can_manage_money, can_read_envelopes
from cite_educative.common.exports import stream_csv, xlsx_response
from cite_educative.common.forms import read_key
from partners.context import current_year
from partners.views.common import cite_or_404, require

SHOWN = 10
EXPORTS = {"xlsx": xlsx_response, "csv": stream_csv}


def readable_cite(request):
    cite = cite_or_404(request)
    require(can_read_envelopes(request.user, cite))
    return cite


@require_safe
def overview(request):
    cite, year, user = readable_cite(request), current_year(request), request.user
    context = {
        **pages.overview(cite, year, user),
        "year": year,
        "sections": finance_sections("envelopes"),
        "can_manage": can_manage_money(user, cite),
    }
    return render(request, "finances/overview.html", context)


@require_safe
def consumption(request):
    """`?financeur=` draws the curves of one source."""
    cite, year = readable_cite(request), current_year(request)
    sources = FundingSource.objects.visible_to(request.user).filter(cite=cite)
    asked = request.GET.get("financeur", "")
    source = get_object_or_404(sources, pk=read_key(asked)) if asked else None
    found = Consumption(cite, year, today=timezone.localdate(), source=source)
    context = {
        **consumption_page(found),
        "year": year,
        "sources": [line.source for line in found.lines],
        "source": source,
        "sections": finance_sections("consumption"),
    }
    return render(request, "finances/consumption.html", context)


@require_safe
def fundings(request):
    cite = readable_cite(request)
    listing = funding_listing(request, cite)
    if listing.export_format:
        return listing.export()
    context = {"listing": listing, "sections": finance_sections("fundings")}
    return render(request, "finances/fundings.html", context)


@require_safe
def checks_count(request):
    """For the home page and the envelopes, fetched apart so that they do not pay for it."""
    count = count_findings(readable_cite(request), current_year(request))
    return render(request, "finances/includes/_count.html", {"count": count})


@require_safe
def checks(request):
    """`?regle=` shows one rule with all its rows; `?format=` downloads them all."""
    cite, year = readable_cite(request), current_year(request)
    results = run_checks(cite, year)
    asked = [result for result in results if result.rule.key == request.GET.get("regle")]
    write = EXPORTS.get(request.GET.get("format", ""))
    if write:
        return write(
            CHECK_COLUMNS,
            finding_rows(asked or results),
            title=f"Contrôles {year}",
            filename=f"controles-{cite.slug}-{year}-{timezone.localdate():%Y-%m-%d}",
        )
    context = {
        "year": year,
        "count": sum(result.count for result in results),
        "results": [result for result in asked or results if result.count],
        "quiet": [result.rule for result in results if not result.count],
        "limit": None if asked else SHOWN,
        "asked": asked,
        "sections": finance_sections("checks"),
        "can_manage": can_manage_money(request.user, cite),
    }
    return render(request, "finances/checks.html", context)
