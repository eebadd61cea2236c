"""Two civil years side by side, with the difference: main figures, computed indicators, measured ones."""

from dataclasses import dataclass
from operator import attrgetter

from evaluation.computed import COMPUTATIONS, tells_money
from evaluation.enums import Nature, Unit
from evaluation.models import Indicator
from evaluation.papers.report import REACHED
from evaluation.papers.words import change, is_few, written
from evaluation.papers.years import YearFigures


@dataclass(frozen=True)
class Line:
    """One figure of two years, as it is read; `told` says what was computed of the later year."""

    label: str
    before: str
    after: str
    change: str
    told: str = ""
    url: str = ""


def comparison(cite, earlier, later, *, with_money):
    """`[(title, lines)]` of the parts that hold something; money of the funders for those who read it."""
    years = YearFigures(cite, earlier), YearFigures(cite, later)
    parts = (
        ("Le plan", [line(label, *map(read, years)) for label, read in PLAN]),
        ("Les publics", [_computed(years, *one) for one in REACHED]),
        (
            "Les moyens",
            [line(label, *map(read, years), Unit.EUROS) for label, read in (MONEY if with_money else PUBLIC)],
        ),
        ("Les indicateurs calculés", _indicators(cite, years, with_money=with_money)),
        ("Les indicateurs mesurés", _measured(years)),
    )
    return [(title, lines) for title, lines in parts if lines]


def line(label, before, after, unit=Unit.NUMBER, **more):
    return Line(label, written(before, unit), written(after, unit), change(before, after, unit), **more)


def amount(name):
    return lambda one: one.sums[name]


PLAN = (
    ("Actions", attrgetter("nb_actions")),
    ("Communes concernées", attrgetter("nb_communes")),
    ("Quartiers prioritaires concernés", attrgetter("nb_quarters")),
    ("Écoles et établissements impliqués", lambda one: one.value("schools_involved")),
)
MONEY = (
    ("Enveloppe notifiée", amount("notified")),
    ("Programmé", amount("programmed")),
    ("Accordé", amount("granted")),
    ("Versé", amount("paid")),
)
PUBLIC = (("Accordé, rendu public", attrgetter("public_granted")),)


def _computed(years, key, label, unit):
    before, after = (one.computed(key) for one in years)
    told = "" if is_few(after.value, unit) else after.told
    return line(label, before.value, after.value, unit, told=told, url=after.url)


def _indicators(cite, years, *, with_money):
    """Those that the Cité follows and that no part above tells."""
    told_above = {key for key, *_ in REACHED} | {"schools_involved"}
    rows = Indicator.objects.filter(cite=cite, is_active=True, nature=Nature.COMPUTED)
    return [
        _computed(years, row.computed_key, row.name, row.unit)
        for row in rows
        if row.computed_key in COMPUTATIONS
        and row.computed_key not in told_above
        and (with_money or not tells_money(row.computed_key))
    ]


def _measured(years):
    before, after = (one.measured for one in years)
    return [line(row.name, before.get(row), after.get(row), row.unit) for row in before | after]
