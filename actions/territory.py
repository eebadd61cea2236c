"""The filtered actions by commune and by priority neighbourhood: how many, for how much, and on the map.

An action on two communes counts in both; what lies between communes and what has no known place stand apart.
"""

from django.urls import reverse

from actions.coverage import BETWEEN_COMMUNES, UNKNOWN_PLACE, WITHOUT
from actions.enums import Scope, Stage
from actions.places import PLACE, QUARTER, SCOPE, tallied
from actions.wording import UNKNOWN_TERRITORY, territory_text
from cite_educative.common.maps import Area, Disc, disc_maps
from cite_educative.common.money import short_euros, total
from cite_educative.common.words import counted
from partners.models import Neighbourhood

PER_PAGE = 25
TOTAL = "total"
NOTHING = (0, {})
UNKNOWN = {PLACE: UNKNOWN_PLACE, QUARTER: WITHOUT}


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
        areas = [Area(row.outline, row.name) for row in self.quarters if row.outline]
        discs = [self._disc(commune) for commune in self.communes]
        return disc_maps(discs, areas=areas, map_id="carte", title="Nombre d’actions par commune")

    def _disc(self, commune):
        key = str(commune.pk)
        count = self.places.get((PLACE, key), NOTHING)[0]
        said = counted(count, "action")
        return Disc(commune.latitude, commune.longitude, commune.name, count, said, self._url(PLACE, key))
