from django.db import transaction
from django.db.models import Max

from actions.models import LibraryItem, LibraryVersion
from actions.services.quoting import check_links, quotes_the_same, set_links
from cite_educative.common import journal
from cite_educative.common.locks import lock_version
from cite_educative.common.once import is_same_file, just_written

LINKS = ("organisations", "actions")


@transaction.atomic
def create_library_item(*, cite, actor, file, **fields):
    """With its first version. `file` was checked by the form; `fields` also holds the rows of `LINKS`.

    A second click finds what the first one wrote.
    """
    item = LibraryItem(cite=cite, created_by=actor)
    _fill(item, fields)
    known = just_written(item, lock=cite, alike=lambda row: _is_the_same(row, file, fields))
    if known:
        return known
    item.save()
    set_links(item, LINKS, fields)
    LibraryVersion.objects.create(item=item, number=1, file=file, author=actor)
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="library.created",
        subject=item,
        sentence=f"{actor} a ajouté le document à la bibliothèque.",
        after={"audience": item.audience},
    )
    return item


@transaction.atomic
def update_library_item(item, *, actor, version, **fields):
    """Its description, not its files. Raises `ConflictError` and `ValidationError`."""
    row = lock_version(LibraryItem.objects.select_related("cite"), item.pk, version)
    before = {name: getattr(row, name) for name in fields if name not in LINKS}
    audience = row.audience
    _fill(row, fields)
    changed = [name for name, value in before.items() if value != getattr(row, name)]
    row.version += 1
    row.save()
    changed += set_links(row, LINKS, fields)
    if changed:
        readers = f", désormais lue par\u00a0: {row.get_audience_display()}" if "audience" in changed else ""
        journal.record(
            cite_id=row.cite_id,
            actor=actor,
            verb="library.updated",
            subject=row,
            sentence=f"{actor} a modifié la fiche du document{readers}.",
            before={"audience": audience},
            after={"audience": row.audience, "fields": sorted(changed)},
        )
    return row


@transaction.atomic
def add_library_version(item, *, actor, file, comment=""):
    """The new current file; the older ones stay."""
    row = LibraryItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    last = row.versions.aggregate(last=Max("number"))["last"] or 0
    version = LibraryVersion.objects.create(item=row, number=last + 1, file=file, comment=comment, author=actor)
    journal.record(
        cite_id=row.cite_id,
        actor=actor,
        verb="library.version",
        subject=row,
        sentence=f"{actor} a ajouté la version {version.number} du document.",
    )
    return version


def _is_the_same(item, file, fields):
    return quotes_the_same(item, LINKS, fields) and is_same_file(item.versions.get(number=1), file)


def _fill(item, fields):
    check_links(item.cite, fields)
    for name, value in fields.items():
        if name not in LINKS:
            setattr(item, name, value)
    item.full_clean()
