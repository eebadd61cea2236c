from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.locks import lock_version
from cite_educative.common.transitions import TransitionError
from cite_educative.documents.services import request_file
from governance.content import note_content
from governance.enums import NoteStatus
from governance.models import Meeting, Note, NoteFile, NoteOption, NoteVersion
from partners.models import Cite

NOTE_KIND = "governance.note"
FORMATS = ("pdf", "docx")


def _lock_meeting(item):
    """A note helps to decide: raises `TransitionError` once its meeting is over."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("body__cite").get(pk=item.meeting_id)
    if meeting.is_over:
        raise TransitionError("La réunion est close\u00a0: sa note reste telle qu’elle a été lue.")
    return meeting


@transaction.atomic
def save_note(
    *, item, actor, title, request, context="", proposal="", follow_up="", options=(), note=None, version=None
):
    """Write the working text; versions already issued do not change.

    `options` is a list of dicts of `NoteOption` fields and replaces the earlier ones. Raises `ConflictError` when
    somebody saved since `version`, `ValidationError`.
    """
    cite = _lock_meeting(item).body.cite
    if note is None:
        row = Note(item=item, cite=cite, author=actor)
    else:
        row = lock_version(Note.objects.all(), note.pk, version)
        row.version += 1
    row.title, row.request, row.context = title, request, context
    row.proposal, row.follow_up = proposal, follow_up
    row.full_clean()
    row.save()
    row.options.all().delete()
    NoteOption.objects.bulk_create(
        [NoteOption(note=row, order=order, **fields) for order, fields in enumerate(options, start=1)]
    )
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="note.saved",
        subject=row,
        sentence=f"{actor} a enregistré la note «\u00a0{title}\u00a0».",
    )
    return row


def _give_number(note, year):
    """ "CE-2026-N07": per Cité and civil year. The Cité is the lock."""
    cite = Cite.objects.select_for_update(of=("self",)).get(pk=note.cite_id)
    last = Note.objects.filter(cite=cite, year=year).aggregate(last=Max("number"))["last"] or 0
    note.year, note.number = year, last + 1
    note.reference = f"{cite.note_prefix}-{year}-N{note.number:02d}"


@transaction.atomic
def issue_note(note, *, actor):
    """Freeze the note and ask for its PDF and DOCX; the first issue gives the number.

    A second run is a correction: a new version that cites the one it replaces, unless nothing changed, in which case
    the last version is returned and nothing is written. Raises `ValidationError` when the request is empty.
    """
    _lock_meeting(note.item)
    row = Note.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if not row.request.strip():
        raise ValidationError("Écrivez ce qui est demandé aux pilotes avant d’émettre la note.")
    last = row.versions.first()
    today = timezone.localdate()
    if row.number is None:
        _give_number(row, today.year)
        row.status = NoteStatus.ISSUED
        row.save(update_fields=["year", "number", "reference", "status", "updated_at"])
    number = last.number + 1 if last else 1
    content = note_content(row, version=number, issued_on=today, issued_by=actor)
    if last and _same(content, last.content):
        return last
    version = NoteVersion.objects.create(
        note=row, number=number, content=content, issued_at=timezone.now(), issued_by=actor
    )
    _request_files(row, version, actor)
    journal.record(
        cite_id=row.cite_id,
        actor=actor,
        verb="note.issued",
        subject=row,
        sentence=f"{actor} a émis la note {row.reference}, version {number}.",
    )
    return version


def _request_files(note, version, actor):
    for format_ in FORMATS:
        file = request_file(
            kind=NOTE_KIND,
            format=format_,
            title=f"Note {note.reference}, version {version.number}",
            filename=f"{note.reference}-v{version.number}.{format_}",
            cite_id=note.cite_id,
            author=actor,
        )
        NoteFile.objects.create(version=version, file=file)


def _same(content, earlier):
    """Equal but for what every issue changes."""
    varying = {"version", "issued_on", "issued_by", "replaces"}
    return {k: v for k, v in content.items() if k not in varying} == {
        k: v for k, v in earlier.items() if k not in varying
    }
