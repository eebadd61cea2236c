"""The kit of the Cité: compulsory mentions, logos and charter."""

from django.db import transaction

from cite_educative.common import journal
from cite_educative.common.locks import lock_version
from cite_educative.common.once import is_same_file, lock_row
from governance.models import FunderMention, KitFile


@transaction.atomic
def save_mention(mention, *, actor, version=None):
    """`mention` is filled and not saved. Raises `ConflictError` and `ValidationError`."""
    lock_row(mention.cite)
    if mention.pk is None:
        known = FunderMention.objects.filter(cite=mention.cite, organisation=mention.organisation).first()
        if known and known.text == mention.text:
            return known
    else:
        lock_version(FunderMention.objects.all(), mention.pk, version)
        mention.version = version + 1
    mention.full_clean()
    mention.save()
    _record(mention, actor, f"{actor} a écrit la mention obligatoire de {mention.organisation}.")
    return mention


@transaction.atomic
def remove_mention(mention, *, actor):
    """Twice is once."""
    row = FunderMention.objects.select_for_update(of=("self",)).filter(pk=mention.pk).first()
    if row:
        _record(row, actor, f"{actor} a retiré la mention obligatoire de {row.organisation}.")
        row.delete()


@transaction.atomic
def add_kit_file(*, cite, actor, file, title, side, is_logo):
    """`file` was checked by the form. A second click finds what the first one added."""
    lock_row(cite)
    alike = KitFile.objects.filter(cite=cite, side=side, title=title, is_logo=is_logo)
    known = next((row for row in alike if is_same_file(row, file)), None)
    if known:
        return known
    row = KitFile.objects.create(cite=cite, side=side, title=title, is_logo=is_logo, file=file, author=actor)
    _record(row, actor, f"{actor} a ajouté «\u00a0{row}\u00a0» au kit de communication.")
    return row


@transaction.atomic
def remove_kit_file(row, *, actor):
    """Its file goes once the transaction is written. Twice is once."""
    row = KitFile.objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if row:
        _record(row, actor, f"{actor} a retiré «\u00a0{row}\u00a0» du kit de communication.")
        stored = row.file
        row.delete()
        transaction.on_commit(lambda: stored.storage.delete(stored.name))


def _record(row, actor, sentence):
    journal.record(cite_id=row.cite_id, actor=actor, verb="communication.kit", subject=row, sentence=sentence)
