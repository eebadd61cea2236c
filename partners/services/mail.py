"""Letters: rows first, then the queue. A letter kept here has no secret in it, links are made when it leaves."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from time import monotonic

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.once import SECOND_CLICK
from cite_educative.common.outbox import enqueue, publish
from partners.enums import DeliveryState
from partners.models import AccessLink, Delivery, OutgoingMessage, Person
from partners.services.errors import PartnersError
from partners.services.links import link_url

logger = logging.getLogger(__name__)
TASK = "partners.send_message"
LINK = "{lien}"
LONGEST_SUBJECT = 200
MAX_ATTEMPTS = 7  # two hours in all, as each wait is twice the one before
LEASE = timedelta(minutes=2)  # a worker killed while it sends: the letter is tried again after that
STALE_AFTER = timedelta(seconds=15)
BUDGET = 80  # seconds of one run, below the soft limit of the task: the sweep takes up what is left
FAULT = "Le serveur de messagerie n’a pas accepté ce message."
REFUSED = "Le serveur de messagerie refuse cette adresse\u00a0: vérifiez-la."
WAIT = timedelta(seconds=15)  # for an attachment that is being made
DEAD_LINK = "Le lien de ce message n’est plus valable\u00a0: envoyez-en un nouveau."


attachers = {}


class AttachmentsPending(Exception):
    """What goes with a letter is still being made: it leaves a little later."""


def attacher(kind):
    """Register `attached(delivery)` for one `MessageKind`: [(filename, bytes or text, MIME type)] that go with a letter.

    It runs in the worker, at each attempt. It may raise `AttachmentsPending`, or `PartnersError` with the reason why
    the letter cannot leave.
    """

    def record(function):
        attachers[kind] = function
        return function

    return record


@dataclass(frozen=True)
class Recipient:
    """`person` is None for an expert or a mailbox known by its address only; `copy_to` reads the same letter."""

    name: str
    email: str
    person: Person | None = None
    link: AccessLink | None = None
    copy_to: str = ""

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
    without = [one.name for one in recipients if not (_is_usable(one.email) and _is_usable(one.copy_to or one.email))]
    if not recipients:
        raise PartnersError("Choisissez au moins un ou une destinataire.")
    if without:
        raise PartnersError(
            f"Sans adresse électronique utilisable\u00a0: {', '.join(without)}. Complétez leur fiche ou retirez-les."
        )
    message = OutgoingMessage.objects.create(
        kind=kind,
        subject=_on_one_line(subject),
        body=body,
        reply_to=reply_to if _is_usable(reply_to) else "",
        cite=cite,
        sent_by=actor,
    )
    unique = {recipient.email.lower(): recipient for recipient in recipients}
    Delivery.objects.bulk_create(
        Delivery(
            message=message,
            person=recipient.person,
            name=recipient.name,
            email=recipient.email,
            copy_to=recipient.copy_to,
            link=recipient.link,
            # The sweep leaves to the task the time to come.
            next_try_at=timezone.now(),
        )
        for recipient in unique.values()
    )
    enqueue(TASK, message.pk)
    return message


def _on_one_line(subject):
    """A line break would begin another header."""
    return " ".join(subject.split())[:LONGEST_SUBJECT]


def same_letter(*, kind, subject, body, recipients, actor, cite, within=SECOND_CLICK, links=None):
    """The message that `actor` already sent to the same addresses less than `within` ago; None for a new one.

    `links`: only a message whose personal links are among these. The caller holds a lock (`common.once.lock_row`),
    so that two clicks come one after the other.
    """
    addresses = {recipient.email.lower() for recipient in recipients}
    recent = OutgoingMessage.objects.filter(
        cite=cite,
        kind=kind,
        sent_by=actor,
        subject=_on_one_line(subject),
        body=body,
        created_at__gt=timezone.now() - within,
    )
    if links is not None:
        recent = recent.filter(pk__in=Delivery.objects.filter(link__in=links).values("message"))
    for message in recent.prefetch_related("deliveries"):
        if {delivery.email.lower() for delivery in message.deliveries.all()} == addresses:
            return message
    return None


def _is_usable(email):
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def deliver(message_pk):
    """Send what is due of one message. Called by the task, outside any transaction; a second run sends nothing more.

    Stops when the mail server is lost or the time is up: the sweep takes up the rest.
    """
    stop_at = monotonic() + BUDGET
    due = Delivery.objects.filter(message=message_pk, state=DeliveryState.QUEUED, next_try_at__lte=timezone.now())
    due = list(due.select_related("message", "link"))
    if not due:
        return
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        for delivery in due:
            if _claim(delivery):
                _put_off(delivery, error)
        return
    try:
        for delivery in due:
            if monotonic() > stop_at or (_claim(delivery) and not _send(delivery, connection)):
                break
    finally:
        connection.close()


def _claim(delivery):
    """Taken for the time of a lease, by one worker."""
    held = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.QUEUED, attempts=delivery.attempts)
    return held.update(attempts=F("attempts") + 1, next_try_at=timezone.now() + LEASE)


def _send(delivery, connection):
    """False when the mail server is lost."""
    link = delivery.link
    if link and not link.is_live:
        _fail(delivery, DEAD_LINK)
        return True
    if delivery.attempts >= MAX_ATTEMPTS:  # each of its workers died
        _fail(delivery, FAULT)
        return True
    try:
        _letter(delivery, connection).send()
    except AttachmentsPending:
        _row(delivery).update(attempts=delivery.attempts, next_try_at=timezone.now() + WAIT)
    except PartnersError as error:
        _fail(delivery, str(error))
    except SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        _fail(delivery, REFUSED) if min(codes, default=0) >= 500 else _put_off(delivery, error)
    except (OSError, ValueError) as error:  # the faults of SMTP are OSErrors, a header that is refused a ValueError
        _put_off(delivery, error)
        return isinstance(error, ValueError)
    else:
        _row(delivery).update(state=DeliveryState.SENT, sent_at=timezone.now(), error="")
    return True


def _letter(delivery, connection):
    message, link = delivery.message, delivery.link
    attached = attachers.get(message.kind)
    letter = EmailMessage(
        subject=message.subject,
        body=message.body.replace(LINK, link_url(link) if link else ""),
        to=[delivery.email],
        cc=[delivery.copy_to] if delivery.copy_to else None,
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={"Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    for name, content, mimetype in attached(delivery) if attached else ():
        letter.attach(name, content, mimetype)
    return letter


def _row(delivery):
    return Delivery.objects.filter(pk=delivery.pk)


def _put_off(delivery, error):
    # The text of the fault may hold the address.
    logger.warning("Delivery %s failed: %s", delivery.pk, type(error).__name__)
    tried = delivery.attempts + 1
    if tried >= MAX_ATTEMPTS:
        _fail(delivery, FAULT)
    else:
        _row(delivery).update(error=FAULT, next_try_at=timezone.now() + timedelta(minutes=2**tried))


def _fail(delivery, reason):
    _row(delivery).update(state=DeliveryState.FAILED, error=reason)


@transaction.atomic
def resend(*, message, actor):
    """Queue again what failed. Returns how many letters; a second click finds none."""
    failed = message.deliveries.filter(state=DeliveryState.FAILED)
    count = failed.update(state=DeliveryState.QUEUED, attempts=0, error="", next_try_at=timezone.now())
    if count:
        enqueue(TASK, message.pk)
        journal.record(
            cite_id=message.cite_id,
            actor=actor,
            verb="message.resend",
            subject=message,
            sentence=f"{actor} a renvoyé le message «\u00a0{message.subject}\u00a0» à qui ne l’avait pas reçu.",
        )
    return count


def sweep():
    """Publish again the messages that have letters due and that no worker took. Returns their number."""
    late = timezone.now() - STALE_AFTER
    due = Delivery.objects.filter(state=DeliveryState.QUEUED, next_try_at__lt=late)
    messages = list(due.order_by("message").values_list("message", flat=True).distinct()[:20])
    for pk in messages:
        publish(TASK, pk)
    return len(messages)
