"""The directory: organisations, the sheet of a person, rows that look alike."""

from datetime import date

import pytest
from django.urls import reverse

from cite_educative.common.models import Entry
from partners import services
from partners.enums import Channel, IdentityKind, OrganisationKind, Part, Role, SideKind
from partners.models import NotDuplicate, Person
from tests.factories import (
    make_cite,
    make_commune,
    make_lead,
    make_mandate,
    make_organisation,
    make_person,
    make_user,
)

# Two establishments of one SIREN, then somebody else's.
SIRET, SIRET_BESIDE, OTHER_SIRET = "73282932000074", "73282932000017", "35600000000048"


@pytest.fixture
def cite(db):
    return make_cite("dunkerque", communes=[make_commune("Grande-Synthe")])


@pytest.fixture
def lead(cite, client):
    user = make_lead(cite)
    client.force_login(user)
    return user


def text(response):
    return response.content.decode().replace("&#x27;", "'")


# --- Organisations --------------------------------------------------------------------------------


def names_in(client, query):
    response = client.get(f"{reverse('partners:list')}?{query}")
    return {row.cells[0].text for row in response.context["listing"].rows}


def test_organisations_are_filtered_by_side_and_by_what_their_people_do(cite, lead, client):
    state = cite.sides.get(kind=SideKind.STATE)
    sitting = make_organisation("Rectorat", cite=cite, part=Part.FUNDER)
    make_mandate(cite, Role.PILOT, side=state, organisation=sitting)
    make_mandate(cite, Role.REFERENT, organisation=make_organisation("Ville", cite=cite))
    former = make_organisation("Ancienne", cite=cite)
    make_mandate(cite, Role.REFERENT, organisation=former, ends_on=date(2024, 1, 1))

    assert names_in(client, f"college={state.pk}") == {"Rectorat", "État de Dunkerque"}
    assert names_in(client, "mandat=referent") == {"Ville"}


def test_organisations_are_sorted_without_accents(cite, lead, client):
    for name in ("Zénith", "Écume", "Eau vive"):
        make_organisation(name, cite=cite)

    page = text(client.get(reverse("partners:list"), {"nature": "association"}))

    assert page.index("Eau vive") < page.index("Écume") < page.index("Zénith")


def test_names_lead_to_the_sheets_of_persons(cite, lead, client):
    organisation = make_organisation(cite=cite)
    persons = [make_mandate(cite, Role.PILOT, organisation=organisation).person]
    persons.append(make_mandate(cite, organisation=organisation, ends_on=date(2024, 1, 1)).person)

    page = text(client.get(reverse("partners:organisation", args=[organisation.pk])))
    troika = text(client.get(reverse("partners:troika")))

    for person in persons:
        assert f'href="{reverse("partners:person", args=[person.pk])}">{person.formal_name}' in page
    assert f'href="{reverse("partners:person", args=[persons[0].pk])}"' in troika


def test_an_evaluator_reads_functions_and_no_name(cite, client):
    organisation = make_organisation(cite=cite)
    person = make_person(last_name="Quaghebeur", function="directrice de la maison")
    make_mandate(cite, Role.PILOT, organisation=organisation, person=person)
    make_mandate(cite, Role.PARTNER, organisation=organisation, person=person, ends_on=date(2024, 1, 1))
    client.force_login(make_user(cite, Role.EVALUATOR))

    for url in (reverse("partners:organisation", args=[organisation.pk]), reverse("partners:troika")):
        page = text(client.get(url))
        assert "Quaghebeur" not in page
        assert f"/personnes/{person.pk}/" not in page
        assert "directrice de la maison" in page


def test_an_evaluator_who_also_pilots_reads_names(cite, client):
    person = make_mandate(cite, Role.PARTNER, person=make_person(last_name="Quaghebeur")).person
    user = make_user(cite, Role.EVALUATOR)
    make_mandate(cite, Role.PILOT, person=user.person)
    client.force_login(user)

    assert client.get(reverse("partners:person", args=[person.pk])).status_code == 200


# --- Persons --------------------------------------------------------------------------------------


def test_a_sheet_tells_the_mandates_of_the_cite_the_active_ones_first(cite, lead, client):
    person = make_person(title="Adjointe au maire", phone="03 28 00 00 01", preferred_channel=Channel.PHONE)
    seat = cite.sides.get(kind=SideKind.COMMUNES).seats.get()
    titular = make_mandate(cite, Role.PILOT, seat=seat, side=seat.side)
    make_mandate(cite, Role.PARTNER, person=person, title="ancienne bénévole", ends_on=date(2024, 1, 31))
    make_mandate(cite, Role.PILOT, person=person, seat=seat, side=seat.side, substitute_of=titular)
    make_mandate(make_cite("amiens"), Role.PILOT, person=person, title="autre Cité")

    page = text(client.get(reverse("partners:person", args=[person.pk])))

    assert f"supplée {titular.person.formal_name}" in page
    assert page.index("Membre de la Troïka") < page.index("ancienne bénévole")
    assert "du 1er\u00a0septembre\u00a02023 au 31\u00a0janvier\u00a02024" in page.lower()
    assert "autre Cité" not in page
    assert "Amiens" in page
    assert "03 28 00 00 01" in page
    assert "Aucun compte" in page


def test_the_account_is_told_to_the_lead_only(cite, client):
    person = make_user(cite, Role.PILOT).person
    client.force_login(make_user(cite, Role.REFERENT))

    assert "Compte ouvert" not in text(client.get(reverse("partners:person", args=[person.pk])))


def test_more_mandates_cost_no_more_queries(cite, lead, client, django_assert_max_num_queries):
    person = make_mandate(cite).person
    url = reverse("partners:person", args=[person.pk])
    client.get(url)
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(25) as captured:
            client.get(url)
        counts.append(len(captured))
        for _ in range(6):
            make_mandate(cite, Role.REFERENT, person=person, communes=[make_commune()])

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"preferred_channel": "phone"}, "indiquez son numéro"),
        ({"preferred_channel": "assistant"}, "par son secrétariat"),
        ({"preferred_channel": "pigeon"}, "pigeon"),
        ({"email": "pas une adresse"}, "adresse"),
    ],
)
def test_a_channel_nobody_could_use_is_explained(cite, lead, client, typed, sentence):
    person = make_mandate(cite, person=make_person(last_name="Avant")).person
    right = {"civility": "mme", "first_name": "Ana", "last_name": "Après", "preferred_channel": "email"}

    page = text(client.post(reverse("partners:person_edit", args=[person.pk]), right | typed))

    assert sentence in page
    assert 'value="Après"' in page
    person.refresh_from_db()
    assert person.last_name == "Avant"


def test_a_channel_without_its_address_is_told_and_kept(cite, lead, client):
    person = make_mandate(cite).person
    typed = {"civility": "mme", "first_name": "Ana", "last_name": "Lys", "preferred_channel": "email"}

    response = client.post(reverse("partners:person_edit", args=[person.pk]), typed, follow=True)

    assert "aucun courriel n’est connu" in text(response)
    assert Person.objects.get(pk=person.pk).last_name == "Lys"


def test_somebody_corrects_the_own_contact_and_nothing_else(cite, client):
    user = make_user(cite, Role.PARTNER, person=make_person(last_name="Avant", email="avant@exemple.fr"))
    client.force_login(user)
    url = reverse("partners:person_edit", args=[user.person.pk])

    client.post(
        url,
        {
            "last_name": "Après",
            "email": "apres@exemple.fr",
            "function": "directrice",
            "phone": "03 28",
            "preferred_channel": "phone",
        },
    )

    person = Person.objects.get(pk=user.person.pk)
    assert (person.last_name, person.email) == ("Avant", "avant@exemple.fr")
    assert (person.function, person.phone, person.preferred_channel) == ("directrice", "03 28", "phone")


def test_a_lead_of_several_cites_is_warned(cite, lead, client):
    other = make_cite("amiens")
    make_mandate(other, Role.LEAD, person=lead.person)
    person = make_mandate(cite).person
    make_mandate(other, person=person)

    assert "se lira dans toutes" in text(client.get(reverse("partners:person_edit", args=[person.pk])))


def test_a_mandate_is_opened_for_a_person_from_the_sheet(cite, lead, client):
    person = make_mandate(cite).person

    page = text(client.get(reverse("partners:mandate_create"), {"personne": person.pk}))

    assert f'<option value="{person.pk}" selected>' in page


# --- Duplicates -----------------------------------------------------------------------------------


def reasons(pairs):
    return {(pair.first.pk, pair.second.pk): pair.reasons for pair in pairs}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"name": "Théâtre", "siret": SIRET}, {"name": "Opéra", "siret": SIRET_BESIDE}, "même SIREN"),
        ({"name": "Théâtre du Polder", "siret": SIRET}, {"name": "Ass. Theatre du polder"}, "même nom"),
        ({"name": "Théâtre du Polder"}, {"name": "Théatre de Polder"}, "noms proches"),
        ({"name": "Centre social des Dunes"}, {"name": "Centre social des Dunes de Flandre"}, "noms proches"),
        ({"name": "Un", "rna": "W591000001"}, {"name": "Deux", "rna": "W591000001"}, "même numéro RNA"),
        ({"name": "Maison de quartier", "siret": SIRET}, {"name": "Maison de quartier", "siret": OTHER_SIRET}, None),
        ({"name": "Ville de Grande-Synthe"}, {"name": "Orchestre du littoral"}, None),
    ],
)
def test_organisations_that_look_alike_are_proposed(cite, first, second, expected):
    rows = [make_organisation(cite=cite, **fields) for fields in (first, second)]

    found = reasons(services.duplicate_organisations(cite))

    assert [words for pair, words in found.items() if pair == (rows[0].pk, rows[1].pk)] == (
        [] if expected is None else [words for words in found.values() if expected in words[0]]
    )
    assert bool(found) is (expected is not None)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("Élodie", "Wallaert", "a@exemple.fr"), ("elodie", "WALLAERT", "b@exemple.fr"), "même nom"),
        (("Élodie", "Wallaert", ""), ("Wallaert", "Elodie", ""), "même nom"),
        (("Élodie", "Wallaert", "a@exemple.fr"), ("Jean", "Dupont", "A@exemple.fr"), "même courriel"),
        (("Élodie", "Wallaert", ""), ("Élodie", "Walaert", ""), "noms proches"),
        (("Élodie", "Wallaert", ""), ("Jean", "Dupont", ""), None),
    ],
)
def test_persons_that_look_alike_are_proposed(cite, first, second, expected):
    organisation = make_organisation(cite=cite)
    for first_name, last_name, email in (first, second):
        person = make_person(first_name=first_name, last_name=last_name, email=email)
        make_mandate(cite, person=person, organisation=organisation)

    found = reasons(services.duplicate_persons(cite))

    assert [words[0].startswith(expected) for words in found.values()] == ([] if expected is None else [True])


def test_near_names_of_two_organisations_are_two_persons(cite):
    for last_name in ("Wallaert", "Walaert"):
        make_mandate(cite, person=make_person(first_name="Élodie", last_name=last_name))

    assert services.duplicate_persons(cite) == []


def test_rows_of_another_cite_are_not_proposed(cite):
    make_organisation("Théâtre", cite=cite)
    make_organisation("Théâtre", cite=make_cite("amiens"))

    assert services.duplicate_organisations(cite) == []


def test_what_is_not_a_duplicate_is_remembered_in_its_cite(cite, lead, client):
    rows = [make_organisation("Théâtre", cite=cite) for _ in range(2)]
    url = reverse("partners:duplicates")
    assert "Théâtre et Théâtre" in text(client.get(url))
    said = {"kind": IdentityKind.ORGANISATION, "first": rows[1].pk, "second": rows[0].pk}

    for _ in range(2):
        client.post(reverse("partners:duplicate_dismiss"), said)

    client.get(url)  # what was just said is told there once
    assert "Théâtre et Théâtre" not in text(client.get(url))
    assert NotDuplicate.objects.get().first_pk == rows[0].pk
    assert Entry.objects.filter(verb="duplicate.dismiss").count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [({"kind": "commune"}, 302), ({"second": "x"}, 404), ({"second": "9" * 30}, 404), ({"second": None}, 302)],
)
def test_a_strange_dismissal_writes_nothing(cite, lead, client, change, code):
    rows = [make_organisation("Théâtre", cite=cite) for _ in range(2)]
    said = {"kind": "organisation", "first": rows[0].pk, "second": rows[1].pk} | change
    said = {name: rows[0].pk if value is None else value for name, value in said.items()}

    response = client.post(reverse("partners:duplicate_dismiss"), said)

    assert response.status_code == code
    assert not NotDuplicate.objects.exists()


def test_more_pairs_cost_no_more_queries(cite, lead, client, django_assert_max_num_queries):
    def more(number):
        for rank in range(number):
            name = f"{chr(97 + rank) * 6} {number}"
            make_organisation(name, cite=cite, kind=OrganisationKind.OTHER)
            make_organisation(name, cite=cite)
            for _ in range(2):
                make_mandate(cite, person=make_person(first_name="Ana", last_name=name))

    counts = []
    client.get(reverse("partners:duplicates"))
    for number in (1, 6):
        more(number)
        with django_assert_max_num_queries(20) as captured:
            client.get(reverse("partners:duplicates"))
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_the_list_leads_its_lead_to_the_duplicates(cite, lead, client):
    assert "Doublons possibles" in text(client.get(reverse("partners:list")))
    client.force_login(make_user(cite, Role.PILOT))
    assert "Doublons possibles" not in text(client.get(reverse("partners:list")))
