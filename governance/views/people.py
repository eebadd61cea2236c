from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cite_educative.common.tables import ListPage
from governance.filters import PersonFilter
from governance.people import meetings_of_person, seats_of_person
from governance.views.common import chosen_cite, require
from partners import directory, permissions
from partners.models import Person
from partners.sections import partner_sections
from partners.sheets import person_sheet
from partners.views.common import follow_merges


@require_safe
def people(request):
    cite = chosen_cite(request)
    require(not permissions.hides_names(request.user.access, cite.pk))
    listing = ListPage(
        request,
        Person.objects.visible_to(request.user).in_protocol_order(cite),
        directory.people_columns(with_contacts=permissions.can_read_contacts(request.user, cite)),
        filterset=PersonFilter,
        row=directory.person_row,
        values=directory.person_values,
        default_sort="role",
        title="Annuaire des personnes",
        noun=("personne", "personnes"),
        empty_text="Personne n’a de mandat en cours",
        filename=f"annuaire-{cite.slug}",
    )
    if listing.export_format:
        return listing.export()
    context = {
        "listing": listing,
        "sections": partner_sections(request.user, cite, "people"),
        "can_lead": permissions.can_lead(request.user, cite),
    }
    return render(request, "governance/people.html", context)


@require_safe
@follow_merges
def person_bodies(request, pk):
    user = request.user
    person, context = person_sheet(request, pk, tab="bodies")
    seats, left = seats_of_person(user, person, context["cite"], today=timezone.localdate())
    # What upsets people in public stays private: presence is for the lead and the person concerned.
    with_attendance = context["can_lead"] or permissions.can_edit_own_contact(user, person)
    coming, past = meetings_of_person(user, person, seats, with_attendance=with_attendance)
    context |= {"seats": seats, "left": left, "coming": coming, "past": past, "with_attendance": with_attendance}
    return render(request, "governance/person_bodies.html", context)
