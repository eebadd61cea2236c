"""The computed figures of the demonstration say what the pages of finance and governance print."""

import pytest
from django.test import Client
from django.urls import reverse

from cite_educative.common.money import short_euros
from cite_educative.home.demo.accounts import DOMAIN
from evaluation.computed import COMPUTATIONS, compute
from evaluation.enums import Frequency
from evaluation.periods import periods_of_year
from partners.models import Cite, User

pytestmark = pytest.mark.django_db(transaction=True)

YEAR = 2026


@pytest.fixture
def cite(site):
    return Cite.objects.get(slug="dunkerque")


@pytest.fixture
def lead(site):
    client = Client()
    client.force_login(User.objects.get(email=f"pilote@{DOMAIN}"), backend="partners.backends.AccountBackend")
    return client


def figure(key, cite):
    return compute(key, cite, periods_of_year(Frequency.CIVIL_YEAR, YEAR)[0])


def test_finance_pages_print_the_same_amounts(cite, lead):
    envelopes = lead.get(reverse("actions:finances")).context
    printed = [cell["text"] for cell in envelopes["totals"]["cells"]]
    assert short_euros(figure("local_share", cite).denominator) in printed
    assert short_euros(figure("leverage", cite).numerator + figure("leverage", cite).denominator) in printed
    consumption = lead.get(reverse("actions:consumption")).getvalue().decode()
    assert short_euros(figure("payment_rate", cite).numerator) in consumption
    assert short_euros(figure("payment_rate", cite).denominator) in consumption


def test_the_state_is_as_its_lines_say(cite, lead):
    lines = lead.get(reverse("actions:finances")).context["lines"]
    notified = {line["source"].label: line["notified"] for line in lines}
    rows = figure("review.f1", cite).rows
    assert rows
    for label, amount in rows:
        assert amount.replace(",00\u00a0€", "\u00a0€").replace("non connu", "–") == notified[label]


def test_lists_have_as_many_rows(cite, lead):
    held = lead.get(reverse("governance:meetings"), {"annee": YEAR, "etat": "tenues"}).context["listing"]
    assert figure("meetings_held", cite).numerator == held.count > 0


def test_every_figure_of_the_demonstration_has_its_page(cite, lead):
    for key in COMPUTATIONS:
        response = lead.get(reverse("evaluation:computed", args=[key]))
        assert response.status_code == 200, key
        assert figure(key, cite).told, key


def test_every_list_behind_a_figure_opens(cite, lead):
    for key in COMPUTATIONS:
        url = figure(key, cite).url
        assert lead.get(url).status_code == 200, (key, url)
