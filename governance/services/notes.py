from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.locks import lock_version
from cite_educative.common.transitions import TransitionError
from cite_educative.documents.services import request_file
from governance.convocation_content import signatories_of
from governance.enums import NoteKind, NoteStage, NoteStatus
from governance.figures import item_fundings
from governance.models import Note, NoteFile, NoteOption, NoteVersion
from governance.note_content import note_content
from governance.note_fields import check_texts, clean_sections
from governance.services.meetings import lock_meeting
from partners.models import Cite

NOTE_KIND = "governance.note"
FORMATS = ("pdf", "docx")
WRITTEN = (
    *("kind", "addressee", "place", "source", "title", "request", "sections", "proposal", "follow_up"),
    "prints_positions",
)


def lock_before_closing(item):
    """A note helps to decide: raises `TransitionError` once its meeting is over."""
    meeting = lock_meeting(item.meeting)
    if meeting.is_over:
        raise TransitionError("La réunion est close\u00a0: sa note reste telle qu’elle a été lue.")
    return meeting


@transaction.atomic
def save_note(*, item, actor, options=(), signatories=None, note=None, version=None, **fields):
    """Write the working text; versions already issued do not change, what was validated is not any more.

    `fields`: those of `WRITTEN`, one left out stays as it was; `options`, dicts of `NoteOption` fields, replaces the
    earlier ones, `signatories` too unless it is None.
    Raises `ConflictError` when somebody saved since `version`, `ValidationError`.
    """
    cite = lock_before_closing(item).body.cite
    if note is None:
        row = Note(item=item, cite=cite, author=actor)
    else:
        row = lock_version(Note.objects.all(), note.pk, version)
        row.version += 1
    for name in WRITTEN:
        if name in fields:
            setattr(row, name, fields.pop(name))
    if fields:
        raise TypeError(f"Not written in a note: {', '.join(fields)}.")
    row.sections = clean_sections(row.sections)
    check_texts(row.sections, request=row.request, proposal=row.proposal)
    _check_source(row)
    if row.stage == NoteStage.VALIDATED:
        row.stage = NoteStage.REVIEW if row.reviews.exists() else NoteStage.WRITING
    row.full_clean()
    row.save()
    if signatories is not None:
        row.signatories.set(signatories)
    row.options.all().delete()
    NoteOption.objects.bulk_create(
        [NoteOption(note=row, order=order, **fields) for order, fields in enumerate(options, start=1)]
    )
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="note.saved",
        subject=row,
        sentence=f"{actor} a enregistré la note «\u00a0{row.title}\u00a0».",
    )
    return row


def _check_source(note):
    if note.source_id and note.source.cite_id != note.cite_id:
        raise ValueError("The line belongs to another Cité.")
    if note.kind == NoteKind.REPORT and not note.source_id:
        lines = item_fundings(note.item).order_by().values("source").distinct().count()
        if lines > 1:
            raise ValidationError(
                {"source": "Choisissez la ligne que ce conseil vote\u00a0: le point en a plusieurs."}
            )


def _check_signatories(note):
    """A letter copied from another meeting, or written long ago, may name somebody who signs no more."""
    if note.kind != NoteKind.LETTER:
        return
    able = {mandate.pk for mandate in signatories_of(note.item.meeting)}
    gone = [one.person.formal_name for one in note.signatories.in_protocol_order() if one.pk not in able]
    if gone:
        raise ValidationError(
            f"Ne signe plus pour cette instance\u00a0: {', '.join(gone)}. Enregistrez la note avec d’autres signataires."
        )


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
    the last version is returned and nothing is written. Raises `ValidationError` when the request is empty, or a letter
    is signed by somebody who signs no more.
    """
    lock_before_closing(note.item)
    row = Note.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if row.stage == NoteStage.REVIEW:
        raise TransitionError("La note est en relecture\u00a0: validez-la avant de l’émettre.")
    if not row.request.strip():
        raise ValidationError("Écrivez ce qui est demandé aux pilotes avant d’émettre la note.")
    _check_source(row)
    _check_signatories(row)
    last = row.versions.first()
    today = timezone.localdate()
    if row.number is None:
        _give_number(row, today.year)
        row.status = NoteStatus.ISSUED
    row.stage = NoteStage.WRITING
    row.save(update_fields=["year", "number", "reference", "status", "stage", "updated_at"])
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
            title=f"{note.get_kind_display().capitalize()} {note.reference}, version {version.number}",
            filename=f"{note.reference}-v{version.number}.{format_}",
            cite_id=note.cite_id,
            author=actor,
        )
        NoteFile.objects.create(version=version, file=file)


def _same(content, earlier):
    """Equal but for what every issue changes."""
    varying = {"version", "issued_on", "issued_by", "replaces", "logos"}
    return {k: v for k, v in content.items() if k not in varying} == {
        k: v for k, v in earlier.items() if k not in varying
    }
