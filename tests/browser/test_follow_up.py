"""A referent between two appointments: three actions brought up to date on a telephone, four gestures each at most."""

import pytest

from actions.models import ProgressReport
from tests.browser.site import NARROW

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 4


class Thumb:
    """Counts what a person does with one finger."""

    def __init__(self, page):
        self.page, self.gestures = page, 0

    def tap(self, locator):
        locator.scroll_into_view_if_needed()
        locator.click()
        self.gestures += 1


def test_a_referent_updates_three_actions_in_four_gestures_each(site):
    visitor = site.visitor("referent", width=NARROW)
    thumb = Thumb(visitor.page)
    before = ProgressReport.objects.count()
    visitor.go("/")

    for rank in range(3):
        start = thumb.gestures
        if rank == 0:
            thumb.tap(visitor.page.get_by_role("link", name="Faire le point").first)
        else:
            thumb.tap(visitor.page.get_by_role("link", name="faire le point de"))
        thumb.tap(visitor.page.get_by_text("Se déroule comme prévu"))
        thumb.tap(visitor.page.get_by_role("button", name="Enregistrer le point d’étape"))
        visitor.page.wait_for_url("**/suivi/?fait=1")
        assert thumb.gestures - start <= MOST

    assert ProgressReport.objects.count() == before + 3
    assert not visitor.take_faults() + visitor.overflow() + visitor.axe()


def test_the_difficulty_is_asked_only_when_there_is_one(site):
    visitor = site.visitor("pilote", width=NARROW)
    visitor.go("/actions/")
    visitor.page.goto(visitor.page.get_by_role("link", name="Café des parents").first.get_attribute("href"))
    visitor.page.goto(visitor.page.get_by_role("link", name="Faire le point d’étape").first.get_attribute("href"))
    difficulty = visitor.page.get_by_label("Difficulté rencontrée")

    assert difficulty.is_hidden()
    visitor.page.get_by_text("Rencontre une difficulté").click()
    assert difficulty.is_visible()
