from importlib import import_module

from django.apps import AppConfig

from partners.enums import Gesture


class ActionsConfig(AppConfig):
    name = "actions"
    verbose_name = "actions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        links = import_module("partners.services.links")
        links.gesture_page(Gesture.PIECE, "actions:link_piece")
        links.gesture_page(Gesture.SHEET, "actions:link_sheet")
        links.gesture_page(Gesture.OPINION, "actions:link_opinion")
        import_module("actions.state_exports.keeping")  # its sweep registers itself
        import_module("actions.batch_runs")  # its sweep too
        import_module("actions.documents")  # its renderers and visibilities register themselves
        import_module("actions.services.forgetting")  # registers itself
