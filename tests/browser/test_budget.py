"""The budget while it is typed: sums that follow, arrows, and the same gestures without scripts."""

import pytest
from playwright.sync_api import expect

from actions.finances.budget import unbalanced_budgets
from tests.browser.demonstration import Demonstration

# Creates the database; `site` fills it.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def demo(site):
    return Demonstration()


def address(demo):
    return f"/actions/{next(unbalanced_budgets(demo.actions)).action.pk}/budget/"


def test_the_sums_follow_what_is_typed(visit, demo):
    page = visit("pilote").page
    page.goto(address(demo))
    balance = page.locator("[data-equilibre]")
    expect(balance).to_contain_text("il manque 1\u00a0300,00\u00a0€ de produits")

    page.locator("#id_m-756-0").fill("1 300")
    page.locator("#id_m-875-0").fill("3 000")

    expect(balance).to_have_text("Le budget est équilibré.")
    expect(page.locator('[data-total="income"]')).to_have_text("21\u00a0200,00\u00a0€")
    expect(page.locator('[data-total-nature="income"]')).to_have_text("24\u00a0200,00\u00a0€")
    expect(page.locator('[data-sous-total="75"]')).to_have_text("1\u00a0300,00\u00a0€")


def test_the_arrows_go_from_one_amount_to_the_next(visit, demo):
    page = visit("pilote").page
    page.goto(address(demo))
    page.locator("#id_m-604-0").focus()

    page.keyboard.press("ArrowDown")

    expect(page.locator("#id_m-601-0")).to_be_focused()


def test_without_script_a_table_is_pasted_read_again_and_saved(visit, demo):
    page = visit("pilote", javascript=False).page
    page.goto(address(demo))
    page.get_by_text("Coller un tableau").click()
    page.get_by_label("Tableau copié").fill("756 Cotisations\t1\u202f300,00\nLicorne\t4")
    page.get_by_role("button", name="Lire le tableau collé").click()

    expect(page.get_by_text("1 ligne reconnue")).to_be_visible()
    expect(page.get_by_text("Ligne 2, «\u00a0Licorne | 4\u00a0»")).to_be_visible()
    page.locator("#id_m-756-0").fill("1250")
    page.get_by_role("button", name="Enregistrer le budget").last.click()

    expect(page.get_by_text("Le budget 2026 est enregistré")).to_be_visible()
    expect(page.locator("#id_m-756-0")).to_have_value("1\u00a0250,00")
