"""What people get wrong on the pages of the network: a clear sentence, what was typed kept, nothing half-written."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.models import Entry
from partners import imports, services
from partners.enums import Gesture, Part, Role
from partners.models import (
    AccessLink,
    Mandate,
    MergedIdentity,
    Neighbourhood,
    Organisation,
    Partnership,
    Person,
    TerritoryImport,
    User,
)
from tests.factories import PASSWORD, make_cite, make_commune, make_lead, make_mandate, make_organisation, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cite():
    return make_cite(communes=[make_commune("Dunkerque")])


@pytest.fixture
def lead(cite, client):
    user = make_lead(cite)
    client.force_login(user)
    return user


@pytest.fixture
def town(cite):
    return make_organisation("Ville de Dunkerque", cite=cite)


def refused(client, name, args, sent, *said):
    """The page that comes back, with these sentences."""
    response = client.post(reverse(name, args=args), sent)
    page = response.content.decode()
    assert response.status_code == 200
    for sentence in said:
        assert sentence in page
    return page


def counted():
    models = (Organisation, Partnership, Person, Mandate, MergedIdentity, Entry)
    return [model.objects.count() for model in models]


# --- SIRET ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("siret", ["73282932000075", "732829320", "7328293200007A", "00000000000000"])
def test_a_wrong_siret_is_refused_and_kept(client, cite, lead, siret):
    before = counted()
    sent = {"name": "Les Lucioles", "kind": "association", "siret": siret, "part": Part.HOLDER}

    page = refused(client, "partners:organisation_create", [], sent, "SIRET")

    assert f'value="{siret}"' in page
    assert 'value="Les Lucioles"' in page
    assert counted() == before


def test_a_siret_of_somebody_else_is_not_taken_by_a_correction(client, cite, lead):
    make_organisation("Autre", cite=cite, siret="73282932000074")
    mine = make_organisation("Les Lucioles", cite=cite)
    sent = {"name": "Les Lucioles", "kind": "association", "siret": "732 829 320 00074"}

    refused(client, "partners:organisation_edit", [mine.pk], sent, "Un organisme porte déjà ce SIRET")

    mine.refresh_from_db()
    assert mine.siret == ""


# --- Mandates -------------------------------------------------------------------------------------


def test_a_mandate_that_ends_before_it_starts_is_refused_and_the_new_person_is_not_made(client, cite, lead, town):
    before = counted()
    sent = {"role": Role.PARTNER, "organisation": town.pk, "starts_on": "2026-09-01", "ends_on": "2026-08-31"}
    sent |= {"civility": "mme", "first_name": "Ana", "last_name": "Roy", "title": "Directrice"}

    page = refused(client, "partners:mandate_create", [], sent, "Un mandat ne peut pas finir avant d’avoir commencé.")

    for typed in ("Roy", "Directrice", "2026-09-01", "2026-08-31"):
        assert f'value="{typed}"' in page
    assert counted() == before


def test_a_correction_or_an_end_before_the_start_is_refused(client, cite, lead, town):
    mandate = make_mandate(cite, organisation=town, starts_on=date(2026, 9, 1))
    correction = {"title": "", "starts_on": "2026-09-01", "ends_on": "2026-08-31", "rank": 100}

    refused(client, "partners:mandate_edit", [mandate.pk], correction, "ne peut pas finir avant d’avoir commencé")
    page = refused(client, "partners:mandate_end", [mandate.pk], {"ends_on": "2026-08-31"}, "ne peut pas finir avant")

    assert 'value="2026-08-31"' in page
    mandate.refresh_from_db()
    assert mandate.ends_on is None


def test_two_titulars_on_one_seat_are_refused_and_the_new_person_is_not_made(client, cite, lead):
    seat = cite.sides.first().seats.get()
    held = {"seat": seat, "side": seat.side, "organisation": seat.organisation}
    titular = make_mandate(cite, Role.PILOT, **held).person
    before = counted()
    sent = {"role": Role.PILOT, "seat": seat.pk, "starts_on": "2026-09-01"}
    sent |= {"civility": "m", "first_name": "Paul", "last_name": "Hennebelle"}

    page = refused(client, "partners:mandate_create", [], sent, f"est tenu par {titular.formal_name}")

    assert 'value="Hennebelle"' in page
    assert counted() == before


# --- Merging --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["partners:organisation_merge", "partners:person_merge"])
def test_a_row_is_not_merged_with_itself(client, cite, lead, town, name):
    row = town if "organisation" in name else make_mandate(cite, person=make_person(last_name="Wallaert")).person
    before = counted()
    url = reverse(name, args=[row.pk, row.pk])

    for response in (client.get(url), client.post(url, {})):
        assert response.status_code == 400
        assert "ne se fusionne pas avec elle-même" in response.content.decode()
    assert counted() == before


# --- Invitations ----------------------------------------------------------------------------------


@pytest.fixture
def invitation(cite, lead):
    person = make_mandate(cite, person=make_person(email="ana@exemple.fr")).person
    services.invite(actor=lead, cite=cite, person=person)
    return AccessLink.objects.get(gesture=Gesture.INVITATION)


def test_an_invitation_that_expired_opens_nothing_and_says_what_to_do(client, invitation):
    now = timezone.now()
    AccessLink.objects.update(created_at=now - timedelta(days=40), expires_at=now - timedelta(days=10))
    invitation.refresh_from_db()
    path = services.link_path(invitation)
    client.logout()

    for response in (client.get(path), client.post(path, {"new_password1": PASSWORD, "new_password2": PASSWORD})):
        assert response.status_code == 410
        assert "plus valable depuis le" in response.content.decode()
    assert not User.objects.get(person=invitation.person).has_usable_password()


def test_an_invitation_serves_once(client, invitation):
    path = services.link_path(invitation)
    client.logout()
    sent = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert client.post(path, sent).status_code == 302
    password = User.objects.get(person=invitation.person).password
    client.logout()

    for response in (
        client.get(path),
        client.post(path, {"new_password1": "autre-Mot-2", "new_password2": "autre-Mot-2"}),
    ):
        assert response.status_code == 410
        assert "déjà" in response.content.decode()
    assert User.objects.get(person=invitation.person).password == password


# --- Territory ------------------------------------------------------------------------------------


def test_a_file_with_an_unknown_commune_is_written_line_by_line_only_when_asked(client, cite, lead):
    content = b"lib_qp;commune\nQuartier de la Citadelle;Dunkerque\nAilleurs;Nulleville\n"
    file = SimpleUploadedFile("quartiers.csv", content, content_type="text/csv")
    client.post(reverse("partners:territory_import"), {"kind": "neighbourhoods", "file": file})
    run = TerritoryImport.objects.get()
    imports.save_mapping(run=run, mapping=run.mapping, actor=lead)
    fingerprint = {"fingerprint": imports.plan_of(run, lead).fingerprint}
    page, confirm = [
        reverse(f"partners:{name}", args=[run.pk]) for name in ("territory_import_run", "territory_import_confirm")
    ]

    assert "La commune « Nulleville » n’est pas connue" in client.get(page).content.decode().replace("\u00a0", " ")
    refusal = client.post(confirm, fingerprint)
    assert refusal.status_code == 409
    assert not Neighbourhood.objects.exists()
    assert client.post(confirm, fingerprint | {"sans-refusees": "1"}, follow=True).status_code == 200
    assert [row.name for row in Neighbourhood.objects.all()] == ["Quartier de la Citadelle"]
