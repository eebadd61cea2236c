"""Templates of notes, the note being read again, the report to a council, two versions compared."""

from governance import services
from governance.enums import NoteKind, NoteStage
from governance.models import Note
from tests.browser.page import Page


def _reviewed(demo):
    return Note.objects.get(cite=demo.cite, stage=NoteStage.REVIEW)


def _item(demo):
    return [_reviewed(demo).item_id]


def _report(demo):
    return [Note.objects.get(cite=demo.cite, kind=NoteKind.REPORT).item_id]


def _review(demo):
    return [_reviewed(demo).reviews.get(side__kind="state").pk]


def _remark(demo):
    return [_reviewed(demo).reviews.get(remarks__isnull=False).remarks.get().pk]


def _twice(demo):
    """The report, issued and then corrected."""
    note = Note.objects.get(cite=demo.cite, kind=NoteKind.REPORT)
    if note.versions.count() < 2:
        services.issue_note(note, actor=demo.lead)
        note.refresh_from_db()
        services.save_note(
            item=note.item, actor=demo.lead, note=note, version=note.version, title=f"{note.title} de 2026"
        )
        services.issue_note(note, actor=demo.lead)
    return [note.item_id]


NOTE_PAGES = [
    Page("governance:note_templates"),
    Page("governance:note_template", lambda demo: ["report"]),
    Page("governance:note", _item, login="prefecture", which="a-relire"),
    Page(
        "governance:note",
        lambda demo: [demo.planned.items.all()[1].pk],
        query="?modele=report",
        which="nouveau-rapport",
    ),
    Page("governance:note_preview", _report, which="rapport"),
    Page("governance:note_send", _item),
    Page("governance:note_write", _item),
    Page("governance:note_review", _review),
    Page("governance:note_review", _review, login="prefecture"),
    Page("governance:note_settle", _remark),
    Page("governance:note_differences", _twice),
]
