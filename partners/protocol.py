"""The protocol page: what is ranked, and with which neighbour each row may be exchanged."""

from dataclasses import dataclass, field

from partners.enums import Role
from partners.models import Mandate
from partners.services import ranked_mandates, ranked_seats
from partners.tables import mandate_quality


@dataclass(frozen=True)
class Rank:
    """One row. `above` and `below` name the exchanges that move it ("seat-4-7"); an exchange with itself at the ends."""

    kind: str
    pk: int
    label: str
    detail: str
    place: int
    count: int
    above: str
    below: str
    seats: list = field(default_factory=list)
    persons: list = field(default_factory=list)


def _ranks(kind, rows, describe, **parts):
    """`describe`: row → (label, detail); `parts`: row → list, by name of a field of `Rank`."""
    rows = list(rows)
    last = len(rows) - 1
    return [
        Rank(
            kind=kind,
            pk=row.pk,
            label=describe(row)[0],
            detail=describe(row)[1],
            place=index + 1,
            count=len(rows),
            above=f"{kind}-{rows[max(index - 1, 0)].pk}-{row.pk}",
            below=f"{kind}-{row.pk}-{rows[min(index + 1, last)].pk}",
            **{name: part(row) for name, part in parts.items()},
        )
        for index, row in enumerate(rows)
    ]


def side_ranks(cite):
    """Sides, each with its seats and those who sit without one; four queries."""
    seats, pilots = list(ranked_seats(cite)), list(ranked_mandates(cite).filter(role=Role.PILOT))
    held = Mandate.objects.filter(seat__in=seats, substitute_of__isnull=True).active().select_related("person")
    holders = {mandate.seat_id: mandate.person.formal_name for mandate in held}
    return _ranks(
        "side",
        cite.sides.order_by("order"),
        lambda side: (side.label, ""),
        seats=lambda side: _ranks(
            "seat",
            (seat for seat in seats if seat.side_id == side.pk),
            lambda seat: (seat.label, holders.get(seat.pk, "siège à pourvoir")),
        ),
        persons=lambda side: _ranks("mandate", (pilot for pilot in pilots if pilot.side_id == side.pk), _person),
    )


def team_ranks(cite):
    """[(role label, rows)] of the others; one query."""
    by_role = {}
    for mandate in ranked_mandates(cite).exclude(role=Role.PILOT):
        by_role.setdefault(mandate.get_role_display().capitalize(), []).append(mandate)
    return [(label, _ranks("mandate", mandates, _person)) for label, mandates in by_role.items()]


def _person(mandate):
    return mandate.person.formal_name, mandate_quality(mandate)
