"""A convocation: the letter frozen, sent once by a person, carried with its calendar entry, answered by a link."""

import subprocess
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from cite_educative.common.transitions import TransitionError
from cite_educative.documents.enums import State
from cite_educative.documents.models import GeneratedFile
from cite_educative.documents.tasks import render
from cite_educative.home.personal_data import collect
from governance import services
from governance.convocation_content import called, guests_of, mark_of, signatories_of
from governance.enums import AnswerHow, ConvocationLetter
from governance.models import Convocation, Invitee, MeetingPaper
from governance.paper_documents import render_paper
from governance.services.forgetting import forget_names
from partners.enums import DeliveryState, Role
from partners.models import AccessLink, Delivery, Mandate, OutgoingMessage, Person
from partners.services import link_path
from partners.services.mail import deliver
from tests.factories import make_mandate
from tests.governance import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting():
    """Two pilots have an address, one of them an assistant too; the others have none."""
    setting = factories.make_setting()
    Person.objects.update(email="", assistant="")
    first, second = members_of(setting)[:2]
    Person.objects.filter(pk=first.person_id).update(
        email="prefet@exemple.fr", assistant="Mme Tan, secretariat@exemple.fr, 03 28"
    )
    Person.objects.filter(pk=second.person_id).update(email="recteur@exemple.fr")
    Person.objects.filter(pk=setting.lead.person_id).update(email="cheffe@exemple.fr")
    return setting


def members_of(setting):
    return list(Mandate.objects.filter(memberships__body=setting.body).in_protocol_order())


@pytest.fixture
def meeting(setting):
    return factories.make_meeting(setting, days=9, items=2)


def text(meeting, **changes):
    return {
        "place": "Dunkerque",
        "opening": "Madame, Monsieur,\n\nVous êtes attendu.",
        "closing": "Salutations.",
        "subject": "Convocation",
        "body": "Bonjour,",
        "reply_by": timezone.localdate(meeting.starts_at) - timedelta(days=2),
    } | changes


def send(meeting, setting, *, guests=(), mark=None, **changes):
    return services.send_convocation(
        meeting,
        text=text(meeting, **changes),
        signatories=signatories_of(meeting)[:1],
        members=called(services.expected_mandates(meeting)),
        guests=list(guests),
        mark=mark or mark_of(meeting),
        actor=setting.lead,
    )


def sent_letters():
    """Rendered by the worker, then sent by it."""
    for file in GeneratedFile.objects.filter(kind="governance.paper", state=State.QUEUED, format="pdf"):
        render(file.pk)
    for message in OutgoingMessage.objects.all():
        deliver(message.pk)
    return [message_from_bytes(one.message().as_bytes(), policy=policy.default) for one in mail.outbox]


def event_of(letter):
    part = next(one for one in letter.iter_attachments() if one.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_content())
    return part, calendar, calendar.walk("VEVENT")[0]


def invitee(meeting, email="prefet@exemple.fr"):
    return Invitee.objects.in_force(meeting).get(sent_to=email)


def link_of(row):
    return link_path(AccessLink.objects.get(subject_pk=row.pk, gesture="convocation", revoked_at=None))


# --- Sending --------------------------------------------------------------------------------------


def test_sending_convenes_freezes_the_letter_and_keeps_who_got_it(setting, meeting):
    convocation, created = send(meeting, setting)
    again, twice = send(meeting, setting, mark="read before the first click")
    meeting.refresh_from_db()

    assert (created, twice, again) == (True, False, convocation)
    assert meeting.status == "convened"
    assert OutgoingMessage.objects.get().reply_to == "cheffe@exemple.fr"
    addresses = list(Invitee.objects.in_force(meeting).values_list("sent_to", flat=True))
    assert addresses == ["prefet@exemple.fr", "recteur@exemple.fr", *[""] * (len(addresses) - 2)]
    assert set(convocation.paper.files.values_list("file__format", flat=True)) == {"pdf", "docx"}
    assert Delivery.objects.get(email="prefet@exemple.fr").copy_to == "secretariat@exemple.fr"


def test_the_letter_says_where_it_was_written_and_which_assistants_have_a_copy(setting, meeting):
    convocation, _ = send(meeting, setting, place="Bray-Dunes")
    html = render_paper(convocation.paper.files.get(file__format="docx").file)
    prefect = Person.objects.get(email="prefet@exemple.fr").formal_name

    assert f"Bray-Dunes, le {convocation.paper.content['dated']}" in html
    assert convocation.paper.content["copies"] == [f"secrétariat de {prefect}"]
    assert "Copie à\u00a0: secrétariat de" in html


def test_the_mail_carries_the_letter_and_an_entry_that_calendars_read(setting, meeting, tmp_path):
    send(meeting, setting)
    first = sent_letters()[0]
    row = invitee(meeting)

    assert (first["To"], first["Cc"], first["Reply-To"]) == (
        "prefet@exemple.fr",
        "secretariat@exemple.fr",
        "cheffe@exemple.fr",
    )
    body = first.get_body().get_content()
    assert link_of(row) in body
    assert "Votre réponse est attendue pour le" in body
    part, calendar, event = event_of(first)
    assert part["Content-Type"].params["method"] == calendar["method"] == "REQUEST"
    assert calendar.walk("VTIMEZONE")[0]["tzid"] == event["dtstart"].params["TZID"] == "Europe/Paris"
    assert event.decoded("dtstart") == meeting.starts_at.replace(microsecond=0)
    assert event["uid"].startswith(f"reunion-{meeting.pk}@")
    assert (event["sequence"], event["organizer"]) == (0, "mailto:cheffe@exemple.fr")
    assert event["attendee"] == "mailto:prefet@exemple.fr"

    pdf = next(one for one in first.iter_attachments() if one.get_content_type() == "application/pdf")
    path = tmp_path / "lettre.pdf"
    path.write_bytes(pdf.get_content())
    printed = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    assert "Vous êtes attendu." in printed
    assert "Programmation 2" in printed
    assert signatories_of(meeting)[0].person.formal_name in " ".join(printed.split())
    assert "prefet@exemple.fr" not in printed


def test_the_mail_waits_for_the_letter_and_says_when_it_cannot_be_made(setting, meeting):
    send(meeting, setting)
    message = OutgoingMessage.objects.get()
    deliver(message.pk)
    assert set(message.deliveries.values_list("state", "attempts")) == {(DeliveryState.QUEUED, 0)}
    assert not mail.outbox

    GeneratedFile.objects.filter(format="pdf").update(state=State.FAILED, error="Trop long.")
    Delivery.objects.update(next_try_at=timezone.now())
    deliver(message.pk)
    failed = message.deliveries.first()
    assert failed.state == DeliveryState.FAILED
    assert "renvoyez ce message" in failed.error


def test_a_new_date_replaces_the_letter_and_asks_the_replies_again(setting, meeting):
    send(meeting, setting)
    services.give_reply(invitee(meeting), actor=setting.lead, how=AnswerHow.LINK, reply="present")
    old_link = link_of(invitee(meeting))
    services.update_meeting(
        meeting,
        actor=setting.lead,
        version=2,
        starts_at=meeting.starts_at + timedelta(days=1),
        place="Mairie",
        minutes_planned=None,
    )
    meeting.refresh_from_db()
    convocation, created = send(meeting, setting)

    assert (created, convocation.paper.number) == (True, 2)
    assert convocation.paper.content["replaces"]
    assert invitee(meeting).reply == ""
    assert link_of(invitee(meeting)) != old_link
    letter = sent_letters()[-1]
    assert "annule et remplace" in letter.get_body().get_content()
    assert event_of(letter)[2]["sequence"] == 1


def test_a_new_agenda_keeps_the_replies(setting, meeting):
    send(meeting, setting)
    services.give_reply(invitee(meeting), actor=setting.lead, how=AnswerHow.LINK, reply="excused")
    services.add_item(meeting=meeting, actor=setting.lead, title="Ajouté", kind="information")
    send(meeting, setting)
    assert invitee(meeting).reply == "excused"
    assert Convocation.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mark": "old"}, "pendant que vous prépariez"),
        ({"reply_by": timezone.localdate() + timedelta(days=90)}, "jour de la réunion"),
    ],
)
def test_a_refused_convocation_writes_nothing(setting, meeting, change, said):
    with pytest.raises(ValidationError, match=said):
        send(meeting, setting, **change)
    assert not MeetingPaper.objects.exists()
    assert not OutgoingMessage.objects.exists()


def test_a_meeting_given_up_past_or_empty_is_not_convened(setting, meeting):
    with pytest.raises(TransitionError, match="passée"):
        send(factories.make_meeting(setting, days=-1), setting)
    with pytest.raises(TransitionError, match="ordre du jour est vide"):
        send(factories.make_meeting(setting, days=3, items=0), setting)
    with pytest.raises(TransitionError, match="annulée"):
        send(services.cancel_meeting(meeting, actor=setting.lead), setting)


def test_one_address_serves_one_person_and_a_wrong_one_is_printed(setting, meeting):
    first, second, third = members_of(setting)[:3]
    Person.objects.filter(pk=second.person_id).update(email="PREFET@exemple.fr")
    Person.objects.filter(pk=third.person_id).update(email="sans arobase")
    lines = called(services.expected_mandates(meeting))
    assert [line.email for line in lines[:3]] == ["prefet@exemple.fr", "", ""]
    assert lines[1].missing == f"même adresse que {first.person.formal_name}"
    assert "mal écrite (sans arobase)" in lines[2].missing


# --- The pages ------------------------------------------------------------------------------------


def form_data(client, url):
    form = client.get(url).context["form"]
    return {
        name: form.initial[name].isoformat() if name == "reply_by" else form.initial.get(name, [])
        for name in form.fields
    }


def test_the_lead_writes_reads_again_and_sends(setting, meeting, client):
    client.force_login(setting.lead)
    url = reverse("governance:convocation", args=[meeting.pk])
    data = form_data(client, url)
    preview = client.post(url, data)
    page = preview.content.decode()
    assert "Rien n’est encore parti" in page
    assert "Convocation à imprimer" not in page
    assert "Aucune adresse électronique" in page
    assert not Convocation.objects.exists()

    sent = dict(preview.context["hidden"]) | {"members": data["members"], "signatories": data["signatories"]}
    for _ in range(2):
        answer = client.post(url, sent | {"send": "1"}, follow=True)
    assert "déjà parti" in answer.content.decode()
    assert Convocation.objects.count() == 1
    assert Invitee.objects.count() == len(data["members"])


def test_a_convocation_without_anybody_keeps_what_was_typed(setting, meeting, client):
    client.force_login(setting.lead)
    url = reverse("governance:convocation", args=[meeting.pk])
    answer = client.post(
        url, form_data(client, url) | {"members": [], "opening": "Mon début", "reply_by": "31/02/2027"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Cochez au moins une personne à convoquer" in page
    assert "Cette date n’est pas lisible" in page
    assert "Mon début" in page


# --- Replies --------------------------------------------------------------------------------------


def test_a_link_answers_corrects_and_gives_the_calendar(setting, meeting, client):
    send(meeting, setting)
    url = link_of(invitee(meeting))
    assert "noindex" in client.get(url).content.decode()
    alone = client.post(url, {"reply": "represented", "represented_by": " ", "version": 1})
    assert "Dites par qui" in alone.content.decode()
    client.post(url, {"reply": "present", "version": 1})
    stale = client.post(url, {"reply": "excused", "version": 1})
    assert "vient d’être enregistrée" in stale.content.decode()
    client.post(url, {"reply": "represented", "represented_by": "M. Remplaçant", "version": 2})
    row = invitee(meeting)
    assert (row.reply, row.represented_by, row.how) == ("represented", "M. Remplaçant", AnswerHow.LINK)
    assert Calendar.from_ical(client.get(f"{url}?agenda=1").content)["method"] == "PUBLISH"
    assert client.get(f"{url}?lettre=1").status_code == 404


def test_the_team_enters_a_reply_and_the_meeting_counts_them(setting, meeting, client):
    send(meeting, setting)
    client.force_login(setting.lead)
    url = reverse("governance:reply", args=[invitee(meeting).pk])
    refused = client.post(url, {"reply": "excused", "version": 1})
    assert "Dites comment cette réponse a été reçue" in refused.content.decode()
    client.post(url, {"reply": "excused", "received": "au téléphone", "version": 1})
    page = client.get(reverse("governance:meeting", args=[meeting.pk])).context["convocation"]
    number = Invitee.objects.count()
    assert [fact["value"] for fact in page["counts"]] == [number, 0, 1, 0, number - 1]
    client.force_login(setting.pilot)
    assert client.get(url).status_code == 404


def test_the_replies_fill_the_attendance_list_and_end_there(setting, meeting, client):
    guest = make_mandate(setting.cite, Role.PARTNER)
    line = next(line for line in guests_of(meeting) if line.mandate == guest)
    send(meeting, setting, guests=[line])
    rows = list(Invitee.objects.in_force(meeting))
    replies = [("present", ""), ("represented", "Mme Autre")]
    for row, (reply, by) in zip(rows, replies, strict=False):
        services.give_reply(row, actor=setting.lead, how=AnswerHow.LINK, reply=reply, represented_by=by)
    services.give_reply(rows[-1], actor=setting.lead, how=AnswerHow.LINK, reply="present")
    url = link_of(rows[0])
    services.open_meeting(meeting, actor=setting.lead)

    presences = dict(meeting.attendances.values_list("mandate", "presence"))
    assert [presences[row.mandate_id] for row in (*rows[:3], rows[-1])] == [
        "present",
        "represented",
        "excused",
        "guest",
    ]
    late = client.post(url, {"reply": "excused", "version": 2})
    assert late.status_code == 410
    assert "feuille de présence fait foi" in late.content.decode()


# --- What follows ---------------------------------------------------------------------------------


def write(meeting, setting, letter):
    return services.write_to_invitees(
        meeting,
        letter=letter,
        mandates={line.mandate.pk for line, _ in services.reachable(meeting, awaited_only=False)},
        subject="Suite",
        body="Bonjour,",
        actor=setting.lead,
    )


def test_a_reminder_goes_once_to_those_without_reply_by_the_same_link(setting, meeting):
    send(meeting, setting)
    services.give_reply(invitee(meeting), actor=setting.lead, how=AnswerHow.LINK, reply="present")
    before = link_of(invitee(meeting, "recteur@exemple.fr"))
    message, _ = write(meeting, setting, ConvocationLetter.REMINDS)
    assert write(meeting, setting, ConvocationLetter.REMINDS) == (message, False)
    assert message.deliveries.get().email == "recteur@exemple.fr"
    assert "attendue pour le" in message.body
    assert link_of(invitee(meeting, "recteur@exemple.fr")) == before


def test_a_meeting_given_up_is_called_off_in_the_calendars(setting, meeting, client):
    send(meeting, setting)
    with pytest.raises(TransitionError, match="annulez-la"):
        write(meeting, setting, ConvocationLetter.CANCELS)
    services.postpone_meeting(meeting, actor=setting.lead)
    client.force_login(setting.lead)
    url = reverse("governance:convocation_call_off", args=[meeting.pk])
    assert "Les prévenir" in client.get(reverse("governance:meeting", args=[meeting.pk])).content.decode()
    form = client.get(url).context["form"]
    data = {name: form.initial[name] for name in form.fields}
    assert "Rien n’est encore parti" in client.post(url, data).content.decode()
    client.post(url, data | {"send": "1"})
    letter = next(one for one in sent_letters() if "reportée" in one["Subject"])
    _, calendar, event = event_of(letter)
    assert (calendar["method"], event["sequence"], event["status"]) == ("CANCEL", 1, "CANCELLED")
    assert len(list(letter.iter_attachments())) == 1
    assert client.get(link_of(invitee(meeting))).status_code == 410


def test_a_member_takes_the_meeting_to_the_own_calendar(setting, meeting, client):
    client.force_login(setting.pilot)
    url = reverse("governance:meeting_calendar", args=[meeting.pk])
    assert Calendar.from_ical(client.get(url).content).walk("VEVENT")[0]["location"] == "Sous-préfecture"
    services.cancel_meeting(meeting, actor=setting.lead)
    assert client.get(url).status_code == 404


def test_a_person_reads_her_convocations_and_is_forgotten_from_them(setting, meeting):
    send(meeting, setting)
    row = invitee(meeting)
    services.give_reply(row, actor=setting.lead, how=AnswerHow.LINK, reply="represented", represented_by="M. Deux")
    sections = {
        section["title"]: section for section in collect(row.mandate.person, setting.cite, whole=False)["sections"]
    }
    assert sections["Convocations reçues"]["rows"][0][2:] == ["prefet@exemple.fr", "représenté", "M. Deux"]
    forget_names(row.mandate.person)
    assert row.copies.get().email == ""
