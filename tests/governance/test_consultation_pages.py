import pytest
from django.urls import reverse

from governance import services
from governance.enums import AnswerHow
from tests.governance.factories import make_decision, make_meeting, make_open_meeting, make_setting
from tests.governance.test_consultations import answered, draft, give, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting():
    return make_setting()


@pytest.fixture
def own(setting):
    """The answer that the pilot of the setting may give."""
    consultation = opened(setting)
    return services.own_answers(setting.pilot, consultation)[0]


def test_the_pilot_is_told_at_home_until_the_answer_is_given(setting, own, client):
    client.force_login(setting.pilot)
    url = reverse("governance:consultation_answer", args=[own.pk])
    home = client.get(reverse("home")).content.decode()
    assert url in home
    assert "dans 5 jours" in home

    client.post(url, {"verdict": "favourable", "version": own.version})

    own.refresh_from_db()
    assert (own.how, own.name) == (AnswerHow.ACCOUNT, setting.pilot.person.formal_name)
    assert url not in client.get(reverse("home")).content.decode()


def test_what_is_typed_is_kept_when_somebody_answered_meanwhile(setting, own, client):
    client.force_login(setting.pilot)
    give(setting, own)
    url = reverse("governance:consultation_answer", args=[own.pk])
    page = client.post(url, {"verdict": "reserved", "comment": "Le calendrier", "version": 1}).content.decode()
    assert "vient d’être donnée" in page
    assert "Le calendrier" in page
    client.post(url, {"verdict": "reserved", "comment": "Le calendrier", "version": 2})
    own.refresh_from_db()
    assert own.comment == "Le calendrier"


def test_the_pilot_does_not_answer_for_another_side(setting, own, client):
    client.force_login(setting.pilot)
    other = own.consultation.answers.exclude(pk=own.pk).first()
    response = client.post(reverse("governance:consultation_answer", args=[other.pk]), {"verdict": "favourable"})
    assert response.status_code == 403


def test_closing_asks_for_the_outcome_and_says_what_is_awaited(setting, client):
    client.force_login(setting.lead)
    url = reverse("governance:consultation_close", args=[answered(setting).pk])
    assert client.post(url, {}).status_code == 422
    awaited = opened(setting, title="Autre")
    page = client.get(reverse("governance:consultation_close", args=[awaited.pk])).content.decode()
    assert "Réponses attendues jusqu’au" in page
    assert "Adopter la décision" not in page


def test_a_bad_deadline_is_refused_and_the_text_kept(setting, client):
    client.force_login(setting.lead)
    sent = {
        "body": setting.body.pk,
        "title": "Calendrier",
        "deadline": "2020-01-01",
        "presentation": "Pourquoi",
        "text": "x",
    }
    page = client.post(reverse("governance:consultation_create"), sent).content.decode()
    assert "Choisissez une date à venir" in page
    assert "Pourquoi" in page


def test_a_draft_is_not_seen_by_the_pilots(setting, client):
    row = draft(setting)
    client.force_login(setting.pilot)
    assert client.get(reverse("governance:consultation", args=[row.pk])).status_code == 404
    assert client.get(reverse("governance:decision", args=[row.decision_id])).status_code == 404


def test_the_point_of_ratification_opens_on_the_words_that_ratify(setting, client):
    client.force_login(setting.lead)
    row = answered(setting)
    services.close_consultation(row, actor=setting.lead, adopted=True)
    row.refresh_from_db()
    meeting = make_meeting(setting, items=0)
    item = services.ratify_consultation(row, meeting=meeting, actor=setting.lead)
    services.open_meeting(meeting, actor=setting.lead)
    page = client.get(reverse("governance:live", args=[meeting.pk])).content.decode()

    said = f"La décision {row.decision.reference}, prise par consultation écrite, est ratifiée."
    assert said in page
    client.post(
        reverse("governance:decision_create", args=[item.pk]), {"title": item.title, "text": said, "is_agreed": "on"}
    )
    assert item.decisions.get().text == said
    assert 'id="decision"' not in client.get(reverse("governance:live", args=[meeting.pk])).content.decode()


def test_the_register_never_waits_for_a_ratification_to_be_carried_out(setting, client):
    consultation = answered(setting)
    services.close_consultation(consultation, actor=setting.lead, adopted=True)
    consultation.refresh_from_db()
    item = services.ratify_consultation(consultation, meeting=make_open_meeting(setting), actor=setting.lead)
    row = make_decision(setting, item, effects=[])
    services.close_meeting(item.meeting, actor=setting.lead)
    row.refresh_from_db()

    client.force_login(setting.lead)
    address = reverse("governance:decisions")

    assert "Ratification, sans exécution propre" in client.get(address).content.decode()
    assert row.title in client.get(f"{address}?format=csv&execution=none").getvalue().decode()
    assert row.title not in client.get(f"{address}?format=csv&execution=to_do").getvalue().decode()
