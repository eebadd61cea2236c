import pytest

from partners.directory import contact_lines
from partners.enums import Channel, Part, Role
from partners.models import Partnership, Person
from partners.services import duplicate_persons
from partners.services.duplicates import NEAR_NAME_THERE
from partners.tables import part_labels
from partners.wording import agreed, role_label
from tests.factories import make_cite, make_mandate, make_organisation, make_person

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
