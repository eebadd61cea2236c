"""Forms sent twice, and rows of another Cité, on the mandates."""

from datetime import date

import pytest
from django.urls import reverse

from partners import services
from partners.enums import Role
from partners.models import Person
from tests.factories import make_cite, make_commune, make_lead, make_organisation, make_person

pytestmark = pytest.mark.django_db


def test_a_new_person_sent_twice_is_made_once(client):
    cite = make_cite()
    client.force_login(make_lead(cite))
    organisation = make_organisation(cite=cite)
    sent = {"role": "partner", "organisation": organisation.pk, "starts_on": "2026-01-01"}
    sent |= {"civility": "mme", "first_name": "Ana", "last_name": "Roy"}
    url = reverse("partners:mandate_create")

    assert client.post(url, sent).status_code == 302
    answer = client.post(url, sent)

    assert "a déjà ce rôle" in answer.content.decode()
    assert Person.objects.filter(last_name="Roy").count() == 1


def test_a_referent_follows_communes_of_the_cite_only():
    cite = make_cite(communes=[make_commune()])

    with pytest.raises(services.PartnersError, match="n’est pas de cette Cité"):
        services.open_mandate(
            actor=make_lead(cite),
            cite=cite,
            person=make_person(),
            role=Role.REFERENT,
            organisation=make_organisation(cite=cite),
            communes=[make_commune("Ailleurs")],
            starts_on=date(2026, 1, 1),
        )


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "31/02/2026"])
def test_a_mandate_begins_on_a_possible_day(client, day):
    cite = make_cite()
    client.force_login(make_lead(cite))

    answer = client.post(reverse("partners:mandate_create"), {"role": "partner", "starts_on": day})

    assert answer.status_code == 200
    assert "illisible" in answer.content.decode()
