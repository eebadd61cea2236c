from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cite_educative.common.dates import date_fr
from cite_educative.common.tables import ListPage
from partners import permissions, services, tables
from partners.context import current_cite
from partners.filters import OrganisationFilter
from partners.forms import (
    ContactEntryForm,
    MandateEndForm,
    MandateForm,
    NewPartnerForm,
    OrganisationForm,
    PartnershipForm,
    PersonForm,
    SeatForm,
)
from partners.models import Cite, Mandate, Organisation, Person


def _cite_or_404(request):
    cite = current_cite(request)
    if cite is None:
        raise Http404("Ce compte n’agit dans aucune Cité éducative.")
    return cite


def _led_cite(request):
    cite = _cite_or_404(request)
    if not permissions.can_lead(request.user, cite):
        raise PermissionDenied
    return cite


def _organisation(request, pk):
    """The organisation and the Cité in which it is read: the chosen one, else the first where it has a part."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    current = _cite_or_404(request)
    concerned = Cite.objects.visible_to(request.user).filter(
        Q(partnerships__organisation=organisation) | Q(mandates__organisation=organisation)
    )
    cites = list(concerned.distinct())
    return organisation, current if current in cites else cites[0]


@require_safe
def organisation_list(request):
    cite = _cite_or_404(request)
    organisations = Organisation.objects.visible_to(request.user).in_cite(cite)
    listing = ListPage(
        request,
        tables.organisations_for_list(organisations, cite),
        tables.ORGANISATION_COLUMNS,
        filterset=OrganisationFilter,
        row=tables.organisation_row,
        values=tables.organisation_values,
        default_sort="name",
        title="Partenaires",
        noun=("partenaire", "partenaires"),
        empty_text="Aucun partenaire pour l’instant",
        filename=f"partenaires-{cite.slug}",
    )
    if listing.export_format:
        return listing.export()
    context = {"listing": listing, "cite": cite, "can_lead": permissions.can_lead(request.user, cite)}
    return render(request, "partners/list.html", context)


@require_safe
def organisation_detail(request, pk):
    organisation, cite = _organisation(request, pk)
    with_contacts = permissions.can_read_contacts(request.user, cite)
    members, former = tables.organisation_members(
        organisation, cite, today=timezone.localdate(), with_contacts=with_contacts
    )
    parts = organisation.partnerships.visible_to(request.user).filter(cite=cite).select_related("side").order_by("pk")
    context = {
        "organisation": organisation,
        "cite": cite,
        "facts": tables.organisation_facts(organisation),
        "parts": [tables.part_label(part) for part in parts],
        "members": members,
        "former": former,
        "with_contacts": with_contacts,
        "can_lead": permissions.can_lead(request.user, cite),
        "can_edit": permissions.can_edit_contact_entry(request.user, organisation, cite),
    }
    return render(request, "partners/organisation.html", context)


@require_http_methods(["GET", "POST"])
def organisation_create(request):
    cite = _led_cite(request)
    form = NewPartnerForm(request.POST or None, cite=cite)
    if request.method == "POST" and form.is_valid():
        try:
            organisation, created = services.welcome_organisation(actor=request.user, cite=cite, **form.cleaned_data)
        except services.PartnersError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                f"{organisation} fait maintenant partie des partenaires."
                if created
                else f"{organisation} était déjà connu par son SIRET : il rejoint les partenaires de la Cité.",
            )
            return redirect("partners:organisation", pk=organisation.pk)
    context = {"form": form, "heading": "Nouveau partenaire", "submit": "Ajouter le partenaire"}
    return render(request, "partners/form.html", context)


@require_http_methods(["GET", "POST"])
def organisation_edit(request, pk):
    organisation, cite = _organisation(request, pk)
    if not permissions.can_edit_contact_entry(request.user, organisation, cite):
        raise PermissionDenied
    whole = permissions.can_edit_organisation(request.user, organisation)
    form = (OrganisationForm if whole else ContactEntryForm)(request.POST or None, instance=organisation)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_organisation(actor=request.user, organisation=organisation, cite=cite, **form.cleaned_data)
        except services.PartnersError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "La fiche de l’organisme est à jour.")
            return redirect("partners:organisation", pk=pk)
    context = {
        "form": form,
        "organisation": organisation,
        "heading": "Modifier l’organisme",
        "submit": "Enregistrer la fiche",
    }
    return render(request, "partners/form.html", context)


@require_http_methods(["GET", "POST"])
def partnership_create(request, pk):
    organisation, cite = _organisation(request, pk)
    if not permissions.can_lead(request.user, cite):
        raise PermissionDenied
    form = PartnershipForm(request.POST or None, cite=cite)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_partnership(actor=request.user, cite=cite, organisation=organisation, **form.cleaned_data)
        except services.PartnersError as error:
            form.add_error("side", str(error))
        else:
            messages.success(request, f"Le rôle de {organisation} est enregistré.")
            return redirect("partners:organisation", pk=pk)
    context = {"form": form, "organisation": organisation, "heading": "Ajouter un rôle", "submit": "Ajouter le rôle"}
    return render(request, "partners/form.html", context)


@require_safe
def troika(request):
    cite, today = _cite_or_404(request), timezone.localdate()
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
    cite = _led_cite(request)
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
def person_edit(request, pk):
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    if not permissions.can_edit_person(request.user, person):
        raise PermissionDenied
    form = PersonForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        cite = _cite_or_404(request)
        services.update_person(actor=request.user, person=person, cite=cite, **form.cleaned_data)
        messages.success(request, f"Les coordonnées de {person.formal_name} sont à jour.")
        return redirect("partners:troika")
    context = {
        "form": form,
        "in_troika": True,
        "heading": "Modifier une personne",
        "submit": "Enregistrer la personne",
    }
    return render(request, "partners/form.html", context)


@require_http_methods(["GET", "POST"])
def mandate_create(request):
    """`?siege=`, `?supplee=` and `?organisme=` fill in the form."""
    cite = _led_cite(request)
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
