"""The letters sent to a holder about one action, ready to print: to whom, for what, answered or not."""

from dataclasses import dataclass

from django.utils import timezone

from actions.services import reminders_of
from cite_educative.common.dates import date_fr
from partners.enums import DeliveryState, Gesture


@dataclass(frozen=True)
class ReminderLine:
    subject: str
    name: str
    sent: str
    badge: str
    words: str
    note: str


def reminder_lines(action):
    return [_line(delivery) for delivery in reminders_of(action)]


def _line(delivery):
    badge, words = _state(delivery, delivery.link)
    what = "la fiche" if delivery.link.gesture == Gesture.SHEET else "des pièces"
    sender = delivery.message.sent_by
    return ReminderLine(
        subject=delivery.message.subject,
        name=delivery.name,
        sent=f"le {date_fr(delivery.message.created_at)}, pour {what}",
        badge=badge,
        words=words,
        note=delivery.error or (f"par {sender}" if sender else ""),
    )


def _state(delivery, link):
    if link.used_at:
        return "fait", f"répondu le {date_fr(link.used_at)}"
    if delivery.state == DeliveryState.FAILED:
        return "rejetee", "non parti"
    if link.revoked_at:
        return "preparation", "remplacé depuis"
    if link.expires_at <= timezone.now():
        return "retard", f"lien expiré le {date_fr(link.expires_at)}"
    if delivery.state == DeliveryState.QUEUED:
        return "preparation", "va partir"
    return "attendu", "sans réponse"
