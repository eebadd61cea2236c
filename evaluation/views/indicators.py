"""The catalogue of indicators: listed, written, retired."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation import services
from evaluation.enums import Nature
from evaluation.forms.indicators import IndicatorForm
from evaluation.indicator_list import catalogue_counts, indicator_listing
from evaluation.models import Indicator
from evaluation.permissions import can_evaluate
from evaluation.views.common import form_page, page, read_cite, written_cite
from governance.views.common import require
from partners.context import current_year


@require_safe
def indicators(request):
    cite, year = read_cite(request), int(current_year(request))
    listing = indicator_listing(request, cite, year)
    if listing.export_format:
        return listing.export()
    context = page(request, cite, "indicators", listing=listing, counts=catalogue_counts(request.user, cite))
    return render(request, "evaluation/indicators.html", context)


def _written(request, pk):
    indicator = get_object_or_404(Indicator.objects.visible_to(request.user).select_related("cite"), pk=pk)
    require(can_evaluate(request.user, indicator.cite))
    return indicator


def indicator_url(indicator):
    return reverse("evaluation:indicator", args=[indicator.pk])


def _indicator_page(request, row, heading, cancel_url, **more):
    return form_page(
        request,
        row.cite,
        partial(IndicatorForm, user=request.user),
        row,
        save=services.save_indicator,
        words=(heading, "Enregistrer l’indicateur", "L’indicateur est enregistré."),
        cancel_url=cancel_url,
        done_url=indicator_url,
        current="indicators",
        **more,
    )


@require_http_methods(["GET", "POST"])
def indicator_create(request):
    row = Indicator(cite=written_cite(request))
    return _indicator_page(request, row, "Nouvel indicateur", reverse("evaluation:indicators"))


@require_http_methods(["GET", "POST"])
def indicator_update(request, pk):
    row = _written(request, pk)
    computed = row if row.nature == Nature.COMPUTED else None
    return _indicator_page(request, row, f"Modifier l’indicateur {row.code}", indicator_url(row), computed=computed)


@require_POST
def indicator_retire(request, pk):
    row = _written(request, pk)
    services.retire_indicator(row, actor=request.user)
    messages.success(request, f"L’indicateur {row.code} n’est plus suivi\u00a0: ses chiffres et ses cibles restent.")
    return redirect(indicator_url(row))


@require_POST
def indicator_restore(request, pk):
    row = _written(request, pk)
    services.restore_indicator(row, actor=request.user)
    messages.success(request, f"L’indicateur {row.code} est de nouveau suivi.")
    return redirect(indicator_url(row))
