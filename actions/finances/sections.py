"""The pages of the "Finances" area, for the tabs at their top."""

from django.urls import reverse

SECTIONS = (  # key, label, URL name
    ("envelopes", "Enveloppes", "actions:finances"),
    ("fundings", "Financements", "actions:fundings"),
    ("acts", "Actes", "actions:acts"),
    ("votes", "En attente de vote", "actions:votes"),
    ("releases", "Notifications", "actions:releases"),
    ("thresholds", "Seuils", "actions:thresholds"),
    ("checks", "Contrôles", "actions:checks"),
    ("reviews", "Revue financière", "actions:reviews"),
    ("open_data", "Données ouvertes", "actions:open_data"),
)


def finance_sections(current):
    """`current` is a key of `SECTIONS`."""
    return [{"label": label, "url": reverse(name), "current": key == current} for key, label, name in SECTIONS]
