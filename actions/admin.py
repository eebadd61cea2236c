"""Read and repair only: amounts, statuses and acts are written by services."""

from django.contrib import admin

from actions.enums import Step
from actions.models import Action, Axis, Call, Envelope, FunderAct, Funding, FundingSource, Objective, Programme


class NothingAddedOrDeleted(admin.ModelAdmin):
    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Action)
class ActionAdmin(NothingAddedOrDeleted):
    list_display = ("code", "title", "holder", "cite", "budget_year", "status")
    list_filter = ("cite", "budget_year", "status")
    list_select_related = ("holder", "cite")
    search_fields = ("search_text",)
    readonly_fields = ("cite", "code", "status", "submitted_on", "published_at", "version", "created_by")
    raw_id_fields = ("holder", "axis", "objective", "call", "renews", "communes", "neighbourhoods")


@admin.register(Funding)
class FundingAdmin(NothingAddedOrDeleted):
    list_display = ("action", "source", "budget_year", "requested", "programmed", "granted")
    list_select_related = ("action", "source")
    readonly_fields = (
        "action",
        "source",
        "budget_year",
        *Step.values,
        "programmed_on",
        "programmed_reference",
        "granted_on",
        "act",
        "notified_on",
        "outcome",
    )


@admin.register(FunderAct)
class FunderActAdmin(NothingAddedOrDeleted):
    list_display = ("kind", "number", "decided_on", "organisation", "cite")
    list_select_related = ("organisation", "cite")
    readonly_fields = ("cite", "organisation", "call", "created_by")


@admin.register(Envelope)
class EnvelopeAdmin(NothingAddedOrDeleted):
    list_display = ("source", "budget_year", "provisional", "notified")
    list_select_related = ("source",)
    readonly_fields = ("source", "budget_year", "entered_by")


admin.site.register([Programme, Axis, Objective, Call, FundingSource])
