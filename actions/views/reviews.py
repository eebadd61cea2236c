"""What administrative staff take away: the review of a year, the open data."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from actions import services
from actions.finances.open_data import grants_of, open_data_csv, publishers_of
from actions.finances.sections import finance_sections
from actions.models import FinancialReview
from actions.views.finances import readable_cite
from cite_educative.common.exports import CSV_TYPE
from cite_educative.common.forms import read_key
from cite_educative.common.money import euros, total
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
