"""The plans of two real cities, imported from open data, in every view: what their tables do not say is counted."""

import pytest
from django.urls import reverse

from actions.models import Action
from cite_educative.home.demo.others import open_other_cites
from partners.models import Cite
from tests.factories import make_user

pytestmark = pytest.mark.django_db
VIEWS = ("list", "cards", "timeline", "territory")


@pytest.fixture
def reader(client):
    """Opens a view of the plan of a city, for the year of its table."""
    user = make_user()
    open_other_cites(user)
    client.force_login(user)

    def read(slug, year, name, **query):
        session = client.session
        session["cite"], session["year"] = Cite.objects.get(slug=slug).pk, year
        session.save()
        return client.get(reverse(f"actions:{name}"), query)

    return read


def test_the_plan_of_a_real_city_is_shown_in_every_view(reader):
    for slug, year in (("paris", 2025), ("montpellier", 2014)):
        actions = Action.objects.filter(cite__slug=slug, budget_year=year)
        number, title = actions.count(), actions.order_by("code").first().title
        undated = actions.filter(starts_on=None, ends_on=None).count()
        nowhere = actions.filter(communes=None, scope="communal").count()
        assert number > 30

        for name in VIEWS:
            response = reader(slug, year, name)
            assert response.status_code == 200, (slug, name)
            assert response.context["listing"].count == number
            if name != "timeline":
                assert title.split("'")[0] in response.content.decode().replace("&#x27;", "'")
        drawn = reader(slug, year, "timeline").context["drawn"]
        assert drawn["counts"]["undated"] == undated > 0
        assert drawn["groups"][-1]["label"] == "Sans date"
        assert sum(len(group["rows"]) for group in drawn["groups"]) == min(number, 60)
        places = {row["label"]: row["count"] for row in reader(slug, year, "territory").context["tables"][0]["rows"]}
        assert places["Territoire inconnu"] == nowhere > 0
        assert reader(slug, year, "list", dates="sans").context["listing"].count == undated
        assert reader(slug, year, "list", territoire="inconnu").context["listing"].count == nowhere
