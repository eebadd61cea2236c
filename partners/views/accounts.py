"""The accounts of a Cité, for its lead."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cite_educative.common.tables import ListPage
from partners import account_tables, permissions, services
from partners.account_filters import AccountFilter
from partners.forms import InvitationsForm, SecurityForm
from partners.models import Mandate, Person
from partners.services import PartnersError
from partners.views.common import led_cite, require


@require_safe
def account_list(request):
    cite = led_cite(request)
    people = Person.objects.visible_to(request.user)
    listing = ListPage(
        request,
        account_tables.people_for_accounts(people, cite),
        account_tables.ACCOUNT_COLUMNS,
        filterset=AccountFilter,
        row=account_tables.account_row,
        default_sort="roles",
        title="Comptes",
        noun=("personne", "personnes"),
        empty_text="Personne n’agit encore dans la Cité",
        filename=f"comptes-{cite.slug}",
    )
    if listing.export_format:
        return listing.export()
    waiting = account_tables.invitable_people(people, cite).count()
    return render(request, "partners/accounts/list.html", {"listing": listing, "cite": cite, "waiting": waiting})


@require_http_methods(["GET", "POST"])
def invitations(request):
    """The page is its own preview: whom, at which address, and what the letter says."""
    cite = led_cite(request)
    people = account_tables.invitable_people(Person.objects.visible_to(request.user), cite)
    form = InvitationsForm(request.POST if request.method == "POST" else None, queryset=people)
    if request.method == "POST" and form.is_valid():
        invited, refusals = services.invite_many(actor=request.user, cite=cite, people=form.cleaned_data["people"])
        for refusal in refusals:
            messages.error(request, refusal)
        if invited:
            plural = "s partent" if len(invited) > 1 else " part"
            messages.success(request, f"{len(invited)} invitation{plural} dans un instant.")
        return redirect("partners:accounts")
    rows = [{"person": person, "roles": account_tables.roles_fr(person)} for person in people]
    return render(request, "partners/accounts/invitations.html", {"form": form, "rows": rows, "cite": cite})


@require_safe
def account_manage(request, pk):
    person, cite = _led_person(request, pk)
    context = {
        "person": person,
        "cite": cite,
        "account": account_tables.account_sheet(person),
        "can_manage": permissions.can_manage_account(request.user, person) and person.pk != request.user.person_id,
    }
    return render(request, "partners/accounts/manage.html", context)


def _led_person(request, pk):
    """The person, and the Cité of the two in which the reader leads: the one shown, else the first."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    mandates = Mandate.objects.visible_to(request.user).filter(person=person, cite__in=request.user.access.led)
    mandates = mandates.select_related("cite").order_by("cite")
    require(mandates)
    chosen = request.session.get("cite")
    return person, next((mandate.cite for mandate in mandates if mandate.cite_id == chosen), mandates[0].cite)


def _act(request, pk, service, done, already=""):
    person, cite = _led_person(request, pk)
    try:
        changed = service(actor=request.user, cite=cite, person=person)
    except PartnersError as error:
        messages.error(request, str(error))
    else:
        if changed is False:
            messages.warning(request, already)
        else:
            messages.success(request, done.format(person.formal_name))
    return redirect("partners:account_manage", pk=pk)


@require_POST
def invite(request, pk):
    return _act(request, pk, services.invite, "L’invitation de {} part dans un instant.")


@require_POST
def account_close(request, pk):
    return _act(
        request,
        pk,
        services.close_account,
        "Le compte de {} est fermé, ses sessions aussi.",
        "Ce compte était déjà fermé.",
    )


@require_POST
def account_reopen(request, pk):
    return _act(request, pk, services.reopen_account, "Le compte de {} est rouvert.", "Ce compte était déjà ouvert.")


@require_http_methods(["GET", "POST"])
def account_second_factor(request, pk):
    """Lost telephone, lost codes: the gesture has a page of its own, for it lowers a guard."""
    if request.method == "POST":
        return _act(request, pk, services.remove_for, "Le second facteur de {} est retiré.")
    person, cite = _led_person(request, pk)
    context = {"person": person, "account": account_tables.account_sheet(person), "cite": cite}
    return render(request, "partners/accounts/second_factor.html", context)


@require_http_methods(["GET", "POST"])
def security(request):
    cite = led_cite(request)
    initial = {"requires_second_factor": cite.requires_second_factor, "idle_days": cite.idle_days}
    form = SecurityForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        changed = services.update_security(actor=request.user, cite=cite, **form.cleaned_data)
        messages.success(request, "La sécurité des comptes est réglée." if changed else "Rien n’a changé.")
        return redirect("partners:security")
    context = {"form": form, "cite": cite, "has_device": services.confirmed_device(request.user) is not None}
    return render(request, "partners/accounts/security.html", context)
