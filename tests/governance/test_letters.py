"""What is told after a meeting: the prepared letters, the letter to the network, the kit in one file."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from governance import services
from governance.models import MeetingMessage
from partners.enums import Role
from partners.models import OutgoingMessage
from tests.actions.factories import release
from tests.factories import make_mandate, make_person
from tests.governance.factories import make_closed_meeting, make_meeting, make_setting

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting():
    return make_setting()


@pytest.fixture
def lead(client, setting):
    client.force_login(setting.lead)
    return client


def url(name, *args, query=""):
    return reverse(f"governance:{name}", args=args) + query


def holder_of(setting, action, **fields):
    person = make_person(email=f"porteur{action.pk}@exemple.fr", **fields)
    make_mandate(setting.cite, Role.HOLDER, person=person, organisation=action.holder)
    return person


def test_the_holders_concerned_are_told_nothing_but_that_it_was_examined(lead, setting):
    meeting = make_closed_meeting(setting)
    person = holder_of(setting, setting.actions[0])
    elsewhere = make_mandate(setting.cite, Role.HOLDER).person
    address = url("meeting_notify", meeting.pk, query="?a=holders")

    page = lead.get(address).content.decode()
    assert person.formal_name in page
    assert elsewhere.formal_name not in page
    assert setting.actions[0].title not in page
    assert "8\u00a0000" not in page

    letter = {"recipients": [person.pk], "subject": "Examinée", "body": "Bonjour"}
    assert "Rien n’est encore parti" in lead.post(address, letter).content.decode()
    assert not OutgoingMessage.objects.exists()
    for _ in range(2):
        lead.post(address, letter | {"send": "1"})
    assert MeetingMessage.objects.get().message.deliveries.get().person == person
    assert "parti le" in lead.get(url("meeting", meeting.pk)).content.decode().lower()


def test_members_are_told_of_the_record_once_it_is_published(lead, setting):
    meeting = make_closed_meeting(setting)
    address = url("meeting_notify", meeting.pk)
    assert "Publiez d’abord le relevé" in lead.get(address, follow=True).content.decode()
    services.publish_meeting(meeting, actor=setting.lead)

    page = lead.get(address).content.decode()

    assert "est disponible" in page
    assert f"/gouvernance/reunions/{meeting.pk}/" in page
    assert setting.pilot.person.formal_name in page


def test_an_open_meeting_and_an_unknown_letter_are_refused(lead, setting):
    meeting = make_meeting(setting)
    refused = lead.get(url("meeting_notify", meeting.pk, query="?a=holders"), follow=True)
    assert "n’est pas close" in refused.content.decode()
    assert lead.get(url("meeting_notify", meeting.pk, query="?a=autres")).status_code == 404


def test_the_letter_to_the_network_speaks_of_what_is_told_only(lead, setting):
    meeting = services.publish_meeting(make_closed_meeting(setting), actor=setting.lead)
    decision = meeting.decisions.get()
    coming = make_meeting(setting, days=9)
    published, kept = setting.actions
    type(published).objects.filter(pk=published.pk).update(published_at=timezone.now())
    compose = url("network_compose")
    assert decision.reference not in lead.get(compose).content.decode()
    for source in (setting.state, setting.town):
        release(source)

    page = lead.get(compose).content.decode()
    assert decision.reference in page
    assert published.title in page
    assert kept.title not in page

    query = f"?lettre=1&decision={decision.pk}&decision=x&reunion={coming.pk}&action={published.pk}&action={kept.pk}"
    make_mandate(setting.cite, Role.REFERENT, person=make_person(email="referent@exemple.fr"))
    letter = lead.get(url("network_message", query=query)).content.decode()
    assert all(words in letter for words in ("Ce qui a été décidé", decision.reference, "Troïka, Sous-préfecture"))
    assert f"{published.title} (" in letter
    assert f"{kept.title} (" not in letter
    assert "Des nouvelles de la Cité éducative" in letter


def test_the_kit_is_one_file_in_protocol_order(lead, setting):
    first, second = setting.cite.sides.order_by("order")[:2]
    for side, title in ((second, "Logo ../bleu"), (first, "Logo")):
        file = SimpleUploadedFile("Logo Été.PNG", b"\x89PNG")
        services.add_kit_file(cite=setting.cite, actor=setting.lead, file=file, title=title, side=side, is_logo=True)
    lost = services.add_kit_file(
        cite=setting.cite,
        actor=setting.lead,
        file=SimpleUploadedFile("charte.pdf", b"%PDF-"),
        title="Charte",
        side=None,
        is_logo=False,
    )
    lost.file.storage.delete(lost.file.name)

    response = lead.get(url("kit_download"))

    archive = zipfile.ZipFile(io.BytesIO(response.content))
    names = archive.namelist()
    assert [name.split("-")[0] for name in names[:2]] == ["logos/01", "logos/02"]
    assert names[1].endswith("logo-bleu.png")
    assert ".." not in "".join(names)
    assert "Charte" in archive.read("lisez-moi.txt").decode()
