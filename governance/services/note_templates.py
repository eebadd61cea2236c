from django.db import transaction

from cite_educative.common import journal
from cite_educative.common.locks import ConflictError
from cite_educative.common.once import lock_row
from governance.models import NoteTemplate
from governance.note_fields import check_texts, clean_sections


@transaction.atomic
def save_note_template(*, cite, kind, version, request, sections, proposal, actor):
    """With what the next notes of this kind begin; those already written keep their text.

    `version` is 0 while the shipped text was never changed. Raises `ValidationError`, `ConflictError`.
    """
    lock_row(cite)
    row = NoteTemplate.of(cite, kind)
    if row.version != version:
        raise ConflictError(row)
    row.request, row.sections, row.proposal = request, clean_sections(sections), proposal
    check_texts(row.sections, request=request, proposal=proposal)
    row.version += 1
    row.save()
    _tell(row, actor, "saved", f"a modifié le modèle «\u00a0{row.get_kind_display()}\u00a0»")
    return row


@transaction.atomic
def reset_note_template(*, cite, kind, actor):
    """Back to the shipped text; a second click finds it so."""
    lock_row(cite)
    row = NoteTemplate.objects.filter(cite=cite, kind=kind).first()
    if row:
        _tell(row, actor, "reset", f"a rétabli le texte d’origine du modèle «\u00a0{row.get_kind_display()}\u00a0»")
        row.delete()


def _tell(row, actor, verb, words):
    journal.record(
        cite_id=row.cite_id, actor=actor, verb=f"note_template.{verb}", subject=row, sentence=f"{actor} {words}."
    )
