from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.enums import Step
from actions.finances.board import load_board
from actions.models import Funding, Scenario, ScenarioLine
from actions.services import (
    MovedError,
    ScenarioError,
    adopt_scenario,
    copy_scenario,
    create_scenario,
    lock_scenario,
    record_amount,
    share_scenario,
    write_cells,
)
from actions.services.scenarios import EMPTY, PROPOSED, REQUESTS, Cell, adoption, lowered
from partners.enums import Role
from tests.actions import factories
from tests.factories import make_cite, make_commune, make_user

pytestmark = pytest.mark.django_db
YEAR = factories.YEAR


class World:
    def __init__(self, actions=2, sources=2):
        self.cite = make_cite("dunkerque", communes=[make_commune("Grande-Synthe")])
        self.call = factories.make_call(self.cite)
        self.lead = make_user(self.cite, Role.LEAD)
        self.finance = make_user(self.cite, Role.FINANCE)
        axis = factories.make_axis(factories.make_programme(self.cite))
        self.sources = [factories.make_source(self.cite, f"Ligne {n}", order=n) for n in range(sources)]
        self.actions = [
            factories.make_action(self.cite, title=f"Action {n}", call=self.call, axis=axis) for n in range(actions)
        ]
        for source in self.sources:
            factories.make_envelope(source, provisional=Decimal(100_000))
            for action in self.actions:
                factories.make_funding(action, source, requested=Decimal(1000))

    def scenario(self, start=REQUESTS):
        scenario = create_scenario(call=self.call, label="Essai", start=start, actor=self.lead)
        return share_scenario(scenario, actor=self.lead)

    def cell(self, scenario, amount, action=0, source=0, seen=None):
        action, source = self.actions[action], self.sources[source]
        line = ScenarioLine.objects.filter(scenario=scenario, action=action, source=source).first()
        seen = (line.version if line else 0) if seen is None else seen
        return Cell(action.pk, source.pk, amount, seen)

    def board(self, scenario):
        return load_board(self.call, scenario, {}, user=self.lead)


@pytest.fixture
def world():
    return World()


def proposed(world):
    return {(one.action_id, one.source_id): one.proposed for one in Funding.objects.filter(proposed__isnull=False)}


def test_a_scenario_of_the_requests_holds_them_all(world):
    board = world.board(world.scenario())
    assert board.sums(board.rows).proposed == Decimal(4000)
    assert [one.left for one in board.envelopes] == [Decimal(98_000)] * 2


def test_the_second_of_two_people_loses_nothing_and_overwrites_nothing(world):
    scenario = world.scenario()
    mine, theirs = world.cell(scenario, Decimal(500)), world.cell(scenario, Decimal(700))
    write_cells(scenario, [theirs], actor=world.finance)
    scenario, refused = write_cells(scenario, [mine], actor=world.lead)
    line = ScenarioLine.objects.get(scenario=scenario, action=world.actions[0], source=world.sources[0])
    assert refused == [mine]
    assert (line.amount, line.updated_by) == (Decimal(700), world.finance)


def test_two_people_in_two_cells_both_write(world):
    scenario = world.scenario()
    first, second = world.cell(scenario, Decimal(500)), world.cell(scenario, None, action=1)
    write_cells(scenario, [first], actor=world.finance)
    _, refused = write_cells(scenario, [second], actor=world.lead)
    board = world.board(scenario)
    assert not refused
    assert board.sums(board.rows).proposed == Decimal(2500)


def test_a_locked_scenario_is_not_written(world):
    scenario = world.scenario()
    lock_scenario(scenario, actor=world.lead)
    with pytest.raises(ScenarioError):
        write_cells(scenario, [world.cell(scenario, Decimal(1))], actor=world.lead)


def test_a_cell_of_another_call_or_in_kind_is_refused(world):
    scenario = world.scenario(EMPTY)
    stranger = factories.make_action(world.cite, call=factories.make_call(world.cite, "Autre"))
    given = factories.make_action(world.cite, title="Salle prêtée", call=world.call)
    factories.make_funding(given, world.sources[0], in_kind=True)
    for action in (stranger, given):
        with pytest.raises(ScenarioError):
            write_cells(scenario, [Cell(action.pk, world.sources[0].pk, Decimal(1), 0)], actor=world.lead)
    assert not ScenarioLine.objects.exists()


def test_a_cut_of_one_source_leaves_the_others(world):
    copy = copy_scenario(
        world.scenario(), label="Moins", percent=Decimal("12.5"), source=world.sources[0].pk, actor=world.lead
    )
    sums = world.board(copy).sums(world.board(copy).rows).by_source
    assert sums == {world.sources[0].pk: Decimal(1750), world.sources[1].pk: Decimal(2000)}


def test_a_cut_is_rounded_to_the_euro_below():
    assert lowered(Decimal("999.99"), Decimal(10)) == Decimal(899)


def test_adopting_proposes_with_its_entries_and_programmes_nothing(world):
    scenario = world.scenario()
    adopt_scenario(scenario, seen=adoption(scenario), actor=world.lead)
    funding = Funding.objects.get(action=world.actions[0], source=world.sources[0])
    entry = funding.entries.get(step=Step.PROPOSED)
    assert (funding.proposed, funding.programmed, funding.granted) == (Decimal(1000), None, None)
    assert "Essai" in entry.reference
    assert adoption(scenario) == {}


def test_an_adoption_is_refused_when_something_moved_since_its_preview(world):
    scenario = world.scenario()
    seen = adoption(scenario)
    record_amount(
        action=world.actions[1],
        source=world.sources[0],
        budget_year=YEAR,
        step=Step.PROPOSED,
        amount=Decimal(3),
        on=scenario.created_at.date(),
        actor=world.finance,
    )
    before = proposed(world)
    with pytest.raises(MovedError) as refused:
        adopt_scenario(scenario, seen=seen, actor=world.lead)
    assert refused.value.moved == [(world.actions[1].pk, world.sources[0].pk)]
    assert proposed(world) == before


# --- Pages ----------------------------------------------------------------------------------------


def post(client, scenario, cell, typed, cents="100000", **headers):
    url = reverse("actions:scenario_write", args=[scenario.pk])
    name = f"c-{cell.action_id}-{cell.source_id}-{cell.seen}-{cents}"
    return client.post(url, {name: typed, "version": scenario.version}, headers=headers)


def test_an_edit_is_answered_with_totals_and_what_others_wrote(client, world):
    scenario = world.scenario()
    write_cells(scenario, [world.cell(scenario, Decimal(50), action=1)], actor=world.finance)
    client.force_login(world.lead)
    answer = post(client, scenario, world.cell(scenario, None), "1 500,50", accept="application/json").json()
    assert answer["texts"]["t"] == "3\u00a0550,50"
    assert {(cell["action"], cell["text"]) for cell in answer["cells"]} == {
        (world.actions[0].pk, "1\u00a0500,50"),
        (world.actions[1].pk, "50"),
    }


def test_a_stale_edit_gets_both_values(client, world):
    scenario = world.scenario()
    stale = world.cell(scenario, None)
    write_cells(scenario, [world.cell(scenario, Decimal(700))], actor=world.finance)
    client.force_login(world.lead)
    (conflict,) = post(client, scenario, stale, "500", accept="application/json").json()["conflicts"]
    assert (conflict["mine"], conflict["theirs"]) == ("500", "700")
    told = client.get(post(client, scenario, stale, "500").url).content.decode()
    assert "«\u00a0500\u00a0»" in told
    assert "«\u00a0700\u00a0»" in told


def test_a_refused_cell_comes_back_even_to_a_page_that_is_up_to_date(client, world):
    scenario = world.scenario()
    stale = world.cell(scenario, None)
    scenario, _ = write_cells(scenario, [world.cell(scenario, Decimal(700))], actor=world.finance)
    client.force_login(world.lead)

    answer = post(client, scenario, stale, "500", accept="application/json").json()

    assert [cell["text"] for cell in answer["cells"]] == ["700"]


@pytest.mark.parametrize("typed", ["douze", "-5", "12,345"])
def test_an_unreadable_amount_gets_a_sentence_and_writes_nothing(client, world, typed):
    scenario = world.scenario()
    client.force_login(world.lead)
    answer = post(client, scenario, world.cell(scenario, None), typed, accept="application/json").json()
    assert next(iter(answer["errors"].values()))
    assert Scenario.objects.get().version == 1


def test_adopting_from_its_preview(client, world):
    scenario = world.scenario()
    client.force_login(world.lead)
    url = reverse("actions:scenario_adopt", args=[scenario.pk])
    preview = client.get(url).context["preview"]
    assert client.post(url, {"apercu": "1:2:x:y;;"}).status_code == 200
    assert proposed(world) == {}
    assert client.post(url, {"apercu": preview}).status_code == 302
    assert sum(proposed(world).values()) == Decimal(4000)


@pytest.mark.parametrize("query", ["", "?groupe=commune", "?groupe=qpv&scenario=zzz", "?axe=rien&avis=none"])
def test_the_board_opens_whatever_the_address_asks(client, world, query):
    world.scenario()
    client.force_login(world.lead)
    assert client.get(reverse("actions:board", args=[world.call.pk]) + query).status_code == 200


@pytest.mark.parametrize("size", [2, 12])
def test_the_board_costs_as_many_queries_at_any_size(client, size, django_assert_max_num_queries):
    world = World(actions=size, sources=4)
    world.scenario()
    client.force_login(world.lead)
    with django_assert_max_num_queries(20):
        client.get(reverse("actions:board", args=[world.call.pk]))


# --- Any sequence ---------------------------------------------------------------------------------

STEPS = st.one_of(
    st.tuples(st.just("write"), st.integers(0, 1), st.integers(0, 1), st.none() | st.decimals(0, 10_000, places=2)),
    st.tuples(st.just("cut"), st.integers(0, 100).map(Decimal)),
    st.tuples(st.just("adopt")),
    st.tuples(st.just("restart")),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=8))
def test_totals_are_the_sum_of_their_parts_whatever_is_done(steps):
    with transaction.atomic():
        run(steps)
        transaction.set_rollback(True)


def run(steps):
    world = World()
    scenario = world.scenario()
    for kind, *what in steps:
        if kind == "write" and scenario.is_open:
            write_cells(scenario, [world.cell(scenario, what[2], what[0], what[1])], actor=world.lead)
        elif kind == "cut":
            scenario = copy_scenario(scenario, label="Copie", percent=what[0], actor=world.lead)
        elif kind == "adopt" and not scenario.adopted_at:
            scenario = adopt_scenario(scenario, seen=adoption(scenario), actor=world.lead)
            lines = scenario.lines.filter(amount__isnull=False)
            assert proposed(world) == {(one.action_id, one.source_id): one.amount for one in lines}
        elif kind == "restart":
            scenario = world.scenario(PROPOSED)
        board = world.board(scenario)
        sums = board.sums(board.rows)
        parts = [line.amount for line in scenario.lines.filter(amount__isnull=False)]
        assert (sums.proposed or 0) == sum(parts)
        assert sum(row.proposed or 0 for row in board.rows) == sum(amount or 0 for amount in sums.by_source.values())
        grouped = [board.sums(rows).proposed or 0 for _, rows in board.grouped("axe")]
        assert sum(grouped) == sum(one.proposed for one in board.envelopes) == sum(parts)
