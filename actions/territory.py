"""The filtered actions by commune and by priority neighbourhood: how many, for how much, and on the map.

An action on two communes counts in both; what lies between communes and what has no known place stand apart.
"""

from math import sqrt

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from actions.coverage import BETWEEN_COMMUNES, UNKNOWN_PLACE, WITHOUT
from actions.enums import Scope, Stage
from actions.places import PLACE, QUARTER, SCOPE, tallied
from actions.wording import UNKNOWN_TERRITORY, territory_text
from cite_educative.common.maps import ACCENT, AREA, INK, NARROW, PAPER, Frame, Names, svg
from cite_educative.common.money import short_euros, total
from partners.models import Neighbourhood

PER_PAGE = 25
TOTAL = "total"
NOTHING = (0, {})
UNKNOWN = {PLACE: UNKNOWN_PLACE, QUARTER: WITHOUT}
DISC = (
    '<a href="{}" aria-label="{}\u00a0: {}"><circle cx="{}" cy="{}" r="{}" fill="{}"/>'
    '<text x="{}" y="{}" text-anchor="middle" font-size="12" font-weight="600" fill="{}">{}</text>{}</a>'
)


def _by_place(found, steps):
    """The same under the keys of the filters, with what lies between communes and with the total."""
    places = {(kind, UNKNOWN[kind] if key is None else key): row for (kind, key), row in found.items()}
    scopes = [row for (kind, _), row in found.items() if kind == SCOPE]
    amounts = {str(step): total(sums[str(step)] for _, sums in scopes) for step in steps}
    places[TOTAL, TOTAL] = sum(number for number, _ in scopes), amounts
    places[PLACE, BETWEEN_COMMUNES] = found.get((SCOPE, Scope.INTERCOMMUNAL), NOTHING)
    return places


# --- The page -------------------------------------------------------------------------------------


class Territory:
    """Counts and sums of a listing, once for its tables, its map and its total."""

    def __init__(self, listing):
        self.listing = listing
        found = tallied(listing.user, listing.cite, listing.actions, listing.steps)
        self.places = _by_place(found, listing.steps)
        self.total, listing.totals = self.places[TOTAL, TOTAL]  # asked once
        self.communes = list(listing.cite.communes.order_by("name")) if listing.cite else []
        quarters = Neighbourhood.objects.filter(cites=listing.cite) if listing.cite else Neighbourhood.objects.none()
        self.quarters = list(quarters.order_by("name"))

    def tables(self):
        places = [
            *((commune.name, str(commune.pk)) for commune in self.communes),
            ("Intercommunal", BETWEEN_COMMUNES),
            ("Territoire inconnu", UNKNOWN_PLACE),
        ]
        quarters = [*((row.name, str(row.pk)) for row in self.quarters), ("Quartier non précisé", WITHOUT)]
        return [
            self._table("communes", "Par commune", "Commune", PLACE, places),
            self._table("quartiers", "Par quartier prioritaire", "Quartier", QUARTER, quarters),
        ]

    def _table(self, key, title, noun, kind, places):
        rows = [self._row(kind, label, value) for label, value in places]
        return {
            "id": key,
            "title": title,
            "noun": noun,
            "columns": [step.label.capitalize() for step in self.listing.steps],
            "rows": rows,
            "total": self._row(TOTAL, "Ensemble", TOTAL),
            "counts_twice": sum(row["count"] for row in rows) > self.total,
        }

    def _row(self, kind, label, key):
        count, sums = self.places.get((kind, key), NOTHING)
        return {
            "label": label,
            "count": count,
            "url": self._url(kind, key) if count and kind != TOTAL else "",
            "is_gap": key in (UNKNOWN_PLACE, WITHOUT),
            "amounts": [(step.label.capitalize(), short_euros(sums.get(str(step)))) for step in self.listing.steps],
        }

    def _url(self, kind, key):
        return self.listing.url_with(**{kind: key, "page": None, "format": None})

    def items(self):
        """The actions beside, page by page."""
        return [
            {
                "url": reverse("actions:detail", args=[action.pk]),
                "title": action.title,
                "holder": action.holder.name,
                "territory": territory_text(action) or UNKNOWN_TERRITORY,
                "stage": {"code": action.readable_stage, "label": Stage(action.readable_stage).label},
            }
            for action in self.listing.instances
        ]

    # --- The map ----------------------------------------------------------------------------------

    def drawing(self):
        """The map twice, for wide and for narrow screens; "" when fewer than two communes have a place."""
        placed = [one for one in self.communes if one.latitude is not None and one.longitude is not None]
        if len(placed) < 2:
            return ""
        return mark_safe(  # noqa: S308 both come from `svg`
            self._drawn(placed, 620, 90, "carte", "carte-large")
            + self._drawn(placed, NARROW, 60, "carte-etroite", "carte-etroite")
        )

    def _drawn(self, placed, width, side, map_id, css):
        outlines = [row for row in self.quarters if row.outline]
        positions = [(one.longitude, one.latitude) for one in placed]
        frame = Frame.fitted(positions, width=width, margins=(52, side, 52, side))
        spots = [(one, *frame.place(one.longitude, one.latitude)) for one in placed]
        names = Names(frame.width, frame.height, [(x, y, self._radius(one)) for one, x, y in spots])
        parts = format_html(
            "{}{}",
            format_html_join("", "{}", ((_outline(row, frame),) for row in outlines)),
            format_html_join("", DISC, [self._disc(one, x, y, names) for one, x, y in spots]),
        )
        title = "Nombre d’actions par commune"
        return svg(parts, width=frame.width, height=frame.height, map_id=map_id, title=title, is_linked=True, css=css)

    def _count(self, commune):
        return self.places.get((PLACE, str(commune.pk)), NOTHING)[0]

    def _radius(self, commune):
        return round(min(9 + 3 * sqrt(self._count(commune)), 44))

    def _disc(self, commune, x, y, names):
        count, radius = self._count(commune), self._radius(commune)
        name = names.write(commune.name, x, y, gap=radius + 1)
        said = f"{count} action{'s' if count > 1 else ''}"
        url = self._url(PLACE, str(commune.pk))
        return url, commune.name, said, x, y, radius, ACCENT, x, y + 4, PAPER, count, name


def _outline(row, frame):
    polygons = row.outline["coordinates"]
    rings = [ring for polygon in ([polygons] if row.outline["type"] == "Polygon" else polygons) for ring in polygon]
    path = "".join(
        "M" + "L".join("{} {}".format(*frame.place(*corner[:2])) for corner in ring) + "Z" for ring in rings
    )
    return format_html(
        '<path d="{}" fill="{}" fill-rule="evenodd" stroke="{}"><title>{}</title></path>', path, AREA, INK, row.name
    )
