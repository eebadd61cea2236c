from importlib import import_module

from django.apps import AppConfig

from cite_educative.common.outbox import register_sweep


class DocumentsConfig(AppConfig):
    name = "cite_educative.documents"
    verbose_name = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        register_sweep(import_module("cite_educative.documents.services").sweep)
