from django.contrib import admin

from governance.models import Body


@admin.register(Body)
class BodyAdmin(admin.ModelAdmin):
    """Technical mending only: meetings, notes and decisions change through their pages, which keep a trace."""

    list_display = ["label", "code", "cite", "kind", "prints_positions"]
    list_filter = ["cite"]
