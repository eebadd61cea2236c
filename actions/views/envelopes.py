import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from actions import services
from actions.finances import pages
from actions.finances.envelopes import carry_over, figures_of
from actions.forms.money import EnvelopeForm
from actions.models import FundingSource
from actions.permissions import can_manage_money, can_read_envelopes
from actions.views.journal import conflict_context
from cite_educative.common.locks import ConflictError
from partners.context import current_year
from partners.views.common import require


@require_http_methods(["GET", "POST"])
def envelope(request, pk):
    """What the source announces and what is left of it, its history, and the form for who keeps the money.

    `?reporter=oui` fills in what last year leaves.
    """
    sources = FundingSource.objects.visible_to(request.user).select_related("cite", "organisation", "carrier", "side")
    source = get_object_or_404(sources, pk=pk)
    manages = can_manage_money(request.user, source.cite)
    require(manages if request.method == "POST" else can_read_envelopes(request.user, source.cite))
    year = current_year(request)
    figures, carried = figures_of(source, year), carry_over(source, year)
    form = _form(request, source, figures, carried) if manages else None
    conflict, status = None, 200
    if request.method == "POST" and form.is_valid():
        try:
            services.save_envelope(
                source=source, budget_year=year, actor=request.user, version=form.asked_version, **form.row_fields
            )
        except ConflictError as error:
            conflict, status = _conflict(request, form, source, error.current), 409
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"L’enveloppe {year} de {source} est enregistrée.")
            return redirect("actions:envelope", pk)
    context = _context(source, year, figures, carried) | {"form": form, "manages": manages} | (conflict or {})
    return render(request, "finances/envelope.html", context, status=status)


def _form(request, source, figures, carried):
    wanted = request.GET.get("reporter") == "oui" and carried
    return EnvelopeForm(
        request.POST or None,
        instance=copy.copy(figures.envelope),
        initial={"carried_over": carried.amount} if wanted else None,
        request=request,
        cite=source.cite,
    )


def _conflict(request, form, source, current):
    current.cite = source.cite
    return conflict_context(request, form, current)


def _context(source, year, figures, carried):
    return {
        "source": source,
        "year": year,
        "facts": pages.envelope_facts(figures, year),
        "steps": pages.envelope_steps(figures, year),
        "has_available": figures.available is not None,
        "carried": carried,
        "history": pages.envelope_history(figures.envelope),
        "conflict": None,
    }
