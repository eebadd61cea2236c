from dataclasses import dataclass

from django import forms

from governance.enums import Verdict
from partners.enums import Part, SideKind
from partners.models import Organisation, Partnership, Seat, Side

NO_VERDICT = [("", "–"), *Verdict.choices]


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


class PositionForm(forms.Form):
    """One position, entered alone by the side itself."""

    verdict = forms.ChoiceField(label="Position", choices=Verdict)
    comment = forms.CharField(label="Précision", max_length=300, required=False)
