from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from partners import account_tables, directory, permissions, services, tenure
from partners.enums import Channel
from partners.forms import OwnContactForm, PersonForm
from partners.models import MissionLetter
from partners.sheets import person_sheet
from partners.views.common import follow_merges, require


@require_safe
@follow_merges
def person_detail(request, pk):
    person, context = person_sheet(request, pk, tab="detail")
    current, ended = directory.held_mandates(person, context["cite"], today=timezone.localdate())
    context |= {
        "facts": directory.person_facts(person, with_contacts=context["with_contacts"]),
        "mandates": current,
        "ended": ended,
        "letters": tenure.mission_letters(
            MissionLetter.objects.visible_to(request.user).filter(
                mandate__person=person, mandate__cite=context["cite"]
            )
        ),
        "can_appoint": context["can_lead"] and not person.anonymised_at,
        "account": account_tables.account_sheet(person) if context["can_lead"] else None,
        "elsewhere": directory.other_cites(request.user, person) if context["can_lead"] else [],
    }
    return render(request, "partners/person.html", context)


@require_http_methods(["GET", "POST"])
@follow_merges
def person_edit(request, pk):
    person, context = person_sheet(request, pk, tab="detail")
    require(context["can_edit"], services.FORGOTTEN if person.anonymised_at else "")
    whole = permissions.can_edit_person(request.user, person)
    form = (PersonForm if whole else OwnContactForm)(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        services.update_person(actor=request.user, person=person, cite=context["cite"], **form.cleaned_data)
        messages.success(request, f"Les coordonnées de {person.formal_name} sont à jour.")
        if person.preferred_channel == Channel.EMAIL and not person.email:
            messages.warning(request, "Le canal préféré est le courriel, mais aucun courriel n’est connu.")
        return redirect("partners:person", pk=pk)
    shared = permissions.cites_of_person(person) if whole else ()
    context |= {"form": form, "whole": whole, "nb_cites": len(shared)}
    return render(request, "partners/person_form.html", context)
