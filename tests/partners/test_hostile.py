"""Forms sent twice, and rows of another Cité, on the mandates."""

import threading
from datetime import date

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from partners import services
from partners.enums import Role
from partners.models import Person
from tests.factories import make_cite, make_commune, make_lead, make_mandate, make_organisation, make_person

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


def test_a_mandate_is_offered_to_known_persons_of_the_cites_that_one_leads(client):
    cite, led, read = make_cite(), make_cite("amiens"), make_cite("roubaix")
    lead = make_lead(cite)
    make_mandate(led, Role.LEAD, person=lead.person)
    make_mandate(read, Role.READER, person=lead.person)
    here, there, elsewhere = (make_mandate(one).person for one in (cite, led, read))
    forgotten = make_mandate(cite, person=make_person(anonymised_at=timezone.now())).person
    organisation = make_organisation(cite=cite)
    client.force_login(lead)
    client.post(reverse("context"), {"cite": cite.pk})
    url = reverse("partners:mandate_create")

    assert set(client.get(url).context["form"].fields["person"].queryset) == {lead.person, here, there}
    sent = {"role": "reader", "organisation": organisation.pk, "starts_on": "2026-01-01"}
    for person in (elsewhere, forgotten):
        assert client.post(url, sent | {"person": person.pk}).status_code == 200
        assert not person.mandates.filter(organisation=organisation).exists()
    assert client.post(url, sent | {"person": there.pk}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_sendings_at_once_one_opens_the_mandate():
    cite = make_cite()
    lead, person, organisation = make_lead(cite), make_person(), make_organisation(cite=cite)
    barrier, outcomes = threading.Barrier(2), []

    def send():
        try:
            barrier.wait()
            services.open_mandate(
                actor=lead,
                cite=cite,
                person=person,
                role=Role.PARTNER,
                organisation=organisation,
                starts_on=date(2026, 1, 1),
            )
            outcomes.append("opened")
        except services.PartnersError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["opened", "refused"]
    assert person.mandates.count() == 1


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "31/02/2026"])
def test_a_mandate_begins_on_a_possible_day(client, day):
    cite = make_cite()
    client.force_login(make_lead(cite))

    answer = client.post(reverse("partners:mandate_create"), {"role": "partner", "starts_on": day})

    assert answer.status_code == 200
    assert "illisible" in answer.content.decode()
