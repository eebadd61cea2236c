"""Scenarios side by side, and the board as a spreadsheet: every figure of the screen, to the cent."""

import csv
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest

from actions.finances.board import load_board
from actions.finances.compare import Comparison, board_totals, signed
from actions.models import ActionComment
from actions.services import create_scenario, share_scenario, write_cells
from actions.services.scenarios import REQUESTS, Cell
from partners.enums import Role
from tests.actions.factories import (
    make_action,
    make_axis,
    make_call,
    make_envelope,
    make_funding,
    make_programme,
    make_source,
)
from tests.factories import make_user


@pytest.fixture
def board(cite, lead):
    """Two requests of two funders; a first scenario as requested, a second one that cuts one cell."""
    call, axis = make_call(cite), make_axis(make_programme(cite), "École")
    state, town = make_source(cite, "État"), make_source(cite, "Ville", circuit="commune")
    actions = [make_action(cite, title=title, call=call, axis=axis) for title in ("Lire", "Nager")]
    for action in actions:
        make_funding(action, state, requested="1000.10", proposed="900")
        make_funding(action, town, requested="500")
    first, second = (
        share_scenario(create_scenario(call=call, label=label, start=REQUESTS, actor=lead), actor=lead)
        for label in ("Haut", "Bas")
    )
    line = second.lines.get(action=actions[0], source=state)
    write_cells(second, [Cell(actions[0].pk, state.pk, Decimal(700), line.version)], actor=lead)
    return call, first, second


def test_only_what_differs_is_shown_first(board, lead):
    call, first, second = board

    comparison = Comparison(call, [first, second], user=lead)

    assert [side.label for side in comparison.sides] == ["Proposé aujourd’hui", "Haut", "Bas"]
    assert len(comparison.lines()) == 4
    same = Comparison(call, [], user=lead)
    assert same.lines() == []
    assert len(Comparison(call, [], user=lead, whole=True).lines()) == 2


@pytest.mark.parametrize("grouping", ["financeur", "axe", "commune", "qpv", "porteur"])
def test_each_total_is_the_sum_of_its_groups(board, lead, grouping):
    call, first, second = board
    comparison = Comparison(call, [first, second], user=lead)

    sums = [sum(column) for column in zip(*(amounts for _, amounts in comparison.sums(grouping)), strict=True)]

    assert sums == comparison.totals() == [Decimal(1800), Decimal("3000.20"), Decimal("2700.10")]


def test_a_gap_is_told_with_its_sign():
    assert signed(Decimal(1200)).startswith("+\u00a01\u00a0200")
    assert signed(Decimal(-3)).startswith("−")
    assert signed(Decimal(0)) == ""


def test_the_page_takes_four_scenarios_at_most(board, lead, sign_in):
    call, first, _ = board
    for label in ("Trois", "Quatre", "Cinq"):
        create_scenario(call=call, label=label, start=REQUESTS, actor=lead)

    page = sign_in(lead).get(f"/finances/arbitrage/{call.pk}/comparer/?tout=oui").content.decode()

    assert page.count('<th scope="col" class="m">Quatre</th>') == 6
    assert '<th scope="col" class="m">Cinq</th>' not in page
    alone = sign_in(lead).get(f"/finances/arbitrage/{call.pk}/comparer/?s={first.pk}&s=x").content.decode()
    assert '<th scope="col" class="m">Bas</th>' not in alone


def test_the_board_says_how_many_comments_the_reader_may_read(board, lead, sign_in):
    call, _, second = board
    action = second.lines.first().action
    for audience in ("pilots", "team"):
        ActionComment.objects.create(action=action, author=lead, body="À revoir", audience=audience)
    pilot = make_user(call.cite, Role.PILOT)
    url = f"/finances/arbitrage/{call.pk}/"

    assert "2 commentaires" in sign_in(lead).get(url).content.decode()
    assert "1 commentaire<" in sign_in(pilot).get(url).content.decode()


def test_the_spreadsheet_says_what_the_board_says(board, lead, sign_in):
    call, _, second = board
    client, url = sign_in(lead), f"/finances/arbitrage/{call.pk}/tableau/?scenario={second.pk}"

    rows = list(openpyxl.load_workbook(BytesIO(client.get(url).content)).active.values)
    text = b"".join(client.get(f"{url}&format=csv").streaming_content).decode("utf-8-sig")

    expected = board_totals(load_board(call, second, {}, user=lead))["proposed"]
    assert rows[0][-1] == "Proposé, en tout"
    assert Decimal(str(rows[-1][-1])) == expected == Decimal("2700.10")
    assert sum(Decimal(str(row[-1])) for row in rows[1:-1]) == expected
    lines = list(csv.reader(StringIO(text), delimiter=";"))
    assert [line[1] for line in lines[1:3]] == ["Lire", "Nager"]
    assert rows[0][-5:-1] == ("Demandé, État", "Proposé, État", "Demandé, Ville", "Proposé, Ville")
    assert [Decimal(str(cell)) for cell in rows[-1][-5:-1]] == [
        Decimal("2000.20"),
        Decimal("1700.10"),
        Decimal(1000),
        Decimal(1000),
    ]


def test_the_board_says_what_is_asked_of_each_funder(board, lead, sign_in):
    call, _, second = board

    page = sign_in(lead).get(f"/finances/arbitrage/{call.pk}/?scenario={second.pk}").content.decode()

    assert page.count('<span class="sous">dem. 1\u00a0000,10</span>') == 2
    assert 'id="q">3\u00a0000,20</td>' in page
    assert "Par nature de porteur" in page


def test_a_line_that_nobody_solicits_hides_behind_a_link(board, lead, sign_in):
    call, _, second = board
    idle = make_source(call.cite, "Mécénat")
    make_envelope(idle, provisional=Decimal(5000))
    client, url = sign_in(lead), f"/finances/arbitrage/{call.pk}/?scenario={second.pk}"

    page = client.get(url).content.decode()

    assert f'id="s{idle.pk}"' not in page
    assert "Montrer aussi 1 ligne que personne ne sollicite" in page
    assert f'id="s{idle.pk}"' in client.get(f"{url}&lignes=toutes").content.decode()
    write_cells(second, [Cell(second.lines.first().action_id, idle.pk, Decimal(10), 0)], actor=lead)
    assert f'id="s{idle.pk}"' in client.get(url).content.decode()


def test_the_boards_of_the_year_are_found_from_the_finances(board, lead, sign_in):
    call, _, _ = board
    make_call(call.cite, "Sans demande")
    client = sign_in(lead)

    page = client.get("/finances/arbitrage/").content.decode()

    assert f'href="/finances/arbitrage/{call.pk}/"' in page
    assert "3\u00a0000,20\u00a0€" in page
    assert "1\u00a0800" in page
    assert "Sans demande" not in page
    overview = client.get("/finances/").content.decode()
    assert 'href="/finances/arbitrage/"' in client.get("/finances/financements/").content.decode()
    assert 'class="btn" href="/finances/revue/"' in overview
