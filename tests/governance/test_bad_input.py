"""Requests that no page of ours sends: they get a sentence or a refusal, never a failure."""

import pytest
from django.urls import reverse

from governance import services
from governance.models import AgendaItem
from tests.governance.factories import make_decision, make_meeting, make_open_meeting, make_setting

pytestmark = pytest.mark.django_db
ODD = ("²", "9" * 30, "9" * 5000, "\x00", "-1")


@pytest.fixture
def setting():
    return make_setting()


@pytest.fixture
def lead(client, setting):
    client.force_login(setting.lead)
    return client


def test_what_is_typed_after_the_closing_gets_a_sentence(lead, setting):
    meeting = make_open_meeting(setting)
    item = meeting.items.get()
    services.close_meeting(meeting, actor=setting.lead)
    url, data = reverse("governance:discussion", args=[item.pk]), {"discussion": "Trop tard", "version": "1"}

    answer = lead.post(url, data, follow=True)
    assert "close" in " ".join(str(message) for message in answer.context["messages"])
    assert lead.post(url, data, headers={"X-Autosave": "1"}).status_code == 409
    assert AgendaItem.objects.get(pk=item.pk).discussion == ""


@pytest.mark.parametrize("odd", ODD)
def test_odd_keys_name_nothing(lead, setting, odd):
    meeting = make_open_meeting(setting)
    item = meeting.items.get()
    decision = make_decision(setting, item)

    assert lead.get(reverse("governance:live", args=[meeting.pk]), {"decision": odd, "point": odd}).status_code == 200
    assert lead.get(reverse("governance:decisions"), {"q": f"TR-{odd}-1"}).status_code == 200
    attendance = reverse("governance:attendance", args=[meeting.pk])
    assert lead.post(attendance, {"mandate": odd, "presence": "present"}).status_code == 404
    assert lead.post(reverse("governance:position", args=[decision.pk]), {"side": odd}).status_code == 404
    item_url = reverse("governance:item_update", args=[item.pk])
    assert lead.post(item_url, {"actions": [odd], "call": odd, "gesture": "filtrer"}).status_code == 200
    body = {"kind": "troika", "label": "Autre", "code": "AU", "mandates": [odd]}
    assert lead.post(reverse("governance:body_create"), body).status_code == 200


def test_a_null_character_is_left_out_of_what_is_kept(lead, setting):
    meeting = make_open_meeting(setting)
    mandate = meeting.attendances.first().mandate_id
    sent = {"mandate": mandate, "presence": "represented", "represented_by": "Mme\x00 Caron"}

    assert lead.post(reverse("governance:attendance", args=[meeting.pk]), sent).status_code == 302
    assert meeting.attendances.get(mandate=mandate).represented_by == "Mme Caron"
    lead.post(reverse("governance:closing", args=[meeting.pk]), {"acknowledgement": "Vu\x00"})
    meeting.refresh_from_db()
    assert meeting.is_over


def test_the_same_decision_sent_twice_is_written_once(setting):
    item = make_open_meeting(setting).items.get()

    first, second = make_decision(setting, item), make_decision(setting, item)

    assert first == second
    assert item.decisions.count() == 1


def test_the_same_meeting_planned_twice_is_planned_once(lead, setting):
    sent = {"body": setting.body.pk, "day": "2027-01-12", "time": "14:30", "place": "Ici"}
    url = reverse("governance:meeting_create")

    assert lead.post(url, sent).status_code == 302
    answer = lead.post(url, sent)

    assert answer.status_code == 200
    assert "déjà" in answer.content.decode()
    assert setting.body.meetings.count() == 1


def test_rows_of_another_cite_are_refused_by_the_services(setting):
    other = make_setting("amiens")
    item = make_meeting(setting).items.get()
    stranger = other.pilot.person

    with pytest.raises(ValueError, match="another Cité"):
        services.add_item(
            meeting=item.meeting, actor=setting.lead, title="Point", kind="information", presenter=stranger
        )
    body = type(setting.body)(cite=setting.cite, kind="group", label="Groupe", code="GT")
    with pytest.raises(ValueError, match="another Cité"):
        services.create_body(body, actor=setting.lead, mandates=stranger.mandates.all())
