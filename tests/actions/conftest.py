from importlib import import_module

import pytest
from django.utils import timezone

YEAR = 2026


@pytest.fixture
def builders(db):
    """The common factories: they import models, which are not ready when this file is read."""
    return import_module("tests.factories")


@pytest.fixture
def cite(builders):
    return builders.make_cite(communes=[builders.make_commune("Dunkerque"), builders.make_commune("Grande-Synthe")])


@pytest.fixture
def lead(builders, cite):
    return builders.make_lead(cite)


@pytest.fixture
def sign_in(client):
    """Signs in and looks at the year of the factories; gives the client."""

    def sign(user):
        client.force_login(user)
        session = client.session
        session["year"] = YEAR
        session.save()
        return client

    return sign


@pytest.fixture
def text_of():
    """The text of a response with plain spaces, to look for amounts in."""

    def read(response):
        return response.getvalue().decode().replace("\u00a0", " ").replace("&nbsp;", " ")

    return read


@pytest.fixture
def today():
    return timezone.localdate()
