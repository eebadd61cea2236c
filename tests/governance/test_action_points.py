from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.journal import entries_for
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance import services
from governance.models import ActionPoint, DecisionRecord
from partners.enums import Role
from partners.models import Mandate, OutgoingMessage
from tests import factories
from tests.actions.factories import release
from tests.governance.factories import make_closed_meeting, make_meeting, make_open_meeting, make_setting

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting():
    return make_setting()


@pytest.fixture
def lead(client, setting):
    client.force_login(setting.lead)
    return client


@pytest.fixture
def owner(setting):
    """A holder with an account."""
    return factories.make_user(setting.cite, Role.HOLDER, organisation=setting.actions[0].holder)


def mandate_of(user):
    return Mandate.objects.get(person=user.person)


def make_point(setting, owner=None, **fields):
    values = {"text": "Envoyer le calendrier"} | fields
    return services.create_action_point(
        cite=setting.cite, actor=setting.lead, owner=owner or mandate_of(setting.lead), **values
    )


def url(name, pk=None, query=""):
    return reverse(f"governance:{name}", args=[pk] if pk else []) + query


def days(number):
    return timezone.localdate() + timedelta(days=number)


# --- Written ---------------------------------------------------------------------------------------


def test_one_line_under_the_current_point_gives_it_to_somebody(lead, setting):
    item = make_open_meeting(setting).items.get()
    data = {"text": " Envoyer  le calendrier", "owner": f"m{mandate_of(setting.pilot).pk}", "due_on": "15/09/2026"}
    response = lead.post(url("action_point_create", query=f"?point={item.pk}"), data)
    row = ActionPoint.objects.get()
    assert response.url.endswith(f"?point={item.pk}#suites")
    assert (row.text, row.item, row.meeting, row.body) == ("Envoyer le calendrier", item, item.meeting, setting.body)
    page = lead.get(url("live", item.meeting_id)).content.decode()
    assert "Envoyer le calendrier" in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"text": "", "owner": "m1"}, "Dites en une phrase"),
        ({"text": "Appeler", "owner": ""}, "Choisissez qui s’en charge"),
        ({"text": "Appeler", "owner": "m999999"}, "Sélectionnez un choix valide"),
        ({"text": "Appeler", "due_on": "un jour"}, "Cette date est illisible"),
        ({"text": "Appeler", "due_on": "15/09/2060"}, "Cette année n’est pas possible"),
    ],
)
def test_a_bad_line_is_refused_in_a_sentence_and_keeps_what_was_typed(lead, setting, data, sentence):
    page = lead.post(url("action_point_create"), data)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert data["text"] in page.content.decode()
    assert not ActionPoint.objects.exists()


def test_a_second_click_writes_one_row(setting):
    assert make_point(setting) == make_point(setting)
    assert ActionPoint.objects.count() == 1


def test_nobody_of_another_cite_is_given_anything(setting):
    stranger = factories.make_mandate(factories.make_cite("amiens"), Role.LEAD)
    with pytest.raises(ValidationError, match="n’agit pas dans la Cité"):
        make_point(setting, owner=stranger)


def test_two_people_who_change_it_at_once_see_both_versions(lead, setting):
    row = make_point(setting)
    services.update_action_point(
        row, actor=setting.lead, version=1, text="Appeler le collège", owner=mandate_of(setting.pilot), due_on=None
    )
    data = {"text": "Écrire au collège", "owner": f"m{mandate_of(setting.lead).pk}", "version": "1"}
    page = lead.post(url("action_point_update", row.pk), data)
    assert page.status_code == 409
    assert "Écrire au collège" in page.content.decode()
    assert "Appeler le collège" in page.content.decode()
    data["version"] = str(page.context["version"])
    assert lead.post(url("action_point_update", row.pk), data).status_code == 302
    row.refresh_from_db()
    assert row.text == "Écrire au collège"


# --- Done, dropped, taken up again -------------------------------------------------------------------


def test_the_owner_finds_it_at_home_and_says_it_is_done_in_two_clicks(client, setting, owner):
    row = make_point(setting, owner=mandate_of(owner), due_on=days(3))
    client.force_login(owner)
    home = client.get(reverse("home")).content.decode()
    assert url("action_point", row.pk) in home
    client.post(url("action_point_finish", row.pk), {})
    row.refresh_from_db()
    assert (row.status, row.closed_on) == ("done", timezone.localdate())
    assert url("action_point", row.pk) not in client.get(reverse("home")).content.decode()


def test_a_second_click_on_done_changes_nothing(setting):
    row = make_point(setting)
    services.finish_action_point(row, actor=setting.lead, word="Parti lundi")
    services.finish_action_point(row, actor=setting.pilot, word="")
    row.refresh_from_db()
    assert (row.closing_word, row.version) == ("Parti lundi", 2)
    assert entries_for(row).filter(verb="action_point.done").count() == 1


def test_what_proves_it_is_checked_and_kept_once(lead, setting):
    row = make_point(setting)
    fake = SimpleUploadedFile("preuve.pdf", b"MZ programme")
    page = lead.post(url("action_point_finish", row.pk), {"upload": fake, "word": "Voir la pièce"})
    assert page.status_code == 422
    assert "Voir la pièce" in page.content.decode()
    row.refresh_from_db()
    assert row.is_open
    for _ in range(2):
        lead.post(url("action_point_finish", row.pk), {"upload": SimpleUploadedFile("preuve.pdf", b"%PDF-1.4 x")})
    assert row.files.count() == 1


def test_a_day_to_come_is_refused(lead, setting):
    row = make_point(setting)
    page = lead.post(url("action_point_finish", row.pk), {"on": f"{days(2):%d/%m/%Y}"})
    assert "pas encore venu" in page.content.decode()


def test_dropping_asks_why_and_done_is_not_dropped(lead, setting):
    row = make_point(setting)
    assert "Dites pourquoi" in lead.post(url("action_point_drop", row.pk), {"word": " "}).content.decode()
    services.finish_action_point(row, actor=setting.lead)
    with pytest.raises(TransitionError, match="faite entre-temps"):
        services.drop_action_point(row, actor=setting.lead, word="Inutile")


def test_taken_up_again_it_may_change(setting):
    row = make_point(setting)
    services.drop_action_point(row, actor=setting.lead, word="Inutile")
    with pytest.raises(TransitionError, match="abandonnée"):
        services.update_action_point(
            row, actor=setting.lead, version=2, text="Autre", owner=mandate_of(setting.lead), due_on=None
        )
    services.reopen_action_point(row, actor=setting.lead)
    row.refresh_from_db()
    assert (row.status, row.closed_on, row.closing_word) == ("open", None, "")
    with pytest.raises(ConflictError):
        services.update_action_point(
            row, actor=setting.lead, version=2, text="Autre", owner=mandate_of(setting.lead), due_on=None
        )


# --- Who knows ---------------------------------------------------------------------------------------


def test_the_owner_learns_nothing_of_a_decision_before_the_release(client, setting, owner):
    decision = make_closed_meeting(setting).decisions.get()
    row = make_point(setting, owner=mandate_of(owner), decision=decision, text="Préparer la convention")
    client.force_login(owner)
    assert client.get(url("action_point", row.pk)).status_code == 404
    assert "Préparer la convention" not in client.get(url("action_points", query="?format=csv")).getvalue().decode()
    for source in (setting.state, setting.town):
        release(source)
    page = client.get(url("action_point", row.pk)).content.decode()
    assert "Préparer la convention" in page
    assert decision.reference not in page


def test_another_holder_sees_nothing(client, setting, owner):
    row = make_point(setting, owner=mandate_of(owner))
    client.force_login(factories.make_user(setting.cite, Role.HOLDER))
    assert client.get(url("action_point", row.pk)).status_code == 404
    assert client.post(url("action_point_finish", row.pk)).status_code == 404


# --- Carried over, printed ----------------------------------------------------------------------------


def test_the_next_meeting_lists_what_is_still_open_and_closing_keeps_it(lead, setting):
    first = make_open_meeting(setting, days=-3)
    kept = make_point(setting, item=first.items.get(), text="Appeler le collège")
    done = make_point(setting, item=first.items.get(), text="Écrire au rectorat")
    services.finish_action_point(done, actor=setting.lead)
    services.close_meeting(first, actor=setting.lead)
    following = make_meeting(setting, days=4)
    assert list(ActionPoint.objects.carried_to(following)) == [kept]
    page = lead.get(url("meeting", following.pk)).content.decode()
    assert "Appeler le collège" in page
    assert "Écrire au rectorat" not in page


def test_the_releve_prints_them_frozen(setting):
    meeting = make_open_meeting(setting)
    row = make_point(setting, item=meeting.items.get(), text="Appeler le collège", due_on=days(10))
    services.close_meeting(meeting, actor=setting.lead)
    services.drop_action_point(row, actor=setting.lead, word="Inutile")
    content = DecisionRecord.objects.get().content
    assert [point["text"] for point in content["action_points"]] == ["Appeler le collège"]
    assert content["action_points"][0]["owner"] == setting.lead.person.formal_name


# --- Reminded -----------------------------------------------------------------------------------------


def test_each_owner_gets_one_letter_with_all_that_is_hers(lead, setting):
    for user in (setting.lead, setting.pilot):
        user.person.email = user.email
        user.person.save()
    pilot = mandate_of(setting.pilot)
    points = [make_point(setting, owner=pilot, text=text) for text in ("Appeler le collège", "Écrire au rectorat")]
    points.append(make_point(setting, text="Réserver la salle", due_on=days(-2)))
    data = {"cle": [row.pk for row in points], "subject": "Suites", "body": "Bonjour,\n{suites}\nMerci"}
    preview = lead.post(url("action_points_remind"), data).content.decode()
    assert "Envoyer 2 messages" in preview
    assert not OutgoingMessage.objects.exists()
    lead.post(url("action_points_remind"), data | {"envoyer": "1"})
    lead.post(url("action_points_remind"), data | {"envoyer": "1"})
    bodies = sorted(OutgoingMessage.objects.values_list("body", flat=True), key=lambda body: "Appeler" in body)
    assert len(bodies) == 2
    assert "– Appeler le collège" in bodies[1]
    assert "– Écrire au rectorat" in bodies[1]
    assert "Réserver la salle" in bodies[0]
    assert entries_for(points[0]).filter(verb="action_point.reminded").count() == 1


def test_the_pre_flight_says_who_cannot_be_written_to(lead, setting, owner):
    without = factories.make_organisation("Sans adresse", cite=setting.cite, email="")
    make_point(setting, owner=without, text="Transmettre la liste")
    decision = make_closed_meeting(setting).decisions.get()
    make_point(setting, owner=mandate_of(owner), decision=decision, text="Préparer la convention")
    page = lead.get(url("action_points_remind"))
    assert "aucune adresse électronique" in page.content.decode()
    assert "n’est pas libérée" in page.content.decode()
    letters, refused = services.point_letters(ActionPoint.objects.all())
    assert (len(letters), len(refused)) == (0, 2)


# --- The list -----------------------------------------------------------------------------------------


def test_filters_and_exports_agree(lead, setting):
    make_point(setting, text="En retard", due_on=days(-1))
    make_point(setting, text="Plus tard", due_on=days(9), owner=mandate_of(setting.pilot))
    services.finish_action_point(make_point(setting, text="Finie"), actor=setting.lead)
    expected = {"?etat=en-retard": {"En retard"}, "?qui=moi": {"En retard", "Finie"}, "?etat=faites": {"Finie"}}
    for query, texts in expected.items():
        text = lead.get(url("action_points", query=f"{query}&format=csv")).getvalue().decode("utf-8-sig")
        assert {one for one in ("En retard", "Plus tard", "Finie") if f"{one};" in text} == texts


def test_the_list_costs_the_same_for_one_and_twenty(lead, setting, django_assert_max_num_queries):
    for number in range(20):
        make_point(setting, text=f"Tâche {number}", due_on=days(number))
    with django_assert_max_num_queries(15):
        lead.get(url("action_points"))
