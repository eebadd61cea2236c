"""The actions of an organisation on its sheet: what it holds, what it funds, and its old address."""

import pytest
from django.urls import reverse

from partners.enums import OrganisationKind, Role
from partners.models import MergedIdentity
from tests.actions.factories import make_action, make_funding, make_source, release
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db


def page(client, organisation):
    return client.get(reverse("actions:organisation_actions", args=[organisation.pk]))


def amounts(year):
    return [[amount["text"] for amount in row["amounts"]] for row in year["rows"]]


@pytest.fixture
def holder(cite):
    return make_organisation("Les Mots Passeurs", cite=cite)


def test_held_actions_stand_by_year_with_their_sums(sign_in, lead, cite, holder):
    source = make_source(cite)
    older = make_action(cite, holder=holder, budget_year=2025)
    action = make_action(cite, holder=holder)
    make_funding(action, source, requested="1000", programmed="800")
    make_funding(action, make_source(cite), requested="500")
    make_action(cite)

    held = page(sign_in(lead), holder).context["held"]

    assert [year["year"] for year in held] == ["2026", "2025"]
    assert amounts(held[0]) == [["1\u00a0500\u00a0€", "800\u00a0€", "–", "–"]]
    assert held[1]["rows"][0]["title"] == older.title


def test_a_funder_has_its_own_amounts_only_and_for_who_reads_the_money(sign_in, lead, cite):
    town = make_organisation("Ville de Brume", cite=cite, part="funder", kind=OrganisationKind.COMMUNE)
    action = make_action(cite)
    make_funding(action, make_source(cite, organisation=town), requested="300")
    make_funding(action, make_source(cite), requested="9000")

    read = page(sign_in(lead), town).context["funded"]
    kept = page(sign_in(make_user(cite, Role.PARTNER)), town).context["funded"]

    assert amounts(read[0])[0][0] == "300\u00a0€"
    assert kept == []


def test_a_holder_learns_no_amount_before_its_release(sign_in, cite, holder):
    source = make_source(cite)
    make_funding(make_action(cite, holder=holder), source, requested="1000", programmed="777")
    client = sign_in(make_user(cite, Role.HOLDER, organisation=holder))

    assert "777" not in page(client, holder).content.decode()
    release(source)
    assert "777" in page(client, holder).content.decode()


def test_the_address_of_a_merged_organisation_leads_to_the_one_kept(sign_in, lead, holder):
    old = holder.pk + 1000
    MergedIdentity.objects.create(old_pk=old, old_label="Mots Passeurs", organisation=holder, merged_by=lead)

    response = sign_in(lead).get(reverse("actions:organisation_actions", args=[old]))

    assert response.headers["Location"] == reverse("actions:organisation_actions", args=[holder.pk])


def test_more_actions_cost_no_more_queries(sign_in, lead, cite, holder, django_assert_max_num_queries):
    client, source = sign_in(lead), make_source(cite, organisation=holder)
    make_funding(make_action(cite, holder=holder), source, requested="1")
    page(client, holder)
    with django_assert_max_num_queries(60) as few:
        page(client, holder)
    for _ in range(5):
        make_funding(make_action(cite, holder=holder, budget_year=2025), source, requested="1")
    with django_assert_max_num_queries(60) as many:
        page(client, holder)

    assert len(many) == len(few)
