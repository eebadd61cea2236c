"""The map of the home page: one disc per commune, its size by the number of actions."""

from math import sqrt

from django.urls import reverse
from django.utils.html import format_html_join

from cite_educative.common.maps import ACCENT, PAPER, Frame, Names, svg

WIDTH, HEIGHT = 348, 190
MARGINS = (40, 64, 40, 64)  # the names stand over or under the discs
DISC = (
    '<a href="{}" aria-label="{}\u00a0: {}"><circle cx="{}" cy="{}" r="{}" fill="{}"/>'
    '<text x="{}" y="{}" text-anchor="middle" font-size="12" font-weight="600" fill="{}">{}</text>{}</a>'
)


def territory_map(places):
    """SVG markup, or an empty string when fewer than two communes have coordinates. Its table stands beside it."""
    placed = [place for place in places if place.latitude is not None and place.longitude is not None]
    if len(placed) < 2:
        return ""
    positions = [(place.longitude, place.latitude) for place in placed]
    frame = Frame(positions, width=WIDTH, height=HEIGHT, margins=MARGINS)
    spots = [(place, *frame.place(place.longitude, place.latitude)) for place in placed]
    names = Names(WIDTH, HEIGHT, [(x, y, _radius(place)) for place, x, y in spots])
    discs = [_disc(place, x, y, names) for place, x, y in spots]
    return svg(
        format_html_join("", DISC, discs),
        width=WIDTH,
        height=HEIGHT,
        map_id="carte",
        title="Nombre d’actions par commune",
        is_linked=True,
    )


def _radius(place):
    return round(9 + 3 * sqrt(place.count))


def _disc(place, x, y, names):
    radius = _radius(place)
    said = f"{place.count} action{'s' if place.count > 1 else ''}"
    name = names.write(place.label, x, y, gap=radius + 1)
    url = reverse("governance:commune", args=[place.pk])
    return url, place.label, said, x, y, radius, ACCENT, x, y + 4, PAPER, place.count, name
