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
    readonly_fields = (
        *("cite", "code", "status", "submitted_on", "shared_at", "published_at"),
        *("total_cost", "version", "created_by"),
    )
    raw_id_fields = ("holder", "axis", "objective", "call", "renews", "communes", "neighbourhoods")


@admin.register(Funding)
class FundingAdmin(NothingAddedOrDeleted):
    list_display = ("action", "source", "budget_year", "requested", "programmed", "granted")
    list_select_related = ("action", "source")
    readonly_fields = (
        "action",
        "source",
        "budget_year",
        "in_kind",
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
    readonly_fields = ("cite", "organisation", "kind", "number", "decided_on", "label", "call", "created_by")


@admin.register(Envelope)
class EnvelopeAdmin(NothingAddedOrDeleted):
    list_display = ("source", "budget_year", "provisional", "notified")
    list_select_related = ("source",)
    readonly_fields = (
        *("source", "budget_year", "provisional", "notified", "notified_on", "notified_reference"),
        *("carried_over", "entered_by"),
    )


@admin.register(FundingSource)
class FundingSourceAdmin(NothingAddedOrDeleted):
    list_display = ("label", "cite", "organisation", "circuit", "is_active")
    list_filter = ("cite",)
    list_select_related = ("cite", "organisation")
    readonly_fields = ("cite", "organisation", "circuit", "side")


admin.site.register([Programme, Axis, Objective, Call])
