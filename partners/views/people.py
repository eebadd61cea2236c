from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from partners import permissions, services
from partners.forms import PersonForm
from partners.models import Person
from partners.sheets import person_sheet
from partners.views.common import cite_or_404, follow_merges


@require_safe
@follow_merges
def person_detail(request, pk):
    _, context = person_sheet(request, pk, tab="detail")
    return render(request, "partners/person.html", context)


@require_http_methods(["GET", "POST"])
def person_edit(request, pk):
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    if not permissions.can_edit_person(request.user, person):
        raise PermissionDenied
    form = PersonForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        cite = cite_or_404(request)
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
