"""The territories that a figure may tell of, by their key: the Cité itself, a commune, a neighbourhood, a school."""

from functools import cached_property

from evaluation.enums import Breakdown
from evaluation.models import place_key

WHOLE = "Toute la Cité"
LETTERS = {Breakdown.COMMUNE: "c", Breakdown.NEIGHBOURHOOD: "q", Breakdown.SCHOOL: "e"}
FIELDS = {Breakdown.COMMUNE: "commune", Breakdown.NEIGHBOURHOOD: "neighbourhood", Breakdown.SCHOOL: "school"}


def key_of(kind, row):
    return f"{LETTERS[kind]}{row.pk}"


def kind_of(key):
    """The `Breakdown` of a key; None for the whole Cité and for what is no key."""
    return next((kind for kind, letter in LETTERS.items() if key[:1] == letter), None)


class Places:
    """Those of one Cité, in alphabetical order; one query a kind, when it is asked for."""

    def __init__(self, cite):
        self.cite = cite

    @cached_property
    def communes(self):
        return list(self.cite.communes.order_by("name", "pk"))

    @cached_property
    def neighbourhoods(self):
        return list(self.cite.neighbourhoods.order_by("name", "pk"))

    @cached_property
    def schools(self):
        return list(self.cite.schools.order_by("name", "pk"))

    def of(self, kind):
        return {
            Breakdown.COMMUNE: lambda: self.communes,
            Breakdown.NEIGHBOURHOOD: lambda: self.neighbourhoods,
            Breakdown.SCHOOL: lambda: self.schools,
        }[kind]()

    def find(self, key):
        """`(kind, row)` of a key, `(None, None)` for "". Raises KeyError for what the Cité has not."""
        if key == "":
            return None, None
        kind = kind_of(key)
        if kind is not None:
            for row in self.of(kind):
                if key_of(kind, row) == key:
                    return kind, row
        raise KeyError(key)


def fields_of(kind, row):
    """The territory of a measurement as the names of its columns."""
    return {} if row is None else {FIELDS[kind]: row}


def key_of_fields(fields):
    return place_key(*(getattr(fields.get(name), "pk", None) for name in FIELDS.values()))
