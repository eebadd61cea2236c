import json
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from actions.enums import Verdict
from actions.models import Action, Exchange, Opinion
from cite_educative.documents.registry import renderers
from cite_educative.home.models import Handover
from cite_educative.home.services.handover import hand_over
from governance.enums import BodyKind
from governance.models import AgendaItem, Body, BodyMember, Meeting
from partners.enums import Gesture, Role
from partners.models import AccessLink, Mandate
from partners.services import PartnersError, issue_link
from tests.actions.factories import make_action
from tests.factories import make_cite, make_commune, make_lead, make_mandate, make_person, make_user

pytestmark = pytest.mark.django_db
LAST_DAY = date(2026, 12, 31)


@pytest.fixture
def commune():
    return make_commune("Grande-Synthe")


@pytest.fixture
def cite(commune):
    return make_cite(communes=[commune])


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def leaver(cite, commune):
    user = make_user(cite, Role.REFERENT, communes=[commune], title="Référent de Grande-Synthe")
    return user.person


@pytest.fixture
def successor(cite):
    person = make_person(first_name="Inès", last_name="Lahaye", email="ines@exemple.fr")
    make_mandate(cite, Role.PARTNER, person=person)
    return person


def running(cite, person, role):
    return Mandate.objects.filter(cite=cite, person=person, role=role, ends_on__isnull=True)


def owe(cite, lead, leaver):
    step = {"next_step": "Rappeler la mairie", "next_step_owner": leaver}
    Exchange.objects.create(cite=cite, title="Appel", author=lead, **step)
    action = make_action(cite)
    Opinion.objects.create(action=action, person=leaver, name=str(leaver), asked_by=lead)
    given = {"verdict": Verdict.FAVOURABLE, "given_on": date(2026, 10, 1)}
    Opinion.objects.create(action=action, person=leaver, name=str(leaver), asked_by=lead, **given)
    body = Body.objects.create(cite=cite, kind=BodyKind.NETWORK, label="Réseau des référents", code="RR")
    moment = timezone.now() + timedelta(days=20)
    meeting = Meeting.objects.create(body=body, starts_at=moment, created_by=lead)
    AgendaItem.objects.create(meeting=meeting, order=1, title="Point de rentrée", presenter=leaver)
    BodyMember.objects.create(body=body, mandate=leaver.mandates.get())


def test_all_that_is_owned_or_owed_goes_to_the_successor(cite, lead, leaver, successor, commune):
    owe(cite, lead, leaver)
    mandate = leaver.mandates.get()

    hand_over(actor=lead, cite=cite, leaver=leaver, successor=successor, leaves_on=LAST_DAY, mandates=[mandate])

    mandate.refresh_from_db()
    assert mandate.ends_on == LAST_DAY
    given = running(cite, successor, Role.REFERENT).get()
    assert given.starts_on == date(2027, 1, 1)
    assert list(given.communes.all()) == [commune]
    assert BodyMember.objects.filter(mandate=given, body=Body.objects.get()).exists()
    assert Exchange.objects.get().next_step_owner == successor
    assert Opinion.objects.get(given_on__isnull=True).person == successor
    assert Opinion.objects.get(given_on__isnull=False).person == leaver
    assert AgendaItem.objects.get().presenter == successor


def test_what_is_handed_over_is_frozen_and_printed_in_two_formats(cite, lead, leaver, successor):
    owe(cite, lead, leaver)

    handover = hand_over(actor=lead, cite=cite, leaver=leaver, successor=successor, leaves_on=LAST_DAY)
    exchange = Exchange.objects.get()
    exchange.next_step = "Autre chose"
    exchange.save()

    files = [link.file for link in handover.files.all()]
    assert {file.format for file in files} == {"pdf", "docx"}
    html = renderers["handover"](files[0])
    assert "Rappeler la mairie" in html
    assert "Autre chose" not in html
    assert "Référent de Grande-Synthe" in html


def test_without_a_successor_mandates_end_and_debts_stay_listed(cite, lead, leaver):
    owe(cite, lead, leaver)

    handover = hand_over(actor=lead, cite=cite, leaver=leaver, successor=None, leaves_on=LAST_DAY)

    assert not running(cite, leaver, Role.REFERENT).exists()
    assert Exchange.objects.get().next_step_owner == leaver
    assert any(section["title"] == "Suites promises" for section in handover.content["owned"])


def test_the_only_lead_hands_her_mandate_over_or_stays(cite, lead, successor):
    with pytest.raises(PartnersError, match="n’aurait plus de chef"):
        hand_over(actor=lead, cite=cite, leaver=lead.person, successor=successor, leaves_on=LAST_DAY)

    assert running(cite, lead.person, Role.LEAD).exists()
    assert not Handover.objects.exists()

    mandate = lead.person.mandates.get()
    hand_over(actor=lead, cite=cite, leaver=lead.person, successor=successor, leaves_on=LAST_DAY, mandates=[mandate])
    assert running(cite, successor, Role.LEAD).exists()


def test_nothing_is_done_by_halves(cite, lead, leaver, successor):
    """The second mandate has not begun on the last day: the first one is not ended either."""
    later = make_mandate(cite, Role.READER, person=leaver, starts_on=date(2027, 3, 1))

    with pytest.raises(PartnersError, match="ne commence que le"):
        hand_over(
            actor=lead,
            cite=cite,
            leaver=leaver,
            successor=successor,
            leaves_on=LAST_DAY,
            mandates=[leaver.mandates.first()],
        )

    assert running(cite, leaver, Role.REFERENT).exists()
    later.refresh_from_db()
    assert later.ends_on is None
    assert not running(cite, successor, Role.REFERENT).exists()


def test_one_does_not_hand_over_to_oneself(cite, lead, leaver):
    with pytest.raises(PartnersError, match="celle qui part"):
        hand_over(actor=lead, cite=cite, leaver=leaver, successor=leaver, leaves_on=LAST_DAY)


def test_another_cite_is_left_alone(cite, lead, leaver, successor):
    elsewhere = make_mandate(make_cite("amiens"), Role.PARTNER, person=leaver)

    hand_over(actor=lead, cite=cite, leaver=leaver, successor=successor, leaves_on=LAST_DAY)

    elsewhere.refresh_from_db()
    assert elsewhere.ends_on is None


def test_the_page_lists_what_is_owed_and_confirms(client, cite, lead, leaver, successor):
    owe(cite, lead, leaver)
    client.force_login(lead)
    url = reverse("handover_create", args=[leaver.pk])
    assert "Rappeler la mairie" in client.get(url).content.decode()

    data = {"leaves_on": "31/12/2026", "successor": successor.pk, "mandates": [leaver.mandates.get().pk]}
    answer = client.post(url, data, follow=True)

    assert "Dossier de passation" in answer.content.decode()
    assert running(cite, successor, Role.REFERENT).exists()


def test_a_refusal_keeps_what_was_typed(client, cite, lead, successor):
    client.force_login(lead)
    url = reverse("handover_create", args=[lead.person.pk])

    page = client.post(url, {"leaves_on": "2026-12-31", "successor": successor.pk}).content.decode()

    assert "n’aurait plus de chef" in page
    assert 'value="2026-12-31"' in page


def contents(handover):
    return json.dumps(handover.content, ensure_ascii=False)


def test_who_reads_no_contact_hands_none_over(cite, lead, successor):
    pilot = make_user(cite, Role.PILOT).person
    pilot.email = "pilote.secrete@exemple.fr"
    pilot.save()
    holder, finance = make_user(cite, Role.HOLDER).person, make_user(cite, Role.FINANCE).person
    common = {"actor": lead, "cite": cite, "successor": None, "leaves_on": LAST_DAY}

    assert "pilote.secrete@exemple.fr" not in contents(hand_over(leaver=holder, **common))
    assert "pilote.secrete@exemple.fr" in contents(hand_over(leaver=finance, **common))


def test_a_draft_that_nobody_shared_is_counted_and_not_named(cite, lead):
    user = make_user(cite, Role.HOLDER)
    action = make_action(cite, title="Projet secret", holder=user.person.mandates.get().organisation, status="draft")
    Action.objects.filter(pk=action.pk).update(created_by=user)

    handover = hand_over(actor=lead, cite=cite, leaver=user.person, successor=None, leaves_on=LAST_DAY)

    assert "Projet secret" not in contents(handover)
    assert "1 fiche(s)" in contents(handover)


def test_only_the_links_of_what_moved_are_cut(cite, lead, leaver, successor):
    moved, elsewhere = [
        Opinion.objects.create(action=make_action(one), person=leaver, name=str(leaver), asked_by=lead)
        for one in (cite, make_cite("amiens"))
    ]
    links = [
        issue_link(gesture=Gesture.OPINION, email="x@exemple.fr", name="X", actor=lead, person=leaver, subject=row)
        for row in (moved, elsewhere)
    ]

    hand_over(actor=lead, cite=cite, leaver=leaver, successor=successor, leaves_on=LAST_DAY)

    assert [AccessLink.objects.get(pk=link.pk).revoked_at is None for link in links] == [False, True]


def test_a_form_sent_twice_makes_one_hand_over(cite, lead, leaver):
    first, second = [
        hand_over(actor=lead, cite=cite, leaver=leaver, successor=None, leaves_on=LAST_DAY) for _ in range(2)
    ]

    assert first == second
    assert Handover.objects.count() == 1
