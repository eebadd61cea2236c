"""Who takes a position in a Cité, and in a body."""

from dataclasses import dataclass

from partners.enums import Part, SideKind
from partners.models import Mandate, Organisation, Partnership, Seat, Side


@dataclass(frozen=True)
class Voice:
    """Who takes a position: a side, or one commune of the communes' side."""

    side: Side
    organisation: Organisation | None = None

    @property
    def key(self):
        return f"{self.side.pk}-{self.organisation.pk if self.organisation else 0}"

    @property
    def label(self):
        return self.organisation.name if self.organisation else self.side.label


def voices(cite):
    """Every voice of a Cité in protocol order; three queries."""
    sides = list(cite.sides.order_by("order"))
    seated, partners = {}, {}
    for seat in Seat.objects.open().filter(side__in=sides).select_related("organisation"):
        seated.setdefault(seat.side_id, {})[seat.organisation_id] = seat.organisation
    pilots = Partnership.objects.filter(side__in=sides, part=Part.SIDE).select_related("organisation")
    for row in pilots.order_by("pk"):
        partners.setdefault(row.side_id, {})[row.organisation_id] = row.organisation
    found = []
    for side in sides:
        communes = (seated.get(side.pk) or partners.get(side.pk) or {}) if side.kind == SideKind.COMMUNES else {}
        found += [Voice(side, organisation) for organisation in communes.values()] or [Voice(side)]
    return found


def body_voices(body):
    """Those of the voices that hold a seat of the body today, in protocol order."""
    seated = Mandate.objects.active().filter(memberships__body=body, side__isnull=False)
    seated = set(seated.values_list("side", "organisation"))
    sides = {side for side, _ in seated}
    return [
        voice
        for voice in voices(body.cite)
        if voice.side.pk in sides and (voice.organisation is None or (voice.side.pk, voice.organisation.pk) in seated)
    ]
