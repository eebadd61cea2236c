from django.db import transaction

from cite_educative.common import journal
from cite_educative.common.locks import lock_version
from partners.enums import Part, SideKind
from partners.models import Cite, Partnership, Side
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
def update_cite(*, actor, cite, version, changes):
    """Write the fields that differ; returns their names. Raises `ConflictError` when it changed since `version`."""
    cite = lock_version(Cite.objects.all(), cite.pk, version)
    changed = [name for name, value in changes.items() if value != getattr(cite, name)]
    before = {name: getattr(cite, name) for name in changed}
    for name in changed:
        setattr(cite, name, changes[name])
    if changed:
        cite.version += 1
        cite.save(update_fields=[*changed, "version"])
        journal.record(
            cite_id=cite.pk,
            actor=actor,
            verb="cite.update",
            subject=cite,
            sentence=f"{actor} a mis à jour la présentation de la Cité.",
            before=before,
            after={name: changes[name] for name in changed},
        )
    return changed


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
