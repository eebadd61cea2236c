from django.urls import reverse

from actions.permissions import can_read_articulation

SECTIONS = (
    ("list", "Actions", "actions:list"),
    ("plan", "Stratégie", "actions:plan"),
    ("coverage", "Couverture", "actions:coverage"),
    ("articulation", "Articulation", "actions:articulation"),
    ("intercommunal", "Intercommunal", "actions:intercommunal"),
    ("calls", "Appels à projets", "actions:call_list"),
    ("documents", "Documents", "actions:plan_documents"),
)


def plan_sections(current, user=None, cite=None):
    """The tabs shared by the pages of the plan, those that the reader may open."""
    closed = set() if cite and can_read_articulation(user, cite) else {"articulation"}
    return [
        {"label": label, "url": reverse(name), "current": key == current}
        for key, label, name in SECTIONS
        if key not in closed
    ]
