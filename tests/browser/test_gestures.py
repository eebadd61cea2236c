"""What the pages promise to those who have no script, no mouse or no desk."""

import re

import pytest
from playwright.sync_api import expect

from cite_educative.home.demo.accounts import PASSWORD
from tests.browser.demonstration import Demonstration
from tests.browser.site import NARROW

# Creates the database; `site` fills it.
pytestmark = pytest.mark.django_db(transaction=True)

ACTION = "Ambassadeurs de la lecture, de la crèche au CM2"


@pytest.fixture(scope="module")
def demo(site):
    return Demonstration()


# --- Without JavaScript -------------------------------------------------------------------------------


@pytest.fixture
def plain(visit):
    """The page of the lead, in a browser that runs no script."""
    return visit("pilote", javascript=False).page


def test_without_script_one_signs_in_and_out(visit):
    page = visit(None, javascript=False).page
    page.goto("/")
    page.get_by_label("Courriel").fill("pilote@demo.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce qui m’attend")

    page.get_by_text("Mme Claire Vandewalle").first.click()
    page.get_by_role("button", name="Me déconnecter").first.click()
    expect(page).not_to_have_title(re.compile("Ce qui m’attend"))


def test_without_script_the_list_is_filtered_and_says_its_sums(plain):
    plain.goto("/actions/")
    plain.get_by_role("form", name="Filtrer la liste").get_by_label("Territoire").select_option(label="Grande-Synthe")
    plain.get_by_role("button", name="Filtrer").click()

    expect(plain.locator(".jeton")).to_contain_text(["Territoire"])
    expect(plain.get_by_role("link", name=ACTION)).to_be_visible()
    expect(plain.get_by_role("link", name="Escalade et confiance en soi au collège")).to_have_count(0)
    expect(plain.locator(".bilan-ligne")).to_contain_text("Demandé")


def test_without_script_an_amount_is_entered(plain, demo):
    plain.goto(f"/actions/{demo.action.pk}/financement/saisir/")
    plain.get_by_label("Financeur").select_option(label="CAF du Nord")
    plain.locator("select[name=step]").select_option(label="Versé")
    plain.get_by_label("Somme en euros").fill("1 234,50")
    plain.get_by_role("button", name="Enregistrer le montant").click()

    expect(plain.get_by_role("main")).to_contain_text("1\N{NO-BREAK SPACE}234,50\N{NO-BREAK SPACE}€")


def test_without_script_a_meeting_is_held(plain, demo):
    plain.goto(f"/gouvernance/reunions/{demo.open.pk}/seance/?point={demo.open.items.last().pk}")
    plain.locator("textarea[name=discussion]").fill("Le calendrier est retenu par tous.")
    plain.get_by_role("button", name="Enregistrer ce qui a été dit").click()
    expect(plain.locator("textarea[name=discussion]")).to_have_value(re.compile("retenu par tous"))

    before = int(plain.locator("#presents [role=status]").inner_text().split()[0])
    plain.locator("button.coche.vide").first.click()
    expect(plain.locator("#presents [role=status]")).to_contain_text(f"{before + 1} sur")

    plain.get_by_role("link", name=re.compile("Quatre actions de la seconde vague")).click()
    plain.get_by_label("Texte de la décision").fill("La Troïka programme quatre actions.")
    plain.get_by_role("button", name="Recalculer les restes").click()
    plain.get_by_role("button", name="Enregistrer la décision").click()
    expect(plain.locator("#decisions")).to_contain_text("La Troïka programme quatre actions.")


# --- With the keyboard --------------------------------------------------------------------------------


def test_the_first_tab_leads_over_the_frame(visit):
    page = visit("pilote").page
    page.goto("/actions/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#contenu")).to_be_focused()


def test_a_slash_goes_to_the_search_but_not_while_typing(visit):
    page = visit("pilote").page
    page.goto("/actions/")
    search = page.locator("[data-search]")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("a/b")
    expect(search).to_have_value("a/b")


def test_errors_are_summed_up_under_the_eyes_and_lead_to_their_fields(visit, demo):
    page = visit("pilote").page
    page.goto(f"/actions/{demo.action.pk}/financement/saisir/")
    page.get_by_label("Somme en euros").fill("n.c.")
    page.get_by_role("button", name="Enregistrer le montant").click()

    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(page.get_by_label("Somme en euros")).to_have_value("n.c.")
    summary.get_by_role("link").first.press("Enter")
    expect(page.get_by_label("Financeur")).to_be_focused()


def test_escape_closes_the_menu_of_the_account(visit):
    page = visit("pilote").page
    page.goto("/")
    menu = page.locator("details.compte")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


# --- On a phone ---------------------------------------------------------------------------------------


def test_on_a_phone_a_referent_opens_an_action_of_the_commune(visit):
    visitor = visit("referent", width=NARROW)
    page = visitor.page
    page.goto("/")
    page.get_by_text("Menu").click()
    page.locator(".menu-panneau").get_by_role("link", name="Plan d’actions").click()
    page.get_by_role("form", name="Filtrer la liste").get_by_label("Territoire").select_option(label="Grande-Synthe")
    page.get_by_role("button", name="Filtrer").click()
    page.get_by_role("link", name=ACTION).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ACTION)

    page.get_by_role("link", name="Financement").click()
    expect(page.get_by_role("main")).to_contain_text("20\N{NO-BREAK SPACE}000,00\N{NO-BREAK SPACE}€")
    assert visitor.overflow() + visitor.take_faults() == []


def test_on_a_phone_the_menu_closes_with_escape(visit):
    page = visit("referent", width=NARROW).page
    page.goto("/")
    menu = page.locator("details.menu")
    page.get_by_text("Menu").click()
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
