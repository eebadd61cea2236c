from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "cite_educative.home"
    verbose_name = "accueil"
    default_auto_field = "django.db.models.BigAutoField"
