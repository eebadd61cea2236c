"""From a plan to the database, in bulk, in the caller's transaction."""

from partners.enums import TerritoryKind
from partners.imports.planning import Outcome
from partners.models import Commune, Neighbourhood, School

BATCH = 500


def write(plan, run):
    """Create, update and add to the perimeter of the run's Cité what the plan says."""
    rows = plan.written
    if run.kind == TerritoryKind.COMMUNES:
        own = [row for row in rows if "parent_code" not in row.changes]
        _save(Commune, own)
        _give_parents([row for row in rows if "parent_code" in row.changes])
        run.cite.communes.add(*_joining(rows))
    elif run.kind == TerritoryKind.SCHOOLS:
        _save(School, rows)
        run.cite.schools.add(*_joining(rows))
    else:
        _save(Neighbourhood, rows)
        _add_communes(rows)
        run.cite.neighbourhoods.add(*_joining(rows))


def _joining(rows):
    return [row.target for row in rows if row.is_attached]


def _save(model, rows):
    for row in rows:
        if row.target is None:
            row.target = model()
        for name, value in row.changes.items():
            setattr(row.target, name, value)
    model.objects.bulk_create([row.target for row in rows if row.outcome is Outcome.CREATED], batch_size=BATCH)
    changed = [row for row in rows if row.outcome is Outcome.UPDATED and row.changes]
    if changed:
        fields = sorted({name for row in changed for name in row.changes})
        model.objects.bulk_update([row.target for row in changed], fields, batch_size=BATCH)


def _give_parents(rows):
    codes = {row.changes["parent_code"] for row in rows}
    parents = {row.insee_code: row for row in Commune.objects.filter(parent__isnull=True, insee_code__in=codes)}
    for row in rows:
        row.changes["parent"] = parents[row.changes.pop("parent_code")]
    _save(Commune, rows)


def _add_communes(rows):
    link = Neighbourhood.communes.through
    pairs = {(row.target.pk, commune.pk) for row in rows for commune in row.communes}
    link.objects.bulk_create(
        [link(neighbourhood_id=neighbourhood, commune_id=commune) for neighbourhood, commune in sorted(pairs)],
        ignore_conflicts=True,
        batch_size=BATCH,
    )
