from django.contrib import admin

from evaluation.models import Indicator


@admin.register(Indicator)
class IndicatorAdmin(admin.ModelAdmin):
    """Technical mending only: figures change through their pages, which keep a trace."""

    list_display = ["code", "name", "cite", "level", "nature", "is_active"]
    list_filter = ["cite", "level"]
