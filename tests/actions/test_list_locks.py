"""Two people on one row of a list of the Cité, a criterion or a piece: neither text is lost."""

import pytest
from django.urls import reverse

from actions.models import ContractTheme, Criterion, ExpectedPiece, Scheme, Theme
from partners.enums import Role
from tests.actions.factories import make_call
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def theme(cite):
    return "actions:theme_update", Theme.objects.create(cite=cite, label="Santé")


def contract_theme(cite):
    return "actions:contract_theme_update", ContractTheme.objects.create(cite=cite, label="Santé")


def scheme(cite):
    return "actions:scheme_update", Scheme.objects.create(cite=cite, label="Santé")


def criterion(cite):
    return "actions:criterion_update", Criterion.objects.create(call=make_call(cite), label="Santé", order=1)


def piece(cite):
    return "actions:expected_update", ExpectedPiece.objects.create(call=make_call(cite), label="Santé", order=1)


ROWS = [theme, contract_theme, scheme, criterion, piece]


@pytest.fixture(params=ROWS, ids=lambda make: make.__name__)
def row(request, cite):
    return request.param(cite)


def test_the_second_writer_sees_both_versions_and_may_keep_hers(row, cite, client, lead, text_of):
    name, item = row
    url = reverse(name, args=[item.pk])
    first, second = make_user(cite, Role.CO_LEAD), lead
    client.force_login(first)
    assert client.post(url, {"label": "Santé et sommeil", "order": 1, "version": 1}).status_code == 302
    client.force_login(second)

    answer = client.post(url, {"label": "Bien-être", "order": 1, "version": 1})

    page = text_of(answer)
    assert answer.status_code == 409
    assert f"{first} a enregistré une autre version" in page
    assert "Bien-être" in page
    assert "Santé et sommeil" in page
    item.refresh_from_db()
    assert (item.label, item.version) == ("Santé et sommeil", 2)
    again = answer.context["form"]
    assert again["version"].value() == 2
    assert client.post(url, {"label": "Bien-être", "order": 1, "version": 2}).status_code == 302
    item.refresh_from_db()
    assert (item.label, item.version) == ("Bien-être", 3)


def test_the_form_carries_the_version_that_was_read(row, client, lead):
    name, item = row
    client.force_login(lead)

    page = client.get(reverse(name, args=[item.pk])).content.decode()

    assert 'name="version" value="1"' in page
