"""Lists: one declaration gives the filtered page, its sums, its links and its exports.

In a view:

    listing = ListPage(
        request,
        Action.objects.visible_to(request.user).for_list(),
        COLUMNS,
        filterset=ActionFilter,
        row=action_row,          # obj -> {column key: ready string, "url": …}
        values=action_values,    # obj -> {column key: Decimal, date, int, str}, for the exports
        totals={"requested": Sum("requested")},
        default_sort="-requested",
        noun=("action", "actions"),
    )
    if listing.export_format:
        return listing.export()
    return render(request, "actions/action_list.html", {"listing": listing})

In the template: `{% include "common/includes/_table.html" with listing=listing only %}`, which reads

    listing.title, listing.empty_text, listing.errors (sentences)
    listing.form (bound filter form or None), listing.hidden ([{name, value}] to keep when it is sent), listing.path
    listing.first_fields, listing.later_fields (the filters in sight, the others), listing.more (name, value: what asks for the others)
    listing.badges (Badge), listing.clear_url, listing.is_filtered
    listing.count, listing.count_text ("12 actions"), listing.sums (Sum: label, text)
    listing.headers (Header, one per column), listing.rows (Row of Cells), listing.total_cells (list of Cells, or [])
    listing.pagination (Pagination), listing.export_links (Link: label, url, current)

Rows are evaluated when they are read: an export costs no page of rows. Queries of a page: one COUNT, one
aggregate when there are `totals`, one page of rows (and its prefetches).
"""

from django.core.paginator import Paginator
from django.db.models import F
from django.utils import timezone
from django.utils.functional import cached_property

from cite_educative.common.exports import stream_csv, xlsx_response
from cite_educative.common.filter_badges import active_filters, parameter_names
from cite_educative.common.list_parts import Badge, Cell, Column, Header, Link, Pagination, Row, Sum
from cite_educative.common.money import short_euros

__all__ = ["FORMAT", "PAGE", "SORT", "Column", "ListPage"]

NBSP = "\u00a0"
SORT, PAGE, FORMAT = "tri", "page", "format"
FORMATS = {"xlsx": "Tableur (XLSX)", "csv": "CSV"}
EXPORT_CHUNK = 500


class ListPage:
    """A filtered, sorted, paginated list. What the address has wrong becomes a sentence in `errors`.

    An unreadable filter shows no row rather than all of them; an unknown sort or page falls back to the
    default. `totals` maps column keys to aggregates, or is a callable(queryset) that returns their values.
    `default_sort` is a column key, led by `-` when descending.

    With `fetch`, a callable(keys) that gives the instances of these keys in any order, pages and exports find their
    keys first: what only the rows need is then never computed for those of other pages.
    """

    def __init__(
        self,
        request,
        queryset,
        columns,
        *,
        row,
        default_sort,
        filterset=None,
        values=None,
        totals=None,
        per_page=50,
        title="",
        noun=("ligne", "lignes"),
        empty_text="Aucun résultat.",
        filename="export",
        fetch=None,
    ):
        self.request, self.path = request, request.path
        self.columns = list(columns)
        self.title, self.noun, self.empty_text, self.filename = title, noun, empty_text, filename
        self.errors = []
        self._row, self._values, self._totals, self._fetch = row, values, totals, fetch
        self._per_page = per_page
        self._default_sort = default_sort
        self._filterset = filterset(self._filled_in(), queryset=queryset, request=request) if filterset else None
        self.form = self._filterset.form if self._filterset else None
        self._later = frozenset(getattr(self._filterset, "later", ()))
        self._filtered = self._filter(queryset)
        self.sort_key, self.sort_descending = self._read_sort()
        self.queryset = self._filtered.order_by(*self._ordering())
        self.export_format = self._read_format()
        self._page = None if self.export_format else self._read_page()

    # --- What the address asks ------------------------------------------------------------------

    def _filled_in(self):
        """The parameters that hold something: an empty one is not a wrong choice."""
        query = self.request.GET.copy()
        for name, values in self.request.GET.lists():
            query.setlist(name, [value for value in values if value])
        return query

    def _filter(self, queryset):
        if self._filterset is None:
            return queryset
        if self._filterset.is_valid():
            return self._filterset.qs
        for name, faults in self.form.errors.items():
            label = self.form.fields[name].label if name in self.form.fields else ""
            self.errors += [f"Filtre «{NBSP}{label}{NBSP}»{NBSP}: {fault}" if label else fault for fault in faults]
        return queryset.none()

    def _sortable(self):
        return {column.key: column for column in self.columns if column.sort}

    def _read_sort(self):
        asked = self.request.GET.get(SORT, "")
        if asked and asked.removeprefix("-") not in self._sortable():
            self.errors.append(f"Le tri «{NBSP}{asked[:40]}{NBSP}» n’existe pas{NBSP}: voici le tri habituel.")
            asked = ""
        chosen = asked or self._default_sort
        return chosen.removeprefix("-"), chosen.startswith("-")

    def _ordering(self):
        sort = self._sortable()[self.sort_key].sort
        names = (sort,) if isinstance(sort, str) else sort
        if self.sort_descending:
            return [*(F(name).desc(nulls_last=True) for name in names), "-pk"]
        return [*(F(name).asc(nulls_last=True) for name in names), "pk"]

    def _read_format(self):
        asked = self.request.GET.get(FORMAT, "")
        if asked and asked not in FORMATS:
            self.errors.append(f"Le format «{NBSP}{asked[:20]}{NBSP}» n’existe pas{NBSP}: choisissez XLSX ou CSV.")
            return None
        return asked or None

    def _read_page(self):
        paginator = Paginator(self.queryset, self._per_page)
        asked = self.request.GET.get(PAGE, "1")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
        if number < 1:
            self.errors.append(f"La page «{NBSP}{asked[:20]}{NBSP}» n’existe pas{NBSP}: voici la première.")
        elif number > paginator.num_pages:
            self.errors.append(f"La page {number} n’existe pas{NBSP}: voici la dernière.")
        return paginator.page(min(max(number, 1), paginator.num_pages))

    def url_with(self, *, drop=(), **changes):
        """The address of this list with `changes` (None removes) and without the parameters of `drop`.

        `drop` holds names, or (name, value) pairs to remove one value among several.
        """
        query = self.request.GET.copy()
        for entry in drop:
            name, value = (entry, None) if isinstance(entry, str) else entry
            query.setlist(name, [kept for kept in query.getlist(name) if value is not None and kept != value])
        for name, value in changes.items():
            query.setlist(name, [] if value is None else [value])
        written = query.urlencode()
        return f"{self.path}?{written}" if written else self.path

    # --- What the page shows --------------------------------------------------------------------

    @cached_property
    def count(self):
        return self._filtered.count() if self._page is None else self._page.paginator.count

    @property
    def count_text(self):
        noun = self.noun[1] if self.count >= 2 else self.noun[0]
        return f"{self.count:,}".replace(",", NBSP) + f" {noun}"

    @cached_property
    def totals(self):
        """Raw sums of all that is filtered, by column key."""
        if self._totals is None:
            return {}
        if callable(self._totals):
            return self._totals(self._filtered)
        # Prefixed: an aggregate may not be named as the annotation that it sums.
        sums = {f"sum_{key}": aggregate for key, aggregate in self._totals.items()}
        return {key.removeprefix("sum_"): value for key, value in self._filtered.order_by().aggregate(**sums).items()}

    def _total_text(self, column):
        if not column.total or column.key not in self.totals:
            return ""
        value = self.totals[column.key]
        if column.kind == "money":
            return short_euros(value)
        return f"{value or 0:,}".replace(",", NBSP)

    @property
    def sums(self):
        written = [(column, self._total_text(column)) for column in self.columns]
        return [Sum(column.key, column.label, text) for column, text in written if text]

    @property
    def total_cells(self):
        if not self.sums:
            return []
        return [self._cell(column, self._total_text(column)) for column in self._shown]

    @property
    def headers(self):
        return [self._header(column) for column in self._shown]

    @property
    def _shown(self):
        return [column for column in self.columns if column.shown]

    def _header(self, column):
        if not column.sort:
            return Header(column.key, column.label, column.kind, column.css, "", "")
        is_current = column.key == self.sort_key
        aria_sort = "none" if not is_current else "descending" if self.sort_descending else "ascending"
        target = f"-{column.key}" if aria_sort == "ascending" else column.key
        url = self.url_with(**{SORT: target, PAGE: None, FORMAT: None})
        return Header(column.key, column.label, column.kind, column.css, url, aria_sort)

    @staticmethod
    def _cell(column, text, url="", note=""):
        return Cell(column.key, column.label, column.kind, column.css, text, url, note)

    @cached_property
    def instances(self):
        """The objects of the page, in its order."""
        if self._page is None:
            return []
        if self._fetch is None:
            return list(self._page)
        return self._fetched(list(self._page.object_list.values_list("pk", flat=True)))

    def _fetched(self, keys):
        found = {instance.pk: instance for instance in self._fetch(keys)}
        return [found[key] for key in keys if key in found]

    @cached_property
    def rows(self):
        return [self._built(self._row(instance)) for instance in self.instances]

    def _built(self, texts):
        url, notes = texts.get("url", ""), texts.get("notes", {})
        cells = [
            self._cell(column, texts.get(column.key, ""), "" if rank else url, notes.get(column.key, ""))
            for rank, column in enumerate(self._shown)
        ]
        return Row(cells, url, texts.get("css", ""), texts.get("key"), texts.get("name", ""))

    @property
    def first_fields(self):
        """The filters always in sight; the filter set names the others in `later`."""
        return [field for field in self.form or () if field.name not in self._later]

    @property
    def later_fields(self):
        return [field for field in self.form or () if field.name in self._later]

    @property
    def more(self):
        """(name, value) that the filter set wants to read its other filters; None when they are there."""
        return getattr(self._filterset, "more", None)

    @cached_property
    def badges(self):
        if self.form is None or not self.form.is_valid():
            return []
        return [
            Badge(label, text, self.url_with(drop=drop, **{PAGE: None, FORMAT: None}))
            for label, text, drop in active_filters(self.form, self.request.GET)
        ]

    @property
    def is_filtered(self):
        return bool(self.badges) or (self.form is not None and not self.form.is_valid())

    def _filter_names(self):
        if self.form is None:
            return set()
        return {name for field_name in self.form.fields for name in parameter_names(self.form, field_name)}

    @property
    def clear_url(self):
        return self.url_with(drop=sorted(self._filter_names()), **{PAGE: None, FORMAT: None})

    @property
    def hidden(self):
        left_out = {*self._filter_names(), PAGE, FORMAT}
        return [
            {"name": name, "value": value}
            for name, values in self.request.GET.lists()
            if name not in left_out
            for value in values
        ]

    @cached_property
    def pagination(self):
        page, paginator = self._page, self._page.paginator
        links = [
            Link(str(number), "" if number == paginator.ELLIPSIS else self._page_url(number), number == page.number)
            for number in paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        ]
        return Pagination(
            number=page.number,
            pages=paginator.num_pages,
            first=page.start_index(),
            last=page.end_index(),
            previous_url=self._page_url(page.number - 1) if page.has_previous() else "",
            next_url=self._page_url(page.number + 1) if page.has_next() else "",
            links=links,
        )

    def _page_url(self, number):
        return self.url_with(**{PAGE: None if number == 1 else str(number), FORMAT: None})

    @property
    def export_links(self):
        return [Link(label, self.url_with(**{FORMAT: name, PAGE: None})) for name, label in FORMATS.items()]

    # --- Export ---------------------------------------------------------------------------------

    def export(self, format=None):
        """All the pages of what is filtered, in the order shown, as a download in `format` or the one asked for.

        The last row holds the sums of the screen.
        """
        columns = [column for column in self.columns if column.export]
        read = self._values or self._row
        rows = (read(instance) for instance in self._exported())
        summed = {column.key for column in columns if column.total}
        totals = {key: value for key, value in self.totals.items() if key in summed}
        filename = f"{self.filename}-{timezone.localdate():%Y-%m-%d}"
        write = {"xlsx": xlsx_response, "csv": stream_csv}[format or self.export_format]
        return write(columns, rows, title=self.title or self.filename, filename=filename, totals=totals)

    def _exported(self):
        if self._fetch is None:
            yield from self.queryset.iterator(chunk_size=EXPORT_CHUNK)
            return
        keys = list(self.queryset.values_list("pk", flat=True))
        for start in range(0, len(keys), EXPORT_CHUNK):
            yield from self._fetched(keys[start : start + EXPORT_CHUNK])
