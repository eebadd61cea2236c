"""The tabs shared by the pages of finances."""

from django.urls import reverse

SECTIONS = (
    ("envelopes", "Enveloppes", "actions:finances"),
    ("fundings", "Financements", "actions:fundings"),
    ("thresholds", "Seuils", "actions:thresholds"),
    ("checks", "Contrôles", "actions:checks"),
)


def finance_sections(current, *, findings=None):
    """`findings`: how many the checks find, where it is known."""
    return [
        {
            "label": label,
            "url": reverse(name),
            "current": key == current,
            "count": findings if key == "checks" else None,
        }
        for key, label, name in SECTIONS
    ]
