from django.shortcuts import render
from django.views.decorators.http import require_GET

from governance.calendar_page import by_month, calendar_lines
from governance.forms import CalendarForm
from governance.models import Body, Meeting
from governance.permissions import can_read_positions
from governance.views.common import chosen_cite


@require_GET
def calendar(request):
    """`?instance=` keeps one body. Preparation is for the team and the pilots, assemblies for readers of the money."""
    cite, user = chosen_cite(request), request.user
    form = CalendarForm(request.GET, bodies=Body.objects.visible_to(user).filter(cite=cite))
    body = form.cleaned_data.get("instance") if form.is_valid() else None
    lines = calendar_lines(
        Meeting.objects.visible_to(user).filter(body__cite=cite),
        user=user,
        cite=cite,
        prepares=can_read_positions(user, cite),
        body=body,
    )
    context = {"form": form, "months": by_month(lines), "count": len(lines), "body": body}
    return render(request, "governance/calendar.html", context)
