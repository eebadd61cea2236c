from django.shortcuts import render
from django.views.decorators.http import require_GET

from governance.meeting_list import meeting_listing
from governance.permissions import can_prepare
from governance.views.common import chosen_cite


@require_GET
def meetings(request):
    """All those of the Cité that the reader may see, whatever their state."""
    cite = chosen_cite(request)
    listing = meeting_listing(request, cite)
    if listing.export_format:
        return listing.export()
    context = {"listing": listing, "may_prepare": can_prepare(request.user, cite)}
    return render(request, "governance/meetings.html", context)
