"""The dossier sent by a person: once, to who sits, each in the version that she or he may read."""

import subprocess

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.transitions import TransitionError
from cite_educative.documents.models import GeneratedFile
from cite_educative.documents.registry import visibilities
from cite_educative.documents.tasks import render
from governance import services
from governance.dossier import awaited, readers_of
from governance.enums import PaperKind, StepFact
from governance.models import MeetingPaper, PaperMessage
from governance.paper_content import is_dossier_outdated
from governance.retro import steps_of
from governance.services.papers import PAPER_KIND
from partners.enums import DeliveryState, Role
from partners.models import Delivery, Mandate, OutgoingMessage, Person
from partners.services.mail import deliver
from tests.factories import make_user
from tests.governance import factories
from tests.governance.test_papers import blank_pdf

pytestmark = pytest.mark.django_db

REFERENT = "referente@exemple.fr"


@pytest.fixture
def setting():
    """Two pilots have an address, the others none; a referent sits too."""
    setting = factories.make_setting()
    setting.referent = make_user(setting.cite, Role.REFERENT)
    mandates = Mandate.objects.filter(person=setting.referent.person_id)
    setting.body.members.create(mandate=mandates.get())
    Person.objects.update(email="", assistant="")
    pilots = Mandate.objects.filter(memberships__body=setting.body, role=Role.PILOT).in_protocol_order()
    for mandate, email in zip(pilots[:2], ("prefet@exemple.fr", "recteur@exemple.fr"), strict=True):
        Person.objects.filter(pk=mandate.person_id).update(email=email)
    Person.objects.filter(pk=setting.referent.person_id).update(email=REFERENT)
    return setting


@pytest.fixture
def meeting(setting):
    meeting = factories.make_meeting(setting, days=9, items=2)
    services.issue_note(factories.make_note(setting, meeting.items.first()), actor=setting.lead)
    upload = SimpleUploadedFile("plan.pdf", blank_pdf(2))
    services.add_annex(meeting, upload=upload, title="Plan chiffré", item=None, actor=setting.lead)
    return meeting


def make(meeting, setting):
    paper, _ = services.make_paper(meeting, PaperKind.DOSSIER, actor=setting.lead, with_sheets=True)
    return paper


def send(meeting, setting, paper, **changes):
    letter = {"subject": "Dossier", "body": "Bonjour,", "persons": [one.person for one in readers_of(meeting)]}
    return services.send_dossier(meeting, dossier=paper.pk, actor=setting.lead, **letter | changes)


def leave():
    Delivery.objects.update(next_try_at=timezone.now())
    for message in OutgoingMessage.objects.all():
        deliver(message.pk)


def pdf_text(content, tmp_path):
    path = tmp_path / "sent.pdf"
    path.write_bytes(content)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True)
    return done.stdout


def test_each_one_gets_the_version_that_she_or_he_may_read_once_it_is_made(setting, meeting, tmp_path):
    send(meeting, setting, make(meeting, setting))
    leave()
    assert not mail.outbox

    for file in GeneratedFile.objects.filter(kind=PAPER_KIND):
        render(file.pk)
    leave()

    sent = {letter.to[0]: letter for letter in mail.outbox}
    assert set(sent) == {"prefet@exemple.fr", "recteur@exemple.fr", REFERENT}
    full = pdf_text(sent["prefet@exemple.fr"].attachments[0][1], tmp_path)
    part = pdf_text(sent[REFERENT].attachments[0][1], tmp_path)
    for words in ("€", "invitée à programmer", setting.actions[0].title):
        assert words in full
        assert words not in part
    for words in ("Programmation 1", "Programmation 2", "Sous-préfecture", "10 min"):
        assert words in part.replace("\u00a0", " ")
    assert "chiffré" not in part
    assert "sans les montants, version 1" in sent[REFERENT].body


def test_two_clicks_send_once_and_a_new_version_replaces_the_former(setting, meeting):
    first = make(meeting, setting)
    assert send(meeting, setting, first) == (3, True)
    assert send(meeting, setting, first) == (3, False)
    assert PaperMessage.objects.count() == 2
    assert awaited(first, readers_of(meeting)) & {setting.referent.person_id} == set()

    services.add_item(meeting=meeting, actor=setting.lead, title="Calendrier", kind="information")
    second = make(meeting, setting)
    assert send(meeting, setting, second) == (3, True)

    bodies = OutgoingMessage.objects.filter(paper_message__paper__number=2).values_list("body", flat=True)
    assert len(bodies) == 2
    assert all("annule et remplace la version 1, envoyée le" in body for body in bodies)


def test_nothing_leaves_of_what_changed_was_cancelled_or_has_no_address(setting, meeting):
    with pytest.raises(TransitionError, match="Préparez d’abord"):
        services.check_dossier(meeting)
    first = make(meeting, setting)
    services.add_item(meeting=meeting, actor=setting.lead, title="Calendrier", kind="information")
    with pytest.raises(TransitionError, match="a changé"):
        send(meeting, setting, first)
    second = make(meeting, setting)
    with pytest.raises(ValidationError, match="autre version"):
        send(meeting, setting, first)
    nobody = [one.person for one in readers_of(meeting) if one.missing]
    with pytest.raises(ValidationError, match="plus d’adresse"):
        send(meeting, setting, second, persons=nobody)
    services.cancel_meeting(meeting, actor=setting.lead)
    with pytest.raises(TransitionError, match="annulée"):
        send(meeting, setting, second)
    assert not OutgoingMessage.objects.exists()


def test_an_address_shared_with_who_reads_no_amounts_gets_none(setting, meeting):
    Person.objects.filter(email="prefet@exemple.fr").update(email=REFERENT)

    reached = {one.email: one.reads_amounts for one in readers_of(meeting) if one.email}

    assert reached == {REFERENT: False, "recteur@exemple.fr": True}


def test_no_second_version_while_everybody_reads_amounts(setting, meeting):
    setting.body.members.filter(mandate__role=Role.REFERENT).delete()
    make(meeting, setting)
    assert not MeetingPaper.objects.filter(kind=PaperKind.MEMBERS).exists()


def test_a_member_opens_the_version_without_amounts_once_it_is_sent(setting, meeting, client):
    paper = make(meeting, setting)
    outsider = make_user(setting.cite, Role.REFERENT)

    def opened(user):
        files = GeneratedFile.objects.filter(pk__in=visibilities[PAPER_KIND](user))
        return set(files.values_list("paper_file__paper__kind", flat=True))

    assert opened(setting.referent) == set()
    services.convene_meeting(meeting, actor=setting.lead)
    send(meeting, setting, paper)
    assert opened(setting.referent) == {"members"}
    assert opened(outsider) == set()
    assert opened(setting.pilot) == {"dossier", "members"}
    client.force_login(setting.referent)
    page = client.get(reverse("governance:meeting", args=[meeting.pk])).content.decode()
    assert "Dossier sans les montants" in page
    assert "Plan chiffré" not in page
    assert "Envoyer le dossier" not in page


def test_the_step_is_done_by_the_sending(setting, meeting):
    setting.body.steps.create(label="Dossier envoyé", days_before=5, fact=StepFact.DOSSIER)
    meetings = type(meeting).objects.filter(pk=meeting.pk)

    def state():
        return next(step.state for step in steps_of(meetings) if step.label == "Dossier envoyé")

    paper = make(meeting, setting)
    for link in paper.files.all():
        render(link.file_id)
    assert state() == "coming"
    send(meeting, setting, paper)
    assert state() == "done"


def test_the_page_prepares_reads_again_and_keeps_who_got_it(setting, meeting, client):
    make(meeting, setting)
    client.force_login(setting.lead)
    url = reverse("governance:dossier_send", args=[meeting.pk])
    page = client.get(url)
    assert "aucune adresse électronique" in page.content.decode()
    form = page.context["form"]
    data = {name: form.initial[name] for name in form.fields} | {"paper": page.context["paper"].pk}

    preview = client.post(url, data).content.decode()
    assert "Pièce jointe\u00a0: dossier sans les montants, version 1." in preview
    assert not OutgoingMessage.objects.exists()
    done = client.post(url, data | {"send": "1"}, follow=True).content.decode()
    again = client.post(url, data | {"send": "1"}, follow=True).content.decode()

    assert "Le dossier part vers 3 personnes" in done
    assert REFERENT in done
    assert "À remettre sur papier" in done
    assert "rien n’a été envoyé une seconde fois" in again
    assert client.post(url, data | {"send": "1", "recipients": []}).status_code == 200
    assert PaperMessage.objects.count() == 2


def test_a_dossier_that_could_not_be_made_is_told(setting, meeting):
    send(meeting, setting, make(meeting, setting))
    GeneratedFile.objects.filter(kind=PAPER_KIND).update(state="failed", error="Trop long.")
    leave()
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.FAILED}
    assert "relancez-la" in Delivery.objects.first().error


def test_a_note_of_three_pages_is_told_to_who_prepares_it(setting, meeting, client):
    note = meeting.items.first().note
    file = note.versions.get().files.get(file__format="pdf").file
    render(file.pk)
    addresses = [
        reverse("governance:meeting", args=[meeting.pk]),
        reverse("governance:note_preview", args=[note.item_id]),
    ]
    said = "3\u00a0pages\u00a0: un préfet en lit deux."

    client.force_login(setting.lead)
    assert not any(said in client.get(url).content.decode() for url in addresses)
    GeneratedFile.objects.filter(pk=file.pk).update(pages=3)
    assert all(said in client.get(url).content.decode() for url in addresses)
    client.force_login(setting.pilot)
    assert said not in client.get(addresses[0]).content.decode()


def test_a_dossier_too_big_for_a_message_is_not_sent(setting, meeting):
    paper = make(meeting, setting)
    send(meeting, setting, paper)
    for file in GeneratedFile.objects.filter(kind=PAPER_KIND):
        render(file.pk)
    GeneratedFile.objects.filter(kind=PAPER_KIND).update(size=10 * 1024 * 1024 + 1)

    with pytest.raises(TransitionError, match="dépasse 10\u00a0Mo"):
        send(meeting, setting, paper, subject="Autre")
    leave()

    assert mail.outbox == []
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.FAILED}


def test_another_planned_length_makes_the_dossier_outdated(setting, meeting):
    paper = make(meeting, setting)
    assert not is_dossier_outdated(paper.content, meeting)

    meeting.minutes_planned = 90

    assert is_dossier_outdated(paper.content, meeting)
