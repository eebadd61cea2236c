"""What administrative staff take away: the review of a year, every funding line by line, the open data."""

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from actions import services
from actions.enums import Step
from actions.finances.filters import FundingFilter
from actions.finances.lines import LINE_COLUMNS, line_values, lines_of
from actions.finances.open_data import grants_of, open_data_csv, publishers_of
from actions.finances.review_rows import SCREEN_COLUMNS, line_row
from actions.finances.sections import finance_sections
from actions.models import FinancialReview
from actions.views.acts import readable_cite
from cite_educative.common.exports import CSV_TYPE
from cite_educative.common.forms import read_key
from cite_educative.common.money import euros, total
from cite_educative.common.tables import ListPage
from partners.context import current_year

SHOWN_REVIEWS = 10


@require_http_methods(["GET", "POST"])
def reviews(request):
    cite, year = readable_cite(request), current_year(request)
    if request.method == "POST":
        review, created = services.make_financial_review(cite=cite, budget_year=year, actor=request.user)
        if created:
            messages.success(request, "La revue est établie. Le classeur et le PDF se préparent.")
        else:
            made_on = review.content["made_on"]
            messages.info(request, f"Rien n’a changé depuis la revue du {made_on}\u00a0: elle reste la dernière.")
        return redirect("actions:reviews")
    rows = FinancialReview.objects.visible_to(request.user).filter(cite=cite, budget_year=year)
    rows = rows.select_related("made_by__person").prefetch_related("files__file")[:SHOWN_REVIEWS]
    context = {
        "year": year,
        "reviews": [{"review": row, "files": [link.file for link in row.files.all()]} for row in rows],
        "sections": finance_sections("reviews"),
    }
    return render(request, "finances/reviews.html", context)


@require_GET
def lines(request):
    """The CSV is streamed, whatever the number of lines."""
    cite, year = readable_cite(request), current_year(request)
    exporting = "format" in request.GET
    listing = ListPage(
        request,
        lines_of(cite, year),
        LINE_COLUMNS if exporting else SCREEN_COLUMNS,
        filterset=FundingFilter,
        row=line_row,
        values=line_values,
        totals=_cash_sums,
        default_sort="code",
        title=f"Financements {int(year)}",
        noun=("financement", "financements"),
        empty_text="Aucun financement pour l’instant",
        filename=f"financements-{cite.slug}-{int(year)}",
    )
    if listing.export_format:
        return listing.export()
    context = {"listing": listing, "year": year, "sections": finance_sections("lines")}
    return render(request, "finances/lines.html", context)


def _cash_sums(rows):
    return rows.order_by().in_cash().aggregate(**{f"{step}": Sum(str(step)) for step in Step})


@require_GET
def open_data(request):
    """`?financeur=` names who publishes; `&format=csv` gives the file."""
    cite, year = readable_cite(request), current_year(request)
    publishers = publishers_of(cite)
    asked = request.GET.get("financeur", "")
    publisher = get_object_or_404(publishers, pk=read_key(asked)) if asked else None
    grants = grants_of(cite, publisher, year) if publisher else []
    if publisher and request.GET.get("format") == "csv":
        name = f"subventions-{publisher.siret or publisher.pk}-{int(year)}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(open_data_csv(grants), content_type=CSV_TYPE, headers=headers)
    refused = [grant for grant in grants if grant.faults]
    published = [grant for grant in grants if not grant.faults]
    context = {
        "year": year,
        "publishers": publishers,
        "publisher": publisher,
        "published": len(published),
        "amount": euros(total(grant.funding.granted for grant in published)),
        "refused": [
            {"grant": grant, "amount": euros(grant.funding.granted), "url": _mend_url(grant)} for grant in refused
        ],
        "csv_url": f"?financeur={publisher.pk}&format=csv" if publisher else "",
        "sections": finance_sections("open_data"),
    }
    return render(request, "finances/open_data.html", context)


def _mend_url(grant):
    """Where the first fault is mended: the funder, the holder, or the act."""
    funding = grant.funding
    if not grant.values["idAttribuant"]:
        return reverse("partners:organisation", args=[funding.source.organisation_id])
    if not grant.values["dateConvention"]:
        return reverse("actions:act", args=[funding.act_id])
    holder = funding.action.holder_id
    return (
        reverse("partners:organisation", args=[holder])
        if holder
        else reverse("actions:detail", args=[funding.action_id])
    )
