from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from actions.enums import ActionStatus
from actions.models import Funding
from governance import services
from governance.enums import EffectKind
from governance.models import Decision, DecisionRecord
from governance.services import PlannedEffect
from tests.governance.factories import make_closed_meeting, make_decision, make_open_meeting, make_setting

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting():
    return make_setting()


@pytest.fixture
def lead(client, setting):
    client.force_login(setting.lead)
    return client


def close(setting, item):
    services.close_meeting(item.meeting, actor=setting.lead)


def refuse(setting, action):
    """The first decision of the body rejects the action."""
    item = make_open_meeting(setting, days=-9).items.get()
    decision = make_decision(setting, item, title="Refus", effects=[PlannedEffect(EffectKind.REJECT, action)])
    close(setting, item)
    action.refresh_from_db()
    decision.refresh_from_db()
    return decision


def programmed(action):
    return dict(Funding.objects.filter(action=action).values_list("source__label", "programmed"))


def form_data(item, **values):
    data = {"title": "Réexamen", "text": "Texte", "is_agreed": "on"}
    data |= {f"choice-{action.pk}": "none" for action in item.actions.all()}
    return data | values


def write(client, item, **values):
    return client.post(reverse("governance:decision_create", args=[item.pk]), form_data(item, **values))


# --- A refused action -------------------------------------------------------------------------------


def test_the_form_shows_which_decision_refused_and_asks_to_reopen(lead, setting):
    action = setting.actions[0]
    earlier = refuse(setting, action)
    item = make_open_meeting(setting).items.get()
    page = lead.get(reverse("governance:live", args=[item.meeting_id])).content.decode()
    assert "Refusée par" in page
    assert earlier.reference in page
    amount = Funding.objects.get(action=action, source=setting.state)
    page = write(lead, item, **{f"amount-{amount.pk}": "7 000"})
    assert page.status_code == 422
    assert f"a été refusée par {earlier.reference}" in page.content.decode()
    assert 'value="7 000"' in page.content.decode()


def test_reopened_and_retained_it_is_programmed_at_closing(lead, setting):
    action = setting.actions[0]
    earlier = refuse(setting, action)
    item = make_open_meeting(setting).items.get()
    amount = Funding.objects.get(action=action, source=setting.state)
    values = {f"choice-{action.pk}": "reopen_retain", f"amount-{amount.pk}": "7 000"}
    assert write(lead, item, **values).status_code == 302
    close(setting, item)
    action.refresh_from_db()
    assert action.status == ActionStatus.RETAINED
    assert programmed(action)["État – P147"] == Decimal("7000.00")
    later = Decision.objects.get(title="Réexamen")
    assert later.effects.get(kind=EffectKind.REOPEN).reopens == earlier
    page = lead.get(reverse("governance:decision", args=[earlier.pk])).content.decode()
    assert "Rouverte par" in page
    assert later.reference in page


def test_the_service_refuses_to_decide_of_a_refused_action_without_the_earlier_decision(setting):
    action = setting.actions[0]
    refuse(setting, action)
    item = make_open_meeting(setting).items.get()
    for effects in ([PlannedEffect(EffectKind.RETAIN, action)], [PlannedEffect(EffectKind.REOPEN, action)]):
        with pytest.raises(ValidationError, match="a été refusée par TR-"):
            make_decision(setting, item, effects=effects)
    assert not item.decisions.exists()


def test_nothing_is_proposed_for_a_refused_action(setting):
    refuse(setting, setting.actions[0])
    item = make_open_meeting(setting).items.get()
    assert {effect.action for effect in services.proposed_effects(item)} == {setting.actions[1]}


# --- A decision that cancels another ----------------------------------------------------------------


def test_cancelling_gives_back_amounts_and_actions_and_marks_the_earlier_one(lead, setting):
    earlier = make_closed_meeting(setting, days=-9).decisions.get()
    item = make_open_meeting(setting).items.get()
    assert write(lead, item, replaces=earlier.reference.lower()).status_code == 302
    preview = lead.get(reverse("governance:closing", args=[item.meeting_id])).content.decode()
    assert f"Annule et remplace la décision {earlier.reference}" in preview
    assert "montant rendu" in preview
    assert programmed(setting.actions[0])["Ville"] == Decimal("5000.00")
    close(setting, item)
    earlier.refresh_from_db()
    later = Decision.objects.get(title="Réexamen")
    assert (earlier.status, earlier.cancelled_by) == ("cancelled", later)
    assert set(programmed(setting.actions[0]).values()) == {Decimal("0.00")}
    setting.actions[0].refresh_from_db()
    assert setting.actions[0].status == ActionStatus.SUBMITTED
    content = DecisionRecord.objects.get(meeting=item.meeting).content
    assert content["decisions"][0]["replaces"] == earlier.reference


def test_what_the_new_decision_says_is_not_given_back(lead, setting):
    earlier = make_closed_meeting(setting, days=-9).decisions.get()
    item = make_open_meeting(setting).items.get()
    kept = setting.actions[0]
    amount = Funding.objects.get(action=kept, source=setting.state)
    write(lead, item, replaces=earlier.reference, **{f"choice-{kept.pk}": "retain", f"amount-{amount.pk}": "6 000"})
    close(setting, item)
    kept.refresh_from_db()
    assert kept.status == ActionStatus.RETAINED
    assert programmed(kept) == {"État – P147": Decimal("6000.00"), "Ville": Decimal("0.00")}


def test_what_a_later_decision_changed_stays(setting):
    earlier = make_closed_meeting(setting, days=-9).decisions.get()
    action = setting.actions[0]
    funding = Funding.objects.get(action=action, source=setting.state)
    item = make_open_meeting(setting, days=-5).items.get()
    later = PlannedEffect(EffectKind.PROGRAMME, action, funding, Decimal("9000"))
    make_decision(setting, item, title="Hausse", effects=[later])
    close(setting, item)
    item = make_open_meeting(setting).items.get()
    make_decision(setting, item, title="Annulation", effects=[], replaces=Decision.objects.get(pk=earlier.pk))
    close(setting, item)
    assert programmed(action) == {"État – P147": Decimal("9000.00"), "Ville": Decimal("0.00")}


@pytest.mark.parametrize("number", ["TR-2026-999", "la première", "XX-1999-001"])
def test_an_unknown_number_is_refused_and_kept(lead, setting, number):
    item = make_open_meeting(setting).items.get()
    page = write(lead, item, replaces=number)
    assert page.status_code == 422
    assert "Aucune décision de la Cité ne porte ce numéro" in page.content.decode()
    assert f'value="{number}"' in page.content.decode()


def test_a_decision_is_cancelled_once(lead, setting):
    earlier = make_closed_meeting(setting, days=-9).decisions.get()
    item = make_open_meeting(setting).items.get()
    write(lead, item, replaces=earlier.reference)
    page = write(lead, item, title="Encore", replaces=earlier.reference)
    assert "annule déjà" in page.content.decode()
    close(setting, item)
    other = make_open_meeting(setting).items.get()
    page = write(lead, other, title="Trop tard", replaces=earlier.reference)
    assert "est déjà annulée par" in page.content.decode()


def test_closing_refuses_a_draft_whose_decision_was_cancelled_meanwhile(setting):
    earlier = make_closed_meeting(setting, days=-9).decisions.get()
    item = make_open_meeting(setting).items.get()
    draft = make_decision(setting, item, title="Annulation", effects=[], replaces=earlier)
    other = make_open_meeting(setting, days=-2).items.get()
    winner = make_decision(setting, other, title="Plus vite", effects=[])
    Decision.objects.filter(pk=winner.pk).update(replaces=earlier)
    close(setting, other)
    with pytest.raises(services.ClosingRefused, match="déjà annulée"):
        close(setting, item)
    draft.refresh_from_db()
    assert draft.status == "draft"
