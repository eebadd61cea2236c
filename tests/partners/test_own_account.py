"""What each does with her own account: password, address, sessions."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from qsessions.models import Session

from partners import services
from partners.devices import device_fr
from partners.enums import Role
from partners.models import OutgoingMessage, User
from partners.services.accounts import shut
from partners.services.sessions import fingerprint
from tests.factories import PASSWORD, make_cite, make_lead, make_mandate, make_person, make_user
from tests.partners.letters import letters_to, link_to

pytestmark = pytest.mark.django_db
NEW = {"new_password1": "correct-cheval-agrafe", "new_password2": "correct-cheval-agrafe"}
EMAIL = "ana.roy@exemple.fr"


@pytest.fixture
def account():
    return make_user(make_cite(), Role.HOLDER, email=EMAIL)


def ask(client, email=EMAIL):
    return client.post(reverse("password_reset"), {"email": email})


def test_a_forgotten_password_is_replaced_once_by_a_letter_of_the_queue(client, account):
    elsewhere = Client()
    elsewhere.force_login(account)

    assert ask(client, EMAIL.upper())["Location"] == ask(client, "personne@exemple.fr")["Location"]
    assert mail.outbox == []
    [(subject, path)] = letters_to(EMAIL)
    assert subject == "Choisir un nouveau mot de passe"
    assert "mot de passe actuel" not in client.get(path).content.decode()
    assert client.post(path, NEW)["Location"] == reverse("login")

    assert User.objects.get(pk=account.pk).check_password(NEW["new_password1"])
    assert elsewhere.get(reverse("home")).status_code == 302
    assert not Session.objects.filter(user=account).exists()
    dead = client.post(path, NEW)
    assert dead.status_code == 410
    assert reverse("password_reset") in dead.content.decode()
    assert letters_to(EMAIL)[0][0] == "Votre mot de passe a changé"


@pytest.mark.parametrize("gesture", ["password", "closing"])
def test_an_address_asked_for_an_account_of_nobody_is_forgotten_with_the_former_password(client, account, gesture):
    technical = User.objects.create_user("technique@exemple.fr", PASSWORD)
    services.ask_email(user=technical, email="pirate@exemple.fr")
    services.ask_email(user=account, email="nouvelle@exemple.fr")
    path, other = link_to("pirate@exemple.fr"), link_to("nouvelle@exemple.fr")
    assert client.get(path).status_code == 200

    if gesture == "password":
        services.change_password(user=technical, password=NEW["new_password1"], keep="")
    else:
        shut(technical, "par l’administration technique")
        User.objects.update(is_active=True)

    assert client.get(path).status_code == 410
    assert client.get(other).status_code == 200


def test_one_mailbox_is_not_flooded(client, account):
    for _ in range(5):
        ask(client)
    assert len(letters_to(EMAIL)) == 1

    OutgoingMessage.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    first = link_to(EMAIL)
    ask(client)
    assert len(letters_to(EMAIL)) == 2
    assert client.get(first).status_code == 410


def test_a_closed_account_gets_a_letter_without_link(client, account):
    account.is_active = False
    account.save()

    ask(client)

    assert letters_to(EMAIL) == [("Votre compte est fermé", "")]


def test_who_never_accepted_the_invitation_gets_it_again(client):
    cite = make_cite()
    person = make_mandate(cite, person=make_person(email=EMAIL)).person
    services.invite(actor=make_lead(cite), cite=cite, person=person)
    first = link_to(EMAIL)
    OutgoingMessage.objects.update(created_at=timezone.now() - timedelta(minutes=6))

    ask(client)

    assert client.get(first).status_code == 410
    assert "invitation" in link_to(EMAIL)
    assert client.get(link_to(EMAIL)).status_code == 200


def test_changing_the_password_keeps_this_session_and_ends_the_others(client, account):
    elsewhere = Client()
    elsewhere.force_login(account)
    client.force_login(account)
    url = reverse("password_change")

    assert client.post(url, NEW | {"old_password": "faux"}).status_code == 200
    assert client.post(url, NEW | {"old_password": PASSWORD}).status_code == 302

    assert client.get(reverse("partners:account")).status_code == 200
    assert elsewhere.get(reverse("partners:account")).status_code == 302


def ask_email(client, email, password=PASSWORD):
    return client.post(reverse("partners:account_email"), {"email": email, "password": password})


def test_an_address_changes_when_its_mailbox_confirms(client, account):
    account.person.email = EMAIL.upper()
    account.person.save()
    client.force_login(account)

    assert "pas votre mot de passe" in ask_email(client, "neuve@exemple.fr", "faux").content.decode()
    assert "déjà l’adresse" in ask_email(client, EMAIL).content.decode()
    assert ask_email(client, "Neuve@exemple.fr").status_code == 302
    assert letters_to(EMAIL) == [("L’adresse de votre compte va changer", "")]
    path = link_to("neuve@exemple.fr")
    account.refresh_from_db()
    assert account.email == EMAIL
    stranger = Client()
    assert stranger.get(path).status_code == 200
    account.refresh_from_db()
    assert account.email == EMAIL
    stranger.post(path)

    account.refresh_from_db()
    assert account.email == account.person.email == "neuve@exemple.fr"
    assert stranger.get(reverse("home")).status_code == 302
    assert stranger.post(path).status_code == 410


def test_an_address_that_has_an_account_is_refused_without_saying_so(client, account):
    other = make_user(email="prise@exemple.fr")
    client.force_login(account)

    free = ask_email(client, "libre@exemple.fr")
    taken = ask_email(client, "Prise@exemple.fr")

    assert free["Location"] == taken["Location"]
    assert letters_to("prise@exemple.fr") == [("Confirmer votre nouvelle adresse", "")]
    assert User.objects.get(pk=other.pk).email == "prise@exemple.fr"


def test_an_address_taken_in_the_meantime_is_refused_at_confirmation(client, account):
    services.ask_email(user=account, email="libre@exemple.fr")
    make_user(email="libre@exemple.fr")

    answer = client.post(link_to("libre@exemple.fr"))

    assert answer.status_code == 410
    assert "sert maintenant à un autre compte" in answer.content.decode()
    account.refresh_from_db()
    assert account.email == EMAIL


def test_sessions_are_listed_and_closed_without_showing_their_keys(client, account):
    elsewhere, third = (
        Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Gecko/20100101 Firefox/128.0"}),
        Client(),
    )
    for one in (elsewhere, third, client):
        one.force_login(account)
        one.get(reverse("partners:account"))
    url = reverse("partners:sessions")

    page = client.get(url)
    shown = page.context["sessions"]
    assert len(shown) == 3
    assert shown[0].is_current
    assert not any(session.session_key in page.content.decode() for session in Session.objects.all())
    [firefox] = [one for one in shown if "Firefox" in one.device]
    client.post(reverse("partners:session_end"), {"session": firefox.mark})
    assert elsewhere.get(url).status_code == 302
    assert third.get(url).status_code == 200
    assert (
        "déjà fermée" in client.post(reverse("partners:session_end"), {"session": "x"}, follow=True).content.decode()
    )
    client.post(reverse("partners:session_end"))
    assert third.get(url).status_code == 302
    assert client.get(url).status_code == 200


def test_nobody_closes_the_session_of_somebody_else(client, account):
    other = Client()
    other.force_login(make_user())
    mark = fingerprint(other.session.session_key)
    client.force_login(account)

    client.post(reverse("partners:session_end"), {"session": mark})

    assert other.get(reverse("partners:account")).status_code == 200


def test_a_session_says_its_last_use_to_the_hour_and_no_finer(client, account):
    client.force_login(account)
    session = Session.objects.filter(user=account)
    recent, old = timezone.now() - timedelta(minutes=30), timezone.now() - timedelta(hours=2)

    session.update(updated_at=recent)
    client.get(reverse("partners:account"))
    assert session.get().updated_at == recent
    session.update(updated_at=old)
    client.get(reverse("partners:account"))
    assert session.get().updated_at > recent


def test_behind_a_proxy_a_session_has_the_address_of_its_visitor(client, account, settings):
    settings.BEHIND_PROXY = True
    for forwarded, kept in (("10.0.0.1, 192.0.2.7", "192.0.2.7"), ("unknown", None)):
        visitor = Client(headers={"X-Forwarded-For": forwarded})
        visitor.post(reverse("login"), {"username": EMAIL, "password": PASSWORD})
        assert Session.objects.get(pk=visitor.session.session_key).ip == kept


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox sous Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari sur iPhone ou iPad",
        ),
        ("", "Navigateur inconnu"),
        (None, "Navigateur inconnu"),
        ("<script>alert(1)</script>", "Navigateur inconnu"),
    ],
)
def test_devices_are_named_in_french(agent, words):
    assert device_fr(agent) == words
