import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from actions import services
from actions.finances import pages
from actions.finances.books import Books
from actions.finances.sections import finance_sections
from actions.forms.finances import AcknowledgeForm, ThresholdsForm
from actions.models import MoneyThresholds, ThresholdAcknowledgement
from actions.permissions import can_manage_money
from actions.views.finances import readable_cite
from actions.views.journal import conflict_context
from cite_educative.common.locks import ConflictError
from partners.context import current_year
from partners.views.common import cite_or_404, require


@require_safe
def thresholds(request):
    cite, year = readable_cite(request), current_year(request)
    books = Books(cite, year)
    found = books.alerts
    kept = ThresholdAcknowledgement.objects.visible_to(request.user).filter(cite=cite, budget_year=year)
    context = {
        "year": year,
        "facts": pages.threshold_facts(books.thresholds),
        "figures": pages.measure_figures(books),
        "opened": [pages.alert_line(alert) for alert in found if alert.is_open],
        "acknowledged": [pages.alert_line(alert) for alert in found if not alert.is_open],
        "history": [pages.acknowledged_line(row) for row in kept.select_related("author__person")],
        "sections": finance_sections("thresholds"),
        "can_manage": can_manage_money(request.user, cite),
    }
    return render(request, "finances/thresholds.html", context)


@require_http_methods(["GET", "POST"])
def thresholds_update(request):
    cite = cite_or_404(request)
    require(can_manage_money(request.user, cite))
    row = MoneyThresholds.of(cite)
    form = ThresholdsForm(request.POST or None, instance=copy.copy(row), request=request, cite=cite)
    context, status = {"conflict": None}, 200
    if request.method == "POST" and form.is_valid():
        try:
            services.save_thresholds(cite=cite, actor=request.user, version=form.asked_version, **form.row_fields)
        except ConflictError as error:
            context, status = conflict_context(request, form, error.current), 409
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Les seuils sont enregistrés.")
            return redirect("actions:thresholds")
    return render(request, "finances/thresholds_form.html", {"form": form} | context, status=status)


@require_http_methods(["GET", "POST"])
def acknowledge(request):
    """Of the alert that `?alerte=` names; one that is no longer there has nothing to be said."""
    cite, year = cite_or_404(request), current_year(request)
    require(can_manage_money(request.user, cite))
    found = {alert.key: alert for alert in Books(cite, year).alerts}
    asked = request.GET.get("alerte", "")
    if not asked:
        raise Http404
    if asked not in found:
        messages.info(request, "Cette alerte n’est plus là\u00a0: le chiffre est revenu dans le seuil.")
        return redirect("actions:thresholds")
    form = AcknowledgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.acknowledge(cite=cite, budget_year=year, alert=found[asked], actor=request.user, **form.cleaned_data)
        messages.success(request, "C’est noté, avec votre nom et le motif.")
        return redirect("actions:thresholds")
    return render(request, "finances/acknowledge.html", {"form": form, "alert": pages.alert_line(found[asked])})
