"""The order of an agenda changed by mouse and by keyboard, on the page of the meeting."""

import pytest
from playwright.sync_api import expect

from tests.browser.demonstration import Demonstration

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def demo(site):
    return Demonstration()


def test_a_point_is_dragged_by_its_handle(site, demo):
    page = site.visitor("pilote").page
    page.set_viewport_size({"width": 1440, "height": 2400})
    page.goto(f"/gouvernance/reunions/{demo.planned.pk}/")
    first, second, *rest = demo.planned.items.all()
    start = page.locator(f"#point-{first.pk} [data-order-handle]").bounding_box()
    end = page.locator(f"#point-{second.pk}").bounding_box()

    page.mouse.move(start["x"] + 7, start["y"] + 11)
    page.mouse.down()
    page.mouse.move(start["x"] + 20, start["y"] + 20, steps=3)
    page.mouse.move(end["x"] + 300, end["y"] + end["height"] - 4, steps=6)
    page.mouse.up()

    expect(page.locator("[data-order-said]")).to_contain_text("est maintenant au rang 2")
    assert list(demo.planned.items.all()) == [second, first, *rest]
    page.get_by_role("button", name="Monter le point 2").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-order-said]")).to_contain_text("est maintenant au rang 1")
    # It cannot go up any more: the focus stays on its row.
    expect(page.get_by_role("button", name="Descendre le point 1")).to_be_focused()
    assert list(demo.planned.items.all()) == [first, second, *rest]
