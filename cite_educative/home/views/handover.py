from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cite_educative.home.forms.handover import HandoverForm
from cite_educative.home.handover import belongings, owned_sections
from cite_educative.home.models import Handover
from cite_educative.home.services.handover import hand_over
from partners.models import Mandate, Person
from partners.services import PartnersError
from partners.views.common import add_refusal, led_cite, steered_cite


@require_safe
def handover_list(request):
    """Who may leave, and the hand-overs made."""
    cite = steered_cite(request)
    mandates = Mandate.objects.visible_to(request.user).filter(cite=cite).active().in_protocol_order()
    people = {mandate.person_id: mandate for mandate in reversed(list(mandates))}
    handovers = Handover.objects.visible_to(request.user).filter(cite=cite).select_related("leaver", "successor")
    context = {
        "mandates": list(reversed(people.values())),
        "handovers": handovers,
        "can_lead": cite.pk in request.user.access.led,
    }
    return render(request, "home/handover/list.html", context)


def _successors(user, cite):
    """A mandate opens contacts: those whom the user knows as a mere member of another Cité are left out."""
    return Person.objects.visible_to(user).known_in(cite, *user.access.led).in_protocol_order(cite)


def _next_gesture(successor):
    if successor and not hasattr(successor, "user"):
        return f"{successor.formal_name} n’a pas encore de compte\u00a0: invitez cette personne depuis sa fiche."
    return "Le dossier se prépare en PDF et en Word."


@require_http_methods(["GET", "POST"])
def handover_create(request, pk):
    cite = led_cite(request)
    people = Person.objects.visible_to(request.user).acting_in(cite).in_protocol_order(cite)
    leaver = get_object_or_404(people, pk=pk)
    mine = belongings(cite, leaver, reader=request.user)
    form = HandoverForm(
        request.POST or None,
        people=_successors(request.user, cite).exclude(pk=pk),
        mandates=mine.mandates,
        initial={"leaves_on": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            handover = hand_over(actor=request.user, cite=cite, leaver=leaver, **form.arguments())
        except PartnersError as error:
            add_refusal(form, error)
        else:
            messages.success(request, f"La passation est faite. {_next_gesture(handover.successor)}")
            return redirect("handover", pk=handover.pk)
    context = {"leaver": leaver, "form": form, "sections": owned_sections(mine, cite)}
    return render(request, "home/handover/create.html", context)


@require_safe
def handover(request, pk):
    rows = Handover.objects.visible_to(request.user).select_related("leaver", "successor", "made_by__person")
    row = get_object_or_404(rows, pk=pk)
    files = [link.file for link in row.files.select_related("file").order_by("pk")]
    return render(request, "home/handover/handover.html", {"handover": row, "files": files})
