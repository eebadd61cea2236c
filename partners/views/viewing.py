"""« Voir comme… » : choose whose place to take, and come back."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cite_educative.common.forms import read_key
from partners import services, viewing
from partners.models import Person
from partners.views.common import led_cite


@require_http_methods(["GET", "POST"])
def view_as(request):
    cite = led_cite(request)
    query = request.GET.get("q", "")[:200]
    if request.method == "POST":
        account = viewing.viewable_account(request.user, cite, read_key(request.POST.get("user", "")))
        if account:
            until = viewing.open_viewing(request.session, viewed=account, cite=cite)
            services.record_viewing(actor=request.user, viewed=account, cite=cite, until=until)
            return redirect("home")
        messages.error(request, "Cette personne n’a pas de compte ouvert dans la Cité\u00a0: choisissez-en une autre.")
    people = _people(request.user, viewing.viewable_mandates(request.user, cite), query)
    return render(request, "partners/view_as.html", {"cite": cite, "people": people, "query": query})


def _people(user, mandates, query):
    """One row per account, at the place of its first mandate in protocol order, with all that it does here."""
    found = mandates.filter(person__in=Person.objects.visible_to(user).search(query)) if query.strip() else mandates
    rows = {}
    for mandate in found.in_protocol_order().select_related("person__user"):
        row = rows.setdefault(mandate.person_id, {"user": mandate.person.user, "person": mandate.person, "roles": []})
        row["roles"].append(f"{mandate.title or mandate.role_label}, {mandate.organisation}")
    return list(rows.values())


@require_POST
def view_as_stop(request):
    ended = request.viewing
    viewing.close_viewing(request.session)
    if ended:
        services.record_end_of_viewing(actor=ended.viewer, viewed=ended.viewed, cite=ended.cite)
        messages.success(request, f"Vous êtes revenu à votre compte, {ended.viewer}.")
    return redirect("home")
