from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cite_educative.common.dates import date_fr
from partners import permissions, services, tables
from partners.forms import MandateEndForm, MandateForm, SeatForm
from partners.models import Mandate
from partners.views.common import cite_or_404, led_cite


@require_safe
def troika(request):
    cite, today = cite_or_404(request), timezone.localdate()
    with_contacts = permissions.can_read_contacts(request.user, cite)
    context = {
        "cite": cite,
        "today": today,
        "sections": tables.troika_sections(cite, today=today, with_contacts=with_contacts),
        "team": tables.team_members(cite, today=today, with_contacts=with_contacts),
        "with_contacts": with_contacts,
        "can_lead": permissions.can_lead(request.user, cite),
    }
    return render(request, "partners/troika.html", context)


@require_http_methods(["GET", "POST"])
def seat_create(request):
    cite = led_cite(request)
    form = SeatForm(request.POST or None, cite=cite, initial={"side": request.GET.get("college")})
    if request.method == "POST" and form.is_valid():
        try:
            services.create_seat(actor=request.user, **form.cleaned_data)
        except services.PartnersError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Le siège est ajouté. Il reste à dire qui l’occupe.")
            return redirect("partners:troika")
    context = {"form": form, "in_troika": True, "heading": "Nouveau siège", "submit": "Ajouter le siège"}
    return render(request, "partners/form.html", context)


@require_http_methods(["GET", "POST"])
def mandate_create(request):
    """`?siege=`, `?supplee=` and `?organisme=` fill in the form."""
    cite = led_cite(request)
    asked = {"seat": "siege", "substitute_of": "supplee", "organisation": "organisme"}
    initial = {name: request.GET[key] for name, key in asked.items() if key in request.GET}
    form = MandateForm(request.POST or None, cite=cite, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            mandate = services.appoint(actor=request.user, cite=cite, **form.arguments())
        except services.PartnersError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Le mandat de {mandate.person.formal_name} est ouvert.")
            return redirect("partners:troika")
    context = {"form": form, "in_troika": True, "heading": "Nouveau mandat", "submit": "Ouvrir le mandat"}
    return render(request, "partners/form.html", context)


@require_http_methods(["GET", "POST"])
def mandate_end(request, pk):
    mandates = Mandate.objects.visible_to(request.user).select_related("person", "organisation", "cite")
    mandate = get_object_or_404(mandates, pk=pk)
    if not permissions.can_lead(request.user, mandate.cite):
        raise PermissionDenied
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


@require_safe
def mandate_list(request):
    return HttpResponse("")
