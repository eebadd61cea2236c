"""The papers of a meeting: frozen, then made in the background; a new version when something changed."""

from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.once import is_same_file, lock_row
from cite_educative.common.transitions import TransitionError
from cite_educative.documents.services import request_file
from governance.dossier import readers_of
from governance.enums import MeetingStatus, PaperKind
from governance.models import Meeting, MeetingAnnex, MeetingPaper, MeetingPaperFile
from governance.paper_content import dossier_content, members_content, sign_in_content, slides_content

PAPER_KIND = "governance.paper"
FORMATS = {
    PaperKind.CONVOCATION: ("pdf", "docx"),
    PaperKind.DOSSIER: ("pdf",),
    PaperKind.MEMBERS: ("pdf",),
    PaperKind.SLIDES: ("pdf", "pptx"),
    PaperKind.SIGN_IN: ("pdf", "docx"),
}
GIVEN_UP = (MeetingStatus.CANCELLED, MeetingStatus.POSTPONED)


@transaction.atomic
def make_paper(meeting, kind, *, actor, with_sheets=False):
    """Freeze the dossier, the slides or the attendance sheet as things stand and ask for its files.

    The dossier comes with the one without amounts when somebody who is called does not read them. (paper, created): when nothing changed since the last version, that one is returned and nothing is written.
    Raises `TransitionError` for a meeting that was given up, or without a point to print.
    """
    lock_row(meeting)
    row = Meeting.objects.select_related("body__cite").get(pk=meeting.pk)
    if row.status in GIVEN_UP:
        raise TransitionError("Cette réunion n’a pas lieu\u00a0: elle n’a plus de documents à préparer.")
    today = timezone.localdate()
    if kind == PaperKind.SIGN_IN:
        content = sign_in_content(row, timezone.localdate(row.starts_at))
    elif not row.items.exists():
        raise TransitionError("L’ordre du jour est vide\u00a0: ajoutez d’abord un point.")
    elif kind == PaperKind.SLIDES:
        content = slides_content(row)
    else:
        content = dossier_content(row, user=actor, today=today, with_sheets=with_sheets)
    last = row.papers.filter(kind=kind).first()
    created = last is None or last.content != content
    paper = issue_paper(row, kind, content, actor=actor) if created else last
    if kind == PaperKind.DOSSIER and not all(reader.reads_amounts for reader in readers_of(row)):
        paper_for_members(paper, actor=actor)
    return paper, created


def paper_for_members(dossier, *, actor):
    """The same version without amounts, made of what the dossier froze. Call it with the meeting under lock."""
    known = MeetingPaper.objects.filter(meeting=dossier.meeting, kind=PaperKind.MEMBERS, number=dossier.number).first()
    if known:
        return known
    content = members_content(dossier.content)
    return issue_paper(dossier.meeting, PaperKind.MEMBERS, content, actor=actor, number=dossier.number)


def issue_paper(meeting, kind, content, *, actor, number=None):
    """The next version of a paper, or the one of this `number`, with its files asked for. Call it with the meeting
    under lock.
    """
    last = meeting.papers.filter(kind=kind).first()
    number = number or (last.number + 1 if last else 1)
    paper = MeetingPaper.objects.create(
        meeting=meeting, kind=kind, number=number, content=content, issued_at=timezone.now(), issued_by=actor
    )
    label = PaperKind(kind).label
    stem = f"{label.replace('’', '-').replace(' ', '-').replace('é', 'e')}-{meeting.body.code}"
    for format_ in FORMATS[kind]:
        file = request_file(
            kind=PAPER_KIND,
            format=format_,
            title=f"{label[:1].upper()}{label[1:]}, {meeting}, version {number}"[:200],
            filename=f"{stem}-{timezone.localdate(meeting.starts_at):%Y-%m-%d}-v{number}.{format_}".lower(),
            cite_id=meeting.body.cite_id,
            author=actor,
        )
        MeetingPaperFile.objects.create(paper=paper, file=file)
    _tell(meeting, actor, "paper", f"a établi un document\u00a0: {label}, version {number}")
    return paper


@transaction.atomic
def add_annex(meeting, *, upload, title, item, actor):
    """Keep a PDF for the next dossier; a second click finds the first one's file. Raises `ValueError` for a point of
    another meeting.
    """
    if item and item.meeting_id != meeting.pk:
        raise ValueError("The point belongs to another meeting.")
    lock_row(meeting)
    known = next((row for row in meeting.annexes.filter(removed_at=None) if is_same_file(row, upload)), None)
    if known:
        return known
    annex = MeetingAnnex.objects.create(meeting=meeting, item=item, file=upload, title=title, author=actor)
    _tell(meeting, actor, "annex", f"a joint l’annexe «\u00a0{annex}\u00a0»")
    return annex


@transaction.atomic
def remove_annex(annex, *, actor):
    """Left out of the next dossiers; those already made keep it. A second click finds it removed."""
    changed = MeetingAnnex.objects.filter(pk=annex.pk, removed_at=None).update(removed_at=timezone.now())
    if changed:
        _tell(annex.meeting, actor, "annex_removed", f"a retiré l’annexe «\u00a0{annex}\u00a0»")


def _tell(meeting, actor, verb, words):
    journal.record(
        cite_id=meeting.body.cite_id,
        actor=actor,
        verb=f"meeting.{verb}",
        subject=meeting,
        sentence=f"{actor} {words}.",
    )
