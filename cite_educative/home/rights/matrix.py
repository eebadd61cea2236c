"""The table of the page: rules by roles, each cell found by asking."""

from dataclasses import dataclass
from functools import cache

from cite_educative.home.rights.capabilities import CAPABILITIES, READINGS
from cite_educative.home.rights.samples import user_as
from partners.enums import Role

EVERYTHING, OWN, NOTHING = "oui", "siens", "non"
WORDS = {EVERYTHING: "Oui", OWN: "Les siens", NOTHING: "Non"}
LEVELS = {
    "full": (EVERYTHING, "En entier"),
    "own": (OWN, "Ses demandes et les réponses libérées"),
    "published": (OWN, "La partie publiée"),
    "": (NOTHING, "Rien"),
}


@dataclass(frozen=True)
class Cell:
    """`code` is "oui", "siens" or "non"; `word` is what is read."""

    role: Role
    code: str
    word: str


@dataclass(frozen=True)
class Row:
    label: str
    cells: tuple

    def cell(self, role):
        return next(cell for cell in self.cells if cell.role == role)


@dataclass(frozen=True)
class RightsMatrix:
    roles: tuple
    readings: tuple  # of Row
    groups: tuple  # of (heading, rows)

    def row(self, label):
        return next(row for _, rows in self.groups for row in rows if row.label == label)


@cache
def rights_matrix():
    """No query; the same for everybody and in every Cité."""
    users = {role: user_as(role) for role in Role}
    readings = tuple(
        Row(one.label, tuple(Cell(role, *LEVELS[one.level(user)]) for role, user in users.items())) for one in READINGS
    )
    groups = tuple((heading, tuple(_row(one, users) for one in group)) for heading, group in CAPABILITIES)
    return RightsMatrix(tuple(Role), readings, groups)


def _row(capability, users):
    codes = {role: _code(capability, user) for role, user in users.items()}
    return Row(capability.label, tuple(Cell(role, code, WORDS[code]) for role, code in codes.items()))


def _code(capability, user):
    if capability.allows(user, own=False):
        return EVERYTHING
    return OWN if capability.allows(user, own=True) else NOTHING


def rules_of_role(role):
    """The same for one role, as lists of labels: what it reads (label, word), does, and does for its own."""
    matrix = rights_matrix()
    rows = [row for _, rows in matrix.groups for row in rows]
    reads = [(row.label, row.cell(role).word) for row in matrix.readings if row.cell(role).code != NOTHING]
    return {
        "role": role,
        "reads": reads,
        "does": [row.label for row in rows if row.cell(role).code == EVERYTHING],
        "own": [row.label for row in rows if row.cell(role).code == OWN],
    }
