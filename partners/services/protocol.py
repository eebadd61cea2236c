from collections import defaultdict

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from cite_educative.common import journal
from partners.enums import Role
from partners.models import Cite, Mandate, Seat
from partners.services.errors import PartnersError

# Those whose rank is a setting; holders, partners and readers come in the order of their arrival.
RANKED_ROLES = (
    Role.PILOT,
    Role.LEAD,
    Role.CO_LEAD,
    Role.FINANCE,
    Role.INSTITUTION,
    Role.REFERENT,
    Role.EVALUATOR,
)
CHANGED = (
    "La composition de la Cité a changé pendant que vous la rangiez, ou l’envoi est incomplet. Voici l’ordre "
    "enregistré\u00a0: recommencez à partir de lui."
)


def ranked_seats(cite):
    return Seat.objects.open().filter(side__cite=cite).select_related("side", "organisation")


def ranked_mandates(cite):
    """Those who are ranked by themselves, today or soon: neither on a seat, nor substitutes."""
    rows = Mandate.objects.filter(cite=cite, role__in=RANKED_ROLES, seat__isnull=True, substitute_of__isnull=True)
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate())
    return rows.filter(lasting).in_protocol_order()


@transaction.atomic
def save_protocol(*, actor, cite, sides, seats, mandates):
    """Set the protocol order of a Cité. Each is the list of keys in the order wanted, nothing left out or added;
    the order of seats counts inside their side, that of mandates inside their side or role.

    Returns True when something moved. Raises `PartnersError` for lists that are not exactly what is ranked.
    """
    cite = Cite.objects.select_for_update(of=("self",)).get(pk=cite.pk)
    known_sides = list(cite.sides.order_by("order"))
    known_seats, known_mandates = list(ranked_seats(cite)), list(ranked_mandates(cite))
    new_sides = _arranged(known_sides, sides)
    new_seats = _arranged(known_seats, seats)
    new_mandates = _arranged(known_mandates, mandates)
    before = _labels(known_sides, known_seats, known_mandates)
    _rank_sides(cite, new_sides)
    _rank(new_seats, "order", lambda seat: seat.side_id)
    _rank(new_mandates, "rank", _group)
    after = _labels(cite.sides.order_by("order"), ranked_seats(cite), ranked_mandates(cite))
    if after == before:
        return False
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="protocol.save",
        subject=cite,
        sentence=f"{actor} a changé l’ordre protocolaire.",
        before=before,
        after=after,
    )
    return True


def _arranged(rows, keys):
    by_key = {row.pk: row for row in rows}
    if sorted(keys) != sorted(by_key):
        raise PartnersError(CHANGED)
    return [by_key[key] for key in keys]


def _group(mandate):
    return ("side", mandate.side_id) if mandate.role == Role.PILOT else ("role", mandate.role)


def _rank(rows, field, group):
    places = defaultdict(int)
    for row in rows:
        places[group(row)] += 1
        if getattr(row, field) != places[group(row)]:
            setattr(row, field, places[group(row)])
            row.save(update_fields=[field])


def _rank_sides(cite, sides):
    """Two sides of a Cité never have one rank, not even in between: all go up beyond the highest first."""
    highest = cite.sides.aggregate(highest=Max("order"))["highest"] or 0
    if [side.order for side in sides] == list(range(1, len(sides) + 1)):
        return
    cite.sides.update(order=F("order") + highest + len(sides))
    for order, side in enumerate(sides, start=1):
        side.order = order
        side.save(update_fields=["order"])


def _labels(sides, seats, mandates):
    return {
        "sides": [str(side) for side in sides],
        "seats": [str(seat) for seat in seats],
        "mandates": [str(mandate) for mandate in mandates],
    }
