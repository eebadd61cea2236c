"""What a Cité covers, and the reference rows it is chosen among."""

from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from partners.models import Cite, Commune, Mandate, Neighbourhood, School
from partners.services.errors import PartnersError
from partners.services.reference import concerned_cites, load_reference

PERIMETERS = ("communes", "neighbourhoods", "schools", "lead_schools")
NAMED = 4  # beyond, a sentence counts rather than names


@transaction.atomic
def change_perimeter(*, actor, cite, changes):
    """Add and remove reference rows of the Cité. Returns how many were added, and how many removed.

    `changes`: {one of `PERIMETERS`: (rows to add, rows to remove)}; what others changed meanwhile stays. A school
    that leaves is no lead school any more. Raises `PartnersError`, and writes nothing, when a removed row is in use.
    """
    Cite.objects.select_for_update(of=("self",)).get(pk=cite.pk)
    totals = [0, 0]
    for field in PERIMETERS:
        if field in changes:
            moved = _change_one(actor, cite, field, *changes[field])
            totals = [total + number for total, number in zip(totals, moved, strict=True)]
    return tuple(totals)


def _change_one(actor, cite, field, added, removed):
    chosen = getattr(cite, field)
    known = set(chosen.values_list("pk", flat=True))
    added = [row for row in added if row.pk not in known]
    removed = [row for row in removed if row.pk in known]
    if field == "lead_schools":
        _refuse_outside(cite, added)
    else:
        _refuse_used(cite, removed)
    if not added and not removed:
        return 0, 0
    chosen.add(*added)
    chosen.remove(*removed)
    if field == "schools":
        cite.lead_schools.remove(*removed)
    label = cite._meta.get_field(field).verbose_name
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="territory.perimeter",
        subject=cite,
        sentence=f"{actor} a modifié le périmètre ({label})\u00a0: {_told(added, removed)}.",
        after={"added": [str(row) for row in added], "removed": [str(row) for row in removed]},
    )
    return len(added), len(removed)


def _told(added, removed):
    parts = [("ajout de", added), ("retrait de", removed)]
    return "\u00a0; ".join(f"{verb} {_names(rows)}" for verb, rows in parts if rows)


def _names(rows):
    return ", ".join(map(str, rows)) if len(rows) <= NAMED else f"{len(rows)} lignes"


def _refuse_outside(cite, schools):
    inside = set(cite.schools.values_list("pk", flat=True))
    outside = [school for school in schools if school.pk not in inside]
    if outside:
        raise PartnersError(
            f"{outside[0]} n’est pas dans le périmètre de la Cité\u00a0: ajoutez d’abord cet établissement."
        )


def _refuse_used(cite, rows):
    said = []
    for row in rows:
        uses = uses_in(cite, row)
        if uses:
            said.append(f"«\u00a0{row}\u00a0» sert dans {' et '.join(uses)}")
    if said:
        told = "\u00a0; ".join(said)
        raise PartnersError(
            f"{told}\u00a0: retirez-le de ces fiches avant de le sortir du périmètre. Rien n’a été changé."
        )


def uses_in(cite, row):
    """["3 actions", "1 mandat"]: what is attached to a reference row in this Cité, whatever the app it belongs to.

    Ended mandates and frozen documents do not count: nobody can detach them.
    """
    counts = []
    for link in row._meta.get_fields():
        model = link.related_model
        if not (link.auto_created and link.many_to_many) or "cite" not in {field.name for field in model._meta.fields}:
            continue
        number = _in_force(model).filter(cite=cite, **{link.field.name: row.pk}).count()
        if number:
            names = model._meta.verbose_name_plural if number > 1 else model._meta.verbose_name
            counts.append(f"{number} {names}")
    return counts


def _in_force(model):
    rows = model._default_manager.all()
    return rows.exclude(ends_on__lt=timezone.localdate()) if model is Mandate else rows


@transaction.atomic
def save_commune(*, actor, cite, commune=None, **fields):
    """Create a commune, or change the one given. Not added to the perimeter."""
    return _save(Commune, commune, fields, actor=actor, cite=cite, verb="commune", label="la commune")


@transaction.atomic
def save_neighbourhood(*, actor, cite, neighbourhood=None, communes=(), **fields):
    """Create a QPV, which joins the perimeter of the Cité, or change the one given."""
    saved = _save(
        Neighbourhood, neighbourhood, fields, actor=actor, cite=cite, verb="neighbourhood", label="le quartier"
    )
    saved.communes.set(communes)
    if neighbourhood is None:
        cite.neighbourhoods.add(saved)
    return saved


@transaction.atomic
def save_school(*, actor, cite, school=None, **fields):
    """Create a school, which joins the perimeter of the Cité, or change the one given."""
    saved = _save(School, school, fields, actor=actor, cite=cite, verb="school", label="l’établissement")
    if school is None:
        cite.schools.add(saved)
    return saved


def _save(model, row, fields, *, actor, cite, verb, label):
    is_new = row is None
    row = model() if is_new else model.objects.select_for_update(of=("self",)).get(pk=row.pk)
    before = {name: str(getattr(row, name)) for name in fields} if not is_new else None
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    done = "ajouté" if is_new else "mis à jour"
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb=f"{verb}.{'create' if is_new else 'update'}",
        subject=row,
        sentence=f"{actor} a {done} {label} «\u00a0{row}\u00a0».",
        before=before,
        after={name: str(value) for name, value in fields.items()},
    )
    return row


@transaction.atomic
def refresh_reference(*, actor, cite):
    """Load the files that come with the application again. Returns what each table became.

    Raises `PartnersError` when another Cité, which the actor does not lead, shares these rows.
    """
    if concerned_cites() - actor.access.led:
        raise PartnersError(
            "Ces communes sont aussi dans le périmètre d’une autre Cité\u00a0: seule la personne qui conduit toutes "
            "ces Cités peut les recharger."
        )
    tables = load_reference()
    changed = sum(table.created + table.updated for table in tables)
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="territory.reference",
        subject=cite,
        sentence=f"{actor} a rechargé les fichiers de référence fournis ({changed or 'aucun'} "
        f"changement{'s' if changed > 1 else ''}).",
    )
    return tables
