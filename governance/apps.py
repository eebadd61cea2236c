from importlib import import_module

from django.apps import AppConfig

from partners.enums import Gesture


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = "gouvernance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        links = import_module("partners.services.links")
        links.gesture_page(Gesture.CONSULTATION, "governance:link_consultation")
        links.gesture_page(Gesture.CONVOCATION, "governance:link_convocation")
        import_module("governance.documents")  # its renderers and visibilities register themselves
        import_module("governance.paper_documents")  # idem
        import_module("governance.minutes_documents")  # idem
        import_module("governance.convocation_mail")  # its attachments register themselves
        import_module("governance.dossier_mail")  # idem
        import_module("governance.services.forgetting")  # registers itself
