"""The map of the home page: one disc per commune, its size by the number of actions."""

from math import sqrt

from django.urls import reverse
from django.utils.html import format_html_join

from cite_educative.common.maps import ACCENT, INK, PAPER, Frame, svg

WIDTH, HEIGHT = 348, 190
MARGINS = (28, 64, 40, 64)  # the names stand under the discs
DISC = (
    '<a href="{}" aria-label="{}\u00a0: {}"><circle cx="{}" cy="{}" r="{}" fill="{}"/>'
    '<text x="{}" y="{}" text-anchor="middle" font-size="12" font-weight="600" fill="{}">{}</text>'
    '<text x="{}" y="{}" text-anchor="middle" font-size="12" fill="{}">{}</text></a>'
)


def territory_map(places):
    """SVG markup, or an empty string when fewer than two communes have coordinates. Its table stands beside it."""
    placed = [place for place in places if place.latitude is not None and place.longitude is not None]
    if len(placed) < 2:
        return ""
    positions = [(place.longitude, place.latitude) for place in placed]
    frame = Frame(positions, width=WIDTH, height=HEIGHT, margins=MARGINS)
    discs = [_disc(place, *frame.place(place.longitude, place.latitude)) for place in placed]
    return svg(
        format_html_join("", DISC, discs),
        width=WIDTH,
        height=HEIGHT,
        map_id="carte",
        title="Nombre d’actions par commune",
        is_linked=True,
    )


def _disc(place, x, y):
    radius = round(9 + 3 * sqrt(place.count))
    url = reverse("governance:commune", args=[place.pk])
    said = f"{place.count} action{'s' if place.count > 1 else ''}"
    return (
        url,
        place.label,
        said,
        x,
        y,
        radius,
        ACCENT,
        x,
        y + 4,
        PAPER,
        place.count,
        x,
        y + radius + 14,
        INK,
        place.label,
    )
