from datetime import date

import pytest
from django.urls import reverse

from partners.enums import OrganisationKind, Part, Role
from partners.models import Mandate, Organisation, Partnership, Person
from tests.factories import (
    make_cite,
    make_commune,
    make_lead,
    make_mandate,
    make_organisation,
    make_person,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cite():
    return make_cite(communes=[make_commune("Dunkerque")])


@pytest.fixture
def lead(cite, client):
    user = make_lead(cite)
    client.force_login(user)
    return user


def text(response):
    return response.content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=theatre", {"Théâtre des Dunes"}),
        ("nature=family_fund", {"CAF du Nord"}),
        ("role=funder", {"CAF du Nord"}),
        ("q=dunes&role=funder", set()),
    ],
)
def test_partners_are_filtered(cite, lead, client, query, expected):
    make_organisation("Théâtre des Dunes", cite=cite)
    make_organisation("CAF du Nord", cite=cite, part=Part.FUNDER, kind=OrganisationKind.FAMILY_FUND)

    page = text(client.get(f"{reverse('partners:list')}?{query}"))

    assert {name for name in ("Théâtre des Dunes", "CAF du Nord") if name in page} == expected


def test_partners_are_filtered_by_commune(cite, lead, client):
    commune = cite.communes.get()
    make_organisation("Théâtre des Dunes", cite=cite, communes=[commune])
    make_organisation("CAF du Nord", cite=cite)

    page = text(client.get(reverse("partners:list"), {"commune": commune.pk}))

    assert "Théâtre des Dunes" in page
    assert "CAF du Nord" not in page


def test_the_export_holds_exactly_what_is_filtered(cite, lead, client):
    make_organisation("Théâtre des Dunes", cite=cite, siret="73282932000074", email="contact@exemple.fr")
    make_organisation("CAF du Nord", cite=cite)

    response = client.get(reverse("partners:list"), {"q": "dunes", "format": "csv"})
    lines = response.getvalue().decode("utf-8-sig").splitlines()

    assert lines[0].startswith("Organisme;Nature;Rôle dans la Cité")
    assert lines[1] == "Théâtre des Dunes;association;porteur;;contact@exemple.fr;;73282932000074"
    assert len(lines) == 2


def count_queries(client, url, django_assert_max_num_queries, limit):
    with django_assert_max_num_queries(limit) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["partners:list", "partners:troika"])
def test_more_rows_cost_no_more_queries(cite, lead, client, name, django_assert_max_num_queries):
    def more():
        organisation = make_organisation(cite=cite, communes=[make_commune()])
        make_mandate(cite, Role.PILOT, organisation=organisation)
        make_mandate(cite, Role.REFERENT, organisation=organisation, communes=[make_commune()])

    more()
    few = count_queries(client, reverse(name), django_assert_max_num_queries, 30)
    for _ in range(5):
        more()

    assert count_queries(client, reverse(name), django_assert_max_num_queries, 30) == few


def test_the_troika_shows_its_sides_in_order_and_its_empty_seats(cite, lead, client):
    side = cite.sides.get(order=2)
    seat = side.seats.get()
    make_mandate(
        cite, Role.PILOT, seat=seat, side=side, person=make_person(last_name="Delattre"), title="préfet délégué"
    )

    page = text(client.get(reverse("partners:troika")))

    places = [page.index(f">{side.label}</h2>") for side in cite.sides.all()]
    assert places == sorted(places)
    assert "Delattre" in page
    assert "préfet délégué, depuis le 1er\u00a0septembre\u00a02023" in page
    assert page.count("Siège à pourvoir") == 3


def test_somebody_whose_mandate_is_over_is_no_longer_in_the_troika(cite, lead, client):
    make_mandate(cite, Role.PILOT, person=make_person(last_name="Ancienne"), ends_on=date(2024, 1, 31))

    assert "Ancienne" not in text(client.get(reverse("partners:troika")))


def test_a_lead_sets_up_the_troika_alone(cite, lead, client):
    ville = make_organisation("Ville de Grande-Synthe", cite=cite)
    side = cite.sides.get(kind="communes")

    client.post(
        reverse("partners:seat_create"), {"side": side.pk, "organisation": ville.pk, "label": "Maire de Grande-Synthe"}
    )
    response = client.post(
        reverse("partners:mandate_create"),
        {
            "role": "pilot",
            "seat": side.seats.get(label="Maire de Grande-Synthe").pk,
            "civility": "mme",
            "first_name": "Nadia",
            "last_name": "Cordier",
            "title": "maire",
            "starts_on": "2026-03-30",
        },
        follow=True,
    )

    mandate = Mandate.objects.get(person__last_name="Cordier")
    assert mandate.organisation == ville
    assert "Le mandat de Mme Nadia Cordier est ouvert." in text(response)
    client.post(reverse("partners:mandate_end", args=[mandate.pk]), {"ends_on": "2026-12-31"})
    mandate.refresh_from_db()
    assert mandate.ends_on == date(2026, 12, 31)


def test_a_taken_seat_is_told_and_what_was_typed_is_kept(cite, lead, client):
    seat = cite.sides.first().seats.get()
    make_mandate(cite, Role.PILOT, seat=seat, starts_on=date(2025, 1, 1))
    typed = {
        "role": "pilot",
        "seat": seat.pk,
        "civility": "mme",
        "first_name": "Nadia",
        "last_name": "Cordier",
        "starts_on": "2026-03-30",
    }

    page = text(client.post(reverse("partners:mandate_create"), typed))

    assert "est tenu par" in page
    assert 'value="Cordier"' in page
    assert not Person.objects.filter(last_name="Cordier").exists()


def test_a_mandate_says_what_is_missing(cite, lead, client):
    page = text(client.post(reverse("partners:mandate_create"), {"role": "partner", "starts_on": "demain"}))

    assert page.count("À remplir, ou choisissez une personne déjà connue.") >= 3


def test_a_mandate_cannot_be_given_to_a_stranger_of_the_cite(cite, lead, client):
    stranger = make_person(last_name="Inconnue")
    make_mandate(make_cite("amiens"), person=stranger)

    response = client.post(
        reverse("partners:mandate_create"), {"role": "reader", "person": stranger.pk, "starts_on": "2026-01-01"}
    )

    assert response.status_code == 200
    assert "Inconnue" not in text(response)
    assert not Mandate.objects.filter(person=stranger, cite=cite).exists()


def test_a_partner_known_by_its_siret_joins_the_cite(cite, lead, client):
    known = make_organisation("Les Petits Débrouillards", siret="73282932000074")
    typed = {"name": "Petits débrouillards", "kind": "association", "siret": "732 829 320 00074", "part": "holder"}

    response = client.post(reverse("partners:organisation_create"), typed, follow=True)

    assert "était déjà connu par son SIRET" in text(response)
    assert Partnership.objects.get(organisation=known, cite=cite).part == Part.HOLDER
    assert not Organisation.objects.filter(name="Petits débrouillards").exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"siret": "12345678901234"}, "Ce SIRET n’est pas valable"),
        ({"name": "THEATRE des dunes"}, "Un partenaire de la Cité porte déjà ce nom."),
        ({"part": "side"}, "Choisissez le collège de la Troïka"),
        ({"rna": "12"}, "Un numéro RNA s’écrit"),
    ],
)
def test_a_wrong_partner_is_explained(cite, lead, client, typed, sentence):
    make_organisation("Théâtre des Dunes", cite=cite)
    right = {"name": "Orchestre du littoral", "kind": "association", "part": "holder"}

    response = client.post(reverse("partners:organisation_create"), right | typed)

    assert sentence in text(response)
    assert not Organisation.objects.filter(name="Orchestre du littoral").exists()


def test_a_holder_changes_the_contact_of_its_organisation_and_nothing_else(cite, client):
    organisation = make_organisation("Théâtre des Dunes", cite=cite)
    client.force_login(make_user(cite, Role.HOLDER, organisation=organisation))

    client.post(
        reverse("partners:organisation_edit", args=[organisation.pk]),
        {"name": "Autre nom", "siret": "73282932000074", "email": "accueil@exemple.fr", "website": "exemple.fr"},
    )

    organisation.refresh_from_db()
    assert (organisation.name, organisation.siret) == ("Théâtre des Dunes", "")
    assert (organisation.email, organisation.website) == ("accueil@exemple.fr", "https://exemple.fr")


def edit(client, organisation):
    """(what a new e-mail gets, the e-mail then)."""
    url = reverse("partners:organisation_edit", args=[organisation.pk])
    response = client.post(url, {"name": organisation.name, "kind": organisation.kind, "email": "autre@exemple.fr"})
    organisation.refresh_from_db()
    return response, organisation.email


def test_the_letters_of_a_cite_are_not_redirected_by_the_lead_of_another(cite, client):
    shared = make_organisation("Commune aux deux", cite=cite, siret="73282932000074", email="vrai@exemple.fr")
    client.force_login(make_lead(make_cite("amiens")))
    client.post(
        reverse("partners:organisation_create"),
        {"name": "n", "kind": "association", "siret": shared.siret, "part": "holder"},
    )

    sheet = text(client.get(reverse("partners:organisation", args=[shared.pk])))
    response, email = edit(client, shared)

    assert "aussi partenaire de Dunkerque" in sheet
    assert "Modifier la fiche" not in sheet
    assert response.status_code == 403
    assert "aussi partenaire de Dunkerque" in text(response)
    assert email == "vrai@exemple.fr"


@pytest.mark.parametrize("role", [Role.HOLDER, Role.PARTNER])
def test_who_acts_for_an_organisation_in_each_of_its_cites_keeps_its_contact(cite, client, role):
    shared, other = make_organisation("Commune aux deux", cite=cite, email="vrai@exemple.fr"), make_cite("amiens")
    Partnership.objects.create(cite=other, organisation=shared, part=Part.HOLDER)
    user = make_user(cite, role, organisation=shared)
    client.force_login(user)

    response, email = edit(client, shared)
    assert (response.status_code, email) == (403, "vrai@exemple.fr")
    assert "est aussi partenaire de Amiens" in text(response)

    make_mandate(other, Role.PARTNER, person=user.person, organisation=shared)
    response, email = edit(client, shared)
    assert (response.status_code, email) == (302, "autre@exemple.fr")


@pytest.mark.parametrize("role", [Role.HOLDER, Role.PARTNER])
def test_an_accomplice_named_elsewhere_gains_nothing_on_a_shared_organisation(cite, client, role):
    """The lead of Amiens makes somebody its partner: letters and links of Dunkerque would follow the new address."""
    shared, other = make_organisation("Commune aux deux", cite=cite, email="vrai@exemple.fr"), make_cite("amiens")
    holder = make_mandate(cite, Role.HOLDER, organisation=shared, person=make_person(last_name="Secrète")).person
    client.force_login(make_user(other, role, organisation=shared))
    Partnership.objects.create(cite=other, organisation=shared, part=Part.HOLDER)

    response, email = edit(client, shared)
    page = text(client.get(reverse("partners:organisation", args=[shared.pk])))

    assert (response.status_code, email) == (403, "vrai@exemple.fr")
    assert "Secrète" not in page
    assert client.get(reverse("partners:person", args=[holder.pk])).status_code == 404


def test_the_lead_of_all_its_cites_edits_a_shared_organisation(cite, lead, client):
    other = make_cite("amiens")
    make_mandate(other, Role.LEAD, person=lead.person)
    shared = make_organisation("Commune aux deux", cite=cite)
    Partnership.objects.create(cite=other, organisation=shared, part=Part.HOLDER)

    assert edit(client, shared)[1] == "autre@exemple.fr"


def test_a_lead_gains_no_contact_entry_with_a_mandate_that_she_gives_herself(cite, lead, client):
    shared = make_organisation("Commune aux deux", cite=cite, email="vrai@exemple.fr")
    Partnership.objects.create(cite=make_cite("amiens"), organisation=shared, part=Part.HOLDER)
    make_mandate(cite, Role.PARTNER, person=lead.person, organisation=shared)

    response, email = edit(client, shared)

    assert (response.status_code, email) == (403, "vrai@exemple.fr")


def test_the_contact_entry_is_for_the_organisation_of_the_mandate(cite, client):
    town = make_organisation("Ville", cite=cite, email="vrai@exemple.fr")
    referent = make_user(cite, Role.REFERENT, organisation=town)
    make_mandate(cite, Role.PARTNER, person=referent.person, organisation=make_organisation(cite=cite))
    client.force_login(referent)

    response, email = edit(client, town)

    assert (response.status_code, email) == (403, "vrai@exemple.fr")


def test_a_person_known_in_another_cite_is_not_renamed(cite, lead, client):
    person = make_person()
    make_mandate(cite, person=person)
    make_mandate(make_cite("amiens"), person=person)

    assert client.get(reverse("partners:person_edit", args=[person.pk])).status_code == 403


def test_an_organisation_is_read_in_the_cite_where_it_has_a_part(cite, lead, client):
    other = make_cite("amiens")
    make_mandate(other, Role.READER, person=lead.person)
    there = make_organisation("Là-bas", cite=other, part=Part.FUNDER)

    page = text(client.get(reverse("partners:organisation", args=[there.pk])))

    assert "financeur" in page
    assert "Ajouter un rôle" not in page


@pytest.mark.parametrize(
    "name", ["cite", "seat", "mandate", "organisation", "person", "commune", "neighbourhood", "school", "user"]
)
def test_the_administration_lists_and_adds(admin_client, cite, name):
    make_mandate(cite)

    assert admin_client.get(reverse(f"admin:partners_{name}_changelist")).status_code == 200
    assert admin_client.get(reverse(f"admin:partners_{name}_add")).status_code == 200
