from django.shortcuts import render
from django.views.decorators.http import require_safe

from actions.organisation_actions import funded_by, held_by
from partners.sheets import organisation_sheet
from partners.views.common import follow_merges


@require_safe
@follow_merges
def organisation_actions(request, pk):
    organisation, context = organisation_sheet(request, pk, tab="actions")
    user, cite = request.user, context["cite"]
    context |= {"held": held_by(user, organisation, cite), "funded": funded_by(user, organisation, cite)}
    return render(request, "actions/organisation_actions.html", context)
