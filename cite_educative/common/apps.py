from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "cite_educative.common"
    verbose_name = "socle"
    default_auto_field = "django.db.models.BigAutoField"
