"""« Porter à la séance » : what is proposed on the arbitration board becomes a point and its note."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from actions.views.calls import visible_call
from cite_educative.common.money import euros
from cite_educative.common.transitions import TransitionError
from governance import services
from governance.forms.carrying import CarryForm
from governance.models import AgendaItem, Meeting
from governance.permissions import can_prepare
from governance.services.carrying import proposed_of
from governance.views.common import meeting_title
from partners.views.common import require


@require_http_methods(["GET", "POST"])
def carry(request, pk):
    """`pk` is that of the call."""
    call = visible_call(request, pk)
    require(can_prepare(request.user, call.cite))
    meetings = Meeting.objects.visible_to(request.user).preparable().filter(body__cite=call.cite)
    form = CarryForm(request.POST or None, meetings=meetings, initial={"title": f"Programmation, {call.label}"})
    if request.method == "POST" and form.is_valid():
        try:
            item, created = services.carry_to_meeting(call=call, actor=request.user, **form.cleaned_data)
        except (ValidationError, TransitionError) as error:
            form.add_error(None, getattr(error, "messages", str(error)))
        else:
            if created:
                messages.success(request, "Le point et sa note sont prêts\u00a0: relisez la note avant de l’émettre.")
            else:
                messages.info(request, "Cet arbitrage est déjà porté à cette séance\u00a0: voici sa note.")
            return redirect("governance:note", item.pk)
    fundings = proposed_of(call)
    context = {
        "call": call,
        "form": form,
        "number": fundings.order_by().values("action").distinct().count(),
        "amount": euros(fundings.sums("proposed")["proposed"]),
        "carried": _carried(request, call),
        "back": reverse("actions:board", args=[call.pk]),
    }
    return render(request, "governance/carry.html", context)


def _carried(request, call):
    points = AgendaItem.objects.visible_to(request.user).filter(pk__in=services.carried_points(call).values("pk"))
    points = points.select_related("meeting__body").order_by("-meeting__starts_at", "pk")
    return [{"item": point, "meeting": meeting_title(point.meeting)} for point in points]
