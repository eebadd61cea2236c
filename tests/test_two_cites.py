"""Two full Cités in one database: nothing of one is read, listed, counted or exported from the other.

The objects are those of the access matrix (`tests/access/`), built twice; every text of the second Cité then carries a
word that nobody writes by chance.
"""

from dataclasses import replace

import pytest
from django.apps import apps
from django.db import models
from django.urls import get_resolver, reverse

from cite_educative.home.page_cite import OBJECTS, object_address
from partners.enums import Role
from tests import factories
from tests.access.matrix import World
from tests.actions.factories import make_action
from tests.test_access_matrix import MODULES, answer, undone

MARK = "Zuydcoote"
OWN_APPS = ("partners", "actions", "governance", "evaluation", "home", "documents", "common")
# Texts that people write; the others are codes, choices and addresses.
MARKED = (
    "name",
    "label",
    "short_label",
    "title",
    "last_name",
    "request",
    "summary",
    "sentence",
    "subject_label",
    "body",
)
# Reference data, public and shared by the Cités.
SHARED_MODELS = ("commune", "neighbourhood", "school")
# The Cité's name is on the pages of who acts in it.
UNMARKED = (*SHARED_MODELS, "cite")
# Their pages say in which Cité they are read, or are about nothing of a Cité.
SHARED = (
    "partenaires/<int:pk>/",
    "partenaires/personnes/<int:pk>/",
    "partenaires/communes/<int:pk>/",
    "plan/articulation/porteurs/<int:pk>/",
    "plan/articulation/quartiers/<int:pk>/",
    "partenaires/passation/<int:pk>/",
    "partenaires/territoire/communes/<int:pk>/",
    "partenaires/territoire/etablissements/<int:pk>/",
    "partenaires/territoire/quartiers/<int:pk>/",
    "parametres/comptes/<int:pk>/",
    "evaluation/observatoire/communes/<int:pk>/",
    "evaluation/observatoire/quartiers/<int:pk>/",
    "evaluation/observatoire/etablissements/<int:pk>/",
)


def own_models():
    return [model for model in apps.get_models() if model._meta.app_label in OWN_APPS]


def keys():
    return {model: set(model._base_manager.values_list("pk", flat=True)) for model in own_models()}


def mark(before):
    """Write the word in every text of the rows made since `before`; the Cités keep their names, which are shown."""
    for model, known in before.items():
        fields = [field for field in model._meta.fields if field.name in MARKED and not field.choices]
        fields = [field for field in fields if isinstance(field, models.CharField | models.TextField)]
        if not fields or model._meta.model_name in UNMARKED:
            continue
        for row in model._base_manager.exclude(pk__in=known):
            values = {field.attname: _marked(field, getattr(row, field.attname)) for field in fields}
            models.QuerySet(model).filter(pk=row.pk).update(**values)


def _marked(field, text):
    if not text or MARK in text:
        return text
    room = field.max_length - len(MARK) - 1 if field.max_length else None
    return f"{text[:room]} {MARK}"


@pytest.fixture
def here(db):
    return World()


def reads(row):
    """Pages of the Cité that its lead reads: no gesture, and nothing that opens without signing in."""
    return row.post is None and row.expected("lead") == 200 and row.expected("anonymous") != 200


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_lead_reads_nothing_of_another_cite(here, module):
    """The page of an object of the other Cité is not found; a page of one's own never holds the other's words."""
    rows = [row for row in module.ROWS if reads(row)]
    before = keys()
    there = World("valenciennes-anzin", "lens")
    assert there.users
    of_there = [(row, row.args(there)) for row in rows]
    mark(before)
    found = []
    for row, args in of_there:
        if any(isinstance(key, int) for key in args):
            code, text = answer(here, replace(row, args=lambda world, args=args: args), "lead")
            found += [f"{row.label} of the other Cité: {code}"] * (code not in (403, 404) or MARK in text)
        _, text = answer(here, row, "lead")
        found += [f"{row.label} holds words of the other Cité"] * (MARK in text or there.cite.name in text)

    assert not found, "\n".join(found)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_second_mandate_opens_no_more_than_itself(here, module):
    """Who leads a Cité and only reads another finds in the latter what a reader finds."""
    user = here.users["two"] = factories.make_user(here.cite, Role.READER)
    factories.make_mandate(factories.make_cite("valenciennes-anzin"), Role.LEAD, person=user.person)
    here.client("two")
    wrong = []
    for secret in getattr(module, "SECRETS", []):
        with undone(here):
            secret.prepare(here)
            found = secret.value(here) in answer(here, secret, "two")[1]
        wrong += [secret.label] * (found != ("reader" in secret.readers.split()))

    assert not wrong


@pytest.fixture
def both(client, here):
    """Leads one Cité, partner in the other; signed in, each Cité with one action of its own."""
    there = World("valenciennes-anzin", "lens")
    user = here.lead
    factories.make_mandate(there.cite, Role.PARTNER, person=user.person, organisation=there.partner)
    here.action = make_action(here.cite, title="Radio des dunes")
    there.action = make_action(there.cite, title="Atelier du canal", published_at="2026-01-05T10:00Z")
    client.force_login(user)
    return there


def choose(client, cite):
    return client.post(reverse("context"), {"cite": cite.pk})


def text_of(client, name, *args):
    return client.get(reverse(name, args=args)).content.decode()


def test_the_switcher_changes_what_every_list_shows(client, here, both):
    for cite, own, other in ((here.cite, "Radio", "Atelier"), (both.cite, "Atelier", "Radio")):
        choose(client, cite)
        page = text_of(client, "actions:list")
        assert own in page
        assert other not in page


def test_each_mandate_keeps_its_own_rights(client, here, both):
    choose(client, both.cite)
    assert client.get(reverse("settings")).status_code == 403
    assert client.get(reverse("actions:import")).status_code == 403
    assert client.get(reverse("actions:section", args=[both.action.pk, "identification"])).status_code == 404

    choose(client, here.cite)
    assert client.get(reverse("settings")).status_code == 200
    assert client.get(reverse("actions:section", args=[both.action.pk, "identification"])).status_code == 404
    assert client.get(reverse("actions:section", args=[here.action.pk, "identification"])).status_code == 200


def test_a_cite_that_is_not_mine_cannot_be_chosen(client, here, both):
    choose(client, here.cite)
    for sent in (both.other_cite.pk, "x", "9" * 30):
        client.post(reverse("context"), {"cite": sent})
        assert client.get("/").context["frame"]["cite"] == here.cite


def test_the_cite_of_a_page_is_its_object_s(client, here, both):
    choose(client, here.cite)

    answer = client.get(reverse("actions:detail", args=[both.action.pk]))

    assert answer.context["frame"]["cite"] == both.cite
    assert answer.context["frame"]["chosen"] == here.cite
    assert f"Passer à {both.cite}" in answer.content.decode()
    assert "Cette page appartient à" not in text_of(client, "actions:detail", here.action.pk)


def test_a_shared_sheet_says_in_which_cite_it_is_read(client, here, both):
    choose(client, here.cite)

    answer = client.get(reverse("partners:organisation", args=[both.holder.pk]))

    assert answer.context["frame"]["cite"] == both.cite


def test_a_page_that_is_not_found_tells_nothing_of_the_other_cite(client, here, both):
    choose(client, here.cite)
    hidden = make_action(both.cite)

    answer = client.get(reverse("actions:detail", args=[hidden.pk]))

    assert answer.status_code == 404
    assert answer.context["frame"]["cite"] == here.cite


def test_every_page_of_an_object_knows_its_cite():
    addresses = {object_address(route) for route in _routes(get_resolver())} - {""}

    assert addresses - set(OBJECTS) - set(SHARED) == set()
    assert set(OBJECTS) - addresses == set()


def _routes(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if not hasattr(pattern, "url_patterns"):
            yield route
        elif pattern.namespace != "admin":
            yield from _routes(pattern, route)
