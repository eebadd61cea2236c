"""What every page of the articulation does first, and the tabs that they share."""

from django.http import Http404
from django.urls import reverse

from actions.permissions import can_read_articulation, can_write_articulation
from partners.views.common import cite_or_404, require

TABS = (
    ("table", "Contrat de ville", "actions:articulation"),
    ("schemes", "Dispositifs liés", "actions:articulation_schemes"),
    ("mainstream", "Droit commun", "actions:mainstream"),
    ("outside", "Autres programmes", "actions:outside"),
    ("holders", "Par porteur", "actions:articulation_holders"),
    ("quarters", "Par quartier", "actions:articulation_quarters"),
    ("doubles", "Doubles possibles", "actions:articulation_doubles"),
)


def articulation_tabs(current):
    return [{"label": label, "url": reverse(name), "current": key == current} for key, label, name in TABS]


def reading_cite(request):
    """The Cité shown; 404 for who reads its published part only."""
    cite = cite_or_404(request)
    if not can_read_articulation(request.user, cite):
        raise Http404
    return cite


def writing_cite(request):
    cite = reading_cite(request)
    require(can_write_articulation(request.user, cite))
    return cite
