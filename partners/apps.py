from importlib import import_module

from django.apps import AppConfig

from cite_educative.common.outbox import register_sweep


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = "partenaires"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        register_sweep(import_module("partners.services.mail").sweep)
        links, enums = import_module("partners.services.links"), import_module("partners.enums")
        links.gesture_page(enums.Gesture.INVITATION, "partners:invitation")
        links.gesture_page(enums.Gesture.PASSWORD, "partners:new_password")
        links.gesture_page(enums.Gesture.EMAIL, "partners:new_email")
