from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from actions import services
from actions.finances.sections import finance_sections
from actions.forms.money import EnvelopeForm, SourceForm
from actions.models import Envelope, FundingSource
from actions.overview import source_figures
from actions.permissions import can_manage_money
from actions.views.acts import readable_cite
from cite_educative.common.charts import Envelope as Gauge
from cite_educative.common.charts import gauge
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO, euros, total
from partners.context import current_cite, current_year

COLUMNS = ("provisional", "notified", "programmed", "granted", "paid", "remaining")


@require_GET
def overview(request):
    cite, year = readable_cite(request), current_year(request)
    figures = source_figures(cite, year)
    totals = {name: euros(total(getattr(line, name) for line in figures)) for name in COLUMNS}
    context = {
        "year": year,
        "lines": [_line(line, year) for line in figures],
        "totals": totals,
        "can_manage": can_manage_money(request.user, cite),
        "sections": finance_sections("envelopes"),
    }
    return render(request, "finances/overview.html", context)


def _line(figures, year):
    source, envelope = figures.source, figures.envelope
    notes = []
    if envelope and envelope.notified is not None:
        notes = [date_fr(envelope.notified_on, year=year), envelope.notified_reference]
    return {
        "source": source,
        **{name: euros(getattr(figures, name)) for name in COLUMNS},
        "notified_notes": notes,
        "carried_over": euros(envelope.carried_over) if envelope and envelope.carried_over else "",
        "is_provisional": figures.notified is None and figures.provisional is not None,
        "is_overdrawn": figures.remaining is not None and figures.remaining < ZERO,
        "overdrawn_by": euros(abs(figures.remaining or ZERO)),
        "gauge": _gauge(figures),
        "list_url": f"{reverse('actions:list')}?{urlencode({'financeur': source.pk})}",
    }


def _gauge(figures):
    """Empty while nothing is announced: a bar without an end says nothing."""
    if figures.available is None:
        return ""
    programmed = figures.programmed or ZERO
    return gauge(
        Gauge(figures.source.label, figures.available, programmed),
        chart_id=f"jauge-{figures.source.pk}",
        title=f"{figures.source.label}\u00a0: {euros(programmed)} programmés sur {euros(figures.available)}",
        desc=f"Reste à programmer\u00a0: {euros(figures.remaining)}.",
    )


@require_http_methods(["GET", "POST"])
def envelope_update(request, pk):
    source = get_object_or_404(FundingSource.objects.visible_to(request.user).select_related("cite"), pk=pk)
    if not can_manage_money(request.user, source.cite):
        raise PermissionDenied
    year = current_year(request)
    envelope = Envelope.objects.visible_to(request.user).filter(source=source, budget_year=year).first()
    form = EnvelopeForm(request.POST or None, instance=envelope)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_envelope(source=source, budget_year=year, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"L’enveloppe {year} de {source} est enregistrée.")
            return redirect("actions:finances")
    return render(request, "finances/envelope.html", {"source": source, "year": year, "form": form})


@require_http_methods(["GET", "POST"])
def source_create(request):
    cite = current_cite(request)
    if cite is None:
        raise Http404
    if not can_manage_money(request.user, cite):
        raise PermissionDenied
    source = FundingSource(cite=cite, order=_next_rank(request.user, cite))
    return _source_page(request, source, "Nouvelle ligne de financement")


def _next_rank(user, cite):
    return FundingSource.objects.visible_to(user).filter(cite=cite).count() + 1


@require_http_methods(["GET", "POST"])
def source_update(request, pk):
    source = get_object_or_404(FundingSource.objects.visible_to(request.user).select_related("cite"), pk=pk)
    if not can_manage_money(request.user, source.cite):
        raise PermissionDenied
    return _source_page(request, source, source.label)


def _source_page(request, source, heading):
    form = SourceForm(request.POST or None, instance=source, cite=source.cite)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_source(form.instance, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"La ligne «\u00a0{saved}\u00a0» est enregistrée.")
            return redirect("actions:finances")
    return render(request, "finances/source.html", {"form": form, "heading": heading})
