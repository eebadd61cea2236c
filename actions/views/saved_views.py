"""Views of the list that people name, and the school holidays behind the timeline."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions import services
from actions.enums import SchoolZone
from actions.forms.batches import HolidayForm, SavedViewForm
from actions.models import HolidayPeriod, SavedView
from actions.permissions import can_share_view, can_write_plan
from actions.plan_listing import OWN, TABLE, VIEWS
from actions.views.versions import form_context, saved_or_compared
from cite_educative.common import journal
from partners.context import current_cite
from partners.permissions import can_steer
from partners.views.common import removed_once

NO_HOLIDAY = "Ces vacances ne sont plus au calendrier."


def _cite(request):
    cite = current_cite(request)
    if cite is None:
        raise Http404
    return cite


@require_http_methods(["GET", "POST"])
def saved_views(request):
    cite = _cite(request)
    if request.method == "POST":
        return _save(request, cite)
    views = list(SavedView.objects.visible_to(request.user).filter(cite=cite))
    removable = {view.pk for view in views if _may_remove(request.user, view)}
    return render(request, "actions/saved_views.html", {"saved": views, "removable": removable})


def _save(request, cite):
    view = SavedView(cite=cite, presentation=request.POST.get("presentation", TABLE), query=_kept(request))
    form = SavedViewForm(request.POST, instance=view)
    if view.presentation not in VIEWS:
        view.presentation = TABLE
    address = f"{reverse(VIEWS[view.presentation][1])}?{view.query}"
    if not form.is_valid():
        messages.error(request, "Donnez un nom à la vue, de 80 caractères au plus.")
        return redirect(address)
    view.is_shared = view.is_shared and can_share_view(request.user, cite)
    try:
        services.save_view(view, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"La vue «\u00a0{view.name}\u00a0» est enregistrée.")
    return redirect(address)


def _kept(request):
    query = QueryDict(request.POST.get("query", "")[:1500], mutable=True)
    for name in OWN:
        query.pop(name, None)
    return query.urlencode()[:1500]


@require_GET
def saved_view(request, pk):
    """The address to share: it opens the list of its Cité as it was saved, with the rights of who follows it."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    request.session["cite"] = view.cite_id
    return redirect(f"{reverse(VIEWS[view.presentation][1])}?{view.query}")


def _may_remove(user, view):
    return view.owner_id == user.pk or can_steer(user, view.cite)


@require_POST
@removed_once(SavedView, "Cette vue est déjà retirée.", "actions:saved_views")
def saved_view_remove(request, pk):
    view = get_object_or_404(SavedView.objects.visible_to(request.user).select_related("cite"), pk=pk)
    if not _may_remove(request.user, view):
        raise PermissionDenied
    services.remove_view(view)
    messages.success(request, f"La vue «\u00a0{view.name}\u00a0» est retirée.")
    return redirect("actions:saved_views")


# --- School holidays ------------------------------------------------------------------------------


@require_GET
def holidays(request):
    cite = _cite(request)
    periods = list(HolidayPeriod.objects.visible_to(request.user).filter(cite=cite))
    context = {
        "periods": periods,
        "can_write": can_write_plan(request.user, cite),
        "zones": SchoolZone.choices,
        "zone": next((period.zone for period in periods if period.zone), SchoolZone.B),
    }
    return render(request, "actions/holidays.html", context)


@require_POST
def holidays_take(request):
    cite = _cite(request)
    if not can_write_plan(request.user, cite):
        raise PermissionDenied
    zone = request.POST.get("zone", "")
    if zone not in SchoolZone.values:
        messages.error(request, "Choisissez une zone\u00a0: A, B ou C.")
    else:
        number = services.take_calendar(cite=cite, zone=zone, actor=request.user)
        messages.success(request, f"Le calendrier de la zone {zone} est repris\u00a0: {number} périodes.")
    return redirect("actions:holidays")


@require_http_methods(["GET", "POST"])
def holiday_create(request):
    return _edit(request, HolidayPeriod(cite=_cite(request)), "Ajouter des vacances")


@require_http_methods(["GET", "POST"])
@removed_once(HolidayPeriod, NO_HOLIDAY, "actions:holidays")
def holiday_update(request, pk):
    periods = HolidayPeriod.objects.visible_to(request.user).select_related("cite")
    period = get_object_or_404(periods, pk=pk)
    return _edit(request, period, period.label)


def _edit(request, period, heading):
    if not can_write_plan(request.user, period.cite):
        raise PermissionDenied
    form, conflict, saved = saved_or_compared(
        request, HolidayForm, period, save=services.save_holiday, entries=_holiday_entries
    )
    if saved:
        messages.success(request, "Les vacances sont enregistrées.")
        return redirect("actions:holidays")
    cancel_url = reverse("actions:holidays")
    context = form_context(form, conflict, heading=heading, submit="Enregistrer les vacances", cancel_url=cancel_url)
    return render(request, "actions/plan_form.html", context, status=409 if conflict else 200)


def _holiday_entries(period):
    return journal.entries_for(period.cite).filter(verb="holidays.updated")


@require_POST
@removed_once(HolidayPeriod, NO_HOLIDAY, "actions:holidays")
def holiday_remove(request, pk):
    period = get_object_or_404(HolidayPeriod.objects.visible_to(request.user).select_related("cite"), pk=pk)
    if not can_write_plan(request.user, period.cite):
        raise PermissionDenied
    services.remove_holiday(period, actor=request.user)
    messages.success(request, "Ces vacances sont retirées.")
    return redirect("actions:holidays")
