"""What a list is made of, ready to print: columns, headings, cells, rows, badges, sums, links."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Column:
    """One column. `sort` is the field or annotation (or tuple of them) it sorts by, None when it does not sort.

    `kind` is text, money, date, count or status: it aligns the cell and types the export. `total` shows
    `totals[key]` under the column. `css` is added to its cells; `width` is the column's in the XLSX, in characters.
    `shown=False` keeps a column for the exports, `export=False` for the screen.
    """

    key: str
    label: str
    kind: str = "text"
    sort: str | tuple | None = None
    total: bool = False
    css: str = ""
    export: bool = True
    shown: bool = True
    width: int | None = None


@dataclass(frozen=True)
class Header:
    """`aria_sort` is "ascending", "descending", "none", or "" when the column does not sort (then no `url`)."""

    key: str
    label: str
    kind: str
    css: str
    url: str
    aria_sort: str


@dataclass(frozen=True)
class Cell:
    """`text` is ready to print; `url` is set on the row's first cell when the row has one."""

    key: str
    label: str
    kind: str
    css: str
    text: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Row:
    """`css` comes from the row's own "css" key, small second lines from "notes" ({column key: text}); `cells` follow
    the columns shown. `key` and `name` come from the row too: what a box of choice sends, and what it chooses."""

    cells: list
    url: str = ""
    css: str = ""
    key: object = None
    name: str = ""


@dataclass(frozen=True)
class Badge:
    """One active filter value: its label, its text, and the address of the list without it."""

    label: str
    text: str
    remove_url: str


@dataclass(frozen=True)
class Sum:
    key: str
    label: str
    text: str


@dataclass(frozen=True)
class Link:
    """`url` is empty for a gap (`…`) between page numbers."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class Pagination:
    """`first` and `last` are the ranks of the rows shown, from 1; `previous_url` and `next_url` may be empty."""

    number: int
    pages: int
    first: int
    last: int
    previous_url: str
    next_url: str
    links: list = field(default_factory=list)

    @property
    def is_needed(self):
        return self.pages > 1
