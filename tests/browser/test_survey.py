"""A parent answers a questionnaire on a telephone, then hands the telephone to somebody else."""

import pytest
from playwright.sync_api import expect

from evaluation.forms.survey_answer import LEAST_SECONDS
from evaluation.models import Survey
from tests.browser.pages_evaluation_surveys import OPEN
from tests.browser.site import NARROW

# Creates the database; `site` fills it.
pytestmark = pytest.mark.django_db(transaction=True)
LISTENED, COMES, WOULD = "Au club, vous sentez-vous écouté", "Vous venez", "Que changeriez-vous"


@pytest.fixture
def survey(site):
    return Survey.objects.get(title=OPEN)


def wait_to_send(page):
    page.wait_for_timeout((LEAST_SECONDS + 2) * 1000)
    page.get_by_role("button", name="Envoyer mes réponses").click()


def test_without_script_one_answers_then_another_does(visit, survey):
    page = visit(None, width=NARROW, javascript=False).page
    page.goto(f"/q/{survey.token}/")
    page.get_by_role("group", name=LISTENED).get_by_text("Plutôt oui").click()
    page.get_by_label(WOULD).fill("Rien du tout")
    wait_to_send(page)
    expect(page.get_by_role("alert")).to_contain_text("Choisissez une réponse.")
    expect(page.get_by_label(WOULD)).to_have_value("Rien du tout")
    expect(page.get_by_role("group", name=LISTENED).get_by_label("Plutôt oui")).to_be_checked()

    page.get_by_role("group", name=COMES).get_by_text("De temps en temps").click()
    wait_to_send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Merci, vos réponses sont arrivées")
    assert survey.responses.count() == 1
    page.get_by_role("link", name="Nouvelle réponse").click()
    expect(page.get_by_label(WOULD)).to_have_value("")
    assert not page.context.cookies()


def test_what_is_missing_is_told_to_everybody(visit, survey):
    visitor = visit(None, width=NARROW)
    visitor.go(f"/q/{survey.token}/")
    wait_to_send(visitor.page)
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    assert not [*visitor.axe(), *visitor.overflow(), *visitor.doubles()]
    visitor.page.get_by_role("link", name=LISTENED).click()
    expect(visitor.page.get_by_role("group", name=LISTENED).get_by_label("Pas du tout")).to_be_focused()
    visitor.take_faults()  # the browser reports the answer itself, 422, which is the one expected
