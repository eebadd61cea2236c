"""The parts of the evaluation, as tabs of its pages."""

from django.urls import reverse

TABS = (("home", "Protocole"),)


def tabs_of(current):
    """`current` is the URL name, without its app, of the part being read."""
    return [{"label": label, "url": reverse(f"evaluation:{name}"), "current": name == current} for name, label in TABS]
