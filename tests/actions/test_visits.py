"""« 2 fiches modifiées depuis votre dernière visite »: on the home page and the plan, leading to the very list."""

import pytest
from django.urls import reverse

from actions import services
from partners.enums import Role
from tests.actions.factories import make_action
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PAGES = ("home", "actions:plan")
LINE = "fiche{s} modifiée{s} depuis votre dernière visite"


@pytest.fixture
def other(cite):
    return make_user(cite, Role.CO_LEAD)


@pytest.fixture
def changed(cite, lead, other):
    """Of three sheets that the lead had open, two that somebody else changed, and one of another year."""
    seen = [make_action(cite, title=title) for title in ("Une", "Deux", "Trois")]
    seen.append(make_action(cite, title="D’avant", budget_year=2025))
    for action in seen:
        services.mark_visit(action, user=lead)
    for action, actor in zip(seen, (other, other, lead, other), strict=True):
        services.update_action(action, actor=actor, version=action.version, summary="Changé")
    return seen[:2]


@pytest.mark.parametrize("name", PAGES)
def test_the_line_counts_what_the_list_shows(name, changed, lead, sign_in, text_of):
    client = sign_in(lead)

    page = client.get(reverse(name))

    assert f"2 {LINE.format(s='s')}" in text_of(page)
    url = page.context["news"]["url"]
    assert url in page.content.decode()
    assert list(client.get(url).context["listing"].queryset) == changed


@pytest.mark.parametrize("name", PAGES)
def test_a_sheet_opened_again_is_counted_no_more(name, changed, lead, sign_in, text_of):
    client = sign_in(lead)

    services.mark_visit(changed[0], user=lead)
    assert f"1 {LINE.format(s='')}" in text_of(client.get(reverse(name)))
    services.mark_visit(changed[1], user=lead)
    assert "depuis votre dernière visite" not in text_of(client.get(reverse(name)))


def test_the_referent_of_a_commune_has_it_and_a_pilot_who_is_told_no_freshness_has_not(cite, changed, other, sign_in):
    commune = cite.communes.first()
    referent = make_user(cite, Role.REFERENT, communes=[commune])
    pilot = make_user(cite, Role.PILOT)
    action = make_action(cite, communes=[commune])
    for user in (referent, pilot):
        services.mark_visit(action, user=user)
    services.update_action(action, actor=other, version=action.version, summary="Changé")

    assert sign_in(referent).get(reverse("home")).context["news"]["number"] == 1
    assert sign_in(pilot).get(reverse("home")).context["news"] is None
