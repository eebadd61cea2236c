"""The pages of the "Finances" area, for the tabs at their top."""

from django.urls import reverse

SECTIONS = (  # key, label, URL name
    ("envelopes", "Enveloppes", "actions:finances"),
    ("acts", "Actes", "actions:acts"),
    ("votes", "En attente de vote", "actions:votes"),
    ("releases", "Notifications", "actions:releases"),
    ("lines", "Ligne par ligne", "actions:lines"),
    ("reviews", "Revue financière", "actions:reviews"),
    ("open_data", "Données ouvertes", "actions:open_data"),
)


def finance_sections(current):
    """For `common/includes/_tabs.html`; `current` is a key of `SECTIONS`. Who opens one opens them all."""
    return [{"label": label, "url": reverse(name), "current": key == current} for key, label, name in SECTIONS]
