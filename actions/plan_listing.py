"""One filtered set of actions, shown as a table, as cards, on a timeline or on a map: the address carries it all."""

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from actions.filter_choices import offered
from actions.filters import MORE, ActionFilter
from actions.readable import sums
from actions.tables import (
    USUAL,
    action_columns,
    action_row,
    action_values,
    fetch_actions,
    listed_steps,
    optional_columns,
    sortable_actions,
)
from cite_educative.common.tables import FORMAT, PAGE, SORT, ListPage
from partners.context import current_cite, current_year

COLUMNS = "colonnes"
TABLE, CARDS, TIMELINE, TERRITORY = "tableau", "cartes", "frise", "territoire"
VIEWS = {
    TABLE: ("Tableau", "actions:list"),
    CARDS: ("Cartes", "actions:cards"),
    TIMELINE: ("Frise", "actions:timeline"),
    TERRITORY: ("Territoire", "actions:territory"),
}
OWN = frozenset({FORMAT, PAGE, MORE, "suite"})  # places in one view: another one starts at its beginning
FRESH = "updated"


class PlanListing(ListPage):
    """The list of actions as this request asks it, for whichever view; exports are those of the table.

    Its columns are those that the address names in `colonnes`, the usual ones without. Queries: the choices of the
    filters, the count, the sums, the keys of the page, its rows, and those of the columns.
    """

    def __init__(self, request, *, per_page=50, with_freshness=False, with_columns=True):
        self.user, self.cite, self.year = request.user, current_cite(request), current_year(request)
        cite_id, access = self.cite and self.cite.pk, self.user.access
        self.steps = listed_steps(access, cite_id)
        self.optional = optional_columns(access, cite_id)
        self.chosen = set(request.GET.getlist(COLUMNS)) & {column.key for column in self.optional} or USUAL
        keys = [column.key for column in self.optional if column.key in self.chosen]
        is_exported = FORMAT in request.GET
        self._keys = keys if is_exported or not with_freshness else [*keys, FRESH]
        self._read = [step for step in self.steps if step in keys] if is_exported else self.steps
        if not (is_exported or with_columns):
            self._keys = self._read = []
        this_year = timezone.localdate().year
        super().__init__(
            request,
            sortable_actions(self.user, self.cite, request.GET.get(SORT, "").removeprefix("-")),
            action_columns(access, cite_id, chosen=keys, exporting=is_exported),
            filterset=ActionFilter,
            fetch=self._rows_of,
            row=lambda action: action_row(action, keys, this_year=this_year),
            values=lambda action: action_values(action, keys),
            totals=lambda actions: sums(actions, self.user, self.steps, cite=self.cite),
            default_sort="code",
            per_page=per_page,
            title="Actions",
            noun=("action", "actions"),
            empty_text=f"Aucune action en {self.year}",
            filename="actions",
        )

    def _rows_of(self, keys):
        return fetch_actions(self.user, self.cite, keys, self._keys, steps=self._read)

    @property
    def actions(self):
        """All that is filtered, without order."""
        return self._filtered

    @property
    def saved(self):
        """Views that the reader named, and those shared: [(key, name)]."""
        return offered(self.request, everything=self._filterset.everything).get("vue", [])

    def query(self):
        """Filters, order and columns, without the place in the pages."""
        query = self.request.GET.copy()
        for name in OWN:
            query.pop(name, None)
        return query.urlencode()

    def views(self, current):
        """The choice of presentation: each keeps the filters, the order and the columns."""
        query = self.query()
        written = f"?{query}" if query else ""
        return [
            {"label": label, "url": f"{reverse(name)}{written}", "current": key == current}
            for key, (label, name) in VIEWS.items()
        ]

    def columns_form(self):
        """The boxes of the columns, and what their form keeps."""
        kept = [(name, value) for name, values in self.request.GET.lists() for value in values]
        return {
            "hidden": [pair for pair in kept if pair[0] not in {COLUMNS, *OWN}],
            "boxes": [
                {"key": column.key, "label": column.label, "checked": column.key in self.chosen}
                for column in self.optional
            ],
        }


def filtered_actions(request, written):
    """What the list shows with these filters, written as in an address; nothing when they are wrong."""
    query = QueryDict(written[:4000], mutable=True)
    for name, values in list(query.lists()):
        query.setlist(name, [value for value in values if value])
    actions = sortable_actions(request.user, current_cite(request), "")
    found = ActionFilter(query, queryset=actions, request=request)
    return found.qs if found.is_valid() else actions.none()
