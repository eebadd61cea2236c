"""What a hostile or hurried user tries on the plan and its money."""

from datetime import date

import pytest
from django.urls import reverse

from actions import services
from actions.enums import ActionStatus, Step
from actions.models import Action, Funding, MainstreamContribution, Objective
from partners.enums import Role
from tests.actions.factories import (
    YEAR,
    make_act,
    make_action,
    make_axis,
    make_call,
    make_objective,
    make_programme,
    make_source,
)
from tests.factories import make_cite, make_commune, make_lead, make_organisation, make_side, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cite():
    return make_cite(communes=[make_commune("Dunkerque")])


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def signed_in(client, lead):
    client.force_login(lead)
    return client


@pytest.mark.parametrize("odd", ["9" * 30, "9" * 5000, "²", "zz"])
def test_a_commune_that_no_database_holds_gets_a_sentence(signed_in, cite, odd):
    holder = make_organisation(cite=cite)
    sent = {"title": "Lire", "holder": holder.pk, "budget_year": "2026", "scope": "communal", "communes": [odd]}

    answer = signed_in.post(reverse("actions:create"), sent)

    assert answer.status_code == 200
    assert "communes" in answer.context["form"].errors
    assert not Action.objects.exists()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_out_of_our_time_gets_a_sentence(signed_in, cite, day):
    action = make_action(cite)
    url = reverse("actions:section", args=[action.pk, "calendar"])
    mark = signed_in.get(url).context["form"]["mark"].value()

    answer = signed_in.post(url, {"mark": mark, "starts_on": day})

    assert "illisible" in answer.content.decode()


def test_the_second_click_is_told_that_the_first_one_did_it(signed_in, cite):
    filed = make_action(cite)
    published = make_action(cite, status=ActionStatus.RETAINED)
    services.publish_actions(Action.objects.filter(pk=published.pk), actor=filed.created_by)

    assert signed_in.post(reverse("actions:submit", args=[filed.pk])).status_code == 302
    assert signed_in.post(reverse("actions:publish", args=[published.pk])).status_code == 302


def test_a_second_click_of_who_could_not_do_it_is_refused(client, cite, lead):
    filed = make_action(cite)
    client.force_login(make_user(cite, Role.PILOT))

    assert client.post(reverse("actions:submit", args=[filed.pk])).status_code == 403
    assert client.post(reverse("actions:publish", args=[filed.pk])).status_code == 403


def test_withdrawing_an_amount_that_was_never_known_writes_nothing(cite, lead):
    action, source = make_action(cite), make_source(cite)

    entry = services.record_amount(
        action=action,
        source=source,
        budget_year=YEAR,
        step=Step.PAID,
        amount=None,
        on=date(2026, 3, 2),
        actor=lead,
    )

    assert entry is None
    assert not Funding.objects.exists()


def test_the_services_refuse_rows_of_another_cite(cite, lead):
    other = make_cite("amiens", communes=[make_commune("Amiens")])
    holder = make_organisation(cite=cite)
    fields = {"title": "Lire", "holder": holder, "budget_year": YEAR}

    for stranger in ({"call": make_call(other)}, {"communes": other.communes.all()}, {"renews": make_action(other)}):
        with pytest.raises(ValueError, match="another Cité"):
            services.create_action(cite=cite, actor=lead, **fields, **stranger)
    source = make_source(cite)
    with pytest.raises(ValueError, match="another Cité"):
        services.release_notifications(
            source=source, budget_year=YEAR, actor=lead, on=date(2026, 5, 1), call=other.calls.first()
        )
    with pytest.raises(ValueError, match="another Cité"):
        services.grant_by_act(
            act=make_act(other, source.organisation), source=source, budget_year=YEAR, grants=[], actor=lead
        )
    source.side = make_side(other)
    with pytest.raises(ValueError, match="another Cité"):
        services.save_source(source, actor=lead)
    assert Action.objects.filter(cite=cite).count() == 0


def test_a_second_click_creates_one_action(signed_in, cite):
    sent = {"title": "Lire", "holder": make_organisation(cite=cite).pk, "budget_year": "2026", "scope": "communal"}

    answers = [signed_in.post(reverse("actions:create"), sent) for _ in range(2)]

    assert answers[0].url == answers[1].url == reverse("actions:detail", args=[Action.objects.get().pk])


def test_a_name_already_taken_in_the_plan_gets_a_sentence(signed_in, cite):
    axis = make_axis(make_programme(cite, "Programme"), "Lire")
    make_objective(axis, "Écrire")
    programme = {"label": "Programme", "starts_on": "2026-01-01", "ends_on": "2028-12-31"}
    lire = {"label": "Lire", "short_label": "Lire", "national_objective": "school"}

    pages = [
        signed_in.post(reverse("actions:programme_create"), programme),
        signed_in.post(reverse("actions:axis_create", args=[axis.programme_id]), lire),
        signed_in.post(reverse("actions:objective_create", args=[axis.pk]), {"label": "Écrire"}),
    ]

    for page, words in zip(
        pages, ("Un programme de cette Cité", "Un axe de ce programme", "Un objectif de cet axe"), strict=True
    ):
        assert f"{words} porte déjà ce nom." in page.content.decode()


def test_an_objective_that_ordinary_policies_serve_is_not_removed(signed_in, cite, lead):
    objective = make_objective(make_axis(make_programme(cite)))
    MainstreamContribution.objects.create(
        cite=cite, objective=objective, institution=make_organisation(cite=cite), label="Un poste", budget_year=YEAR,
        author=lead,
    )  # fmt: skip

    page = signed_in.post(reverse("actions:objective_remove", args=[objective.pk]), follow=True).content.decode()

    assert "Des apports de droit commun servent cet objectif" in page
    assert Objective.objects.exists()
