"""Guests of a meeting who hold no mandate of the Cité."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from cite_educative.common.transitions import TransitionError
from governance import services
from governance.models import MeetingGuest
from governance.permissions import can_prepare
from governance.views.common import prepared_meeting, refusals_to, require
from governance.views.live import attendance_context, point_url
from partners.views.common import removed_once


@require_POST
@refusals_to("governance:meeting")
def guest_add(request, pk):
    meeting = prepared_meeting(request, pk)
    name, quality = (request.POST.get(key, "").replace("\x00", "") for key in ("name", "quality"))
    try:
        services.add_guest(meeting, name=name, quality=quality)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        if request.htmx:
            return HttpResponse(headers={"HX-Refresh": "true"})
    return _attendance(request, meeting)


@require_POST
@removed_once(MeetingGuest, "Cette personne n’est déjà plus parmi les invités.", "governance:home", from_page=True)
def guest_remove(request, pk):
    guests = MeetingGuest.objects.visible_to(request.user).select_related("meeting__body__cite")
    guest = get_object_or_404(guests, pk=pk)
    require(can_prepare(request.user, guest.meeting.body.cite))
    try:
        services.remove_guest(guest)
    except TransitionError as error:
        messages.error(request, str(error))
        return redirect("governance:meeting", pk=guest.meeting_id)
    return _attendance(request, guest.meeting)


def _attendance(request, meeting):
    if request.htmx:
        context = attendance_context(meeting, may_prepare=True)
        return render(request, "governance/includes/_attendance.html", context)
    return redirect(point_url(meeting, request.POST.get("point", "")))
