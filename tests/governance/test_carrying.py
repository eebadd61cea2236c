"""« Porter l’arbitrage à l’ordre du jour » : the point, its note with the table, and the decision that programmes it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from actions.enums import ActionStatus, Step
from actions.models import Funding, Scenario
from governance import services
from governance.enums import PointStatus
from governance.models import ActionPoint, AgendaItem, Note
from governance.services import plan_meeting
from governance.subjects import Subjects
from tests import factories
from tests.actions.factories import make_action, make_call, make_funding, make_source
from tests.governance.factories import make_setting


@pytest.fixture
def setting(db):
    return make_setting(nb_actions=0)


@pytest.fixture
def call(setting):
    call = make_call(setting.cite)
    source = make_source(setting.cite, "Ville de Bray")
    for title, proposed in (("Lire", "1500.50"), ("Nager", "800")):
        action = make_action(setting.cite, title=title, call=call, status=ActionStatus.SUBMITTED)
        make_funding(action, source, requested="2000", proposed=proposed)
    make_funding(make_action(setting.cite, call=call), source, requested="900")
    return call


@pytest.fixture
def meeting(setting):
    return plan_meeting(body=setting.body, actor=setting.lead, starts_at=timezone.now(), place="")


def call_fundings(call):
    return Funding.objects.filter(action__call=call)


def carry(call, meeting, actor):
    return services.carry_to_meeting(call=call, meeting=meeting, title="Programmation", actor=actor)


def test_the_point_holds_what_is_proposed_and_its_note_says_the_sum(setting, call, meeting):
    item, created = carry(call, meeting, setting.lead)

    assert created
    assert {action.title for action in item.actions.all()} == {"Lire", "Nager"}
    note = Note.objects.get(item=item)
    assert "2\u00a0300,50\u00a0€" in note.request
    assert "2 actions" in note.request


def test_a_second_click_finds_the_first_point(setting, call, meeting):
    first, _ = carry(call, meeting, setting.lead)
    again, created = carry(call, meeting, setting.lead)

    assert (again, created) == (first, False)
    assert AgendaItem.objects.filter(call=call).count() == 1


def test_nothing_proposed_carries_nothing(setting, meeting):
    with pytest.raises(ValidationError, match="retenez d’abord"):
        carry(make_call(setting.cite, "Vide"), meeting, setting.lead)

    assert not AgendaItem.objects.filter(call__isnull=False).exists()


def test_what_is_programmed_already_is_not_carried_again(setting, call, meeting):
    funding = call_fundings(call).get(proposed="800")
    funding.programme(Decimal(800), on=date(2026, 3, 3), reference="TR-2026-001", actor=setting.lead)

    item, _ = carry(call, meeting, setting.lead)

    assert [action.title for action in item.actions.all()] == ["Lire"]


def test_the_session_programmes_what_was_carried(setting, call, meeting):
    item, _ = carry(call, meeting, setting.lead)
    services.open_meeting(meeting, actor=setting.lead)
    services.save_decision(
        item=item,
        actor=setting.lead,
        title="Programme",
        text="Oui.",
        is_agreed=True,
        effects=services.proposed_effects(item),
    )

    services.close_meeting(meeting, actor=setting.lead)

    sums = [action.fundings.get().programmed for action in item.actions.order_by("title")]
    assert sums == [Decimal("1500.50"), Decimal(800)]
    assert item.actions.first().fundings.get().entries.filter(step=Step.PROGRAMMED).exists()


def test_the_page_shows_where_it_was_carried(setting, call, meeting, client):
    client.force_login(setting.lead, backend="partners.backends.AccountBackend")
    url = f"/gouvernance/arbitrage/{call.pk}/porter/"
    assert "2 actions" in client.get(url).content.decode()

    response = client.post(url, {"meeting": meeting.pk, "title": "Programmation"})

    item = AgendaItem.objects.get(call=call)
    assert response.url == f"/gouvernance/points/{item.pk}/note/"
    assert "Déjà porté" in client.get(url).content.decode()
    assert (
        "Porter l’arbitrage et sa note à l’ordre du jour"
        in client.get(f"/finances/arbitrage/{call.pk}/").content.decode()
    )


# --- The subject of a point, chosen in its form -----------------------------------------------------


def fill(meeting, **fields):
    return {"title": "Appel de l’automne", "kind": "discussion", "minutes_planned": "10", **fields}


def test_a_point_is_written_about_a_call_then_about_nothing(client, setting, call, meeting):
    client.force_login(setting.lead)

    client.post(reverse("governance:item_create", args=[meeting.pk]), fill(meeting, subject=f"call-{call.pk}"))
    item = meeting.items.get()
    shown = client.get(reverse("governance:item_update", args=[item.pk])).context["form"]
    client.post(reverse("governance:item_update", args=[item.pk]), fill(meeting, version=item.version))

    assert (item.call, shown["subject"].value()) == (call, f"call-{call.pk}")
    item.refresh_from_db()
    assert item.call is None


def test_what_a_reader_may_not_see_is_no_subject(client, setting, call, meeting):
    other = make_setting("roubaix", nb_actions=0)
    foreign = make_call(other.cite, "Ailleurs")
    private = Scenario.objects.create(call=call, label="Seul", author=other.lead)
    client.force_login(setting.lead)

    for key in (f"call-{foreign.pk}", f"scenario-{private.pk}", "call-x", "9"):
        page = client.post(reverse("governance:item_create", args=[meeting.pk]), fill(meeting, subject=key))
        assert page.context["form"].errors["subject"], key

    assert not meeting.items.exists()


def test_a_subject_left_the_list_stays_on_its_point(setting, meeting):
    point = ActionPoint.objects.create(
        cite=setting.cite,
        body=setting.body,
        text="Relire",
        organisation=factories.make_organisation(),
        created_by=setting.lead,
    )
    item, _ = services.carry_subject(
        meeting=meeting, name="action_point", subject=point, title="Relire", kind="discussion", actor=setting.lead
    )
    ActionPoint.objects.update(status=PointStatus.DROPPED, closed_on=timezone.localdate())
    item.refresh_from_db()

    subjects = Subjects(setting.lead, setting.cite, item)

    assert subjects.columns(subjects.chosen) == {"action_point": item.action_point}
    assert Subjects(setting.lead, setting.cite).rows == {}


def test_a_scenario_that_is_not_shared_is_named_to_its_author_alone(client, setting, call, meeting):
    private = Scenario.objects.create(call=call, label="Hypothèse basse", author=setting.lead)
    item, _ = services.carry_subject(
        meeting=meeting, name="scenario", subject=private, title="Arbitrage", kind="discussion", actor=setting.lead
    )
    addresses = [reverse("governance:meeting", args=[meeting.pk]), reverse("governance:item_update", args=[item.pk])]

    for user, named in ((setting.lead, True), (factories.make_lead(setting.cite), False)):
        client.force_login(user)
        pages = [client.get(address).content.decode() for address in addresses]
        assert ["Hypothèse basse" in page for page in pages] == [named] * 2
        assert ["un scénario non partagé" in page for page in pages] == [not named] * 2

    client.post(addresses[1], fill(meeting, subject=f"scenario-{private.pk}", version=item.version))
    item.refresh_from_db()
    assert item.scenario == private
