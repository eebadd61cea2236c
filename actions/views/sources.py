from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from actions import services
from actions.circuits import CIRCUITS
from actions.enums import Step
from actions.finances.usual import usual_sources
from actions.forms.finances import UsualSourcesForm
from actions.forms.money import SourceForm
from actions.models import FundingSource
from actions.permissions import can_manage_money
from actions.views.versions import form_context, saved_or_compared
from partners.views.common import cite_or_404, require


@require_http_methods(["GET", "POST"])
def source_create(request):
    """First the usual ways of money to choose from; `?circuit=` fills in the form with one of them."""
    cite = cite_or_404(request)
    require(can_manage_money(request.user, cite))
    circuit = CIRCUITS.get(request.GET.get("circuit", ""))
    if circuit is None and request.method == "GET":
        return render(request, "finances/circuits.html", {"circuits": _circuits()})
    order = FundingSource.objects.visible_to(request.user).filter(cite=cite).count() + 1
    source = FundingSource(cite=cite, order=order)
    if circuit:
        source.circuit, source.pays_ourselves = request.GET["circuit"], circuit.is_ours
        source.carrier = cite.lead_organisation if circuit.has_carrier else None
    return _source_page(request, source, "Nouvelle ligne de financement")


def _circuits():
    return [
        {
            "label": circuit.label,
            "says": circuit.says,
            "steps": " → ".join(step.label for step in circuit.steps),
            "act": circuit.act_kind.label if Step.GRANTED in circuit.steps else "",
            "url": f"{reverse('actions:source_create')}?circuit={code}",
        }
        for code, circuit in CIRCUITS.items()
    ]


@require_http_methods(["GET", "POST"])
def source_update(request, pk):
    sources = FundingSource.objects.visible_to(request.user).select_related("cite", "side")
    source = get_object_or_404(sources, pk=pk)
    require(can_manage_money(request.user, source.cite))
    return _source_page(request, source, source.label)


def _source_page(request, source, heading):
    form_class = partial(SourceForm, cite=source.cite)
    form, conflict, saved = saved_or_compared(request, form_class, source, save=services.save_source)
    if saved:
        messages.success(request, f"La ligne «\u00a0{saved}\u00a0» est enregistrée.")
        return redirect("actions:finances")
    context = form_context(
        form, conflict, heading=heading, submit="Enregistrer la ligne", cancel_url=reverse("actions:finances")
    )
    return render(request, "finances/source.html", context, status=409 if conflict else 200)


@require_http_methods(["GET", "POST"])
def usual(request):
    cite = cite_or_404(request)
    require(can_manage_money(request.user, cite))
    form = UsualSourcesForm(request.POST or None, usual=usual_sources(cite), cite=cite)
    if request.method == "POST" and form.is_valid():
        added = services.add_usual_sources(cite=cite, chosen=form.chosen, actor=request.user)
        number = len(added)
        words = f"{number} lignes sont ajoutées" if number > 1 else "La ligne est ajoutée"
        messages.success(request, f"{words}\u00a0: chacune se règle avec «\u00a0Ligne\u00a0».")
        return redirect("actions:finances")
    return render(request, "finances/usual.html", {"form": form})
