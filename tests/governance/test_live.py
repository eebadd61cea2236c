"""The meeting while it is held: point in discussion, wall, guests, positions, remainders."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from actions.models import Envelope
from cite_educative.common.transitions import TransitionError
from governance import projection, services
from governance.content import record_content
from governance.documents import record_context
from governance.enums import Presence, Verdict
from governance.models import Meeting, MeetingGuest
from governance.services.forgetting import forget_names
from partners.enums import Role, SideKind
from tests.factories import make_mandate, make_person, make_seat
from tests.governance.factories import make_action, make_decision, make_note, make_open_meeting, make_setting

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting():
    return make_setting()


@pytest.fixture
def lead(client, setting):
    client.force_login(setting.lead)
    return client


def url(name, *args):
    return reverse(f"governance:{name}", args=args)


def screen(client, meeting, state=""):
    return client.get(f"{url('projection', meeting.pk)}?vu={state}", headers={"HX-Request": "true"})


def state_of(response):
    return response.content.decode().partition("?vu=")[2][:16]


# --- The point being discussed ----------------------------------------------------------------------


def test_the_secretary_says_which_point_is_discussed_and_everybody_sees_it(client, lead, setting):
    meeting = make_open_meeting(setting, items=3)
    second = meeting.items.all()[1]

    response = lead.post(url("item_discuss", second.pk), follow=True)

    assert "Point en discussion" in response.content.decode()
    client.force_login(setting.pilot)
    page = client.get(url("live", meeting.pk)).content.decode()
    assert "point 2 sur 3 en discussion" in page
    assert 'aria-current="step"><b>2</b>' in page
    assert "Mettre ce point en discussion" not in page


@pytest.mark.parametrize(("name", "rank"), [("item_move", 1), ("item_move", 0), ("item_remove", 1)])
def test_the_point_being_discussed_neither_moves_nor_goes(lead, setting, name, rank):
    meeting = make_open_meeting(setting, items=3)
    services.discuss_item(meeting.items.all()[1])
    before = list(meeting.items.values_list("pk", "order"))

    response = lead.post(url(name, before[rank][0]), {"direction": "bas"}, follow=True)

    assert "est en discussion" in response.content.decode()
    assert list(meeting.items.values_list("pk", "order")) == before


def test_no_point_is_discussed_before_the_opening_nor_after_the_closing(lead, setting):
    meeting = make_open_meeting(setting)
    item = services.discuss_item(meeting.items.get()).items.get()
    services.close_meeting(meeting, actor=setting.lead)

    assert Meeting.objects.get(pk=meeting.pk).current_item_id is None
    with pytest.raises(TransitionError, match="n’est pas ouverte"):
        services.discuss_item(item)
    assert "n’est pas ouverte" in lead.post(url("item_discuss", item.pk), follow=True).content.decode()


# --- The wall ---------------------------------------------------------------------------------------


def test_the_wall_follows_and_is_silent_when_nothing_changed(
    lead, setting, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(projection, "half_minute", lambda: 1)
    meeting = make_open_meeting(setting, items=2)
    item = meeting.items.first()
    note = make_note(setting, item, proposal="La Troïka programme tout.")
    services.issue_note(note, actor=setting.lead)
    waiting = screen(lead, meeting)
    services.discuss_item(item)

    proposed = screen(lead, meeting, state_of(waiting))
    page = proposed.content.decode()
    assert proposed.status_code == 200
    assert "Décision proposée" in page
    assert "La Troïka programme tout." in page
    assert "26\u00a0000,00\u00a0€" in page
    with django_assert_max_num_queries(8):
        assert screen(lead, meeting, state_of(proposed)).status_code == 204

    make_decision(setting, item, text="La Troïka en retient la moitié.")
    decided = screen(lead, meeting, state_of(proposed)).content.decode()
    assert "La Troïka en retient la moitié." in decided
    assert "Prise en accord entre les pilotes" in decided
    assert "Décision proposée" not in decided


def test_the_wall_tells_no_position_and_stops_asking_once_closed(lead, setting):
    meeting = make_open_meeting(setting)
    item = meeting.items.get()
    services.discuss_item(item)
    decision = make_decision(setting, item)
    side = setting.cite.sides.get(kind=SideKind.STATE)
    services.set_position(
        decision=decision, side=side, verdict=Verdict.RESERVED, comment="Prudence", actor=setting.lead
    )
    assert "Prudence" not in screen(lead, meeting).content.decode()
    services.close_meeting(meeting, actor=setting.lead)

    page = screen(lead, meeting).content.decode()

    assert "La séance est close" in page
    assert "hx-get" not in page


# --- Guests, positions ------------------------------------------------------------------------------


def test_a_guest_without_mandate_is_in_the_record_as_such(lead, setting):
    meeting = make_open_meeting(setting)
    data = {"name": "  Mme Lina   Baert ", "quality": "Directrice de crèche"}
    for _ in range(2):
        page = lead.post(url("guest_add", meeting.pk), data, headers={"HX-Request": "true"}).content.decode()

    assert "Mme Lina Baert" in page
    assert MeetingGuest.objects.get().name == "Mme Lina Baert"
    context = record_context(record_content(meeting, version=1))
    (group,) = [one for one in context["record"]["attendance"] if one["side"] == "Autres membres"]
    (guest,) = group["present"]
    assert (guest["name"].replace("\u00a0", " "), guest["is_guest"]) == ("Mme Lina Baert", True)


def test_a_nameless_guest_is_refused_and_a_closed_meeting_keeps_its_guests(lead, setting):
    meeting = make_open_meeting(setting)
    guest = services.add_guest(meeting, name="M. Jean Dupont")
    assert "Écrivez le nom" in lead.post(url("guest_add", meeting.pk), {"name": " "}, follow=True).content.decode()
    services.close_meeting(meeting, actor=setting.lead)

    for name, key in (("guest_add", meeting.pk), ("guest_remove", guest.pk)):
        response = lead.post(url(name, key), {"name": "X"}, follow=True)
        assert "est close" in response.content.decode()
    assert list(MeetingGuest.objects.values_list("name", flat=True)) == ["M. Jean Dupont"]


def test_a_guest_is_forgotten_with_the_person(setting):
    meeting = make_open_meeting(setting)
    person = make_person(last_name="Baert")
    make_mandate(setting.cite, Role.PARTNER, person=person)
    services.add_guest(meeting, name=person.formal_name)

    forget_names(person)

    assert "Baert" not in MeetingGuest.objects.get().name


def test_somebody_of_the_network_is_noted_as_a_guest(lead, setting):
    meeting = make_open_meeting(setting)
    mandate = make_mandate(setting.cite, Role.REFERENT)

    lead.post(url("attendance", meeting.pk), {"mandate": mandate.pk, "presence": "guest"})

    assert meeting.attendances.get(mandate=mandate).presence == Presence.GUEST


def test_a_position_by_who_does_not_sit_is_refused(setting):
    item = make_open_meeting(setting).items.get()
    decision = make_decision(setting, item)
    side = setting.cite.sides.get(kind=SideKind.COMMUNES)
    seat = make_seat(side)
    stranger = make_action(setting.cite, 9, actor=setting.lead).holder

    with pytest.raises(ValidationError, match="ne siège pas parmi les pilotes"):
        services.set_position(
            decision=decision, side=side, organisation=stranger, verdict=Verdict.FAVOURABLE, actor=setting.lead
        )
    services.set_position(
        decision=decision, side=side, organisation=seat.organisation, verdict=Verdict.FAVOURABLE, actor=setting.lead
    )
    assert decision.positions.get().organisation == seat.organisation


# --- One remainder, two decisions -------------------------------------------------------------------


def test_of_two_decisions_on_one_remainder_the_second_asks_who_accepts(lead, setting):
    """10 000 € for two actions at 8 000 €: each decision alone fits."""
    Envelope.objects.filter(source=setting.state).update(notified=Decimal(10_000))
    meeting = make_open_meeting(setting, items=2)
    for item, action in zip(meeting.items.all(), setting.actions, strict=True):
        make_decision(setting, item, effects=[e for e in services.proposed_effects(item) if e.action == action])

    refused = lead.post(url("closing", meeting.pk), {})

    assert refused.status_code == 422
    assert "qui l’a accepté" in refused.content.decode()
    meeting.refresh_from_db()
    assert meeting.is_open
    assert not meeting.records.exists()

    lead.post(url("closing", meeting.pk), {"acknowledgement": "Accepté par la déléguée du préfet"})
    meeting.refresh_from_db()
    assert meeting.is_over
