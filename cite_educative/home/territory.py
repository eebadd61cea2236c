"""A small map drawn on the server: one disc per commune, its size by the number of actions."""

from math import cos, radians, sqrt

from django.utils.html import format_html, format_html_join

WIDTH, HEIGHT, MARGIN = 348, 190, 34
ACCENT, INK, GROUND = "#0e4a5a", "#17262c", "#f5f4ef"


def territory_map(places):
    """SVG markup, or an empty string when fewer than two communes have coordinates. Its table stands beside it."""
    placed = [place for place in places if place.latitude is not None and place.longitude is not None]
    if len(placed) < 2:
        return ""
    stretch = cos(radians(sum(place.latitude for place in placed) / len(placed)))
    xs = [place.longitude * stretch for place in placed]
    ys = [-place.latitude for place in placed]
    scale = min(
        (WIDTH - 2 * MARGIN - 60) / ((max(xs) - min(xs)) or 1), (HEIGHT - 2 * MARGIN) / ((max(ys) - min(ys)) or 1)
    )
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    discs = []
    for place, x, y in zip(placed, xs, ys, strict=True):
        left, top = WIDTH / 2 + (x - middle_x) * scale, HEIGHT / 2 - 6 + (y - middle_y) * scale
        radius = 9 + 3 * sqrt(place.count)
        discs.append(
            (
                round(left),
                round(top),
                round(radius),
                round(left),
                round(top + 4),
                place.count,
                round(left),
                round(top + radius + 14),
                place.label,
            )
        )
    marks = format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="{}" fill="' + ACCENT + '"/>'
        '<text x="{}" y="{}" text-anchor="middle" font-size="12" font-weight="600" fill="#fff">{}</text>'
        '<text x="{}" y="{}" text-anchor="middle" font-size="12" fill="' + INK + '">{}</text>',
        discs,
    )
    return format_html(
        '<svg class="carte" viewBox="0 0 {} {}" role="img" aria-labelledby="carte-titre">'
        '<title id="carte-titre">Nombre d’actions par commune</title>'
        '<rect width="{}" height="{}" fill="{}"/>{}</svg>',
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT,
        GROUND,
        marks,
    )
