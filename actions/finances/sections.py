"""The pages of the "Finances" area, for the tabs at their top: families in the order of the money, and their pages."""

from django.urls import reverse

FAMILIES = (  # label, pages: key, label, URL name
    (
        "Enveloppes",
        (
            ("envelopes", "Enveloppes", "actions:finances"),
            ("consumption", "Consommation", "actions:consumption"),
            ("thresholds", "Seuils", "actions:thresholds"),
        ),
    ),
    (
        "Attribution",
        (
            ("fundings", "Financements", "actions:fundings"),
            ("boards", "Arbitrage", "actions:boards"),
            ("votes", "En attente de vote", "actions:votes"),
            ("acts", "Actes", "actions:acts"),
            ("releases", "Notifications", "actions:releases"),
            ("letters", "Courriers", "actions:letters"),
            ("agreements", "Conventions", "actions:agreements"),
        ),
    ),
    (
        "Paiement",
        (
            ("payments", "Versements", "actions:payments"),
            ("spending", "Recettes et dépenses", "actions:spending"),
        ),
    ),
    ("Justification", (("statements", "Comptes rendus", "actions:statements"),)),
    (
        "Contrôle et bilan",
        (
            ("checks", "Contrôles", "actions:checks"),
            ("reviews", "Revue financière", "actions:reviews"),
            ("open_data", "Données ouvertes", "actions:open_data"),
        ),
    ),
)


def finance_sections(current):
    """`{"families": tabs, "pages": those of the family of `current`, a key of its pages}`, for `_sections.html`."""
    family = next(label for label, pages in FAMILIES if any(key == current for key, *_ in pages))
    return {
        "families": [
            {"label": label, "url": reverse(pages[0][2]), "current": label == family} for label, pages in FAMILIES
        ],
        "pages": [
            {"label": label, "url": reverse(name), "current": key == current}
            for one, pages in FAMILIES
            if one == family
            for key, label, name in pages
        ],
    }
