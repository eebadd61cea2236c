"""Whose end is announced, once somebody is known to take over: by seat, by role, in each commune, or as a substitute."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cite_educative.home.services.handover import hand_over
from partners.enums import Role
from partners.models import Mandate
from tests.factories import make_cite, make_commune, make_lead, make_mandate, make_organisation, make_person

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
END = TODAY + timedelta(days=10)
ANNOUNCED = "prend fin dans les soixante jours"


@pytest.fixture
def communes():
    return [make_commune("Coudekerque"), make_commune("Loon-Plage")]


@pytest.fixture
def cite(communes):
    return make_cite(communes=communes)


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def town():
    return make_organisation("Communauté urbaine")


@pytest.fixture
def leaving(cite, town, communes):
    return make_mandate(cite, Role.REFERENT, organisation=town, communes=communes, ends_on=END)


def follow(mandate, communes, **fields):
    fields = {"starts_on": END + timedelta(days=1), "organisation": mandate.organisation, **fields}
    return make_mandate(mandate.cite, mandate.role, communes=communes, **fields)


def alone():
    return list(Mandate.objects.ending().without_successor())


def test_a_referent_replaced_in_one_commune_only_lacks_a_successor_in_the_other(leaving, communes):
    assert alone() == [leaving]

    follow(leaving, communes[:1])
    assert alone() == [leaving]

    follow(leaving, communes[1:])
    assert alone() == []


def test_one_who_follows_in_both_is_enough(leaving, communes):
    follow(leaving, communes)

    assert alone() == []


def test_who_is_of_another_organisation_or_gone_before_takes_nothing_over(leaving, communes):
    follow(leaving, communes, organisation=make_organisation("Ailleurs"))
    follow(leaving, communes, starts_on=TODAY - timedelta(days=3), ends_on=END - timedelta(days=1))

    assert leaving in alone()


def test_a_substitute_is_followed_by_another_of_the_same_titular_only(cite, town):
    titular = make_mandate(cite, Role.FINANCE, organisation=town)
    substitute = make_mandate(cite, Role.FINANCE, organisation=town, substitute_of=titular, ends_on=END)
    follow(substitute, ())
    assert alone() == [substitute]

    follow(substitute, (), substitute_of=titular)
    assert alone() == []


def test_an_end_that_was_handed_over_is_announced_nowhere(client, cite, lead, leaving):
    client.force_login(lead)
    pages = [reverse("home"), reverse("partners:mandates")]
    name = leaving.person.formal_name
    before = [client.get(page).content.decode() for page in pages]
    assert ANNOUNCED in before[1]
    assert f"Mandat de {name}" in before[0]

    hand_over(actor=lead, cite=cite, leaver=leaving.person, successor=make_person(), leaves_on=END, mandates=[leaving])

    assert f"Mandat de {name}" not in client.get(pages[0]).content.decode()
    assert ANNOUNCED not in client.get(pages[1]).content.decode()
