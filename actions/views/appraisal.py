"""The requests of a call beside what each pilot thinks of them: for the team and the pilots alone."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_GET

from actions.appraisal import AppraisalFilter, appraisal_columns, appraisal_row, appraisal_values, appraised
from actions.enums import Step
from actions.permissions import can_read_appraisal
from actions.readable import sums
from actions.views.calls import visible_call
from cite_educative.common.tables import FORMAT, ListPage


@require_GET
def call_appraisal(request, pk):
    call, user = visible_call(request, pk), request.user
    if not can_read_appraisal(user, call.cite):
        raise PermissionDenied
    sides = list(call.cite.sides.all())
    listing = ListPage(
        request,
        appraised(user, call),
        appraisal_columns(sides, exporting=FORMAT in request.GET),
        filterset=AppraisalFilter,
        row=appraisal_row(sides),
        values=appraisal_values(sides),
        totals=lambda actions: sums(actions, user, [Step.REQUESTED]),
        default_sort="code",
        title=f"Instruction de l’appel {call.label}",
        noun=("demande", "demandes"),
        empty_text="Aucune demande déposée",
        filename=f"instruction-{call.pk}",
    )
    if listing.export_format:
        return listing.export()
    return render(request, "actions/call_appraisal.html", {"listing": listing, "call": call})
