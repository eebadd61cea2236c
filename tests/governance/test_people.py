"""The directory of persons, and where each of them sits."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from governance.enums import MeetingStatus, Presence
from governance.models import Attendance, BodyMember
from partners.enums import Civility, OrganisationKind, Role, SideKind
from tests.factories import make_cite, make_commune, make_lead, make_mandate, make_organisation, make_person, make_user
from tests.governance import factories

URL = "governance:people"


@pytest.fixture
def commune(db):
    return make_commune("Grande-Synthe")


@pytest.fixture
def cite(commune):
    return make_cite("dunkerque", communes=[commune])


@pytest.fixture
def lead(cite, client):
    user = make_lead(cite, person=make_person(first_name="Zoé", last_name="Lead"))
    client.force_login(user)
    return user


def text(response):
    return response.content.decode().replace("&#x27;", "'")


def listed(client, **query):
    """Last names, in the order of the list."""
    rows = client.get(reverse(URL), query).context["listing"].rows
    return [row.cells[0].text.split()[-1] for row in rows]


def named(last_name, **fields):
    return make_person(civility=Civility.MADAME, first_name="Ana", last_name=last_name, **fields)


def test_persons_come_in_protocol_order_by_their_highest_mandate(cite, lead, client):
    state, education = cite.sides.get(kind=SideKind.STATE), cite.sides.get(kind=SideKind.EDUCATION)
    make_mandate(cite, Role.PARTNER, person=named("Alpha"))
    make_mandate(cite, Role.PILOT, side=state, person=named("Bravo"))
    first = named("Charlie")
    make_mandate(cite, Role.PARTNER, person=first)
    make_mandate(cite, Role.PILOT, side=education, person=first)

    assert listed(client) == ["Charlie", "Bravo", "Lead", "Alpha"]
    assert listed(client, tri="name") == ["Alpha", "Bravo", "Charlie", "Lead"]
    assert listed(client, tri="-name") == ["Lead", "Charlie", "Bravo", "Alpha"]


def test_one_row_tells_every_mandate_of_the_person(cite, lead, client, commune):
    person = named("Alpha", function="directrice")
    make_mandate(cite, Role.PARTNER, person=person, organisation=make_organisation("Théâtre", cite=cite))
    make_mandate(
        cite, Role.REFERENT, person=person, organisation=make_organisation("Ville", cite=cite), communes=[commune]
    )
    make_mandate(make_cite("amiens"), Role.LEAD, person=person, organisation=make_organisation("Là-bas"))

    page = text(client.get(reverse(URL)))

    assert listed(client).count("Alpha") == 1
    assert "Ville, Théâtre" in page
    assert "référente de commune, partenaire" in page
    assert "Grande-Synthe" in page
    assert "Là-bas" not in page


@pytest.mark.parametrize(
    ("period", "expected"),
    [("", ["Active"]), ("coming", ["Coming"]), ("ended", ["Ended"]), ("all", ["Active", "Coming", "Ended"])],
)
def test_mandates_in_progress_are_shown_unless_others_are_asked(cite, lead, client, period, expected):
    today = timezone.localdate()
    make_mandate(cite, person=named("Active"))
    make_mandate(cite, person=named("Coming"), starts_on=today + timedelta(days=1))
    make_mandate(cite, person=named("Ended"), ends_on=today - timedelta(days=1))

    assert [name for name in listed(client, mandats=period, tri="name") if name != "Lead"] == expected


def filtered_world(cite, commune):
    setting = factories.make_setting(cite=cite, lead=make_lead(cite), nb_actions=0)
    caf = make_organisation("Caisse d’allocations familiales", cite=cite, kind=OrganisationKind.FAMILY_FUND)
    alpha = make_mandate(cite, Role.INSTITUTION, person=named("Alpha", function="déléguée"), organisation=caf)
    town = make_organisation("Ville", cite=cite, kind=OrganisationKind.COMMUNE)
    side = cite.sides.get(kind=SideKind.COMMUNES)
    make_mandate(cite, Role.PILOT, person=named("Bravo"), organisation=town, side=side, communes=[commune])
    BodyMember.objects.create(body=setting.body, mandate=alpha)
    return {"body": setting.body.pk, "side": side.pk, "commune": commune.pk}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "bravo"}, {"Bravo"}),
        ({"q": "DELEGUEE"}, {"Alpha"}),
        ({"q": "alpha allocations"}, {"Alpha"}),
        ({"nature": "family_fund"}, {"Alpha"}),
        ({"role": "institution"}, {"Alpha"}),
        ({"college": "side"}, {"Bravo"}),
        ({"commune": "commune"}, {"Bravo"}),
        ({"instance": "body"}, {"Alpha"}),
        ({"college": "side", "nature": "family_fund"}, set()),
    ],
)
def test_persons_are_filtered(cite, lead, client, commune, query, expected):
    keys = filtered_world(cite, commune)

    found = set(listed(client, **{name: keys.get(value, value) for name, value in query.items()}))

    assert found & {"Alpha", "Bravo"} == expected


def test_filters_bear_on_one_and_the_same_mandate(cite, lead, client):
    person = named("Alpha")
    make_mandate(cite, Role.PARTNER, person=person)
    make_mandate(cite, Role.PILOT, person=person, ends_on=date(2024, 1, 1))

    assert "Alpha" not in listed(client, role="pilot")
    assert "Alpha" in listed(client, role="pilot", mandats="ended")


@pytest.mark.parametrize(
    "query", [{"college": "999"}, {"instance": "x"}, {"role": "roi"}, {"mandats": "hier"}, {"commune": "9" * 30}]
)
def test_a_strange_filter_is_explained(cite, lead, client, query):
    response = client.get(reverse(URL), query)

    assert response.status_code == 200
    assert "Filtre" in text(response)
    assert response.context["listing"].count == 0
    assert client.get(reverse(URL), query | {"format": "csv"}).status_code == 200


def test_contacts_are_neither_shown_sorted_searched_nor_exported_for_who_may_not_read_them(cite, client):
    make_mandate(cite, person=named("Alpha", email="secret@exemple.fr", phone="0328", assistant="Mme Tan"))
    client.force_login(make_user(cite, Role.HOLDER, organisation=make_organisation(cite=cite)))

    for query in ({}, {"format": "csv"}, {"tri": "email"}, {"tri": "email", "format": "csv"}):
        response = client.get(reverse(URL), query)
        page = response.getvalue().decode("utf-8-sig")
        assert "Alpha" in page
        assert not any(secret in page for secret in ("secret@exemple.fr", "0328", "Mme Tan", "Canal"))
    assert "n’existe pas" in text(client.get(reverse(URL), {"tri": "email"}))
    assert listed(client, q="secret") == []


def test_the_export_holds_exactly_what_is_filtered(cite, lead, client):
    person = named("Alpha", function="directrice", email="alpha@exemple.fr", phone="03 28")
    make_mandate(cite, person=person, organisation=make_organisation("Théâtre", cite=cite))
    make_mandate(cite, person=named("Bravo"))

    lines = client.get(reverse(URL), {"q": "alpha", "format": "csv"}).getvalue().decode("utf-8-sig").splitlines()

    assert lines[0].startswith("Personne;Qualité, fonction;Organisme;Rôle dans la Cité;Communes suivies;Courriel")
    assert lines[1] == (f"{person.formal_name};directrice;Théâtre;partenaire;;alpha@exemple.fr;03 28;;courriel")
    assert len(lines) == 2


def test_an_evaluator_has_no_directory(cite, client):
    person = make_mandate(cite).person
    client.force_login(make_user(cite, Role.EVALUATOR))

    assert client.get(reverse(URL)).status_code == 403
    for name in ("partners:person", "governance:person_bodies", "partners:person_edit"):
        assert client.get(reverse(name, args=[person.pk])).status_code == 404


def test_more_persons_cost_no_more_queries(cite, lead, client, commune, django_assert_max_num_queries):
    def more(number):
        for _ in range(number):
            organisation = make_organisation("Ville", cite=cite, communes=[commune])
            mandate = make_mandate(cite, Role.PILOT, organisation=organisation, side=cite.sides.first())
            make_mandate(cite, Role.REFERENT, person=mandate.person, organisation=organisation, communes=[commune])

    counts = []
    client.get(reverse(URL))
    for number in (3, 27):
        more(number)
        with django_assert_max_num_queries(12) as captured:  # five are the frame’s
            assert client.get(reverse(URL), {"q": "ville"}).status_code == 200
        counts.append(len(captured))

    assert counts[0] == counts[1]


# --- Where a person sits --------------------------------------------------------------------------


@pytest.fixture
def setting(cite, lead):
    return factories.make_setting(cite=cite, lead=lead, nb_actions=1)


def bodies_page(client, person):
    return text(client.get(reverse("governance:person_bodies", args=[person.pk])))


def attended(setting):
    """(person, a closed meeting where she was excused)."""
    meeting = factories.make_closed_meeting(setting)
    mandate = setting.pilot.person.mandates.get()
    Attendance.objects.update_or_create(meeting=meeting, mandate=mandate, defaults={"presence": Presence.EXCUSED})
    return setting.pilot.person, meeting


def test_the_tab_tells_bodies_and_meetings(setting, client):
    person, meeting = attended(setting)
    coming = factories.make_meeting(setting, days=5)

    page = bodies_page(client, person)

    assert "Troïka" in page
    assert reverse("governance:meeting", args=[meeting.pk]) in page
    assert reverse("governance:meeting", args=[coming.pk]) in page
    assert "excusé" in page


def test_presence_is_for_the_lead_and_the_person(setting, cite, client):
    person, _ = attended(setting)

    client.force_login(setting.pilot)
    assert "excusé" in bodies_page(client, person)
    client.force_login(make_user(cite, Role.PILOT))
    page = bodies_page(client, person)
    assert "excusé" not in page
    assert "Présence" not in page


def test_meetings_that_the_reader_may_not_see_are_not_told(setting, cite, client):
    person, meeting = attended(setting)
    reader = make_user(cite, Role.READER)
    client.force_login(reader)

    page = bodies_page(client, person)

    assert meeting.status == MeetingStatus.CLOSED
    assert reverse("governance:meeting", args=[meeting.pk]) not in page
    assert "aucune instance que vous puissiez voir" in page


def test_a_seat_ends_with_its_mandate(setting, client):
    person, _ = attended(setting)
    person.mandates.update(ends_on=date(2024, 1, 31))

    page = bodies_page(client, person)

    assert "A siégé auparavant" in page
    assert "Aucune réunion tenue." in page
