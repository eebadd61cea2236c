"""The grid of figures: arrows, a block of cells pasted where the cursor is, and the same without scripts."""

import pytest
from playwright.sync_api import expect

from evaluation.models import Indicator
from tests.browser.demonstration import Demonstration

# Creates the database; `site` fills it.
pytestmark = pytest.mark.django_db(transaction=True)

PASTE = """(cell, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def demo(site):
    return Demonstration()


def address(demo):
    indicator = Indicator.objects.get(cite=demo.cite, code="R8F")
    return f"/evaluation/mesures/?annee=2026&par=commune&indicateur={indicator.pk}"


def test_a_block_of_cells_is_pasted_where_the_cursor_is(visit, demo):
    page = visit("pilote").page
    page.goto(address(demo))
    first, second = (page.locator("input.chiffre").nth(rank) for rank in range(2))
    first.focus()

    first.evaluate(PASTE, "12\testimé\tfeuilles de présence\n7")

    expect(first).to_have_value("12")
    expect(second).to_have_value("7")
    expect(page.locator("tbody tr").first.locator("select")).to_have_value("estimated")
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()


def test_without_script_a_table_is_pasted_read_again_and_saved(visit, demo):
    page = visit("pilote", javascript=False).page
    page.goto(address(demo))
    page.get_by_text("Coller un tableau").click()
    page.get_by_label("Tableau copié").fill("Dunkerque\tbeaucoup\nGrande-Synthe\t18\nLille\t4")
    page.get_by_role("button", name="Lire le tableau collé").click()

    expect(page.get_by_text("Ligne 3, «\u00a0Lille | 4\u00a0»")).to_be_visible()
    expect(page.get_by_text("«\u00a0beaucoup\u00a0» n’est pas un nombre").last).to_be_visible()
    page.get_by_label("Dunkerque, valeur").fill("1 204")
    page.get_by_role("button", name="Enregistrer les chiffres").last.click()

    expect(page.get_by_text("2 chiffres sont enregistrés")).to_be_visible()
    expect(page.get_by_label("Dunkerque, valeur")).to_have_value("1\u00a0204")
