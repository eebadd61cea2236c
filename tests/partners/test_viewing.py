"""« Voir comme… » : what the lead of a Cité sees in somebody's place, and all that stays closed."""

from datetime import timedelta

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import Action
from cite_educative.common.models import Entry
from cite_educative.documents.models import GeneratedFile
from partners.access import build_access
from partners.enums import MessageKind, Role
from partners.models import Mandate, OutgoingMessage, User
from partners.viewing import HARMLESS, LONGEST, OWN_GESTURES, SESSION_KEY
from tests import factories
from tests.access.matrix import INSIDE, World
from tests.actions.factories import make_action

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def start(client, user):
    return client.post(reverse("partners:view_as"), {"user": user.pk})


@pytest.fixture
def as_holder(client, world):
    client.force_login(world.lead)
    start(client, world.users["holder"])
    return client


def viewed(client):
    return client.get("/").context["request"].user


@pytest.mark.parametrize("role", [role for role in INSIDE if role != "lead"])
def test_the_lead_takes_the_place_of_anybody_of_the_cite(client, world, role):
    client.force_login(world.lead)

    answer = start(client, world.users[role])
    page = client.get("/")

    assert answer.status_code == 302
    assert page.context["user"] == world.users[role]
    assert page.context["user"].access.roles == world.users[role].access.roles
    assert page.context["request"].real_user == world.lead
    assert f"comme {world.users[role]}" in page.content.decode()


@pytest.mark.parametrize("role", [role for role in INSIDE if role != "lead"])
def test_nobody_but_a_lead_takes_a_place(client, world, role):
    client.force_login(world.users[role])

    assert start(client, world.users["reader"]).status_code == 403
    assert SESSION_KEY not in client.session


def post_addresses():
    """Every address of ours, with a number wherever it needs one."""
    names = get_resolver().reverse_dict
    found = {}
    for prefix, resolver in [("", get_resolver()), *_namespaces(get_resolver())]:
        for name in {name for name in resolver.reverse_dict if isinstance(name, str)}:
            found[f"{prefix}{name}"] = resolver.reverse_dict.getlist(name)[0][0][0][1]
    assert names
    return {name: parameters for name, parameters in found.items() if not name.startswith("admin:")}


def _namespaces(resolver):
    return [(f"{name}:", inner) for name, (_, inner) in resolver.namespace_dict.items() if name != "admin"]


def address(name, parameters):
    values = {"slug": "dunkerque", "uidb64": "MQ", "token": "set-password"}
    return reverse(name, kwargs={parameter: values.get(parameter, 1) for parameter in parameters})


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_no_address_lets_anything_be_written(as_holder, method):
    before = Entry.objects.count()
    allowed = {*OWN_GESTURES, *HARMLESS}
    codes = {
        name: getattr(as_holder, method)(address(name, parameters)).status_code
        for name, parameters in post_addresses().items()
        if name not in allowed
    }

    assert len(codes) > 50
    assert {name: code for name, code in codes.items() if code != 403} == {}
    assert Entry.objects.count() == before


def test_the_refusal_says_why(as_holder, world):
    page = as_holder.post(reverse("actions:create"), {"title": "Lire"}).content.decode()

    assert f"Vous regardez la Cité comme {world.users['holder']}" in page
    assert "rien ne peut être modifié" in page
    assert not Action.objects.exists()


@pytest.mark.parametrize("path", ["/mot-de-passe/", "/administration/", "/compte/"])
def test_the_account_of_the_person_and_the_administration_stay_closed(as_holder, path):
    assert as_holder.get(path, follow=True).status_code in (403, 404)


def test_the_year_can_be_changed_and_writes_nothing_but_the_own_session(as_holder, world):
    answer = as_holder.post(reverse("context"), {"year": "2025", "cite": world.other_cite.pk})

    assert answer.status_code == 302
    assert as_holder.session["year"] == 2025
    assert "cite" not in as_holder.session


def test_coming_back_is_one_click_and_both_are_in_the_journal(as_holder, world):
    as_holder.post(reverse("partners:view_as_stop"))

    assert viewed(as_holder) == world.lead
    lines = Entry.objects.in_cite(world.cite.pk).filter(verb__startswith="viewing").order_by("pk")
    assert [line.verb for line in lines] == ["viewing.start", "viewing.stop"]
    for line in lines:
        assert line.actor == world.lead
        assert str(world.lead) in line.sentence
        assert str(world.users["holder"]) in line.sentence


def test_signing_out_ends_it_and_signs_the_lead_out(as_holder):
    as_holder.post(reverse("logout"))

    assert as_holder.get("/").status_code == 302
    assert Entry.objects.filter(verb="viewing.stop").count() == 1


def test_stopping_twice_is_stopping_once(as_holder):
    for _ in range(2):
        assert as_holder.post(reverse("partners:view_as_stop")).status_code == 302

    assert Entry.objects.filter(verb="viewing.stop").count() == 1


def test_it_ends_by_itself(as_holder, world, monkeypatch):
    later = timezone.now() + LONGEST
    monkeypatch.setattr("partners.viewing.timezone.now", lambda: later)

    assert viewed(as_holder) == world.lead
    assert SESSION_KEY not in as_holder.session


@pytest.mark.parametrize("role", ["lead", "holder"])
def test_it_ends_with_the_mandate_of_either(as_holder, world, role):
    yesterday = timezone.localdate() - timedelta(days=1)
    Mandate.objects.filter(person=world.users[role].person).update(ends_on=yesterday)

    assert viewed(as_holder) == world.lead


@pytest.mark.parametrize("field", ["is_staff", "is_superuser"])
def test_a_technical_account_is_never_viewed(client, world, field):
    User.objects.filter(pk=world.users["reader"].pk).update(**{field: True})
    client.force_login(world.lead)

    assert start(client, world.users["reader"]).status_code == 200
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("who", ["stranger", "other_lead", "former", "lead"])
def test_neither_outsiders_nor_oneself(client, world, who):
    client.force_login(world.lead)

    page = start(client, world.users[who])

    assert "n’a pas de compte ouvert" in page.content.decode()
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("sent", ["", "x", "9" * 40, "²", "-1"])
def test_an_odd_choice_gets_a_sentence(client, world, sent):
    client.force_login(world.lead)

    answer = client.post(reverse("partners:view_as"), {"user": sent})

    assert answer.status_code == 200
    assert "n’a pas de compte ouvert" in answer.content.decode()


def soon():
    return (timezone.now() + timedelta(minutes=5)).isoformat()


@pytest.mark.parametrize(
    "change",
    [
        lambda world: "n’importe quoi",
        lambda world: {},
        lambda world: {"user": "x", "cite": world.cite.pk, "until": soon()},
        lambda world: {"user": world.users["holder"].pk, "cite": world.cite.pk, "until": "demain"},
        lambda world: {"user": world.users["holder"].pk, "cite": world.cite.pk, "until": "2999-01-01T00:00:00+00:00"},
        lambda world: {"user": world.users["holder"].pk, "cite": world.cite.pk, "until": "2999-01-01T00:00:00"},
        lambda world: {"user": world.users["holder"].pk, "cite": world.other_cite.pk, "until": soon()},
        lambda world: {"user": world.users["other_lead"].pk, "cite": world.other_cite.pk, "until": soon()},
    ],
)
def test_a_session_that_says_something_else_opens_nothing(client, world, change):
    client.force_login(world.lead)
    session = client.session
    session[SESSION_KEY] = change(world)
    session.save()

    assert viewed(client) == world.lead
    assert SESSION_KEY not in client.session


def test_who_does_not_lead_cannot_forge_it(client, world):
    client.force_login(world.users["co_lead"])
    session = client.session
    session[SESSION_KEY] = {"user": world.users["lead"].pk, "cite": world.cite.pk, "until": soon()}
    session.save()

    assert viewed(client) == world.users["co_lead"]


def test_nothing_of_another_cite_of_the_person_is_opened(client, world):
    """A reader here who leads elsewhere is seen as the reader that she is here."""
    reader = world.users["reader"]
    factories.make_mandate(world.other_cite, Role.LEAD, person=reader.person)
    hidden = make_action(world.other_cite, title="Secret d’Amiens")
    client.force_login(world.lead)
    start(client, reader)

    assert viewed(client).access.cites == {world.cite.pk}
    assert client.get(reverse("actions:detail", args=[hidden.pk])).status_code == 404
    assert "Amiens" not in client.get("/").content.decode()


def test_what_is_the_person_s_alone_stays_closed(client, world):
    holder = world.users["holder"]
    hidden = make_action(world.cite, holder=world.holder, status=ActionStatus.DRAFT, title="Brouillon gardé")
    shared = make_action(
        world.cite,
        holder=world.holder,
        status=ActionStatus.DRAFT,
        title="Brouillon partagé",
        shared_at=timezone.now(),
    )
    letter = OutgoingMessage.objects.create(
        cite=world.cite, kind=MessageKind.PASSWORD, subject="x", body="x", sent_by=holder
    )
    file = GeneratedFile.objects.create(
        kind="essai", format="pdf", title="x", filename="x", author=holder, queued_at=timezone.now()
    )
    client.force_login(world.lead)
    start(client, holder)
    borrowed = viewed(client)

    assert client.get(reverse("actions:detail", args=[hidden.pk])).status_code == 404
    assert client.get(reverse("actions:detail", args=[shared.pk])).status_code == 200
    assert set(Action.objects.visible_to(borrowed)) == {shared}
    assert letter not in OutgoingMessage.objects.visible_to(borrowed)
    assert letter in OutgoingMessage.objects.visible_to(holder)
    assert file not in GeneratedFile.objects.visible_to(borrowed)
    assert file in GeneratedFile.objects.visible_to(holder)


def test_the_account_of_the_person_is_not_touched(as_holder, world):
    holder = world.users["holder"]
    before = User.objects.filter(pk=holder.pk).values().get()

    for name in ("home", "awaiting_count", "actions:list", "documents:list"):
        as_holder.get(reverse(name))

    assert User.objects.filter(pk=holder.pk).values().get() == before


def test_the_list_is_in_protocol_order_and_can_be_searched(client, world):
    elected = world.users["elected"]
    client.force_login(world.lead)

    people = client.get(reverse("partners:view_as")).context["people"]
    found = client.get(reverse("partners:view_as"), {"q": elected.person.last_name}).context["people"]
    nobody = client.get(reverse("partners:view_as"), {"q": "Zzyzx"})

    order = [world.users[role].person for role in INSIDE if role != "lead"]
    assert {row["person"] for row in people} == set(order)
    assert {row["person"] for row in people[:2]} == {world.users["pilot"].person, elected.person}
    assert [row["person"] for row in found] == [elected.person]
    assert "Personne à ce nom" in nobody.content.decode()


def test_an_account_has_one_row_however_many_mandates(client, world, django_assert_max_num_queries):
    reader = world.users["reader"]
    factories.make_mandate(world.cite, Role.PARTNER, person=reader.person, title="présidente")
    client.force_login(world.lead)

    with django_assert_max_num_queries(16):
        people = client.get(reverse("partners:view_as")).context["people"]

    (row,) = (row for row in people if row["person"] == reader.person)
    assert len(row["roles"]) == 2


def test_a_borrowed_access_says_so():
    assert build_access([], timezone.localdate(), is_borrowed=True).is_borrowed
    assert not build_access([], timezone.localdate()).is_borrowed
