from datetime import date

import pytest

from cite_educative.common.models import Entry
from partners import services
from partners.directory import contact_lines
from partners.enums import Channel, MessageKind, Part, Role
from partners.models import OutgoingMessage, Partnership, Person
from partners.services import duplicate_persons
from partners.services.duplicates import NEAR_NAME_THERE
from partners.services.privacy import anonymise_person
from partners.tables import part_labels
from partners.wording import agreed, role_label
from tests.factories import make_cite, make_commune, make_lead, make_mandate, make_organisation, make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "civility", "said"),
    [
        (Role.REFERENT, "m", "référent de commune"),
        (Role.REFERENT, "mme", "référente de commune"),
        (Role.REFERENT, "", "référent ou référente de commune"),
        (Role.LEAD, "mme", "cheffe de projet"),
        (Role.FINANCE, "m", "responsable financier"),
        (Role.INSTITUTION, "mme", "référente d’institution"),
        (Role.EVALUATOR, "mme", "évaluatrice"),
        (Role.PILOT, "mme", "membre de la Troïka"),
        (Role.CO_LEAD, "m", "co-pilotage opérationnel"),
    ],
)
def test_a_role_agrees_with_its_person(role, civility, said):
    assert role_label(role, civility) == said


@pytest.fixture
def financial_officer():
    """Known by her role only: her mandate has no title."""
    cite = make_cite()
    person = make_person(civility="mme", first_name="Ana", last_name="Roy", email="ana@exemple.fr", function="")
    return make_mandate(cite, Role.FINANCE, person=person)


def test_letters_and_refusals_agree_with_the_person_they_name(financial_officer):
    mandate, lead = financial_officer, make_lead(financial_officer.cite)

    services.invite(person=mandate.person, cite=mandate.cite, actor=lead)
    with pytest.raises(services.PartnersError) as refusal:
        anonymise_person(actor=lead, cite=mandate.cite, person=mandate.person)

    letter = OutgoingMessage.objects.get(kind=MessageKind.INVITATION).body
    for text in (letter, str(refusal.value), str(mandate)):
        assert "responsable financière" in text
        assert "financier ou" not in text


def test_the_journal_agrees_with_the_person_it_names(financial_officer):
    mandate, lead = financial_officer, make_lead(financial_officer.cite)
    edited = {name: getattr(mandate, name) for name in ("title", "starts_on", "ends_on")}
    identity = {"civility": "mme", "first_name": "Inès", "last_name": "Lahaye"}

    services.update_mandate(actor=lead, mandate=mandate, rank=7, **edited)
    services.appoint(
        actor=lead,
        cite=mandate.cite,
        identity=identity,
        role=Role.REFERENT,
        organisation=mandate.organisation,
        communes=[_commune_of(mandate.cite)],
        starts_on=date(2026, 1, 1),
    )

    said = {entry.verb: entry.sentence for entry in Entry.objects.all()}
    assert "(responsable financière)" in said["mandate.update"]
    assert "(référente de commune)" in said["mandate.open"]
    assert "a été ajoutée aux contacts" in said["person.create"]


def _commune_of(cite):
    commune = make_commune("Grande-Synthe")
    cite.communes.add(commune)
    return commune


def test_a_participle_agrees():
    assert [agreed("présent", "mme"), agreed("représenté", "m")] == ["présente", "représenté"]


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        ({"email": "a@demo.example"}, ("a@demo.example", "")),
        ({"email": "a@demo.example", "phone": "03 28"}, ("a@demo.example", "03 28")),
        ({"phone": "03 28", "preferred_channel": Channel.PHONE}, ("03 28", "Préfère\u00a0: téléphone")),
        ({"assistant": "Mme Petit"}, ("Secrétariat\u00a0: Mme Petit", "")),
        ({}, ("", "")),
    ],
)
def test_a_contact_is_told_in_two_lines(fields, lines):
    assert contact_lines(Person(**fields)) == lines


def test_an_associated_partner_is_told_alone_only():
    associated, holder = Partnership(part=Part.ASSOCIATED), Partnership(part=Part.HOLDER)

    assert part_labels([associated, holder]) == ["porteur"]
    assert part_labels([associated]) == ["partenaire associé"]


def test_a_substitute_comes_right_after_the_titular_whatever_the_names():
    cite = make_cite()
    side = cite.sides.first()
    held = {}
    for name in ("Caron", "Durand"):
        person = make_person(first_name="Ana", last_name=name)
        held[name] = make_mandate(cite, Role.PILOT, person=person, side=side)
    for name, titular in (("Belkacem", "Caron"), ("Aubry", "Durand")):
        person = make_person(first_name="Ana", last_name=name)
        make_mandate(cite, Role.PILOT, person=person, side=side, substitute_of=held[titular])

    names = Person.objects.in_protocol_order(cite).values_list("last_name", flat=True)

    assert list(names) == ["Caron", "Belkacem", "Durand", "Aubry"]


def test_colleagues_are_compared_with_their_neighbours_only():
    cite = make_cite()
    theatre = make_organisation("Théâtre", cite=cite)
    for number in range(30):
        person = make_person(first_name="Ana", last_name=f"Nomdutest{number:02d}")
        make_mandate(cite, Role.PARTNER, person=person, organisation=theatre)

    pairs = duplicate_persons(cite)

    assert {reason for pair in pairs for reason in pair.reasons} == {NEAR_NAME_THERE}
    assert 30 < len(pairs) <= 2 * 6 * 30


def test_a_misspelt_first_letter_is_still_near():
    cite = make_cite()
    theatre = make_organisation("Théâtre", cite=cite)
    for name in ("Vandewalle", "Wandewalle"):
        person = make_person(first_name="Claire", last_name=name)
        make_mandate(cite, Role.PARTNER, person=person, organisation=theatre)

    assert [pair.reasons for pair in duplicate_persons(cite)] == [(NEAR_NAME_THERE,)]
