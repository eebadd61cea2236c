from importlib import import_module

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = "gouvernance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        import_module("governance.documents")  # its renderers and visibilities register themselves
        import_module("governance.services.forgetting")  # registers itself
