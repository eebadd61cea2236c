from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cite_educative.common.tables import ListPage
from partners import permissions, services, tables
from partners.filters import OrganisationFilter
from partners.forms import ContactEntryForm, NewPartnerForm, OrganisationForm, PartnershipForm
from partners.models import Organisation
from partners.sections import partner_sections
from partners.sheets import organisation_sheet, read_organisation
from partners.views.common import cite_or_404, follow_merges, led_cite, require


@require_safe
def organisation_list(request):
    cite = cite_or_404(request)
    organisations = Organisation.objects.visible_to(request.user).in_cite(cite)
    listing = ListPage(
        request,
        tables.organisations_for_list(organisations, cite),
        tables.ORGANISATION_COLUMNS,
        filterset=OrganisationFilter,
        row=tables.organisation_row,
        values=tables.organisation_values,
        default_sort="name",
        title="Organismes partenaires",
        noun=("partenaire", "partenaires"),
        empty_text="Aucun partenaire pour l’instant",
        filename=f"partenaires-{cite.slug}",
    )
    if listing.export_format:
        return listing.export()
    can_lead = permissions.can_lead(request.user, cite)
    context = {
        "listing": listing,
        "sections": partner_sections(request.user, cite, "organisations"),
        "can_lead": can_lead,
    }
    return render(request, "partners/list.html", context)


def _shared(user, organisation, cite):
    """To the lead of one of its Cités, and to who acts for it there: why the sheet is not theirs alone to edit."""
    own = permissions.represents(user, organisation)
    concerned = permissions.can_lead(user, cite) or cite.pk in own
    if not concerned or permissions.can_edit_contact_entry(user, organisation):
        return ""
    others, _ = services.cites_to_ask(user, organisation)
    names = ", ".join(other.name for other in others if other.pk not in own | {cite.pk})
    return (
        f"{organisation} est aussi partenaire de {names}\u00a0: les courriers de toutes ses Cités suivent cette fiche, qui se "
        "modifie donc par qui, dans chacune, la dirige ou agit au nom de l’organisme."
    )


@require_safe
@follow_merges
def organisation_detail(request, pk):
    organisation, context = organisation_sheet(request, pk, tab="detail")
    cite = context["cite"]
    with_contacts = permissions.can_read_contacts(request.user, cite)
    members, former = tables.organisation_members(
        organisation,
        cite,
        today=timezone.localdate(),
        with_contacts=with_contacts,
        hides_names=permissions.hides_names(request.user.access, cite.pk),
    )
    context |= {"members": members, "former": former, "with_contacts": with_contacts}
    context["shared"] = _shared(request.user, organisation, cite)
    return render(request, "partners/organisation.html", context)


@require_http_methods(["GET", "POST"])
def organisation_create(request):
    cite = led_cite(request)
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
@follow_merges
def organisation_edit(request, pk):
    organisation, cite = read_organisation(request, pk)
    allowed = permissions.can_edit_contact_entry(request.user, organisation)
    require(allowed, _shared(request.user, organisation, cite))
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
@follow_merges
def partnership_create(request, pk):
    organisation, cite = read_organisation(request, pk)
    require(permissions.can_lead(request.user, cite))
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
