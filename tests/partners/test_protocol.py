import pytest
from django.urls import reverse

from cite_educative.common.journal import entries_for
from partners import services
from partners.enums import Role
from partners.models import Mandate, Person
from tests.factories import make_cite, make_lead, make_mandate, make_person, make_seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def cite():
    return make_cite()


@pytest.fixture
def lead(cite, client):
    user = make_lead(cite)
    client.force_login(user)
    return user


def current(cite):
    return {
        "sides": [side.pk for side in cite.sides.order_by("order")],
        "seats": [seat.pk for seat in services.ranked_seats(cite)],
        "mandates": [mandate.pk for mandate in services.ranked_mandates(cite)],
    }


def sent(cite, **extra):
    order = current(cite)
    return {"side": order["sides"], "seat": order["seats"], "mandate": order["mandates"]} | extra


def names(cite):
    return [mandate.person.last_name for mandate in Mandate.objects.filter(cite=cite).in_protocol_order()]


def seated(cite, side, name, **fields):
    return make_mandate(cite, Role.PILOT, side=side, person=make_person(last_name=name), **fields)


def test_pilots_come_by_side_and_seat_then_the_others_by_role_and_rank(cite):
    first, second = list(cite.sides.all())[:2]
    make_mandate(cite, Role.READER, person=make_person(last_name="Lectrice"))
    make_mandate(cite, Role.FINANCE, person=make_person(last_name="Finances 2"), rank=2)
    make_mandate(cite, Role.FINANCE, person=make_person(last_name="Finances 1"), rank=1)
    make_mandate(cite, Role.LEAD, person=make_person(last_name="Cheffe"), side=first)
    seated(cite, second, "Second")
    seated(cite, first, "Sans siège")
    last_seat = make_seat(first, order=2)
    seated(cite, first, "Siège 2", seat=last_seat)
    titular = seated(cite, first, "Siège 1", seat=first.seats.get(order=1))
    seated(cite, first, "Suppléante", seat=titular.seat, substitute_of=titular, rank=1)

    assert names(cite) == [
        "Siège 1",
        "Suppléante",
        "Siège 2",
        "Sans siège",
        "Second",
        "Cheffe",
        "Finances 1",
        "Finances 2",
        "Lectrice",
    ]


def test_a_person_stands_where_her_highest_mandate_does(cite):
    both = make_person(last_name="Zola")
    make_mandate(cite, Role.READER, person=both)
    make_mandate(cite, Role.LEAD, person=make_person(last_name="Abel"))
    make_mandate(cite, Role.PILOT, person=both)
    make_mandate(make_cite("amiens"), Role.PILOT, person=make_person(last_name="Ailleurs"))

    assert [person.last_name for person in Person.objects.in_protocol_order(cite)] == ["Zola", "Abel", "Ailleurs"]


def test_the_order_is_saved_at_once_and_journalled(cite, lead):
    first = seated(cite, cite.sides.first(), "Premier")
    second = seated(cite, cite.sides.first(), "Deuxième")
    order = current(cite)
    order["sides"].reverse()
    order["mandates"] = [second.pk, first.pk, *order["mandates"][2:]]

    assert services.save_protocol(actor=lead, cite=cite, **order) is True

    assert [side.pk for side in cite.sides.order_by("order")] == order["sides"]
    assert [side.order for side in cite.sides.order_by("order")] == [1, 2, 3, 4]
    assert names(cite)[:2] == ["Deuxième", "Premier"]
    assert [entry.verb for entry in entries_for(cite)] == ["protocol.save"]


def test_the_same_order_again_is_not_told(cite, lead):
    services.save_protocol(actor=lead, cite=cite, **current(cite))

    assert services.save_protocol(actor=lead, cite=cite, **current(cite)) is False
    assert not entries_for(cite).exists()


@pytest.mark.parametrize("kind", ["sides", "seats", "mandates"])
@pytest.mark.parametrize("fault", ["missing", "twice", "foreign"])
def test_a_list_that_is_not_what_is_ranked_is_refused(cite, lead, kind, fault):
    other = make_cite("amiens")
    make_mandate(other, Role.LEAD)
    order, foreign = current(cite), current(other)
    order["sides"].reverse()
    order[kind] = {
        "missing": order[kind][1:],
        "twice": [*order[kind], order[kind][0]],
        "foreign": [*order[kind][1:], foreign[kind][0]],
    }[fault]

    with pytest.raises(services.PartnersError, match="Voici l’ordre enregistré"):
        services.save_protocol(actor=lead, cite=cite, **order)

    assert [side.order for side in cite.sides.order_by("pk")] == [1, 2, 3, 4]


def test_a_button_exchanges_two_neighbours(cite, lead, client):
    sides = list(cite.sides.order_by("order"))
    url = reverse("partners:protocol")

    response = client.post(url, sent(cite, echange=f"side-{sides[0].pk}-{sides[1].pk}"), follow=True)

    assert "L’ordre protocolaire est enregistré." in response.content.decode()
    assert list(cite.sides.order_by("order")) == [sides[1], sides[0], *sides[2:]]


@pytest.mark.parametrize("exchange", ["", "side", "side-1", "side-0-0", "chaise-1-2", "side-x-y", "side-1-2-3"])
def test_an_unreadable_exchange_moves_nothing(cite, lead, client, exchange):
    before = current(cite)

    assert client.post(reverse("partners:protocol"), sent(cite, echange=exchange)).status_code == 302
    assert current(cite) == before


def test_a_page_kept_open_too_long_says_so(cite, lead, client):
    stale = sent(cite)
    make_mandate(cite, Role.FINANCE)

    page = client.post(reverse("partners:protocol"), stale, follow=True).content.decode()

    assert "La composition de la Cité a changé" in page


def test_the_troika_is_printed_in_the_order_chosen(cite, lead, client):
    make_mandate(cite, Role.FINANCE, person=make_person(last_name="Aaa"))
    make_mandate(cite, Role.FINANCE, person=make_person(last_name="Zzz"))
    order = current(cite)
    order["sides"].reverse()
    order["mandates"].reverse()
    services.save_protocol(actor=lead, cite=cite, **order)

    page = client.get(reverse("partners:troika")).content.decode()

    assert page.index(">Communauté urbaine</h2>") < page.index(">Éducation nationale</h2>")
    assert page.index("Zzz") < page.index("Aaa")
