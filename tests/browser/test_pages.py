"""Every page, at the width of a desk and of a phone: it answers, in silence, within the window, and axe finds nothing.

The pictures that `SCREENSHOTS=folder` asks for are taken here.
"""

from decimal import Decimal

import pytest

from actions.models import Agreement, Funding
from tests.browser.demonstration import Demonstration
from tests.browser.pages import NOT_PAGES, PAGES
from tests.browser.site import NARROW, WIDE
from tests.test_access_matrix import url_names

# Creates the database; `site` fills it.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def demo(site):
    return Demonstration()


@pytest.fixture(scope="module")
def visitors(site):
    """login → its only visitor, who keeps styles and fonts from page to page."""
    return {}


def test_every_page_is_visited():
    missing = sorted(set(url_names()) - {page.name for page in PAGES} - NOT_PAGES)

    assert not missing, f"Add to tests/browser/pages.py: {', '.join(missing)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.label)
def test_page_is_sound_at_both_widths(site, demo, visitors, screenshots, page):
    visitor = visitors.get(page.login) or visitors.setdefault(page.login, site.visitor(page.login))
    visitor.take_faults()
    path = page.path(demo)
    faults = []
    for width in (WIDE, NARROW):
        visitor.resize(width)
        if width == WIDE:
            assert visitor.go(path) == page.status
            if page.status >= 400:
                visitor.take_faults()  # the browser reports the answer itself, which is the one expected
        if screenshots:
            visitor.page.screenshot(path=screenshots / f"{page.label}-{width}.png", full_page=True)
        faults += [f"{width}px {fault}" for fault in [*visitor.overflow(), *visitor.axe()]]

    faults += visitor.doubles()
    assert not faults + visitor.take_faults(), "\n".join([path, *faults])


def test_public_tables_are_followed_to_their_statements(site):
    """What each source publishes, to the cent: 106 200 € and 47 200 € in Montpellier, the votes of Paris."""

    def sums(slug):
        found = Funding.objects.filter(source__cite__slug=slug).sums()
        return {step: amount for step, amount in found.items() if amount is not None}

    published = Decimal(106_200) + Decimal(47_200)
    asked = sums("montpellier").pop("requested")
    assert asked >= published
    steps = ("proposed", "programmed", "granted", "paid", "justified")
    assert {step: sums("montpellier")[step] for step in steps} == dict.fromkeys(steps, published)
    paris = sums("paris")
    assert paris["granted"] == paris["paid"] == Decimal(545_930)
    assert Agreement.objects.filter(cite__slug="montpellier", state="signed").count() == 3
