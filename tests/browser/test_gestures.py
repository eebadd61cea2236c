"""What the pages promise to those who have no script, no mouse or no desk."""

import re

import pytest
from playwright.sync_api import expect

from cite_educative.home.demo.accounts import PASSWORD
from governance.models import Attendance
from tests.browser.demonstration import Demonstration
from tests.browser.site import NARROW, WIDE

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


# --- With the mouse -----------------------------------------------------------------------------------


def test_presences_ticked_before_the_first_answer_are_shown_as_they_are_recorded(visit, demo):
    page = visit("pilote").page
    page.goto(f"/gouvernance/reunions/{demo.open.pk}/seance/")
    buttons = page.locator("#presences button.coche")
    before = [button.get_attribute("aria-pressed") for button in buttons.all()]
    assert set(before) == {"true", "false"}
    page.evaluate("document.querySelectorAll('#presences button.coche').forEach(button => button.click())")

    for rank, pressed in enumerate(before):
        expect(buttons.nth(rank)).to_have_attribute("aria-pressed", "false" if pressed == "true" else "true")
    assert Attendance.objects.filter(meeting=demo.open, presence="excused").count() == before.count("true")


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


# --- On the wall --------------------------------------------------------------------------------------


def test_the_wall_follows_the_secretary(visit, demo):
    visitor = visit("pilote")
    wall, live = visitor.page, visitor.context.new_page()
    wall.goto(f"/gouvernance/reunions/{demo.open.pk}/projection/")
    expect(wall.get_by_role("heading", name="Ordre du jour")).to_be_visible()
    item = demo.open.items.all()[1]
    live.goto(f"/gouvernance/reunions/{demo.open.pk}/seance/?point={item.pk}")
    live.get_by_role("button", name="Mettre ce point en discussion").click()
    expect(live.get_by_text("Point en discussion")).to_be_visible()

    expect(wall.get_by_role("heading", level=1)).to_have_text(item.title)
    assert visitor.take_faults() == []


# --- Without network ----------------------------------------------------------------------------------


def come_back(visitor):
    """As after a browser closed on the spot: a new page, the network there again."""
    visitor.page.close()
    visitor.context.set_offline(False)
    visitor.page = visitor.context.new_page()
    return visitor.page


def test_what_is_typed_in_a_meeting_survives_a_dropped_network(visit, demo):
    visitor = visit("pilote")
    page, point = visitor.page, f"/gouvernance/reunions/{demo.open.pk}/seance/?point={demo.open.items.last().pk}"
    page.goto(point)
    said, status = page.locator("textarea[name=discussion]"), page.locator("#information [data-autosave-status]")
    said.fill("Avant la coupure.")
    expect(status).to_contain_text(re.compile(r"Enregistré à \d\d:\d\d"))
    visitor.context.set_offline(True)
    said.fill("Pendant la coupure.")
    said.press("Tab")
    expect(status).to_contain_text("Hors connexion, gardé dans ce navigateur")

    page = come_back(visitor)
    page.goto(point)
    said, status = page.locator("textarea[name=discussion]"), page.locator("#information [data-autosave-status]")
    expect(said).to_have_value(re.compile("Avant la coupure"))
    page.get_by_role("button", name="Restaurer ce que vous aviez tapé").click()
    expect(said).to_have_value("Pendant la coupure.")
    expect(status).to_contain_text("Enregistré à")
    page.goto(point)
    expect(page.locator("textarea[name=discussion]")).to_have_value(re.compile("Pendant la coupure"))
    expect(page.locator(".brouillon")).to_have_count(0)


def test_a_decision_being_written_is_kept_until_saved_and_forgotten_on_sign_out(visit, demo):
    visitor = visit("pilote")
    page = visitor.page
    form = f"/gouvernance/reunions/{demo.open.pk}/seance/?point={demo.open.items.last().pk}&decision=nouvelle"
    page.goto(form)
    page.get_by_label("Texte de la décision").fill("La Troïka attend janvier.")
    expect(page.locator("#decision [data-autosave-status]")).to_contain_text("gardé dans ce navigateur")

    page = come_back(visitor)
    page.goto(form)
    page.get_by_role("button", name="Restaurer ce que vous aviez tapé").click()
    expect(page.get_by_label("Texte de la décision")).to_have_value("La Troïka attend janvier.")
    page.get_by_role("button", name="Enregistrer la décision").click()
    expect(page.locator("#decisions")).to_contain_text("La Troïka attend janvier.")
    page.goto(form)
    expect(page.locator(".brouillon")).to_have_count(0)

    page.get_by_label("Texte de la décision").fill("Jamais envoyé.")
    expect(page.locator("#decision [data-autosave-status]")).to_contain_text("gardé dans ce navigateur")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_text("Mme Claire Vandewalle").first.click()
    page.get_by_role("button", name="Me déconnecter").first.click()
    expect(page.get_by_role("button", name="Se connecter")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('brouillon:'))") == []


# --- A letter read again --------------------------------------------------------------------------------


def test_a_convocation_is_read_again_then_sent_once(visit, demo, screenshots):
    visitor = visit("pilote")
    page = visitor.page
    page.goto(f"/gouvernance/reunions/{demo.planned.pk}/")
    page.get_by_role("link", name="Préparer la convocation").click()
    page.get_by_role("button", name="Relire avant d’envoyer").click()
    expect(page.get_by_role("region", name="Lettre de convocation")).to_contain_text("principal chef de file")
    faults = []
    for width in (NARROW, WIDE):
        visitor.resize(width)
        if screenshots:
            page.screenshot(path=screenshots / f"convocation-preview-{width}.png", full_page=True)
        faults += [*visitor.overflow(), *visitor.axe()]
    assert not faults

    page.get_by_role("button", name=re.compile("Envoyer à")).click()
    expect(page.get_by_role("main")).to_contain_text("Convoquée")
    page.get_by_text("Réponses, personne par personne").click()
    if screenshots:
        page.screenshot(path=screenshots / "convocation-sent.png", full_page=True)
    expect(page.get_by_role("link", name="Relancer qui n’a pas répondu")).to_be_visible()
