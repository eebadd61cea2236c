"""The order of the strategy changed by mouse, by keyboard and without script; a section saved while it is typed."""

import re

import pytest
from playwright.sync_api import expect

from actions.enums import LabelCriterion
from actions.models import Axis, Objective
from tests.browser.demonstration import Demonstration

pytestmark = pytest.mark.django_db(transaction=True)
SCHOOL, CONTINUITY = "Conforter le rôle de l’école", "Promouvoir la continuité éducative"


@pytest.fixture(scope="module")
def demo(site):
    return Demonstration()


def objectives(label):
    return list(Objective.objects.filter(axis__label=label, axis__programme__versions__isnull=False).distinct())


def test_an_arrow_moves_keeps_the_focus_and_says_so(site, demo):
    page = site.visitor("pilote").page
    page.goto("/plan/")
    first, second, *_ = objectives(SCHOOL)

    page.get_by_role("button", name=f"Monter l’objectif {second.label}").focus()
    page.keyboard.press("Enter")

    expect(page.locator("[data-order-said]")).to_contain_text("est le 1er sur")
    # It cannot go up any more: the focus stays on its row.
    expect(page.get_by_role("button", name=f"Descendre l’objectif {second.label}")).to_be_focused()
    assert objectives(SCHOOL)[:2] == [second, first]
    page.keyboard.press("Enter")
    expect(page.locator("[data-order-said]")).to_contain_text("est le 2e sur")
    assert objectives(SCHOOL)[:2] == [first, second]


def drag(page, moved, goal, *, lower):
    """By its handle, to the upper or the lower half of another row."""
    start = page.locator(f"#objectif-{moved.pk} [data-order-handle]").bounding_box()
    end = page.locator(f"#objectif-{goal.pk}").bounding_box()
    page.mouse.move(start["x"] + 7, start["y"] + 11)
    page.mouse.down()
    page.mouse.move(start["x"] + 20, start["y"] + 20, steps=3)
    page.mouse.move(end["x"] + 400, end["y"] + (end["height"] - 4 if lower else 4), steps=6)
    page.mouse.up()


def test_an_objective_is_dragged_to_another_axis(site, demo):
    page = site.visitor("pilote").page
    page.set_viewport_size({"width": 1440, "height": 2400})
    page.goto("/plan/")
    moved, goal = objectives(SCHOOL)[-1], objectives(CONTINUITY)[0]
    number = moved.actions.count()

    drag(page, moved, goal, lower=False)

    expect(page.locator("[data-order-said]")).to_contain_text("Ses actions l’ont suivi")
    moved.refresh_from_db()
    assert (moved.axis.label, moved.order) == (CONTINUITY, 1)
    assert moved.actions.filter(axis=moved.axis).count() == number > 0
    drag(page, moved, objectives(SCHOOL)[-1], lower=True)
    expect(page.locator("[data-order-said]")).to_contain_text(SCHOOL)
    assert objectives(SCHOOL)[-1] == moved


def test_a_stale_tab_is_told_and_shows_the_order_as_it_is(site, demo):
    visitor = site.visitor("pilote")
    page = visitor.page
    page.goto("/plan/")
    _, second, *_ = objectives(SCHOOL)
    other = Axis.objects.get(pk=second.axis_id).objectives.create(label="Ajouté entre-temps", order=99)

    page.get_by_role("button", name=f"Monter l’objectif {second.label}").click()

    expect(page.get_by_role("alert")).to_contain_text("rien n’a été déplacé")
    expect(page.get_by_role("link", name="Ajouté entre-temps")).to_be_visible()
    other.delete()


def test_without_script_the_arrows_work(visit, demo):
    page = visit("pilote", javascript=False).page
    page.goto("/plan/")
    first, second, *_ = objectives(CONTINUITY)

    page.get_by_role("button", name=f"Descendre l’objectif {first.label}").click()

    expect(page.get_by_role("status").filter(has_text="est le 2e sur")).to_be_visible()
    expect(page).to_have_url(re.compile(f"#objectif-{first.pk}$"))
    assert objectives(CONTINUITY)[:2] == [second, first]
    page.get_by_role("button", name=f"Monter l’objectif {first.label}").click()
    assert objectives(CONTINUITY)[:2] == [first, second]


def test_a_section_is_saved_while_it_is_typed(site, demo):
    page = site.visitor("pilote").page
    programme = demo.axis.programme
    page.goto(f"/plan/programmes/{programme.pk}/dossier/{LabelCriterion.IDENTITY}/")

    page.get_by_label("Texte de la section").fill("Une Cité tournée vers la mer.")

    expect(page.locator("[data-autosave-status]")).to_contain_text("Enregistré à", timeout=8000)
    assert programme.sections.get(key=LabelCriterion.IDENTITY).body == "Une Cité tournée vers la mer."
