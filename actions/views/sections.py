from django.urls import reverse

SECTIONS = (
    ("list", "Actions", "actions:list"),
    ("plan", "Stratégie", "actions:plan"),
    ("calls", "Appels à projets", "actions:call_list"),
)


def plan_sections(current):
    """The tabs shared by the pages of the plan."""
    return [{"label": label, "url": reverse(name), "current": key == current} for key, label, name in SECTIONS]
