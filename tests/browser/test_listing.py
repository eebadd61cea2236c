"""Rows chosen, checked and done in the browser, with and without scripts; the timeline is a table too."""

import os
from pathlib import Path

import pytest

from actions.models import Action

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("SCREENSHOTS")


def shoot(visitor, name):
    if SHOTS:
        visitor.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_rows_are_chosen_checked_and_done(site, javascript):
    visitor = site.visitor("pilote", javascript=javascript)
    visitor.go("/actions/?exercice=2026")
    page = visitor.page
    for rank in (0, 1, 16):
        page.locator("input[name=choix]").nth(rank).check()
    if javascript:
        assert page.locator("[data-lot-compte]").inner_text() == "3 choisies"
    page.locator("#geste").select_option("thematiques")
    page.get_by_role("button", name="Vérifier").click()
    page.locator("input[name=themes]").first.check()
    shoot(visitor, "batch-ask")
    page.get_by_role("button", name="Vérifier").click()
    assert "3 choisies" in page.locator(".chapo").inner_text()
    shoot(visitor, "batch-check")
    assert not visitor.overflow()
    button = page.locator("button[name=faire]")
    if button.count():
        button.click()
        assert "3" in page.locator(".chapo").inner_text()
        shoot(visitor, "batch-result")
    assert not visitor.take_faults()


def test_the_first_run_left_its_themes(site):
    assert Action.objects.filter(themes__isnull=False).exists()


def test_the_columns_chosen_stay_in_the_address(site):
    visitor = site.visitor("pilote")
    visitor.go("/actions/")
    page = visitor.page
    page.get_by_text("Choisir les colonnes").click()
    page.get_by_label("Objectif").last.check()
    page.get_by_role("button", name="Afficher ces colonnes").click()
    assert page.get_by_role("columnheader", name="Objectif").count() == 1
    assert "colonnes=objective" in page.url
    page.get_by_role("navigation", name="Présentation").get_by_text("Frise").click()
    assert "colonnes=objective" in page.url
    shoot(visitor, "frise")
    assert page.locator("table.frise caption").count() == 1
    visitor.resize(390)
    assert not visitor.overflow()
    shoot(visitor, "frise-390")
