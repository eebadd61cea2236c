"""A holder on a telephone: fills a sheet section by section, files it, gets it back with two remarks, files it again."""

import pytest

from actions.enums import ActionStatus
from actions.models import Action, ActionComment
from actions.services import send_back
from cite_educative.home.demo.accounts import DOMAIN
from partners.models import User
from tests.browser.site import NARROW

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Contes du mercredi"


def test_a_holder_files_is_sent_back_and_files_again(site):
    visitor = site.visitor("porteur", width=NARROW)
    page = visitor.page
    lead = User.objects.get(email=f"pilote@{DOMAIN}")
    model = Action.objects.get(title__startswith="Ambassadeurs de la lecture", budget_year=2026)

    visitor.go("/actions/nouvelle/")
    page.get_by_label("Intitulé").fill(TITLE)
    page.get_by_label("Porteur").select_option(label="Les Mots Passeurs")
    page.get_by_role("button", name="Créer").or_(page.locator("main button.btn-primary")).first.click()
    action = Action.objects.get(title=TITLE)
    visitor.go(f"/actions/{action.pk}/modifier/public/")
    page.get_by_label("Public", exact=True).fill("30 enfants de 6 à 11 ans")
    page.get_by_text("Enregistré à").wait_for()
    page.get_by_role("button", name="Enregistrer la rubrique").last.click()
    visitor.go(f"/actions/{action.pk}/modifier/plan/")
    page.get_by_label("Objectif", exact=True).select_option(str(model.objective_id))
    page.get_by_role("button", name="Enregistrer la rubrique").last.click()
    visitor.go(f"/actions/{action.pk}/modifier/territory/")
    page.get_by_label("Grande-Synthe", exact=True).check()
    page.get_by_role("button", name="Enregistrer la rubrique").last.click()
    visitor.go(f"/actions/{action.pk}/modifier/calendar/")
    page.get_by_label("Début").fill("2026-12-02")
    page.get_by_label("Fin").fill("2026-12-30")
    page.get_by_role("button", name="Enregistrer la rubrique").last.click()
    visitor.go(f"/actions/{action.pk}/financement/saisir/")
    page.locator("#id_source").select_option(index=1)
    page.locator("#id_step").select_option("requested")
    page.locator("#id_amount").fill("1 500")
    page.locator("main button.btn-primary").last.click()
    visitor.go(f"/actions/{action.pk}/")
    page.get_by_role("button", name="Déposer l’action").click()
    action.refresh_from_db()
    assert action.status == ActionStatus.SUBMITTED, page.inner_text("main")[:500]

    remarks = [
        ("public", "audience", "Combien de filles ?"),
        ("calendar", "starts_on", "Pourquoi décembre seulement ?"),
    ]
    send_back(action, actor=lead, comments=remarks, due_on=None, recipients=[], subject="", body="")
    visitor.go(f"/actions/{action.pk}/modifier/public/")
    assert page.locator("#remarques-audience").get_by_text("Combien de filles").is_visible()
    page.get_by_label("Public", exact=True).fill("30 enfants de 6 à 11 ans, dont 15 filles")
    page.get_by_role("button", name="Enregistrer la rubrique").last.click()
    for _ in remarks:
        visitor.go(f"/actions/{action.pk}/commentaires/")
        page.get_by_text("Répondre").first.click()
        page.get_by_label("Votre réponse").first.fill("C’est corrigé.")
        page.get_by_role("button", name="Répondre").first.click()
        page.get_by_role("button", name="Marquer comme corrigé").first.click()
    assert not ActionComment.objects.filter(action=action).open().exists()
    visitor.go(f"/actions/{action.pk}/")
    page.get_by_role("button", name="Déposer l’action").click()

    action.refresh_from_db()
    assert action.status == ActionStatus.SUBMITTED
    assert not visitor.take_faults() + visitor.overflow() + visitor.axe()
