"""The parts of the evaluation, as tabs of its pages."""

from django.urls import reverse

from evaluation.permissions import can_read_project

# URL name without its app, words, and who sees it when not everybody does.
TABS = (
    ("home", "Protocole", None),
    ("project", "Conduite", can_read_project),
    ("coverage", "Couverture", None),
    ("indicators", "Indicateurs", None),
    ("grid", "Chiffres", None),
    ("reports", "Bilans", None),
    ("surveys", "Questionnaires", None),
    ("observatory", "Observatoire", None),
    ("reviews", "Revue de projet", None),
    ("one_page", "Rendre compte", None),
)


def tabs_of(current, user, cite):
    """`current` is the URL name, without its app, of the part being read."""
    return [
        {"label": label, "url": reverse(f"evaluation:{name}"), "current": name == current}
        for name, label, allowed in TABS
        if allowed is None or allowed(user, cite)
    ]
