"""What a closed meeting decided, told by letter: to the members of the body, to the holders concerned."""

from datetime import timedelta

from django.db import transaction

from cite_educative.common import journal
from cite_educative.common.transitions import TransitionError
from governance.enums import MeetingStatus, NoticeKind
from governance.models import MeetingMessage
from governance.services.meetings import lock_meeting
from partners.enums import MessageKind
from partners.services import Recipient, same_letter, send_message

SAME_LETTER = timedelta(hours=1)


def check_notice(meeting, kind):
    """Raises `TransitionError` when there is nothing to read yet."""
    if not meeting.is_over:
        raise TransitionError("La séance n’est pas close\u00a0: il n’y a encore rien à annoncer.")
    if kind == NoticeKind.MEMBERS and meeting.status != MeetingStatus.PUBLISHED:
        raise TransitionError("Publiez d’abord le relevé\u00a0: les membres n’ont encore rien à lire.")


@transaction.atomic
def notify_meeting(meeting, *, kind, subject, body, persons, actor):
    """(message, created); within the hour the same letter to the same persons leaves once.

    Raises `TransitionError`, and `PartnersError` when somebody has no usable address; nothing is then written.
    """
    row = lock_meeting(meeting)
    check_notice(row, kind)
    letter = {
        "kind": MessageKind.BODY,
        "subject": subject,
        "body": body,
        "recipients": [Recipient.of(person) for person in persons],
        "actor": actor,
        "cite": row.body.cite,
    }
    earlier = same_letter(**letter, within=SAME_LETTER)
    if earlier:
        return earlier, False
    message = send_message(**letter, reply_to=actor.email)
    MeetingMessage.objects.create(meeting=row, kind=kind, message=message)
    number = message.deliveries.count()
    journal.record(
        cite_id=row.body.cite_id,
        actor=actor,
        verb="meeting.notified",
        subject=row,
        sentence=f"{actor} a écrit aux {NoticeKind(kind).label}, {number} destinataire{'s' if number > 1 else ''}.",
    )
    return message, True
