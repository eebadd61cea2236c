"""Points proposed, carried from what they are about, taken up from the last meeting."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.transitions import TransitionError
from governance import services
from governance.enums import ProposalStatus
from governance.models import AgendaItem, AgendaProposal, Note
from partners.enums import Role
from tests import factories
from tests.governance.factories import make_closed_meeting, make_meeting, make_note, make_open_meeting, make_setting

BACKEND = "partners.backends.AccountBackend"


@pytest.fixture
def setting(db):
    return make_setting()


@pytest.fixture
def meeting(setting):
    return make_meeting(setting, days=20, items=0)


@pytest.fixture
def lead(client, setting):
    client.force_login(setting.lead, backend=BACKEND)
    return client


@pytest.fixture
def proposal(setting):
    row = AgendaProposal(body=setting.body, title="Gymnases", why="Un créneau pour deux.", action=setting.actions[0])
    return services.propose_point(row, actor=setting.pilot)


# --- Proposals ------------------------------------------------------------------------------------


def test_a_referent_proposes_and_reads_the_answer(client, setting, meeting):
    referent = factories.make_user(setting.cite, Role.REFERENT)
    client.force_login(referent, backend=BACKEND)
    data = {"body": setting.body.pk, "title": "Gymnases", "why": "Un créneau pour deux."}
    past = (timezone.localdate() - timedelta(days=1)).isoformat()
    refused = client.post(reverse("governance:proposal_create"), data | {"wanted_before": past}).content.decode()
    assert "Cette date est passée" in refused
    assert "Un créneau pour deux." in refused

    for _ in range(2):
        client.post(reverse("governance:proposal_create"), data)

    row = AgendaProposal.objects.get()
    services.answer_proposal(row, status="postponed", sentence="Après les vœux.", version=1, actor=setting.lead)
    assert "Après les vœux." in client.get(reverse("governance:proposals")).content.decode()
    row.refresh_from_db()
    services.accept_proposal(row, meeting=meeting, version=row.version, actor=setting.lead)
    page = client.get(reverse("governance:proposal", args=[row.pk])).content.decode()
    assert "À l’ordre du jour" in page
    # She does not sit in the body: the meeting itself stays closed to her.
    assert reverse("governance:meeting", args=[meeting.pk]) not in page


def test_the_lead_notes_what_somebody_asked_for_and_says_who(client, lead, setting):
    data = {"body": setting.body.pk, "title": "Gymnases", "why": "Un créneau.", "received_from": "M. Haddad, adjoint"}

    page = lead.post(reverse("governance:proposal_create"), data, follow=True).content.decode()

    row = AgendaProposal.objects.get()
    assert (row.author, row.received_from) == (setting.lead, "M. Haddad, adjoint")
    assert "Le point est noté" in page
    assert f"Proposé par M. Haddad, adjoint (noté par {setting.lead})" in page
    assert (
        f"Proposé par M. Haddad, adjoint (noté par {setting.lead})"
        in lead.get(reverse("governance:proposals")).content.decode()
    )


def test_a_pilot_proposes_in_her_own_name_only(client, setting):
    client.force_login(setting.pilot, backend=BACKEND)
    url = reverse("governance:proposal_create")
    data = {"body": setting.body.pk, "title": "Gymnases", "why": "Un créneau.", "received_from": "M. Haddad, adjoint"}

    assert "received_from" not in client.get(url).content.decode()
    client.post(url, data)

    assert AgendaProposal.objects.get().proposed_by == str(setting.pilot)


def test_an_accepted_proposal_becomes_a_point_linked_back(lead, setting, meeting, proposal):
    url = reverse("governance:proposal", args=[proposal.pk])
    sent = {"geste": "inscrire", "inscrire-meeting": meeting.pk, "inscrire-kind": "decision", "inscrire-version": 1}

    lead.post(url, sent)

    item = meeting.items.get()
    assert (item.title, item.kind, list(item.actions.all())) == ("Gymnases", "decision", [setting.actions[0]])
    assert item.proposals.get() == proposal
    assert "Quelqu’un vient de répondre" in lead.post(url, sent, follow=True).content.decode()
    assert meeting.items.count() == 1


def test_a_refusal_needs_a_sentence(lead, setting, proposal):
    response = lead.post(
        reverse("governance:proposal", args=[proposal.pk]), {"geste": "ecarter", "ecarter-version": 1}
    )
    assert response.status_code == 422
    with pytest.raises(ValidationError, match="une phrase"):
        services.answer_proposal(proposal, status="declined", sentence=" ", version=1, actor=setting.lead)

    services.answer_proposal(proposal, status="declined", sentence="Vu ailleurs.", version=1, actor=setting.lead)

    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.DECLINED
    with pytest.raises(TransitionError, match="déjà sa réponse"):
        services.accept_proposal(proposal, meeting=None, version=2, actor=setting.lead)


# --- Carried --------------------------------------------------------------------------------------


def test_actions_already_on_the_agenda_are_left_out(lead, setting, meeting):
    first, second = setting.actions
    sent = {"meeting": meeting.pk, "title": "Examen", "kind": "discussion", "porter": "1"}
    lead.post(reverse("governance:carry_action", args=[first.pk]), sent)

    asked = lead.post(reverse("governance:carry_actions"), {"choix": [first.pk, second.pk]})
    assert "Examen de 2 actions" in asked.content.decode()
    lead.post(reverse("governance:carry_actions"), sent | {"cles": f"{first.pk} {second.pk}"})
    lead.post(reverse("governance:carry_actions"), sent | {"cles": f"{first.pk} {second.pk}"})

    assert [list(item.actions.all()) for item in meeting.items.all()] == [[first], [second]]
    nothing = lead.post(reverse("governance:carry_actions"), {}, follow=True).content.decode()
    assert "Cochez d’abord les actions" in nothing


def test_an_action_point_is_carried_once_and_shown_on_the_agenda(lead, setting, meeting):
    point = services.create_action_point(
        cite=setting.cite, actor=setting.lead, text="Proposer trois dates", owner=setting.town.organisation
    )
    sent = {"meeting": meeting.pk, "title": point.text, "kind": "information"}
    url = reverse("governance:carry_action_point", args=[point.pk])

    assert lead.post(url, {"title": "Sans séance", "kind": "information"}).status_code == 422
    lead.post(url, sent)
    again = lead.post(url, sent, follow=True).content.decode()

    assert "déjà à l’ordre du jour" in again
    assert meeting.items.get().action_point == point
    assert reverse("governance:action_point", args=[point.pk]) in again


def test_a_note_goes_to_another_meeting_as_a_draft(setting, meeting):
    note = make_note(setting, make_meeting(setting, days=5).items.get(), proposal="Programmer.")
    services.issue_note(note, actor=setting.lead)

    item, created = services.carry_item(note.item, meeting=meeting, actor=setting.lead)
    again = services.carry_item(note.item, meeting=meeting, actor=setting.lead)

    assert created
    assert again == (item, False)
    copy = Note.objects.get(item=item)
    assert (copy.proposal, copy.status, copy.number) == ("Programmer.", "draft", None)
    assert list(item.actions.all()) == setting.actions


# --- Taken up -------------------------------------------------------------------------------------


def test_what_the_last_meeting_left_is_taken_up_once(lead, setting, meeting):
    last = make_closed_meeting(setting, days=-3, items=1)
    left = AgendaItem.objects.create(meeting=last, order=9, title="Calendrier", kind="information")
    point = services.create_action_point(
        cite=setting.cite, actor=setting.lead, text="Relancer", owner=setting.town.organisation, body=setting.body
    )
    url = reverse("governance:meeting_carry_over", args=[meeting.pk])
    page = lead.get(url).content.decode()
    assert "non traité" in page
    assert "Programmation 1" not in page

    for _ in range(2):
        lead.post(url, {"points": [left.pk], "suites": [point.pk]})

    assert [(item.title, item.carried_from, item.action_point) for item in meeting.items.all()] == [
        ("Calendrier", left, None),
        ("Relancer", None, point),
    ]
    assert "déjà repris" in lead.get(url).content.decode()


def test_what_is_being_discussed_keeps_its_place(lead, setting):
    meeting = make_open_meeting(setting, items=3)
    first, second, third = meeting.items.all()
    services.discuss_item(first)

    with pytest.raises(TransitionError, match="garde sa place"):
        services.move_item(second, actor=setting.lead, up=True)
    with pytest.raises(TransitionError, match="garde sa place"):
        services.place_item(third, actor=setting.lead, before=first)
    services.move_item(third, actor=setting.lead, up=True)

    assert list(meeting.items.all()) == [first, third, second]
