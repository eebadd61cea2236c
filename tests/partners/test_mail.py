"""Letters: at most once for one attempt, whatever dies in the middle."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from cite_educative.common.models import Entry
from partners import services, tasks
from partners.enums import DeliveryState, Gesture, MessageKind
from partners.models import AccessLink, Delivery, OutgoingMessage
from partners.services import Recipient
from partners.services import mail as letters
from tests.factories import make_cite, make_lead, make_person

pytestmark = pytest.mark.django_db


class Server(EmailBackend):
    """Answers each address as `answers` says, and counts its openings."""

    answers, openings, down = {}, 0, False

    def open(self):
        Server.openings += 1
        if self.down:
            raise ConnectionRefusedError

    def send_messages(self, messages):
        for message in messages:
            fault = self.answers.get(message.to[0])
            if fault:
                raise fault
        return super().send_messages(messages)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.answers, Server.openings, Server.down = {}, 0, False
    return Server


@pytest.fixture
def lead():
    return make_lead(make_cite())


def people(count):
    return [make_person(email=f"personne{number}@exemple.fr") for number in range(count)]


def write(lead, *recipients, subject="Rappel", body="Bonjour {lien}", reply_to=""):
    cite = lead.person.mandates.get().cite
    return services.send_message(
        kind=MessageKind.REMINDER,
        subject=subject,
        body=body,
        recipients=recipients or [Recipient.of(person) for person in people(1)],
        actor=lead,
        cite=cite,
        reply_to=reply_to,
    )


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def make_due():
    Delivery.objects.update(next_try_at=timezone.now() - timedelta(minutes=5))


def test_a_letter_leaves_once_with_its_headers(lead, server, published, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        message = write(lead, reply_to=lead.email)
    assert published == [("partners.send_message", message.pk)]

    tasks.send_message(message.pk)
    tasks.send_message(message.pk)

    [letter] = mail.outbox
    assert letter.reply_to == [lead.email]
    assert letter.message()["Auto-Submitted"] == "auto-generated"
    assert states() == [DeliveryState.SENT]


def test_each_recipient_gets_the_own_link_and_the_kept_text_has_none(lead, server):
    first, second = people(2)
    links = [
        services.issue_link(gesture=Gesture.INVITATION, email=person.email, name="x", actor=lead, person=person)
        for person in (first, second)
    ]
    message = write(lead, *(Recipient.of(link.person, link) for link in links))

    letters.deliver(message.pk)

    assert [services.link_path(link) in letter.body for link, letter in zip(links, mail.outbox, strict=True)] == [
        True
    ] * 2
    assert services.link_path(links[1]) not in mail.outbox[0].body
    assert "{lien}" in OutgoingMessage.objects.get().body


def test_a_subject_cannot_begin_another_header_nor_break_the_database(lead, server):
    message = write(lead, subject="Rappel\nBcc: tous@exemple.fr\r\n" + "x" * 400, reply_to="a@b.fr\nBcc: c@d.fr")

    letters.deliver(message.pk)

    assert "\n" not in message.subject
    assert len(message.subject) == 200
    assert mail.outbox[0].recipients() == ["personne0@exemple.fr"]
    assert mail.outbox[0].reply_to == []


def test_one_address_is_written_to_once_and_a_missing_one_stops_everything(lead, server):
    person = make_person(email="la.meme@exemple.fr")
    twin = make_person(email="La.Meme@exemple.fr")
    letters.deliver(write(lead, Recipient.of(person), Recipient.of(twin)).pk)
    assert len(mail.outbox) == 1

    with pytest.raises(services.PartnersError, match="Sans adresse électronique utilisable"):
        write(lead, Recipient.of(person), Recipient("Mme Sans Adresse", ""))
    assert OutgoingMessage.objects.count() == 1


def test_a_server_that_is_down_puts_all_off_at_the_cost_of_one_call(lead, server, published):
    message = write(lead, *map(Recipient.of, people(5)))
    server.down = True

    letters.deliver(message.pk)
    letters.deliver(message.pk)

    assert server.openings == 1
    assert states() == [DeliveryState.QUEUED] * 5
    assert letters.sweep() == 0
    make_due()
    published.clear()
    assert letters.sweep() == 1
    assert published == [("partners.send_message", message.pk)]
    server.down = False
    letters.deliver(message.pk)
    assert len(mail.outbox) == 5


def test_a_server_that_stays_down_ends_in_failure(lead, server):
    message = write(lead)
    server.down = True
    for _ in range(letters.MAX_ATTEMPTS):
        make_due()
        letters.deliver(message.pk)

    assert states() == [DeliveryState.FAILED]
    assert Delivery.objects.get().error == letters.FAULT


def test_a_refused_address_fails_at_once_and_the_others_leave(lead, server, caplog):
    message = write(lead, *map(Recipient.of, people(3)))
    server.answers = {"personne1@exemple.fr": SMTPRecipientsRefused({"personne1@exemple.fr": (550, b"unknown")})}

    letters.deliver(message.pk)

    assert states() == [DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.SENT]
    assert "personne1" not in caplog.text


def test_a_lost_server_leaves_the_rest_to_the_sweep(lead, server):
    message = write(lead, *map(Recipient.of, people(3)))
    server.answers = {"personne0@exemple.fr": SMTPServerDisconnected()}

    letters.deliver(message.pk)
    assert states() == [DeliveryState.QUEUED] * 3
    assert list(Delivery.objects.order_by("pk").values_list("attempts", flat=True)) == [1, 0, 0]

    letters.deliver(message.pk)
    assert states() == [DeliveryState.QUEUED, DeliveryState.SENT, DeliveryState.SENT]


def test_what_another_worker_holds_is_left_alone_until_its_lease_ends(lead, server):
    message = write(lead)
    delivery = Delivery.objects.get()
    assert letters._claim(delivery)
    assert not letters._claim(delivery)

    letters.deliver(message.pk)
    assert mail.outbox == []

    make_due()
    letters.deliver(message.pk)
    assert len(mail.outbox) == 1


def test_a_letter_that_kills_its_workers_is_given_up(lead, server):
    message = write(lead)
    Delivery.objects.update(attempts=letters.MAX_ATTEMPTS)

    letters.deliver(message.pk)

    assert mail.outbox == []
    assert states() == [DeliveryState.FAILED]


def test_a_long_list_stops_in_time_and_goes_on_later(lead, server, monkeypatch):
    message = write(lead, *map(Recipient.of, people(4)))
    hours = iter([0, 1, 2, 1000])
    monkeypatch.setattr(letters, "monotonic", lambda: next(hours))

    letters.deliver(message.pk)
    assert len(mail.outbox) == 2

    monkeypatch.setattr(letters, "monotonic", lambda: 0)
    make_due()
    assert letters.sweep() == 1
    letters.deliver(message.pk)
    assert len(mail.outbox) == 4


def test_a_letter_whose_link_was_replaced_does_not_leave(lead, server):
    [person] = people(1)
    link = services.issue_link(gesture=Gesture.INVITATION, email=person.email, name="x", actor=lead, person=person)
    message = write(lead, Recipient.of(person, link))
    AccessLink.objects.update(revoked_at=timezone.now())

    letters.deliver(message.pk)

    assert mail.outbox == []
    assert Delivery.objects.get().error == letters.DEAD_LINK


def test_resending_takes_the_failed_ones_only_and_once(lead, server, published, django_capture_on_commit_callbacks):
    message = write(lead, *map(Recipient.of, people(2)))
    server.answers = {"personne1@exemple.fr": SMTPRecipientsRefused({"personne1@exemple.fr": (550, b"")})}
    letters.deliver(message.pk)
    server.answers = {}

    with django_capture_on_commit_callbacks(execute=True):
        counts = [services.resend(message=message, actor=lead) for _ in range(2)]
    letters.deliver(message.pk)

    assert counts == [1, 0]
    assert published == [("partners.send_message", message.pk)]
    assert [letter.to for letter in mail.outbox] == [["personne0@exemple.fr"], ["personne1@exemple.fr"]]
    assert Entry.objects.filter(verb="message.resend").count() == 1
