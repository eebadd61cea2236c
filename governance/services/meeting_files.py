from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.once import is_same_file, lock_row
from governance.enums import SignedKind
from governance.models import MeetingFile


@transaction.atomic
def add_meeting_file(meeting, *, kind, upload, signed_by, signed_on, actor):
    """Attach a signed scan; that of the minutes signs the last version. A second click finds the first one's file.

    Raises `ValidationError` before the meeting is held, or the minutes published.
    """
    lock_row(meeting)
    today = timezone.localdate()
    if not (meeting.is_over or meeting.is_open):
        raise ValidationError("La séance n’a pas encore eu lieu\u00a0: ouvrez-la d’abord.")
    version = meeting.minutes_versions.first() if kind == SignedKind.MINUTES else None
    if kind == SignedKind.MINUTES and version is None:
        raise ValidationError(
            {"kind": "Publiez d’abord le procès-verbal\u00a0: c’est la version publiée qui se signe."}
        )
    if signed_on > today:
        raise ValidationError({"signed_on": "Cette date n’est pas encore arrivée."})
    if signed_on < min(timezone.localdate(meeting.starts_at), timezone.localdate(meeting.opened_at)):
        raise ValidationError({"signed_on": "Un document de cette séance n’a pu être signé avant elle."})
    known = next((file for file in meeting.files.filter(kind=kind) if is_same_file(file, upload)), None)
    if known:
        return known
    file = MeetingFile.objects.create(
        meeting=meeting,
        version=version,
        kind=kind,
        file=upload,
        signed_by=signed_by,
        signed_on=signed_on,
        author=actor,
    )
    journal.record(
        cite_id=meeting.body.cite_id,
        actor=actor,
        verb="meeting.file",
        subject=meeting,
        sentence=f"{actor} a joint «\u00a0{file.filename}\u00a0» ({file.get_kind_display()}), signé par {signed_by}.",
    )
    return file
