"""Sign-in, addresses and headers as somebody with bad intentions finds them."""

import pytest
from django.core import mail
from django.urls import reverse

from partners.enums import Role
from partners.models import Cite, Delivery, Organisation, Person, User
from tests.actions.factories import make_action
from tests.factories import PASSWORD, make_cite, make_lead, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return make_lead(make_cite())


def wrong(client, email):
    return client.post(reverse("login"), {"username": email, "password": "faux"})


def test_the_lockout_counts_one_account_however_its_address_is_capitalised(client, account):
    name, domain = account.email.split("@")
    codes = [wrong(client, f"{name[:n].upper()}{name[n:]}@{domain}").status_code for n in range(6)]

    assert codes[-1] == 429
    answer = client.post(reverse("login"), {"username": account.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert "Connexion suspendue" in answer.content.decode()
    elsewhere = client.post(
        reverse("login"), {"username": account.email, "password": PASSWORD}, REMOTE_ADDR="192.0.2.7"
    )
    assert elsewhere.status_code == 302


def test_behind_a_proxy_nobody_is_locked_out_by_somebody_else(client, account, settings):
    settings.BEHIND_PROXY = True
    for _ in range(6):
        data = {"username": account.email, "password": "faux"}
        last = client.post(reverse("login"), data, headers={"X-Forwarded-For": "10.0.0.1, 192.0.2.1"})
    data = {"username": account.email, "password": PASSWORD}

    assert last.status_code == 429
    assert client.post(reverse("login"), data, headers={"X-Forwarded-For": "192.0.2.9"}).status_code == 302


def test_two_accounts_may_not_differ_by_their_capitals_alone(account):
    twin = User(email=account.email.upper())
    twin.set_password(PASSWORD)

    twin.full_clean(exclude=["email"], validate_unique=False)
    assert twin.email == account.email


def test_signing_in_gives_a_new_session_and_never_leads_outside(client, account):
    client.get(reverse("login"))
    session = client.session
    session["cite"] = 1
    session.save()
    before = session.session_key
    url = f"{reverse('login')}?next=https://exemple.test/"

    answer = client.post(url, {"username": account.email, "password": PASSWORD})

    assert client.session.session_key != before
    assert answer["Location"] == reverse("home")


def test_asking_a_new_password_tells_nobody_who_has_an_account(client, account):
    known = client.post(reverse("password_reset"), {"email": account.email})
    unknown = client.post(reverse("password_reset"), {"email": "personne@exemple.fr"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert known.content == unknown.content
    assert mail.outbox == []
    assert [delivery.email for delivery in Delivery.objects.all()] == [account.email]


@pytest.mark.parametrize("target", ["zz", "²", "//exemple.test/", "https://exemple.test", "\x00"])
def test_an_odd_return_address_never_fails_nor_leads_outside(client, account, target):
    client.force_login(account)

    answer = client.post(reverse("context"), {"year": "2026", "cite": "9" * 5000, "next": target})

    assert answer.status_code == 302
    assert "exemple.test" not in answer["Location"]


def test_every_page_forbids_foreign_scripts_and_frames(client, account):
    client.force_login(account)
    answer = client.get(reverse("home"))

    policy = answer["Content-Security-Policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_uploaded_and_produced_files_have_no_public_address(client, account, settings):
    folder = settings.MEDIA_ROOT / "documents" / "1"
    folder.mkdir(parents=True)
    (folder / "1.pdf").write_bytes(b"%PDF")
    client.force_login(account)

    for address in ("/media/documents/1/1.pdf", "/files/documents/1/1.pdf", "/static/../files/documents/1/1.pdf"):
        assert client.get(address).status_code == 404


def test_a_superuser_opens_a_cite_its_sides_its_first_lead_and_an_account(client):
    root = User.objects.create_superuser("technique@exemple.fr", PASSWORD)
    client.force_login(root)
    sides = {"sides-TOTAL_FORMS": "1", "sides-INITIAL_FORMS": "0"}
    side = {"sides-0-kind": "state", "sides-0-label": "État", "sides-0-order": "1"}
    cite = {"name": "Grigny", "slug": "grigny", "accent_colour": "#0E4A5A", "note_prefix": "CE"}
    assert client.post(reverse("admin:partners_cite_add"), {**cite, **sides, **side}).status_code == 302
    person = {"civility": "mme", "first_name": "Ana", "last_name": "Roy", "lawful_basis": "public_task"}
    person["preferred_channel"] = "email"
    assert client.post(reverse("admin:partners_person_add"), person).status_code == 302
    organisation = {"name": "Ville de Grigny", "kind": "commune"}
    assert client.post(reverse("admin:partners_organisation_add"), organisation).status_code == 302
    made = Cite.objects.get(slug="grigny")
    lead = {"person": made_person().pk, "cite": made.pk, "organisation": made_organisation().pk}
    mandate = {**lead, "role": "lead", "starts_on": "2026-01-01", "rank": "100"}
    assert client.post(reverse("admin:partners_mandate_add"), mandate).status_code == 302
    user = {"email": "Ana.Roy@Grigny.fr", "person": made_person().pk, "usable_password": "true"}
    user |= {"password1": PASSWORD, "password2": PASSWORD}
    assert client.post(reverse("admin:partners_user_add"), user).status_code == 302

    account = User.objects.get(email="ana.roy@grigny.fr")
    assert made.sides.count() == 1
    client.force_login(account)
    assert client.get(reverse("home")).context["frame"]["cite"] == made


def made_person():
    return Person.objects.get(last_name="Roy")


def made_organisation():
    return Organisation.objects.get(name="Ville de Grigny")


@pytest.mark.parametrize("role", [Role.HOLDER, Role.PARTNER, Role.LEAD])
def test_who_acts_elsewhere_for_a_shared_holder_reads_nothing_of_its_actions_here(client, role):
    here, there = make_cite(), make_cite("amiens")
    shared = make_organisation("Commune aux deux", cite=here)
    action = make_action(here, title="Atelier secret", holder=shared)
    client.force_login(make_user(there, role, organisation=shared))

    assert client.get(reverse("actions:detail", args=[action.pk])).status_code == 404
    for name in ("partners:organisation", "actions:organisation_actions", "actions:organisation_exchanges"):
        assert "Atelier secret" not in client.get(reverse(name, args=[shared.pk])).content.decode()
    assert "Atelier secret" not in client.get(reverse("search"), {"q": "secret"}).content.decode()
