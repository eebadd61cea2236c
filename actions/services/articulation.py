"""The "note d’articulation": frozen on one day, printed in the background."""

from django.db import transaction
from django.utils import timezone

from actions.articulation_content import VARYING, note_content
from actions.models import ArticulationNote, ArticulationNoteFile
from cite_educative.common import journal
from cite_educative.common.once import lock_row
from cite_educative.documents.services import request_file

NOTE_KIND = "actions.articulation_note"
FORMATS = ("pdf", "docx")


@transaction.atomic
def make_articulation_note(*, programme, year, actor):
    """Freeze what the team reads today and ask for its PDF and DOCX.

    (note, created): when nothing changed since the last one, that one is returned and nothing is written.
    """
    cite = programme.cite
    lock_row(cite)
    today = timezone.localdate()
    content = note_content(programme, year, reader=actor, made_on=today)
    last = ArticulationNote.objects.filter(programme=programme, budget_year=year).first()
    if last and all(content[key] == last.content.get(key) for key in content if key not in VARYING):
        return last, False
    note = ArticulationNote.objects.create(
        cite=cite, programme=programme, budget_year=year, content=content, made_by=actor
    )
    for format_ in FORMATS:
        file = request_file(
            kind=NOTE_KIND,
            format=format_,
            title=f"Note d’articulation {int(year)}, {content['made_on']}",
            filename=f"note-articulation-{cite.slug}-{int(year)}-{today:%Y-%m-%d}.{format_}",
            cite_id=cite.pk,
            author=actor,
        )
        ArticulationNoteFile.objects.create(note=note, file=file)
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="articulation.note",
        subject=note,
        sentence=f"{actor} a établi la note d’articulation {int(year)} ({programme.label}).",
    )
    return note, True
