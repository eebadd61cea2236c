"""The arbitration board as a spreadsheet: keyboard, totals that follow, two people on one cell."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from actions.models import Scenario
from actions.services import write_cells
from actions.services.scenarios import Cell
from cite_educative.home.demo.accounts import DOMAIN
from partners.models import User

# Creates the database; `site` fills it.
pytestmark = pytest.mark.django_db(transaction=True)


def opened(visit):
    scenario = Scenario.objects.get(label__startswith="Équilibre")
    page = visit("pilote").page
    page.goto(f"/finances/arbitrage/{scenario.call_id}/?scenario={scenario.pk}")
    return scenario, page


def test_an_amount_typed_moves_the_totals_and_the_next_cell_is_below(visit, site):
    scenario, page = opened(visit)
    line = scenario.lines.order_by("action__code", "source__order").first()
    before = page.locator("#t").inner_text()
    cell = page.locator(f'[name^="c-{line.action_id}-{line.source_id}-"]')

    cell.fill(str(int(line.amount) + 1000))
    cell.press("Enter")

    expect(page.locator("[data-board-said]")).to_contain_text("Enregistré à")
    expect(page.locator("#t")).not_to_have_text(before)
    expect(cell).not_to_be_focused()
    line.refresh_from_db()
    assert page.locator("#t").inner_text() != before


def test_two_people_on_one_cell_lose_nothing(visit, site):
    scenario, page = opened(visit)
    line = scenario.lines.order_by("action__code", "source__order").first()
    cell = page.locator(f'[name^="c-{line.action_id}-{line.source_id}-"]')
    other = Cell(line.action_id, line.source_id, Decimal(111), line.version)
    write_cells(scenario, [other], actor=User.objects.get(email=f"finances@{DOMAIN}"))

    cell.fill("222")
    cell.press("Enter")
    page.get_by_role("button", name="Écrire 222").click()

    expect(page.locator("[data-board-said]")).to_contain_text("Enregistré à")
    expect(page.get_by_role("button", name="Écrire 222")).to_have_count(0)
    expect(cell).to_have_value("222")
    line.refresh_from_db()
    assert line.amount == Decimal(222)
