from importlib import import_module

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "évaluation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        import_module("evaluation.documents")  # its renderers and visibilities register themselves
