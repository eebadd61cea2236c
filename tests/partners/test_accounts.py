"""Invitation, opening, closing and reopening of accounts, and the pages of the lead."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from qsessions.models import Session

from cite_educative.common.models import Entry
from partners import services
from partners.enums import Gesture, MessageKind, Role
from partners.models import AccessLink, OutgoingMessage, User
from tests.factories import PASSWORD, make_cite, make_lead, make_mandate, make_person, make_user
from tests.partners.letters import letters_to, link_to

pytestmark = pytest.mark.django_db
NEW = {"new_password1": "correct-cheval-agrafe", "new_password2": "correct-cheval-agrafe"}
EMAIL = "ana.roy@exemple.fr"


@pytest.fixture
def cite():
    return make_cite()


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def person(cite):
    return make_mandate(cite, Role.HOLDER, person=make_person(last_name="Roy", email=EMAIL)).person


def invite(lead, cite, person):
    return services.invite(actor=lead, cite=cite, person=person)


def refusal(lead, cite, person):
    with pytest.raises(services.PartnersError) as refused:
        invite(lead, cite, person)
    return str(refused.value)


def test_an_invitation_is_accepted_with_a_first_password_and_a_first_step(client, cite, lead, person):
    client.force_login(lead)
    client.post(reverse("partners:invite", args=[person.pk]))
    client.logout()
    path = link_to(EMAIL)

    page = client.get(path).content.decode()
    assert str(lead) in page
    assert cite.name in page
    assert str(person.mandates.get().organisation) in page
    short = client.post(path, {"new_password1": "court", "new_password2": "court"})
    assert short.status_code == 200
    assert "au minimum" in short.content.decode()
    answer = client.post(path, NEW, follow=True)

    assert answer.redirect_chain == [(reverse("home"), 302)]
    assert answer.wsgi_request.user == User.objects.get(email=EMAIL)
    assert client.session["_auth_user_backend"] in settings.AUTHENTICATION_BACKENDS
    assert "Premier pas" in answer.content.decode()
    assert reverse("actions:list") in answer.content.decode()
    assert User.objects.get(email=EMAIL).check_password(NEW["new_password1"])
    client.logout()
    dead = client.get(path)
    assert dead.status_code == 410
    assert "ne sert qu’une fois" in dead.content.decode()
    assert client.post(path, NEW).status_code == 410


def test_inviting_again_replaces_the_link_and_follows_the_new_address(client, cite, lead, person):
    invite(lead, cite, person)
    first = link_to(EMAIL)
    person.email = "Ana@Exemple.fr"
    person.save()

    user = invite(lead, cite, person)

    assert user.email == "ana@exemple.fr"
    assert client.get(first).status_code == 410
    assert client.get(link_to("ana@exemple.fr")).status_code == 200
    assert User.objects.filter(person=person).count() == 1


def test_an_invitation_that_expired_says_so(client, cite, lead, person):
    invite(lead, cite, person)
    AccessLink.objects.update(created_at=timezone.now() - timedelta(days=40))
    path = link_to(EMAIL)
    AccessLink.objects.update(expires_at=timezone.now() - timedelta(days=10))

    answer = client.get(path)

    assert answer.status_code == 410
    assert "plus valable depuis le" in answer.content.decode()


def test_who_cannot_be_invited_is_told_why_and_nothing_is_written(cite, lead, person):
    today = timezone.localdate()
    ended = make_mandate(cite, person=make_person(email="a@exemple.fr"), ends_on=today - timedelta(days=1)).person
    mute = make_mandate(cite, person=make_person()).person
    taken = make_mandate(cite, person=make_person(email=lead.email.upper())).person
    opened = make_user(cite).person
    closed = make_user(cite)
    closed.is_active = False
    closed.save()
    opened.email = closed.person.email = "b@exemple.fr"
    opened.save()
    closed.person.save()

    assert "pas de mandat" in refusal(lead, cite, ended)
    assert "pas d’adresse" in refusal(lead, cite, mute)
    assert "sert déjà à un autre compte" in refusal(lead, cite, taken)
    assert "déjà ouvert son compte" in refusal(lead, cite, opened)
    assert "fermé" in refusal(lead, cite, closed.person)
    assert not OutgoingMessage.objects.exists()
    assert not AccessLink.objects.exists()


def test_a_mandate_to_come_is_enough(cite, lead):
    later = timezone.localdate() + timedelta(days=30)
    person = make_mandate(cite, person=make_person(email=EMAIL), starts_on=later).person

    assert invite(lead, cite, person).email == EMAIL


def test_several_are_invited_at_once_and_the_page_lists_those_who_can_be(client, cite, lead, person):
    second = make_mandate(cite, person=make_person(email="b@exemple.fr")).person
    make_mandate(cite, person=make_person())
    client.force_login(lead)
    url = reverse("partners:invitations")

    page = client.get(url)
    assert [row["person"] for row in page.context["rows"]] == [person, second]
    assert "Choisissez au moins une personne" in client.post(url, {}).content.decode()
    assert client.post(url, {"people": ["9" * 30]}).status_code == 200
    client.post(url, {"people": [person.pk, second.pk]})

    assert OutgoingMessage.objects.filter(kind=MessageKind.INVITATION).count() == 2
    assert client.get(url).context["rows"] == []


def test_closing_signs_out_and_kills_the_links_and_reopening_gives_the_password_back(client, cite, lead):
    user = make_user(cite, email=EMAIL)
    client.force_login(user)
    services.ask_password(email=EMAIL)
    path = link_to(EMAIL)

    assert services.close_account(actor=lead, cite=cite, person=user.person)
    assert not services.close_account(actor=lead, cite=cite, person=user.person)

    assert client.get(reverse("home")).status_code == 302
    assert not Session.objects.filter(user=user).exists()
    assert client.get(path).status_code == 410
    assert client.post(reverse("login"), {"username": EMAIL, "password": PASSWORD}).status_code == 200
    assert services.reopen_account(actor=lead, cite=cite, person=user.person)
    assert letters_to(EMAIL)[0][0] == "Votre compte est rouvert"
    assert client.post(reverse("login"), {"username": EMAIL, "password": PASSWORD}).status_code == 302
    assert set(Entry.objects.filter(cite_id=cite.pk).values_list("verb", flat=True)) == {
        "account.close",
        "account.reopen",
    }


def test_one_does_not_close_ones_own_account_nor_that_of_another_cite(client, cite, lead):
    user = make_user(cite)
    make_mandate(make_cite("amiens"), Role.READER, person=user.person)
    client.force_login(lead)

    own = client.post(reverse("partners:account_close", args=[lead.person_id]), follow=True)
    shared = client.post(reverse("partners:account_close", args=[user.person_id]), follow=True)

    assert "votre propre compte" in own.content.decode()
    assert "aussi dans une autre Cité" in shared.content.decode()
    assert User.objects.filter(is_active=False).count() == 0


def test_a_lost_telephone_is_taken_away_by_the_lead_and_its_owner_is_told(client, cite, lead):
    user = make_user(cite, email=EMAIL)
    TOTPDevice.objects.create(user=user, confirmed=True)
    client.force_login(lead)
    url = reverse("partners:account_second_factor", args=[user.person_id])
    assert TOTPDevice.objects.exists()
    assert "de vive voix" in client.get(url).content.decode()

    client.post(url)
    again = client.post(url, follow=True)

    assert not TOTPDevice.objects.exists()
    assert letters_to(EMAIL)[0][0] == "Second facteur retiré"
    assert "n’a pas de second facteur" in again.content.decode()
    assert Entry.objects.get(verb="account.second_factor_end").cite_id == cite.pk


def test_the_list_says_where_each_account_stands(client, cite, lead, person):
    invited = make_mandate(cite, person=make_person(last_name="Bois", email="bois@exemple.fr")).person
    invite(lead, cite, invited)
    client.force_login(lead)
    url = reverse("partners:accounts")

    rows = {row.cells[0].text: row.cells[3].text for row in client.get(url).context["listing"].rows}
    assert rows[str(person)] == "pas de compte"
    assert rows[str(invited)] == "invité"
    assert rows[str(lead)] == "ouvert"
    filtered = client.get(url, {"compte": "none"}).context["listing"]
    assert [row.cells[0].text for row in filtered.rows] == [str(person)]
    assert client.get(url, {"format": "csv"}).getvalue().count(b"\n") >= 4


def test_more_accounts_cost_no_more_queries(client, cite, lead, django_assert_max_num_queries):
    client.force_login(lead)
    make_user(cite)
    url = reverse("partners:accounts")
    with django_assert_max_num_queries(30) as few:
        client.get(url)
    for _ in range(5):
        make_user(cite)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(url)


def test_the_security_of_accounts_is_set_and_journalled(client, cite, lead):
    client.force_login(lead)
    url = reverse("partners:security")
    assert "prochaine page" in client.get(url).content.decode()
    assert "supérieure ou égale à 30" in client.post(url, {"idle_days": "3"}).content.decode()

    client.post(url, {"idle_days": "", "requires_second_factor": ""})
    cite.refresh_from_db()
    assert (cite.idle_days, cite.requires_second_factor) == (None, False)
    client.post(url, {"idle_days": "90", "requires_second_factor": "on"})
    cite.refresh_from_db()

    assert (cite.idle_days, cite.requires_second_factor) == (90, True)
    assert Entry.objects.filter(verb="cite.security").count() == 2
    assert client.get(reverse("home"))["Location"].startswith(reverse("partners:second_factor"))


def test_letters_about_accounts_are_for_nobody_else(client, cite, lead):
    user = make_user(cite, email=EMAIL)
    services.ask_password(email=EMAIL)
    services.ask_email(user=user, email="autre@exemple.fr")
    client.force_login(lead)

    assert client.get(reverse("partners:messages")).context["listing"].count == 0
    for message in OutgoingMessage.objects.all():
        assert client.get(reverse("partners:message", args=[message.pk])).status_code == 404


def test_what_failed_waits_for_its_sender_who_sends_it_again(client, cite, lead, person):
    invite(lead, cite, person)
    message = OutgoingMessage.objects.get()
    message.deliveries.update(state="failed", error="Refusée")
    client.force_login(lead)

    assert "1 destinataire sans ce message" in client.get(reverse("home")).content.decode()
    page = client.get(reverse("partners:message", args=[message.pk]))
    assert "Refusée" in page.content.decode()
    client.post(reverse("partners:message_resend", args=[message.pk]))
    assert message.deliveries.get().state == "queued"
    again = client.post(reverse("partners:message_resend", args=[message.pk]), follow=True)
    assert "rien n’est renvoyé" in again.content.decode()
    message.deliveries.update(state="failed")
    services.revoke_links(gestures=[Gesture.INVITATION], person=person)
    assert "sans ce message" not in client.get(reverse("home")).content.decode()
