from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cite_educative.common.dates import date_fr
from partners import permissions, protocol, services, tables, tenure
from partners.forms import SeatCloseForm, SeatEditForm, SeatForm, read_order
from partners.models import Seat
from partners.views.common import add_refusal, led_cite, require


def _visible_seat(request, pk):
    seats = Seat.objects.visible_to(request.user).select_related("side__cite", "organisation")
    return get_object_or_404(seats, pk=pk)


def _led_seat(request, pk):
    seat = _visible_seat(request, pk)
    require(permissions.can_lead(request.user, seat.side.cite))
    return seat


@require_safe
def seat(request, pk):
    """Who held it, who holds it, and when nobody did."""
    row = _visible_seat(request, pk)
    cite = row.side.cite
    hides_names = permissions.hides_names(request.user.access, cite.pk)
    context = {
        "seat": row,
        "spans": tenure.seat_timeline(row, today=timezone.localdate(), hides_names=hides_names),
        "can_lead": permissions.can_lead(request.user, cite),
    }
    return render(request, "partners/seat.html", context)


@require_http_methods(["GET", "POST"])
def seat_create(request):
    cite = led_cite(request)
    form = SeatForm(request.POST or None, cite=cite, initial={"side": request.GET.get("college")})
    if request.method == "POST" and form.is_valid():
        try:
            services.create_seat(actor=request.user, **form.cleaned_data)
        except services.PartnersError as error:
            add_refusal(form, error)
        else:
            messages.success(request, "Le siège est ajouté. Il reste à dire qui l’occupe.")
            return redirect("partners:troika")
    context = {"form": form, "in_troika": True, "heading": "Nouveau siège", "submit": "Ajouter le siège"}
    return render(request, "partners/form.html", context)


@require_http_methods(["GET", "POST"])
def seat_edit(request, pk):
    row = _led_seat(request, pk)
    form = SeatEditForm(request.POST or None, initial={"label": row.label, "place": row.order})
    if request.method == "POST" and form.is_valid():
        services.update_seat(actor=request.user, seat=row, **form.cleaned_data)
        messages.success(request, "Le siège est à jour.")
        return redirect("partners:seat", pk=pk)
    context = {"form": form, "in_troika": True, "heading": f"Modifier le siège «\u00a0{row}\u00a0»"}
    return render(request, "partners/form.html", context | {"submit": "Enregistrer le siège"})


@require_http_methods(["GET", "POST"])
def seat_close(request, pk):
    row = _led_seat(request, pk)
    form = SeatCloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["closed_on"]
        try:
            kept = services.close_seat(actor=request.user, seat=row, closed_on=day)
        except services.PartnersError as error:
            add_refusal(form, error)
        else:
            said = f"est clos à compter du {date_fr(day)}" if kept else "est supprimé\u00a0: personne ne l’avait tenu"
            messages.success(request, f"Le siège «\u00a0{row}\u00a0» {said}.")
            return redirect("partners:seat", pk=pk) if kept else redirect("partners:troika")
    context = {"form": form, "in_troika": True, "heading": f"Clore le siège «\u00a0{row}\u00a0»"}
    return render(request, "partners/form.html", context | {"submit": "Clore le siège"})


@require_POST
def seat_reopen(request, pk):
    row = _led_seat(request, pk)
    try:
        services.reopen_seat(actor=request.user, seat=row)
    except services.PartnersError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Le siège «\u00a0{row}\u00a0» est rouvert.")
    return redirect("partners:seat", pk=pk)


@require_http_methods(["GET", "POST"])
def protocol_order(request):
    """The order in which sides, seats and persons are printed everywhere."""
    cite = led_cite(request)
    if request.method == "POST":
        try:
            if services.save_protocol(actor=request.user, cite=cite, **read_order(request.POST)):
                messages.success(request, "L’ordre protocolaire est enregistré.")
        except services.PartnersError as error:
            messages.error(request, str(error))
        return redirect(reverse("partners:protocol") + "#protocole")
    reading = {"today": timezone.localdate(), "with_contacts": False}
    context = {
        "cite": cite,
        "sides": protocol.side_ranks(cite),
        "teams": protocol.team_ranks(cite),
        "printed": tables.troika_sections(cite, **reading),
        "team": tables.team_members(cite, **reading),
    }
    return render(request, "partners/protocol.html", context)
