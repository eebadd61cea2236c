from importlib import import_module

from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "cite_educative.home"
    verbose_name = "accueil"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        import_module("cite_educative.home.documents")  # its renderers and visibilities register themselves
