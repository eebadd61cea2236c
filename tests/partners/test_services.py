from datetime import date

import pytest

from cite_educative.common.journal import entries_for
from partners import services
from partners.enums import OrganisationKind, Part, Role, SideKind
from partners.models import Cite, Mandate, Organisation, Partnership, Person
from tests.factories import (
    make_cite,
    make_commune,
    make_lead,
    make_mandate,
    make_organisation,
    make_person,
    make_seat,
    make_side,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cite():
    return make_cite()


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def seat(cite):
    return cite.sides.first().seats.first()


def test_a_seat_gives_its_side_and_organisation(cite, lead, seat):
    mandate = services.open_mandate(
        actor=lead, cite=cite, person=make_person(), role=Role.PILOT, seat=seat, starts_on=date(2026, 1, 1)
    )

    assert (mandate.side, mandate.organisation) == (seat.side, seat.organisation)
    assert [entry.verb for entry in entries_for(mandate)] == ["mandate.open"]


def test_a_seat_has_one_titular_at_a_time(cite, lead, seat):
    held = make_mandate(cite, Role.PILOT, seat=seat, starts_on=date(2025, 1, 1))

    with pytest.raises(services.PartnersError, match="est tenu par") as refusal:
        services.open_mandate(
            actor=lead, cite=cite, person=make_person(), role=Role.PILOT, seat=seat, starts_on=date(2026, 1, 1)
        )

    assert held.person.formal_name in str(refusal.value)
    assert Mandate.objects.filter(seat=seat).count() == 1


def test_a_titular_may_not_come_before_one_already_announced(cite, lead, seat):
    make_mandate(cite, Role.PILOT, seat=seat, starts_on=date(2027, 1, 1))

    with pytest.raises(services.PartnersError):
        services.open_mandate(
            actor=lead, cite=cite, person=make_person(), role=Role.PILOT, seat=seat, starts_on=date(2026, 1, 1)
        )

    services.open_mandate(
        actor=lead,
        cite=cite,
        person=make_person(),
        role=Role.PILOT,
        seat=seat,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
    )


def test_the_next_titular_sits_from_the_day_after_the_last_of_the_former(cite, lead, seat):
    former = make_mandate(cite, Role.PILOT, seat=seat, starts_on=date(2025, 1, 1))
    services.end_mandate(actor=lead, mandate=former, ends_on=date(2026, 3, 31))

    following = services.open_mandate(
        actor=lead, cite=cite, person=make_person(), role=Role.PILOT, seat=seat, starts_on=date(2026, 4, 1)
    )

    assert list(Mandate.objects.filter(seat=seat).active(date(2026, 4, 1))) == [following]


def test_a_substitute_sits_beside_the_titular_and_leaves_with_them(cite, lead, seat):
    titular = make_mandate(cite, Role.PILOT, seat=seat)
    substitute = services.open_mandate(
        actor=lead,
        cite=cite,
        person=make_person(),
        role=Role.PILOT,
        substitute_of=titular,
        starts_on=date(2026, 1, 1),
    )

    services.end_mandate(actor=lead, mandate=titular, ends_on=date(2026, 6, 30))

    substitute.refresh_from_db()
    assert (substitute.seat, substitute.side) == (seat, seat.side)
    assert substitute.ends_on == date(2026, 6, 30)


def test_a_substitute_of_a_pilot_without_seat_takes_their_side(cite, lead):
    titular = make_mandate(cite, Role.PILOT)

    substitute = services.open_mandate(
        actor=lead, cite=cite, person=make_person(), role=Role.PILOT, substitute_of=titular, starts_on=date(2026, 1, 1)
    )

    assert (substitute.side, substitute.organisation) == (titular.side, titular.organisation)


@pytest.mark.parametrize(
    ("last_day", "sentence"), [(date(2023, 1, 1), "ne peut pas finir avant"), (date(2026, 9, 1), "prend déjà fin")]
)
def test_a_mandate_ends_once_and_after_it_began(cite, lead, last_day, sentence):
    mandate = make_mandate(cite, starts_on=date(2023, 9, 1), ends_on=date(2026, 8, 31))

    with pytest.raises(services.PartnersError, match=sentence):
        services.end_mandate(actor=lead, mandate=mandate, ends_on=last_day)


def test_a_titular_stays_as_long_as_a_substitute_is_still_to_come(cite, lead, seat):
    titular = make_mandate(cite, Role.PILOT, seat=seat)
    make_mandate(cite, Role.PILOT, seat=seat, substitute_of=titular, starts_on=date(2027, 1, 1))

    with pytest.raises(services.PartnersError, match="choisissez une date postérieure"):
        services.end_mandate(actor=lead, mandate=titular, ends_on=date(2026, 6, 30))


def test_a_pilot_needs_a_side(cite, lead):
    with pytest.raises(services.PartnersError, match="choisissez lequel"):
        services.open_mandate(
            actor=lead,
            cite=cite,
            person=make_person(),
            role=Role.PILOT,
            organisation=make_organisation(),
            starts_on=date(2026, 1, 1),
        )


def test_a_mandate_needs_an_organisation(cite, lead):
    with pytest.raises(services.PartnersError, match="au nom duquel"):
        services.open_mandate(
            actor=lead, cite=cite, person=make_person(), role=Role.READER, starts_on=date(2026, 1, 1)
        )


def test_a_referent_follows_a_commune(cite, lead):
    arguments = {
        "actor": lead,
        "cite": cite,
        "person": make_person(),
        "role": Role.REFERENT,
        "organisation": make_organisation(),
        "starts_on": date(2026, 1, 1),
    }
    with pytest.raises(services.PartnersError, match="au moins une commune"):
        services.open_mandate(**arguments)

    commune = make_commune()
    cite.communes.add(commune)
    assert list(services.open_mandate(**arguments, communes=[commune]).communes.all()) == [commune]


def test_a_side_of_another_cite_is_refused(cite, lead):
    with pytest.raises(services.PartnersError, match="n’est pas de cette Cité"):
        services.open_mandate(
            actor=lead,
            cite=cite,
            person=make_person(),
            role=Role.PILOT,
            side=make_side(make_cite("amiens")),
            organisation=make_organisation(),
            starts_on=date(2026, 1, 1),
        )


def test_a_seat_is_held_for_its_own_organisation(cite, lead, seat):
    with pytest.raises(services.PartnersError, match="choisissez cet organisme"):
        services.open_mandate(
            actor=lead,
            cite=cite,
            person=make_person(),
            role=Role.PILOT,
            seat=seat,
            organisation=make_organisation(),
            starts_on=date(2026, 1, 1),
        )


def test_the_same_mandate_is_not_opened_twice(cite, lead):
    mandate = make_mandate(cite, Role.HOLDER)

    with pytest.raises(services.PartnersError, match="tient déjà ce mandat"):
        services.open_mandate(
            actor=lead,
            cite=cite,
            person=mandate.person,
            role=Role.HOLDER,
            organisation=mandate.organisation,
            starts_on=date(2026, 1, 1),
        )


@pytest.mark.parametrize(
    ("role", "part"), [(Role.HOLDER, Part.HOLDER), (Role.READER, Part.ASSOCIATED), (Role.PILOT, Part.SIDE)]
)
def test_a_mandate_makes_a_partner(cite, lead, role, part):
    organisation = make_organisation()

    services.open_mandate(
        actor=lead,
        cite=cite,
        person=make_person(),
        role=role,
        organisation=organisation,
        side=cite.sides.first() if role == Role.PILOT else None,
        starts_on=date(2026, 1, 1),
    )

    assert Partnership.objects.get(organisation=organisation).part == part


def test_a_person_is_made_with_the_mandate_or_not_at_all(cite, lead, seat):
    make_mandate(cite, Role.PILOT, seat=seat)
    identity = {"civility": "mme", "first_name": "Nadia", "last_name": "Cordier"}
    before = Person.objects.count()

    with pytest.raises(services.PartnersError):
        services.appoint(
            actor=lead, cite=cite, identity=identity, role=Role.PILOT, seat=seat, starts_on=date(2026, 1, 1)
        )

    assert Person.objects.count() == before


def test_a_new_cite_has_its_sides_in_protocol_order(lead):
    communes = [make_commune("Dunkerque")]

    cite = services.create_cite(actor=lead, name="Grande-Synthe", slug="grande-synthe", communes=communes)

    assert [side.kind for side in cite.sides.all()] == [
        SideKind.EDUCATION,
        SideKind.STATE,
        SideKind.COMMUNES,
        SideKind.INTERCOMMUNALITY,
    ]
    assert list(cite.communes.all()) == communes
    with pytest.raises(services.PartnersError, match="déjà l’identifiant"):
        services.create_cite(actor=lead, name="Autre", slug="grande-synthe")
    assert Cite.objects.filter(slug="grande-synthe").count() == 1


def test_a_new_seat_makes_its_organisation_a_pilot(cite, lead):
    side, organisation = cite.sides.last(), make_organisation("Ville de Grande-Synthe")

    seat = services.create_seat(actor=lead, side=side, organisation=organisation, label="Maire")

    assert seat.order == 2
    assert Partnership.objects.get(organisation=organisation).side == side


def test_an_organisation_sits_in_one_side_only(cite, lead):
    first, last = cite.sides.first(), cite.sides.last()
    organisation = make_organisation(cite=cite, part=Part.SIDE, side=first)

    with pytest.raises(services.PartnersError, match="siège déjà dans le collège"):
        services.add_partnership(actor=lead, cite=cite, organisation=organisation, part=Part.SIDE, side=last)
    with pytest.raises(services.PartnersError, match="Choisissez le collège"):
        services.add_partnership(actor=lead, cite=cite, organisation=make_organisation(), part=Part.SIDE)


def test_adding_a_part_twice_changes_nothing(cite, lead):
    organisation = make_organisation()

    for _ in range(2):
        services.add_partnership(actor=lead, cite=cite, organisation=organisation, part=Part.FUNDER)

    assert Partnership.objects.filter(organisation=organisation).count() == 1
    assert len(entries_for(organisation)) == 1


def test_an_organisation_known_by_its_siret_joins_as_it_stands(cite, lead):
    known = make_organisation("Les Petits Débrouillards", siret="73282932000074")

    organisation, created = services.welcome_organisation(
        actor=lead, cite=cite, part=Part.HOLDER, siret="73282932000074", name="Petits débrouillards (les)"
    )

    assert (organisation, created) == (known, False)
    assert organisation.name == "Les Petits Débrouillards"
    assert Organisation.objects.in_cite(cite).filter(pk=known.pk).exists()


def test_an_unknown_organisation_is_created_with_its_place(cite, lead):
    organisation, created = services.welcome_organisation(
        actor=lead,
        cite=cite,
        part=Part.FUNDER,
        name="Caisse d’allocations familiales du Nord",
        kind=OrganisationKind.FAMILY_FUND,
    )

    assert created
    assert Partnership.objects.get(organisation=organisation).part == Part.FUNDER


def test_a_siret_belongs_to_one_organisation(cite, lead):
    make_organisation(siret="73282932000074")

    with pytest.raises(services.PartnersError, match="porte déjà le SIRET"):
        services.create_organisation(actor=lead, name="Autre", siret="73282932000074")
    with pytest.raises(services.PartnersError, match="porte déjà le SIRET"):
        services.update_organisation(actor=lead, cite=cite, organisation=make_organisation(), siret="73282932000074")


def test_an_update_keeps_what_changed_in_the_journal(cite, lead):
    organisation = make_organisation("Ancien nom", cite=cite, email="a@exemple.fr")
    commune = make_commune("Dunkerque")

    changed = services.update_organisation(
        actor=lead, cite=cite, organisation=organisation, name="Nouveau nom", email="a@exemple.fr", communes=[commune]
    )

    entry = entries_for(organisation)[0]
    assert changed == ["name", "communes"]
    assert entry.before == {"name": "Ancien nom", "communes": []}
    assert entry.after == {"name": "Nouveau nom", "communes": ["Dunkerque"]}
    assert Organisation.objects.search("nouveau").get() == organisation


def test_an_update_that_changes_nothing_is_not_told(cite, lead):
    organisation = make_organisation("Un nom")

    assert services.update_organisation(actor=lead, cite=cite, organisation=organisation, name="Un nom") == []
    assert not entries_for(organisation)


def test_seats_are_in_the_order_of_the_protocol(cite):
    make_seat(cite.sides.first(), order=5, label="Dernier")

    assert [seat.label for seat in cite.sides.first().seats.all()] == ["Siège Éducation nationale", "Dernier"]
