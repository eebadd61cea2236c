"""Gestures of the secretary while the meeting is held: the point being discussed, guests without a mandate."""

from django.core.exceptions import ValidationError
from django.db import transaction

from cite_educative.common.transitions import TransitionError
from governance.models import AgendaItem, MeetingGuest
from governance.services.meetings import lock_editable, lock_meeting


@transaction.atomic
def discuss_item(item):
    """The point being discussed, shown to all who follow the meeting; the same one twice changes nothing.

    Raises `TransitionError` unless the meeting is open.
    """
    meeting = lock_meeting(item.meeting)
    if not meeting.is_open:
        raise TransitionError("La séance n’est pas ouverte\u00a0: aucun point n’y est en discussion.")
    if not AgendaItem.objects.filter(pk=item.pk, meeting=meeting).exists():
        raise TransitionError("Ce point vient d’être retiré de l’ordre du jour.")
    meeting.current_item_id = item.pk
    meeting.save(update_fields=["current_item"])
    return meeting


@transaction.atomic
def add_guest(meeting, *, name, quality=""):
    """The same name twice is one guest. Raises `TransitionError` once the meeting is over, `ValidationError`."""
    row = lock_editable(meeting)
    name, quality = " ".join(name.split()), " ".join(quality.split())
    if not name:
        raise ValidationError("Écrivez le nom de la personne invitée.")
    guest = MeetingGuest.objects.filter(meeting=row, name=name).first() or MeetingGuest(meeting=row, name=name)
    guest.quality = quality
    guest.full_clean()
    guest.save()
    return guest


@transaction.atomic
def remove_guest(guest):
    """Twice is once. Raises `TransitionError` once the meeting is over."""
    lock_editable(guest.meeting)
    MeetingGuest.objects.filter(pk=guest.pk).delete()
