from django.db import transaction

from cite_educative.common import journal
from partners.enums import Part, SideKind
from partners.models import Cite, Partnership, Seat, Side
from partners.services.errors import PartnersError

USUAL_SIDES = (
    (SideKind.EDUCATION, "Éducation nationale"),
    (SideKind.STATE, "Services de l’État"),
    (SideKind.COMMUNES, "Communes"),
    (SideKind.INTERCOMMUNALITY, "Intercommunalité"),
)


@transaction.atomic
def create_cite(
    *,
    actor,
    name,
    slug,
    sides=USUAL_SIDES,
    communes=(),
    neighbourhoods=(),
    schools=(),
    lead_schools=(),
    **fields,
):
    """Open a Cité. `sides` are (kind, label) in protocol order; `fields` are the other fields of `Cite`.

    Raises `PartnersError` when the slug is taken.
    """
    if Cite.objects.filter(slug=slug).exists():
        raise PartnersError(f"Une Cité éducative porte déjà l’identifiant « {slug} ».")
    cite = Cite.objects.create(name=name, slug=slug, **fields)
    Side.objects.bulk_create(
        Side(cite=cite, kind=kind, label=label, order=order) for order, (kind, label) in enumerate(sides, start=1)
    )
    cite.communes.set(communes)
    cite.neighbourhoods.set(neighbourhoods)
    cite.schools.set(schools)
    cite.lead_schools.set(lead_schools)
    journal.record(
        cite_id=cite.pk, actor=actor, verb="cite.create", subject=cite, sentence=f"La Cité « {name} » a été ouverte."
    )
    return cite


@transaction.atomic
def create_seat(*, actor, side, organisation, label, order=None):
    """Add a place for this side of the Troïka, after its others; its organisation becomes a pilot of the Cité."""
    add_partnership(actor=actor, cite=side.cite, organisation=organisation, part=Part.SIDE, side=side)
    seat = Seat.objects.create(
        side=side, organisation=organisation, label=label, order=order or side.seats.count() + 1
    )
    journal.record(
        cite_id=side.cite_id,
        actor=actor,
        verb="seat.create",
        subject=seat,
        sentence=f"Le siège « {label} » a été ajouté pour {organisation}.",
    )
    return seat


@transaction.atomic
def add_partnership(*, actor, cite, organisation, part, side=None):
    """Give an organisation a part in the Cité; it is returned as it stands when it has that part already.

    `side` is required for a pilot and ignored for the others. Raises `PartnersError`.
    """
    side = side if part == Part.SIDE else None
    if part == Part.SIDE and side is None:
        raise PartnersError(f"Choisissez le collège de la Troïka où siège {organisation}.")
    if side and side.cite_id != cite.pk:
        raise PartnersError(f"Le collège « {side} » n’est pas de cette Cité.")
    partnership, created = Partnership.objects.get_or_create(
        cite=cite, organisation=organisation, part=part, defaults={"side": side}
    )
    if side and partnership.side_id != side.pk:
        raise PartnersError(f"{organisation} siège déjà dans le collège « {partnership.side} ».")
    if created:
        journal.record(
            cite_id=cite.pk,
            actor=actor,
            verb="partnership.create",
            subject=organisation,
            sentence=f"{organisation} est devenu partenaire de la Cité ({partnership.get_part_display()}).",
            after={"part": str(part), "side": str(side or "")},
        )
    return partnership
