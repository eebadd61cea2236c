"""The pages of the "Finances" area, for the tabs at their top."""

from django.urls import reverse

SECTIONS = (  # key, label, URL name
    ("envelopes", "Enveloppes", "actions:finances"),
    ("fundings", "Financements", "actions:fundings"),
    ("acts", "Actes", "actions:acts"),
    ("payments", "Versements", "actions:payments"),
    ("votes", "En attente de vote", "actions:votes"),
    ("releases", "Notifications", "actions:releases"),
    ("thresholds", "Seuils", "actions:thresholds"),
    ("checks", "Contrôles", "actions:checks"),
    ("reviews", "Revue financière", "actions:reviews"),
    ("open_data", "Données ouvertes", "actions:open_data"),
)


def finance_sections(current, *, findings=None):
    """`current` is a key of `SECTIONS`; `findings`: how many the checks find, where it is known."""
    return [
        {
            "label": label,
            "url": reverse(name),
            "current": key == current,
            "count": findings if key == "checks" else None,
        }
        for key, label, name in SECTIONS
    ]
