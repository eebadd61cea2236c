"""The meeting on the wall, which follows the secretary by itself."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from governance.projection import projected, wall_state
from governance.views.common import meeting_title, prepared_meeting


@require_safe
def projection(request, pk):
    """htmx asks for the screen with the state of the one it shows (`vu`): 204 when it is still the same."""
    meeting = prepared_meeting(request, pk)
    state = wall_state(meeting)
    if request.htmx and request.GET.get("vu") == state:
        return HttpResponse(status=204)
    context = {"meeting": meeting, "title": meeting_title(meeting), "state": state, "screen": projected(meeting)}
    if request.htmx:
        return render(request, "governance/includes/_projection_screen.html", context)
    return render(request, "governance/projection.html", context)
