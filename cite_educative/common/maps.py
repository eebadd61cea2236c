"""Small maps drawn on the server, without any tile: outlines and points on a plane, north upwards.

A map never stands alone: what it shows is told in a table beside it, and its legend names each shape.
"""

from dataclasses import dataclass
from math import cos, radians, sqrt

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

INK, SLATE, ACCENT, SAND, PAPER, AREA = "#17262c", "#4b5c64", "#0e4a5a", "#f5f4ef", "#ffffff", "#b9d3d6"
LETTER, LINE = 6.4, 14  # mean width of a letter and height of a line, for labels of 12 px
SHAPE = 9  # half of the room that a shape takes
FURTHEST = 4  # lines between a place and its name
NARROW = 350  # a telephone, less its margins
LOWEST, HIGHEST = 200, 420  # heights of a map in pixels
SMALLEST, LARGEST = 9, 44  # radius of a disc
ROUND, TRIANGLE, SQUARE = "round", "triangle", "square"
SHAPES = {
    ROUND: '<circle cx="{x}" cy="{y}" r="7" fill="{fill}" stroke="{ink}" stroke-width="1.5"/>',
    TRIANGLE: '<path d="M{x} {y}m0 -9.5l9 16h-18z" fill="{fill}" stroke="{ink}" stroke-width="1.5"/>',
    SQUARE: '<path d="M{x} {y}m-7 -7h14v14h-14z" fill="{fill}" stroke="{ink}" stroke-width="1.5"/>',
}
DISC = (
    '<a href="{}" aria-label="{}\u00a0: {}"><circle cx="{}" cy="{}" r="{}" fill="{}"/>'
    '<text x="{}" y="{}" text-anchor="middle" font-size="12" font-weight="600" fill="{}">{}</text>{}</a>'
)
RING = '<circle cx="{}" cy="{}" r="12.5" fill="none" stroke="{}" stroke-width="2"/>'
TEXT = (
    '<text x="{}" y="{}" text-anchor="{}" font-size="12" fill="{}" stroke="{}" stroke-width="3"'
    ' paint-order="stroke">{}</text>'
)


@dataclass(frozen=True)
class Point:
    """A place. `shape` is one of `SHAPES`, "" for a name alone; `is_ringed` puts a ring around its shape."""

    latitude: float
    longitude: float
    label: str = ""
    shape: str = ""
    is_filled: bool = False
    is_ringed: bool = False


@dataclass(frozen=True)
class Disc:
    """A number in a place, drawn as a disc the larger the greater, that leads to `url`; `said` is what it tells in words."""

    latitude: float | None
    longitude: float | None
    label: str
    number: int
    said: str
    url: str

    @property
    def is_placed(self):
        return self.latitude is not None and self.longitude is not None

    @property
    def radius(self):
        return round(min(SMALLEST + 3 * sqrt(self.number), LARGEST))


@dataclass(frozen=True)
class Area:
    """An outline: a GeoJSON Polygon or MultiPolygon."""

    geometry: dict
    label: str = ""

    @property
    def rings(self):
        polygons = self.geometry["coordinates"]
        if self.geometry["type"] == "Polygon":
            polygons = [polygons]
        return [ring for polygon in polygons for ring in polygon]


class Frame:
    """Turns (longitude, latitude) into pixels: everything given fits between the margins, in the middle.

    `margins` are (top, right, bottom, left). A degree of longitude is shortened as it is at the mean latitude.
    """

    def __init__(self, positions, *, width, height, margins):
        self.width, self.height = width, height
        top, right, bottom, left = margins
        longitudes, latitudes = zip(*positions, strict=True)
        self._stretch = cos(radians(sum(latitudes) / len(latitudes)))
        xs, ys = [value * self._stretch for value in longitudes], [-value for value in latitudes]
        self._middle = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
        inside = width - left - right, height - top - bottom
        spreads = max(xs) - min(xs), max(ys) - min(ys)
        scales = [room / spread for room, spread in zip(inside, spreads, strict=True) if spread]
        self._scale = min(scales, default=1)
        self._centre = left + inside[0] / 2, top + inside[1] / 2

    @classmethod
    def fitted(cls, positions, *, width, margins):
        """As high as the places need when they fill the width, between `LOWEST` and `HIGHEST`."""
        longitudes, latitudes = zip(*positions, strict=True)
        stretch = cos(radians(sum(latitudes) / len(latitudes)))
        spread = (max(longitudes) - min(longitudes)) * stretch
        top, right, bottom, left = margins
        inside = (width - left - right) * (max(latitudes) - min(latitudes)) / spread if spread else HIGHEST
        height = round(min(max(inside + top + bottom, LOWEST), HIGHEST))
        return cls(positions, width=width, height=height, margins=margins)

    def place(self, longitude, latitude):
        x, y = longitude * self._stretch, -latitude
        return (
            round(self._centre[0] + (x - self._middle[0]) * self._scale),
            round(self._centre[1] + (y - self._middle[1]) * self._scale),
        )


def svg(parts, *, width, height, map_id, title, desc="", is_linked=False, css=""):
    """The drawing, named and described. `parts` is safe markup; `is_linked` when it holds links to follow."""
    described = format_html('<desc id="{}-desc">{}</desc>', map_id, desc) if desc else ""
    return format_html(
        '<svg class="carte{css}" viewBox="0 0 {w} {h}" role="{role}" aria-labelledby="{id}-titre{of}">'
        '<title id="{id}-titre">{}</title>{}<rect width="{w}" height="{h}" fill="{}"/>{}</svg>',
        title,
        described,
        SAND,
        parts,
        w=width,
        h=height,
        id=map_id,
        role="group" if is_linked else "img",
        of=f" {map_id}-desc" if desc else "",
        css=f" {css}" if css else "",
    )


def draw_maps(areas, points, *, map_id, title, desc):
    """The same map twice, for wide and for narrow screens: the style sheet shows one. "" when nothing has a place."""
    wide = draw_map(areas, points, map_id=map_id, title=title, desc=desc, css="carte-large")
    narrow = draw_map(
        areas, points, map_id=f"{map_id}-etroite", title=title, desc=desc, width=NARROW, side=24, css="carte-etroite"
    )
    return wide + narrow


def draw_map(areas, points, *, map_id, title, desc, width=760, side=70, css=""):
    """SVG markup of outlines under points; "" when nothing has a place. As high as what it shows, within reason.

    A name that would hide a shape or another name is left out.
    """
    areas, points = list(areas), list(points)
    positions = [(point.longitude, point.latitude) for point in points]
    positions += [tuple(corner[:2]) for area in areas for ring in area.rings for corner in ring]
    if not positions:
        return ""
    frame = Frame.fitted(positions, width=width, margins=(28, side, 28, side))
    placed = [(point, *frame.place(point.longitude, point.latitude)) for point in points]
    shapes = [(_shape(point, x, y),) for point, x, y in placed if point.shape]
    names = Names(frame.width, frame.height, [(x, y, SHAPE) for point, x, y in placed if point.shape])
    parts = [
        format_html_join("", "{}", ((_outline(area, frame),) for area in areas)),
        format_html_join("", "{}", shapes),
        format_html_join("", "{}", ((_name(names, point, x, y),) for point, x, y in placed if point.label)),
    ]
    drawn = mark_safe("".join(parts))  # noqa: S308 every part comes from format_html
    return svg(drawn, width=frame.width, height=frame.height, map_id=map_id, title=title, desc=desc, css=css)


def disc_map(discs, *, width, margins, map_id, title, areas=(), height=None, css=""):
    """SVG markup of discs over outlines; "" when fewer than two have a place. As high as they need unless `height` says."""
    discs = [disc for disc in discs if disc.is_placed]
    if len(discs) < 2:
        return ""
    positions = [(disc.longitude, disc.latitude) for disc in discs]
    if height:
        frame = Frame(positions, width=width, height=height, margins=margins)
    else:
        frame = Frame.fitted(positions, width=width, margins=margins)
    spots = [(disc, *frame.place(disc.longitude, disc.latitude)) for disc in discs]
    names = Names(frame.width, frame.height, [(x, y, disc.radius) for disc, x, y in spots])
    drawn = format_html(
        "{}{}",
        format_html_join("", "{}", ((_outline(area, frame),) for area in areas)),
        format_html_join("", DISC, [_disc(disc, x, y, names) for disc, x, y in spots]),
    )
    return svg(drawn, width=frame.width, height=frame.height, map_id=map_id, title=title, is_linked=True, css=css)


def disc_maps(discs, *, map_id, title, areas=()):
    """The same twice, for wide and for narrow screens: the style sheet shows one."""
    wide = disc_map(
        discs, areas=areas, width=620, margins=(52, 90, 52, 90), map_id=map_id, title=title, css="carte-large"
    )
    narrow_id = f"{map_id}-etroite"
    narrow = disc_map(
        discs, areas=areas, width=NARROW, margins=(52, 60, 52, 60), map_id=narrow_id, title=title, css="carte-etroite"
    )
    return wide + narrow


def _disc(disc, x, y, names):
    name = names.write(disc.label, x, y, gap=disc.radius + 1)
    return disc.url, disc.label, disc.said, x, y, disc.radius, ACCENT, x, y + 4, PAPER, disc.number, name


def legend_shape(shape, *, is_filled=False, is_ringed=False):
    """One shape alone, to stand before its word in a legend."""
    point = Point(0, 0, shape=shape, is_filled=is_filled, is_ringed=is_ringed)
    return _sample(_shape(point, 13, 13))


def legend_area():
    return _sample(format_html('<rect x="3" y="6" width="20" height="14" fill="{}" stroke="{}"/>', AREA, ACCENT))


def _sample(drawing):
    return format_html('<svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">{}</svg>', drawing)


def _shape(point, x, y):
    drawn = format_html(SHAPES[point.shape], x=x, y=y, fill=ACCENT if point.is_filled else PAPER, ink=ACCENT)
    return format_html("{}{}", format_html(RING, x, y, INK), drawn) if point.is_ringed else drawn


def _outline(area, frame):
    path = "".join(
        "M" + "L".join("{} {}".format(*frame.place(*corner[:2])) for corner in ring) + "Z" for ring in area.rings
    )
    named = format_html("<title>{}</title>", area.label) if area.label else ""
    return format_html('<path d="{}" fill="{}" fill-rule="evenodd" stroke="{}">{}</path>', path, AREA, ACCENT, named)


def _name(names, point, x, y):
    return names.write(point.label, x, y, gap=14 if point.shape else 0)


class Names:
    """Writes names one after the other, each where it hides no shape and no name already written.

    `shapes` are (x, y, half of the side); `write` answers "" for a name that has no place left.
    """

    def __init__(self, width, height, shapes):
        self._width, self._height = width, height
        self._taken = [(x - half, y - half, x + half, y + half) for x, y, half in shapes]

    def write(self, label, x, y, *, gap):
        for anchor, at_x, at_y, box in self._choices(label, x, y, gap):
            if self._is_free(box):
                self._taken.append(box)
                return format_html(TEXT, at_x, at_y, anchor, INK, SAND, label)
        return ""

    def _choices(self, label, x, y, gap):
        """(anchor, x, y, box) over and under the place, then beside it, then further and further off."""
        half, beside = len(label) * LETTER / 2, max(gap, 14)
        middle = min(max(x, half), self._width - half)  # a name near the edge is pushed inside
        for lines in range(FURTHEST):
            for top in (y - gap - (lines + 1) * LINE, y + gap + lines * LINE):
                yield "middle", middle, top + LINE, (middle - half, top, middle + half, top + LINE + 3)
            if not lines:
                yield "start", x + beside, y + 4, (x + beside, y - 9, x + beside + 2 * half, y + 7)
                yield "end", x - beside, y + 4, (x - beside - 2 * half, y - 9, x - beside, y + 7)

    def _is_free(self, box):
        left, top, right, bottom = box
        if left < 0 or top < 0 or right > self._width or bottom > self._height:
            return False
        return all(
            right <= other[0] or left >= other[2] or bottom <= other[1] or top >= other[3] for other in self._taken
        )
