"""What meetings, convocations and notes do at their edges: moved, refused, forgotten, answered too late."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from actions.enums import ActionStatus
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance import services
from governance.convocation_content import called, mark_of, signatories_of
from governance.enums import AnswerHow, Approval, ConvocationLetter, NoteKind, Presence
from governance.models import AgendaItem, Attendance, Invitee, MeetingGuest, NoteReview
from governance.note_content import note_content
from governance.note_fields import check_texts
from governance.services.forgetting import forget_names
from partners.enums import DeliveryState, Role
from partners.models import Delivery, Person
from partners.services.mail import deliver
from tests.factories import make_mandate, make_user
from tests.governance import factories

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def setting():
    setting = factories.make_setting()
    for number, person in enumerate(Person.objects.exclude(pk=setting.lead.person_id)):
        Person.objects.filter(pk=person.pk).update(email=f"membre{number}@exemple.fr")
    return setting


@pytest.fixture
def meeting(setting):
    return factories.make_meeting(setting, days=9)


def convene(meeting, setting):
    convocation, _ = services.send_convocation(
        meeting,
        text={
            "place": "",
            "opening": "Madame, Monsieur,",
            "closing": "Salutations.",
            "subject": "Convocation",
            "body": "Voici.",
            "reply_by": timezone.localdate(meeting.starts_at),
        },
        signatories=signatories_of(meeting)[:1],
        members=called(services.expected_mandates(meeting)),
        guests=[],
        mark=mark_of(meeting),
        actor=setting.lead,
    )
    return convocation


def moved(meeting, days):
    """As time passes, or as a colleague moves it."""
    meeting.refresh_from_db()
    meeting.starts_at += timedelta(days=days)
    meeting.save()


def answer(meeting, setting, reply="present"):
    row = Invitee.objects.in_force(meeting).first()
    return services.give_reply(row, actor=setting.lead, how=AnswerHow.LINK, reply=reply)


# --- Convocations -----------------------------------------------------------------------------------


def test_a_reply_given_for_another_day_counts_for_nothing(setting, meeting):
    convene(meeting, setting)
    mandate = answer(meeting, setting).mandate
    moved(meeting, days=1)

    with pytest.raises(TransitionError, match="changé de date"):
        answer(meeting, setting, "excused")
    services.open_meeting(meeting, actor=setting.lead)

    assert Attendance.objects.get(meeting=meeting, mandate=mandate).presence == Presence.EXCUSED


def test_nobody_is_reminded_of_a_day_that_is_over(setting, meeting):
    convene(meeting, setting)
    moved(meeting, days=-10)

    with pytest.raises(TransitionError, match="est passée"):
        services.write_to_invitees(
            meeting,
            letter=ConvocationLetter.REMINDS,
            mandates=[one.mandate_id for one in Invitee.objects.in_force(meeting)],
            subject="Votre réponse",
            body="Elle manque.",
            actor=setting.lead,
        )


def test_a_convocation_still_in_the_queue_does_not_leave_after_the_cancelling(setting, meeting):
    convene(meeting, setting)
    services.cancel_meeting(meeting, actor=setting.lead)
    delivery = Delivery.objects.latest("pk")

    deliver(delivery.message_id)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED
    assert "ne part plus" in delivery.error


# --- Points and meetings ----------------------------------------------------------------------------


def test_a_point_that_has_an_annex_is_removed_after_its_annex(setting, meeting):
    item = meeting.items.get()
    upload = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan")
    annex = services.add_annex(meeting, upload=upload, title="Plan", item=item, actor=setting.lead)
    with pytest.raises(TransitionError, match="annexe"):
        services.remove_item(item, actor=setting.lead)
    services.remove_annex(annex, actor=setting.lead)

    services.remove_item(item, actor=setting.lead)

    annex.refresh_from_db()
    assert annex.item is None
    assert not AgendaItem.objects.filter(pk=item.pk).exists()


def test_guests_of_one_meeting_are_all_forgotten(setting):
    meeting = factories.make_open_meeting(setting)
    person = make_mandate(setting.cite, Role.READER).person
    for name in (person.formal_name, person.full_name):
        MeetingGuest.objects.create(meeting=meeting, name=name)

    forget_names(person)

    names = list(meeting.guests.values_list("name", flat=True))
    assert len(set(names)) == 2
    assert not any(person.last_name in name for name in names)


def test_positions_are_not_read_by_finance_during_the_meeting(client, setting):
    meeting = factories.make_open_meeting(setting)
    item = meeting.items.get()
    decision = factories.make_decision(setting, item)
    side = setting.cite.sides.first()
    services.set_position(
        decision=decision, side=side, verdict="reserved", comment="Dit entre pilotes", actor=setting.lead
    )
    address = f"{reverse('governance:live', args=[meeting.pk])}?point={item.pk}"

    client.force_login(make_user(setting.cite, Role.FINANCE))
    assert "Dit entre pilotes" not in client.get(address).content.decode()
    client.force_login(setting.lead)
    assert "Dit entre pilotes" in client.get(address).content.decode()


# --- Notes ------------------------------------------------------------------------------------------


@pytest.fixture
def note(setting, meeting):
    row = factories.make_note(setting, meeting.items.get(), proposal="La Troïka programme {montant}.")
    services.send_note(row, sides=[setting.cite.sides.first()], due_on=timezone.localdate(), actor=setting.lead)
    row.refresh_from_db()
    return row


def test_who_made_a_remark_stays_a_reader_when_no_longer_waited_for(setting, note):
    review = note.reviews.get()
    services.answer_note(review, state=Approval.CHANGES, remark="À dire autrement", actor=setting.lead)
    again, created = services.send_note(note, sides=[review.side], due_on=timezone.localdate(), actor=setting.lead)
    assert created

    services.drop_note_review(note.reviews.get(), actor=setting.lead)

    assert NoteReview.objects.get(note=again).state == Approval.CHANGES
    with pytest.raises(TransitionError, match="remarque"):
        services.validate_note(note, actor=setting.lead)


def test_an_answer_to_a_text_written_again_since_is_asked_again(client, setting, note):
    review, read = note.reviews.get(), note.version
    factories.make_note(setting, note.item, note=note, version=read, title="Réécrite")
    with pytest.raises(ConflictError):
        services.answer_note(review, state=Approval.APPROVED, version=read, actor=setting.lead)

    client.force_login(setting.lead)
    sent = {"state": "approved", "version": read, "received_from": "M. Petit", "received_by": "courriel"}
    sent["received_on"] = timezone.localdate()
    page = client.post(reverse("governance:note_review", args=[review.pk]), sent).content.decode()

    assert "réécrite pendant que vous la lisiez" in page
    assert f'name="version" value="{read + 1}"' in page
    assert note.reviews.get().state == Approval.AWAITED


def test_a_note_counts_nothing_for_an_action_refused_before(setting, meeting):
    row = factories.make_note(setting, meeting.items.get(), request="Programmer {nombre_actions} pour {montant}.")
    action = setting.actions[0]
    type(action).objects.filter(pk=action.pk).update(status=ActionStatus.REJECTED)

    content = note_content(row, version=1, issued_on=timezone.localdate(), issued_by=setting.lead)

    assert content["request"] == f"Programmer 1{NBSP}action pour 13{NBSP}000{NBSP}€."


def test_a_report_says_its_line_even_when_a_second_funder_came_since(setting, meeting):
    action = factories.make_action(setting.cite, 9, actor=setting.lead)
    factories.ask(action, setting.state, 4_000, actor=setting.lead)
    item = services.add_item(
        meeting=meeting, actor=setting.lead, title="Subvention", kind="decision", actions=[action]
    )
    row = factories.make_note(setting, item, kind=NoteKind.REPORT)
    factories.ask(action, setting.town, 5_000, actor=setting.lead)

    with pytest.raises(ValidationError, match="Choisissez la ligne"):
        services.issue_note(row, actor=setting.lead)


def test_the_wall_says_the_proposal_that_was_issued(client, setting):
    meeting = factories.make_open_meeting(setting)
    item = services.discuss_item(meeting.items.get()).items.get()
    row = factories.make_note(setting, item, proposal="La Troïka programme {montant}.")
    services.issue_note(row, actor=setting.lead)
    row.refresh_from_db()
    factories.make_note(setting, item, note=row, version=row.version, proposal="Autre texte.")

    client.force_login(setting.lead)
    page = client.get(reverse("governance:projection", args=[meeting.pk])).content.decode()

    assert f"La Troïka programme 26{NBSP}000{NBSP}€." in page
    assert "Autre texte" not in page


def test_no_word_in_braces_becomes_the_address_of_a_link():
    with pytest.raises(ValidationError, match="adresse d’un lien"):
        check_texts([{"title": "Partie", "text": '<p><a href="{destinataire}">ici</a></p>'}])
