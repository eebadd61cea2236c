"""Letters: rows first, then the queue. A letter kept here has no secret in it, links are made when it leaves."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cite_educative.common.outbox import enqueue, publish
from partners.enums import DeliveryState
from partners.models import AccessLink, Delivery, OutgoingMessage, Person
from partners.services.errors import PartnersError
from partners.services.links import link_url

logger = logging.getLogger(__name__)
TASK = "partners.send_message"
LINK = "{lien}"
MAX_ATTEMPTS = 5
LEASE = timedelta(minutes=2)  # a worker killed while it sends: the letter is tried again after that
STALE_AFTER = timedelta(seconds=15)
FAULT = "Le serveur de messagerie n’a pas accepté ce message."


@dataclass(frozen=True)
class Recipient:
    """`person` is None for an expert or a mailbox known by its address only."""

    name: str
    email: str
    person: Person | None = None
    link: AccessLink | None = None

    @classmethod
    def of(cls, person, link=None):
        return cls(person.formal_name, person.email, person, link)


@transaction.atomic
def send_message(*, kind, subject, body, recipients, actor, cite=None, reply_to=""):
    """Write the letter and its recipients, and enqueue it after commit. One address is written to once.

    `{lien}` in `body` stands for each recipient's own link. Raises `PartnersError` with the names of those who
    have no usable address; nothing is then written.
    """
    recipients = list(recipients)
    without = [recipient.name for recipient in recipients if not _is_usable(recipient.email)]
    if not recipients:
        raise PartnersError("Choisissez au moins un ou une destinataire.")
    if without:
        raise PartnersError(
            f"Sans adresse électronique utilisable\u00a0: {', '.join(without)}. Complétez leur fiche ou retirez-les."
        )
    message = OutgoingMessage.objects.create(
        kind=kind, subject=" ".join(subject.split()), body=body, reply_to=reply_to, cite=cite, sent_by=actor
    )
    unique = {recipient.email.lower(): recipient for recipient in recipients}
    Delivery.objects.bulk_create(
        Delivery(
            message=message,
            person=recipient.person,
            name=recipient.name,
            email=recipient.email,
            link=recipient.link,
            # The sweep leaves to the task the time to come.
            next_try_at=timezone.now(),
        )
        for recipient in unique.values()
    )
    enqueue(TASK, message.pk)
    return message


def _is_usable(email):
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def deliver(message_pk):
    """Send what is due of one message. Called by the task, outside any transaction; a second run sends nothing more."""
    due = Delivery.objects.filter(message=message_pk, state=DeliveryState.QUEUED, next_try_at__lte=timezone.now())
    for delivery in due.select_related("message", "link"):
        if _claim(delivery):
            _send(delivery)


def _claim(delivery):
    """Taken for the time of a lease, by one worker."""
    held = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.QUEUED, attempts=delivery.attempts)
    return held.update(attempts=F("attempts") + 1, next_try_at=timezone.now() + LEASE)


def _send(delivery):
    message = delivery.message
    link = link_url(delivery.link) if delivery.link else ""
    letter = EmailMessage(
        subject=message.subject,
        body=message.body.replace(LINK, link),
        to=[delivery.email],
        reply_to=[message.reply_to] if message.reply_to else None,
    )
    row = Delivery.objects.filter(pk=delivery.pk)
    try:
        letter.send()
    except (OSError, ValueError) as error:  # SMTP faults are OSErrors, a broken header a ValueError
        logger.warning("Delivery %s failed: %s", delivery.pk, error)
        tried = delivery.attempts + 1
        state = DeliveryState.FAILED if tried >= MAX_ATTEMPTS else DeliveryState.QUEUED
        row.update(state=state, error=FAULT, next_try_at=timezone.now() + timedelta(minutes=2**tried))
    else:
        row.update(state=DeliveryState.SENT, sent_at=timezone.now(), error="")


def resend(*, message):
    """Queue again what failed. Returns how many letters; a second click finds none."""
    failed = message.deliveries.filter(state=DeliveryState.FAILED)
    count = failed.update(state=DeliveryState.QUEUED, attempts=0, error="", next_try_at=timezone.now())
    if count:
        enqueue(TASK, message.pk)
    return count


def sweep():
    """Publish again the messages that have letters due and that no worker took. Returns their number."""
    late = timezone.now() - STALE_AFTER
    due = Delivery.objects.filter(state=DeliveryState.QUEUED, next_try_at__lt=late)
    messages = list(due.order_by("message").values_list("message", flat=True).distinct()[:20])
    for pk in messages:
        publish(TASK, pk)
    return len(messages)
