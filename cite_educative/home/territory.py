"""A small map drawn on the server: one disc per commune, its size by the number of actions."""

from math import cos, radians, sqrt

from django.utils.html import format_html, format_html_join

WIDTH, HEIGHT, MARGIN, LABEL = 348, 190, 34, 60
DISC = (
    '<circle cx="{}" cy="{}" r="{}" fill="#0e4a5a"/>'
    '<text x="{}" y="{}" text-anchor="middle" font-size="12" font-weight="600" fill="#fff">{}</text>'
    '<text x="{}" y="{}" text-anchor="middle" font-size="12" fill="#17262c">{}</text>'
)
MAP = (
    '<svg class="carte" viewBox="0 0 {} {}" role="img" aria-labelledby="carte-titre">'
    '<title id="carte-titre">Nombre d’actions par commune</title>'
    '<rect width="{}" height="{}" fill="#f5f4ef"/>{}</svg>'
)


def territory_map(places):
    """SVG markup, or an empty string when fewer than two communes have coordinates. Its table stands beside it."""
    placed = [place for place in places if place.latitude is not None and place.longitude is not None]
    if len(placed) < 2:
        return ""
    discs = [_disc(place, x, y) for place, (x, y) in zip(placed, _positions(placed), strict=True)]
    return format_html(MAP, WIDTH, HEIGHT, WIDTH, HEIGHT, format_html_join("", DISC, discs))


def _positions(places):
    """Pixels, north upwards, the whole set in the middle of the frame."""
    stretch = cos(radians(sum(place.latitude for place in places) / len(places)))
    xs = [place.longitude * stretch for place in places]
    ys = [-place.latitude for place in places]
    spread_x, spread_y = (max(xs) - min(xs)) or 1, (max(ys) - min(ys)) or 1
    scale = min((WIDTH - 2 * MARGIN - LABEL) / spread_x, (HEIGHT - 2 * MARGIN) / spread_y)
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return [
        (round(WIDTH / 2 + (x - middle_x) * scale), round(HEIGHT / 2 - 6 + (y - middle_y) * scale))
        for x, y in zip(xs, ys, strict=True)
    ]


def _disc(place, x, y):
    radius = round(9 + 3 * sqrt(place.count))
    return (x, y, radius, x, y + 4, place.count, x, y + radius + 14, place.label)
