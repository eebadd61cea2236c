from django.db import transaction

from cite_educative.common import journal
from partners.models import Organisation, Partnership
from partners.services.cites import add_partnership
from partners.services.errors import PartnersError


@transaction.atomic
def create_organisation(*, actor, name, cite=None, part=None, side=None, communes=(), **fields):
    """Add an organisation and, with `cite` and `part`, its place among the partners of that Cité.

    Raises `PartnersError` when its SIRET belongs to another one.
    """
    siret = fields.get("siret", "")
    if siret and Organisation.objects.filter(siret=siret).exists():
        raise PartnersError(f"Un organisme porte déjà le SIRET {siret}.")
    organisation = Organisation.objects.create(name=name, **fields)
    organisation.communes.set(communes)
    journal.record(
        cite_id=cite and cite.pk,
        actor=actor,
        verb="organisation.create",
        subject=organisation,
        sentence=f"L’organisme « {organisation} » a été créé.",
    )
    if cite and part:
        add_partnership(actor=actor, cite=cite, organisation=organisation, part=part, side=side)
    return organisation


@transaction.atomic
def create_organisations(*, actor, cite, part, rows):
    """`create_organisation` for the many holders of a table: `rows` are their fields. A few queries for all.

    The caller has checked that no SIRET is taken. `part` is not that of a pilot.
    """
    made = Organisation.objects.bulk_create([Organisation(**fields) for fields in rows], batch_size=500)
    Partnership.objects.bulk_create(
        [Partnership(cite=cite, organisation=organisation, part=part) for organisation in made], batch_size=500
    )
    journal.record_many(
        cite_id=cite.pk,
        actor=actor,
        verb="organisation.create",
        subjects=[(row, f"L’organisme «\u00a0{row}\u00a0» a été créé.") for row in made],
    )
    return made


@transaction.atomic
def welcome_organisation(*, actor, cite, part, side=None, siret="", **fields):
    """Make a partner of the organisation that has this SIRET, as it stands; create it when nobody has.

    Returns (organisation, created). An organisation known elsewhere keeps its own identity.
    """
    known = Organisation.objects.filter(siret=siret).first() if siret else None
    if known is None:
        created = create_organisation(actor=actor, cite=cite, part=part, side=side, siret=siret, **fields)
        return created, True
    add_partnership(actor=actor, cite=cite, organisation=known, part=part, side=side)
    return known, False


@transaction.atomic
def update_organisation(*, actor, organisation, cite, communes=None, **changes):
    """Change the fields given. Returns the names of those that really changed, [] when none did."""
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    siret = changes.get("siret")
    if siret and Organisation.objects.filter(siret=siret).exclude(pk=organisation.pk).exists():
        raise PartnersError(f"Un organisme porte déjà le SIRET {siret}.")
    before = {name: getattr(organisation, name) for name, value in changes.items()}
    changed = [name for name, value in changes.items() if value != before[name]]
    for name in changed:
        setattr(organisation, name, changes[name])
    if changed:
        organisation.save(update_fields=changed)
    before = {name: before[name] for name in changed}
    after = {name: changes[name] for name in changed}
    if communes is not None and set(communes) != (old := set(organisation.communes.all())):
        organisation.communes.set(communes)
        changed.append("communes")
        before["communes"], after["communes"] = (sorted(map(str, rows)) for rows in (old, communes))
    if changed:
        journal.record(
            cite_id=cite.pk,
            actor=actor,
            verb="organisation.update",
            subject=organisation,
            sentence=f"{actor} a mis à jour la fiche de {organisation}.",
            before=before,
            after=after,
        )
    return changed
