"""The technical administration: opening Cités and accounts, repairing identities. Roles are given in the pages."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db import models

from partners.models import Cite, Commune, Mandate, Neighbourhood, Organisation, Person, School, Seat, Side, User


class SideInline(admin.TabularInline):
    model = Side
    extra = 0


@admin.register(Cite)
class CiteAdmin(admin.ModelAdmin):
    list_display = ("name", "slug", "label_starts_on", "label_ends_on")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("lead_organisation", "communes", "neighbourhoods", "schools", "lead_schools")
    inlines = (SideInline,)


@admin.register(Seat)
class SeatAdmin(admin.ModelAdmin):
    list_display = ("label", "side", "organisation", "order")
    list_select_related = ("side", "organisation")
    autocomplete_fields = ("organisation",)


@admin.register(Mandate)
class MandateAdmin(admin.ModelAdmin):
    """The first lead of a Cité is appointed here; the lead then appoints everybody else."""

    list_display = ("person", "cite", "role", "organisation", "starts_on", "ends_on")
    list_filter = ("cite", "role")
    list_select_related = ("person", "cite", "organisation")
    search_fields = ("person__search_text",)
    autocomplete_fields = ("person", "organisation", "communes", "substitute_of")


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_display = ("name", "kind", "siret")
    list_filter = ("kind",)
    search_fields = ("search_text",)
    autocomplete_fields = ("communes",)


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    list_display = ("last_name", "first_name", "function", "keep_until")
    search_fields = ("search_text",)


@admin.register(Commune)
class CommuneAdmin(admin.ModelAdmin):
    list_display = ("name", "insee_code", "parent", "population")
    list_select_related = ("parent",)
    search_fields = ("search_text",)
    autocomplete_fields = ("parent",)


@admin.register(Neighbourhood)
class NeighbourhoodAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "generation")
    search_fields = ("search_text",)
    autocomplete_fields = ("communes",)


@admin.register(School)
class SchoolAdmin(admin.ModelAdmin):
    list_display = ("name", "uai", "kind", "commune", "network")
    list_filter = ("kind", "network")
    list_select_related = ("commune",)
    search_fields = ("search_text",)
    autocomplete_fields = ("commune",)


@admin.register(User)
class UserAdmin(BaseUserAdmin):
    add_form = AdminUserCreationForm
    list_display = ("email", "person", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    list_select_related = ("person",)
    search_fields = ("email", "person__search_text")
    ordering = ("email",)
    autocomplete_fields = ("person",)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password", "person")}),
        ("Droits techniques", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "person", "usable_password", "password1", "password2")}),)
