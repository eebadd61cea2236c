"""A holder on a telephone tells what an action became; the lead validates it, and an indicator has moved."""

import pytest

from actions.models import Action, FinancialStatement
from evaluation.enums import MeasurementState, Origin, ReportState
from evaluation.models import ActionReport, Indicator, Measurement
from tests.browser.site import NARROW

pytestmark = pytest.mark.django_db(transaction=True)
SESSIONS = "R6"
TOLD = "Des lectures chaque semaine dans six écoles."


def test_a_holder_files_a_report_and_an_indicator_moves(site):
    action = Action.objects.get(title__startswith="Ambassadeurs de la lecture", budget_year=2026)
    indicator = Indicator.objects.get(cite=action.cite, code=SESSIONS)
    measured = Measurement.objects.filter(indicator=indicator, place="", starts_on__year=2026)
    assert not measured.exists()

    holder = site.visitor("porteur", width=NARROW)
    page = holder.page
    holder.go(f"/evaluation/actions/{action.pk}/")
    page.get_by_role("button", name="Commencer le bilan final 2026").click()
    page.wait_for_url("**/saisie/")
    page.get_by_label("Personnes touchées, chacune comptée une fois", exact=True).fill("cent")
    page.get_by_label("Ce qui a été fait").fill(TOLD)
    page.get_by_text("Enregistré à").wait_for()
    assert not ActionReport.objects.get(action=action, kind="final").implementation.startswith("Des lectures")
    page.get_by_role("button", name="Enregistrer et déposer").click()
    assert page.locator("#erreur_n-persons-all").is_visible()
    assert page.get_by_label("Ce qui a été fait").input_value() == TOLD

    page.get_by_label("Personnes touchées, chacune comptée une fois", exact=True).fill("96")
    for chosen in page.get_by_label("Est-il atteint").all()[:-2]:
        chosen.select_option("reached")
    page.get_by_label("Valeur, en nombre").fill("38")
    assert not holder.take_faults() + holder.overflow() + holder.axe()
    page.get_by_role("button", name="Enregistrer et déposer").click()
    page.get_by_text("Le bilan est déposé").wait_for()
    report = ActionReport.objects.get(action=action, kind="final")
    assert report.state == ReportState.FILED
    assert FinancialStatement.objects.get(action=action, budget_year=2026).people_reached == 96

    lead = site.visitor("pilote")
    lead.go(f"/evaluation/bilans/{report.pk}/")
    lead.page.get_by_role("button", name="Valider le bilan").click()
    lead.page.get_by_text("Le bilan est validé").wait_for()

    row = measured.get()
    assert (row.value, row.state, row.origin) == (38, MeasurementState.VALIDATED, Origin.REPORT)
    lead.go(f"/evaluation/actions/{action.pk}/")
    assert lead.page.get_by_text("38 (2026)").is_visible()
    assert not lead.take_faults() + lead.overflow() + lead.axe()
