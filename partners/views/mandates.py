from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cite_educative.common.dates import date_fr
from cite_educative.common.tables import ListPage
from partners import permissions, services, tables, tenure
from partners.filters import MandateFilter
from partners.forms import MandateEditForm, MandateEndForm, MandateForm
from partners.models import Mandate
from partners.sections import partner_sections
from partners.views.common import add_refusal, cite_or_404, led_cite, require, steered_cite

# Parameters of the address that fill in a new mandate.
ASKED = {
    "role": "role",
    "seat": "siege",
    "substitute_of": "supplee",
    "organisation": "organisme",
    "person": "personne",
}


@require_safe
def mandate_list(request):
    cite = steered_cite(request)
    mandates = Mandate.objects.visible_to(request.user).filter(cite=cite)
    listing = ListPage(
        request,
        tenure.mandates_for_list(mandates),
        tenure.MANDATE_COLUMNS,
        filterset=MandateFilter,
        row=tenure.mandate_row,
        values=tenure.mandate_values,
        default_sort="person",
        title="Mandats",
        noun=("mandat", "mandats"),
        empty_text="Aucun mandat en cours",
        filename=f"mandats-{cite.slug}",
    )
    if listing.export_format:
        return listing.export()
    context = {
        "listing": listing,
        "ending": tenure.ending_lines(mandates.ending().without_successor().in_protocol_order()),
        "sections": partner_sections(request.user, cite, "mandates"),
        "can_lead": permissions.can_lead(request.user, cite),
    }
    return render(request, "partners/mandates.html", context)


@require_safe
def troika(request):
    cite, today = cite_or_404(request), timezone.localdate()
    with_contacts = permissions.can_read_contacts(request.user, cite)
    hides_names = permissions.hides_names(request.user.access, cite.pk)
    reading = {"today": today, "with_contacts": with_contacts, "hides_names": hides_names}
    context = {
        "cite": cite,
        "today": today,
        "page_sections": partner_sections(request.user, cite, "troika"),
        "sections": tables.troika_sections(cite, **reading),
        "team": tables.team_members(cite, **reading),
        "with_contacts": with_contacts,
        "can_lead": permissions.can_lead(request.user, cite),
    }
    return render(request, "partners/troika.html", context)


@require_http_methods(["GET", "POST"])
def mandate_create(request):
    cite = led_cite(request)
    initial = {name: request.GET[key] for name, key in ASKED.items() if key in request.GET}
    form = MandateForm(request.POST or None, cite=cite, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            mandate = services.appoint(actor=request.user, cite=cite, **form.arguments())
        except services.PartnersError as error:
            add_refusal(form, error)
        else:
            messages.success(request, f"Le mandat de {mandate.person.formal_name} est ouvert.")
            return redirect("partners:troika")
    context = {"form": form, "in_troika": True, "heading": "Nouveau mandat", "submit": "Ouvrir le mandat"}
    return render(request, "partners/form.html", context)


def led_mandate(request, pk):
    mandates = Mandate.objects.visible_to(request.user).select_related(
        "person", "organisation", "cite", "side", "seat", "substitute_of__person"
    )
    mandate = get_object_or_404(mandates, pk=pk)
    require(permissions.can_lead(request.user, mandate.cite))
    return mandate


@require_http_methods(["GET", "POST"])
def mandate_edit(request, pk):
    mandate = led_mandate(request, pk)
    form = MandateEditForm(request.POST or None, mandate=mandate)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.update_mandate(actor=request.user, mandate=mandate, **form.cleaned_data)
        except services.PartnersError as error:
            add_refusal(form, error)
        else:
            said = "est à jour" if changed else "n’a pas changé"
            messages.success(request, f"Le mandat de {mandate.person.formal_name} {said}.")
            return redirect("partners:mandates")
    heading = f"Modifier le mandat de {mandate.person.formal_name}"
    context = {"form": form, "mandate": mandate, "heading": heading, "submit": "Enregistrer le mandat"}
    return render(request, "partners/mandate_edit.html", context | {"facts": tenure.mandate_facts(mandate)})


@require_http_methods(["GET", "POST"])
def mandate_end(request, pk):
    mandate = led_mandate(request, pk)
    form = MandateEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ended = services.end_mandate(actor=request.user, mandate=mandate, **form.cleaned_data)
        except services.PartnersError as error:
            form.add_error("ends_on", str(error))
        else:
            messages.success(
                request, f"Le mandat de {mandate.person.formal_name} prend fin le {date_fr(ended.ends_on)}."
            )
            return redirect("partners:troika")
    heading = f"Terminer le mandat de {mandate.person.formal_name}"
    context = {"form": form, "in_troika": True, "heading": heading, "submit": "Terminer le mandat"}
    return render(request, "partners/form.html", context)
