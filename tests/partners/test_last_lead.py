"""A Cité is never left without anybody who leads it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cite_educative.home.services.handover import hand_over
from partners import services
from partners.enums import Role
from partners.models import Mandate
from partners.services.accounts import is_last_lead
from tests.factories import make_cite, make_lead, make_mandate, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def cite():
    return make_cite()


@pytest.fixture
def lead(cite, client):
    user = make_lead(cite)
    client.force_login(user)
    return user


@pytest.fixture
def mandate(lead):
    return lead.person.mandates.get()


def typed(mandate, **changes):
    return {"title": "", "rank": mandate.rank, "starts_on": str(mandate.starts_on), "ends_on": "", **changes}


@pytest.mark.parametrize("days", [0, -1, -400])
@pytest.mark.parametrize("page", ["partners:mandate_end", "partners:mandate_edit"])
def test_the_only_lead_does_not_leave_today(client, mandate, today, page, days):
    response = client.post(reverse(page, args=[mandate.pk]), typed(mandate, ends_on=str(today + days * DAY)))

    assert response.status_code == 200
    assert "plus personne pour la diriger" in response.context["form"].errors["ends_on"][0]
    mandate.refresh_from_db()
    assert mandate.ends_on is None


@pytest.mark.parametrize("page", ["partners:mandate_end", "partners:mandate_edit"])
def test_an_end_to_come_leaves_time_to_find_who_follows(client, mandate, today, page):
    assert client.post(reverse(page, args=[mandate.pk]), typed(mandate, ends_on=str(today + DAY))).status_code == 302

    mandate.refresh_from_db()
    assert mandate.ends_on == today + DAY


def test_the_only_lead_does_not_begin_later(client, mandate, today):
    url = reverse("partners:mandate_edit", args=[mandate.pk])

    response = client.post(url, typed(mandate, starts_on=str(today + 30 * DAY)))

    assert "plus personne pour la diriger" in response.content.decode()


@pytest.mark.parametrize(
    ("other", "leaves"),
    [
        ({}, True),
        ({"starts_on": 1}, True),
        ({"starts_on": 2}, False),
        ({"ends_on": 0}, False),
        ({"ends_on": -1}, False),
        ({"role": Role.CO_LEAD}, False),
    ],
    ids=["leads", "from tomorrow", "too late", "leaves today", "left", "co-lead"],
)
def test_a_lead_leaves_when_another_leads_the_day_after(cite, lead, mandate, today, other, leaves):
    dates = {name: today + days * DAY for name, days in other.items() if name != "role"}
    make_mandate(cite, other.get("role", Role.LEAD), **dates)

    if leaves:
        services.end_mandate(actor=lead, mandate=mandate, ends_on=today)
    else:
        with pytest.raises(services.PartnersError, match="plus personne"):
            services.end_mandate(actor=lead, mandate=mandate, ends_on=today)


def test_a_lead_of_the_past_is_corrected_freely(cite, lead, mandate, today):
    mandate.ends_on = today
    mandate.save()
    former = make_mandate(cite, Role.LEAD, ends_on=today - 30 * DAY)

    for row in (former, mandate):
        values = {"starts_on": row.starts_on, "ends_on": row.ends_on, "rank": row.rank}
        assert services.update_mandate(actor=lead, mandate=row, title="cheffe de projet", **values) == ["title"]


def test_others_than_leads_leave_today(cite, lead, today):
    mandate = make_mandate(cite, Role.CO_LEAD)

    assert services.end_mandate(actor=lead, mandate=mandate, ends_on=today).ends_on == today


def test_the_only_lead_hands_over_today(cite, lead, mandate, today):
    successor = make_person()

    hand_over(actor=lead, cite=cite, leaver=lead.person, successor=successor, leaves_on=today, mandates=[mandate])

    mandate.refresh_from_db()
    assert mandate.ends_on == today
    assert Mandate.objects.get(cite=cite, role=Role.LEAD, person=successor).starts_on == today + DAY


def test_who_never_chose_a_password_does_not_count_as_a_lead_who_can_sign_in(cite, lead):
    other = make_mandate(cite, Role.LEAD, person=make_person(email="ana.roy@exemple.fr")).person
    invited = services.invite(actor=lead, cite=cite, person=other)

    assert is_last_lead(lead)
    invited.set_password("correct-cheval-agrafe")
    invited.save()
    assert not is_last_lead(lead)
