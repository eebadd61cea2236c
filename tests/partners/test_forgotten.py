"""A person rendered anonymous does not come back, and whose account is technical is not rendered so."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from partners import services
from partners.enums import Role
from partners.models import AccessLink, Mandate, MissionLetter, Person, User
from partners.services.privacy import anonymise_person
from tests.factories import make_cite, make_lead, make_mandate, make_organisation, make_person, make_user

pytestmark = pytest.mark.django_db
REFUSED = "rendue anonyme"


@pytest.fixture
def cite():
    return make_cite()


@pytest.fixture
def lead(cite, client):
    user = make_lead(cite)
    client.force_login(user)
    return user


@pytest.fixture
def forgotten(cite, lead):
    account = make_user(cite, Role.PARTNER, ends_on=timezone.localdate() - timedelta(days=1))
    return anonymise_person(actor=lead, person=account.person, cite=cite)


def text(response):
    return response.content.decode()


@pytest.mark.parametrize("gesture", ["account_reopen", "invite"])
def test_her_account_stays_closed(client, cite, lead, forgotten, gesture):
    make_mandate(cite, person=forgotten)
    Person.objects.filter(pk=forgotten.pk).update(email="ana.roy@exemple.fr")

    response = client.post(reverse(f"partners:{gesture}", args=[forgotten.pk]), follow=True)

    assert REFUSED in text(response)
    assert not User.objects.get(person=forgotten).is_active
    assert not AccessLink.objects.exists()


def test_who_had_no_account_is_given_none(client, cite, lead):
    person = make_person(anonymised_at=timezone.now(), email="ana.roy@exemple.fr")
    make_mandate(cite, person=person)

    page = text(client.get(reverse("partners:account_manage", args=[person.pk])))
    response = client.post(reverse("partners:invite", args=[person.pk]), follow=True)

    assert "Inviter" not in page
    assert REFUSED in text(response)
    assert not User.objects.filter(person=person).exists()


def test_her_sheet_is_written_no_more(client, lead, forgotten):
    sent = {"civility": "m", "first_name": "Jean", "last_name": "Nouveau", "preferred_channel": "email"}

    response = client.post(reverse("partners:person_edit", args=[forgotten.pk]), sent)

    assert response.status_code == 403
    assert REFUSED in text(response)
    with pytest.raises(services.PartnersError, match=REFUSED):
        services.update_person(actor=lead, person=forgotten, cite=forgotten.mandates.get().cite, phone="03 28")
    forgotten.refresh_from_db()
    assert (forgotten.full_name, forgotten.phone) == ("Personne anonymisée", "")


def test_she_gets_no_mandate(client, cite, lead, forgotten):
    given = {"actor": lead, "cite": cite, "person": forgotten, "role": Role.PARTNER, "starts_on": date(2026, 1, 1)}

    for open_one in (services.appoint, services.open_mandate):
        with pytest.raises(services.PartnersError, match=REFUSED):
            open_one(organisation=make_organisation(cite=cite), **given)

    assert forgotten.mandates.count() == 1


def test_her_last_mandate_is_not_prolonged(client, lead, forgotten):
    mandate = forgotten.mandates.get()
    url = reverse("partners:mandate_edit", args=[mandate.pk])

    response = client.post(url, {"title": "directrice", "starts_on": "2023-09-01", "ends_on": "", "rank": "1"})

    assert REFUSED in text(response)
    mandate.refresh_from_db()
    assert mandate.title == ""
    assert mandate.ends_on


def test_no_letter_is_kept_of_her(client, lead, forgotten):
    url = reverse("partners:mission_letter_create", args=[forgotten.mandates.get().pk])

    response = client.post(url, {"file": SimpleUploadedFile("lettre.pdf", b"%PDF-1.7\n")})

    assert REFUSED in text(response)
    assert not MissionLetter.objects.exists()


def test_no_gesture_is_shown(client, lead, forgotten):
    sheet = text(client.get(reverse("partners:person", args=[forgotten.pk])))
    account = text(client.get(reverse("partners:account_manage", args=[forgotten.pk])))

    of_person = ("person_edit", "invite", "account_reopen")
    of_mandate = ("mandate_edit", "mandate_end", "mission_letter_create")
    addresses = [reverse(f"partners:{name}", args=[forgotten.pk]) for name in of_person]
    addresses += [reverse(f"partners:{name}", args=[forgotten.mandates.get().pk]) for name in of_mandate]
    assert [address for address in addresses if address in sheet + account] == []
    assert "Ouvrir un mandat" not in sheet
    assert "Mandats terminés" in sheet


@pytest.mark.parametrize("is_kept", [True, False])
def test_she_is_not_merged(client, cite, lead, forgotten, is_kept):
    person = make_mandate(cite).person
    kept, dropped = (forgotten, person) if is_kept else (person, forgotten)
    form = client.get(reverse("partners:person_merge", args=[kept.pk, dropped.pk])).context["form"]

    page = client.post(
        reverse("partners:person_merge", args=[kept.pk, dropped.pk]), dict.fromkeys(form.fields, "dropped")
    )

    assert REFUSED in text(page)
    assert Person.objects.filter(pk__in=[kept.pk, dropped.pk]).count() == 2
    assert Mandate.objects.filter(person=forgotten).count() == 1


@pytest.mark.parametrize("rights", [{"is_staff": True}, {"is_superuser": True}])
def test_a_technical_account_is_left_to_the_technical_administration(client, cite, lead, rights):
    account = make_user(cite, Role.PARTNER, ends_on=date(2024, 6, 30))
    User.objects.filter(pk=account.pk).update(**rights)

    anonymised = client.post(reverse("person_anonymise", args=[account.person_id]), follow=True)
    closed = client.post(reverse("partners:account_close", args=[account.person_id]), follow=True)

    assert "administration technique" in text(anonymised)
    assert "administration technique" in text(closed)
    after = User.objects.select_related("person").get(pk=account.pk)
    assert (after.is_active, after.email) == (True, account.email)
    assert after.person.anonymised_at is None
