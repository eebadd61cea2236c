"""The page of rights says what the rules say, and forgets none of them."""

from importlib import import_module

import pytest
from django.urls import reverse

from cite_educative.home.rights import rights_matrix, rules_of_role
from cite_educative.home.rights.capabilities import rules
from partners.enums import Role
from tests.access.matrix import INSIDE, World
from tests.actions.factories import make_action, make_source
from tests.test_architecture import functions, modules, name_of

pytestmark = pytest.mark.django_db

OUI, SIENS, NON = "oui", "siens", "non"


def public_rules():
    """Every `can_…` of our apps, by the name of its module."""
    return {
        (name_of(path).removesuffix(".py").replace("/", "."), node.name)
        for path, tree in modules()
        for node in functions(tree)
        if node.name.startswith("can_") and node in tree.body and "views" not in path.parts
    }


def test_no_rule_of_the_code_is_left_out():
    asked = {(rule.__module__, rule.__name__) for rule in rules()}
    missing = public_rules() - asked

    assert not missing, f"Add them to home/rights/capabilities.py: {sorted(missing)}"
    for module, name in asked:
        assert callable(getattr(import_module(module), name))


def test_it_costs_no_query(django_assert_num_queries):
    rights_matrix.cache_clear()

    with django_assert_num_queries(0):
        matrix = rights_matrix()

    assert matrix.roles == tuple(Role)


def test_no_label_is_said_twice():
    labels = [row.label for _, rows in rights_matrix().groups for row in rows]

    assert len(labels) == len(set(labels))


# What a request gets must be what the cell says: label → (address, args of the world, method).
ASKED = [
    ("Régler la Cité, importer, voir comme une autre personne", "partners:cite_edit", lambda world: []),
    ("Ouvrir les paramètres et le journal", "journal", lambda world: []),
    ("Importer un tableau", "actions:import", lambda world: []),
    ("Créer une action", "actions:create", lambda world: []),
    ("Lire les enveloppes et les montants de tous", "actions:finances", lambda world: []),
    ("Tenir les lignes, les enveloppes et les actes", "actions:source_update", lambda world: [world.source.pk]),
    ("Écrire le programme, les axes et les appels", "actions:call_create", lambda world: []),
    ("Préparer les réunions, écrire notes et décisions", "governance:body_create", lambda world: []),
    ("Modifier les coordonnées d’un organisme", "partners:organisation_edit", lambda world: [world.elsewhere.pk]),
]


@pytest.fixture
def world():
    world = World()
    world.source = make_source(world.cite)
    world.elsewhere = world.institution
    return world


@pytest.mark.parametrize(("label", "name", "args"), ASKED, ids=[label for label, _, _ in ASKED])
def test_the_cell_says_what_a_request_gets(client, world, label, name, args):
    row = rights_matrix().row(label)
    answers = {}
    for role in INSIDE:
        client.force_login(world.users[role])
        answers[role] = client.get(reverse(name, args=args(world))).status_code == 200
    roles = {"elected": Role.PILOT}

    assert answers == {role: row.cell(roles.get(role, role)).code == OUI for role in INSIDE}


def test_what_a_role_has_for_its_own_is_its_own_only(client, world):
    row = rights_matrix().row("Modifier les coordonnées d’un organisme")
    client.force_login(world.users["holder"])

    assert row.cell(Role.HOLDER).code == SIENS
    assert client.get(reverse("partners:organisation_edit", args=[world.holder.pk])).status_code == 200
    assert client.get(reverse("partners:organisation_edit", args=[world.partner.pk])).status_code == 403


@pytest.mark.parametrize(
    ("rank", "fields"),
    [(0, {"local": True}), (1, {"scope": "intercommunal"}), (2, {"published_at": "2026-01-05T10:00Z"}), (3, {})],
)
def test_how_much_of_an_action_is_read_is_what_its_page_gives(client, world, rank, fields):
    local = fields.pop("local", False)
    action = make_action(
        world.cite,
        holder=world.holder if local else None,
        communes=[world.commune] if local else [],
        summary="Description réservée",
        **fields,
    )
    row = rights_matrix().readings[rank]
    for role in ("lead", "co_lead", "pilot", "finance", "referent", "holder", "evaluator", "partner", "reader"):
        client.force_login(world.users[role])
        found = client.get(reverse("actions:detail", args=[action.pk])).status_code == 200
        assert found == (row.cell(role).code != NON), role


def test_the_page_marks_the_reader_s_own_column(client, world):
    client.force_login(world.users["finance"])

    page = client.get(reverse("rights"))

    assert [column["role"] for column in page.context["columns"] if column["is_own"]] == [Role.FINANCE]
    assert page.content.decode().count('class="droits-moi"') == 1


def test_the_page_tells_each_role_apart():
    lead, reader = rules_of_role(Role.LEAD), rules_of_role(Role.READER)

    assert "Importer un tableau" in lead["does"]
    assert not [label for label in reader["does"] if label.startswith(("Importer", "Modifier", "Écrire"))]
    assert reader["reads"] == [("Une autre action, publiée", "La partie publiée")]
