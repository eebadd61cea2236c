"""What a computed figure is, and where each computation is found by its key."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from evaluation.enums import Unit

NO_BREAKDOWN = "Ce chiffre n’est calculé que pour toute la Cité."


@dataclass(frozen=True)
class Computed:
    """A figure, and all that is needed to check it. `value` is None when it is not known, never 0 for it.

    A share is in percent and has its numerator and denominator. `told` says in French what was computed, with its
    figures; `rows` are the rows behind it, texts ready to print under `columns`; `url` is the list where they are
    read. `parts` are `(Category, value)` pairs of a figure broken down by age; `totals`
    the row of sums that closes them, if any.
    """

    value: Decimal | int | str | None
    numerator: Decimal | int | None = None
    denominator: Decimal | int | None = None
    told: str = ""
    url: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    parts: tuple[tuple[str, Decimal | int | None], ...] = ()
    totals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Computation:
    """`unit` is None for a fact told in words. `is_money`: shown to those who read the money of the whole Cité only. `by_commune`: can be asked of one commune.

    `private_rows`: persons, or decisions not published yet: its rows are for the same readers, its figure for all.
    """

    key: str
    label: str
    run: Callable
    unit: Unit | None
    is_money: bool
    by_commune: bool
    private_rows: bool


COMPUTATIONS = {}


def computation(key, label, unit=None, *, is_money=False, by_commune=False, private_rows=False):
    """Registers `run(cite, period)`, or `run(cite, period, commune)` when `by_commune`, under `key`."""

    def register(run):
        if key in COMPUTATIONS:
            raise ValueError(f"Two computations under {key}")
        COMPUTATIONS[key] = Computation(key, label, run, unit, is_money, by_commune, private_rows)
        return run

    return register


def fact(key, label, unit=None, **flags):
    """Registers `run(cite, year)`, a fact of the yearly review, under `review.<key>`."""

    def register(run):
        computation(f"review.{key}", label, unit, **flags)(lambda cite, period: run(cite, period.year))
        return run

    return register


def compute(key, cite, period, *, commune=None):
    """The figure of the whole Cité, or of one commune, for a `Period`; unknown of a commune when it has no such part.

    Nobody's rights are looked at: whether the reader may know it is for the page to say. KeyError for an unknown key.
    """
    found = COMPUTATIONS[key]
    if not found.by_commune:
        return found.run(cite, period) if commune is None else Computed(None, told=NO_BREAKDOWN)
    return found.run(cite, period, commune)


def tells_money(key):
    return COMPUTATIONS[key].is_money
