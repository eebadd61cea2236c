"""The map of the home page: one disc per commune, its size by the number of actions."""

from django.urls import reverse

from cite_educative.common.maps import Disc, disc_map
from cite_educative.common.words import counted

WIDTH, HEIGHT = 348, 190
MARGINS = (40, 64, 40, 64)  # the names stand over or under the discs


def territory_map(places):
    """SVG markup, or an empty string when fewer than two communes have coordinates. Its table stands beside it."""
    return disc_map(
        [_disc(place) for place in places if place.pk],
        width=WIDTH,
        height=HEIGHT,
        margins=MARGINS,
        map_id="carte",
        title="Nombre d’actions par commune",
    )


def _disc(place):
    url = reverse("governance:commune", args=[place.pk])
    return Disc(place.latitude, place.longitude, place.label, place.count, counted(place.count, "action"), url)
