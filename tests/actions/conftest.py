import pytest
from django.utils import timezone

from tests.actions.factories import YEAR
from tests.factories import make_cite, make_commune, make_lead


@pytest.fixture
def cite():
    return make_cite(communes=[make_commune("Dunkerque"), make_commune("Grande-Synthe")])


@pytest.fixture
def lead(cite):
    return make_lead(cite)


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
        content = b"".join(response.streaming_content) if response.streaming else response.content
        return content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")

    return read


@pytest.fixture
def today():
    return timezone.localdate()
