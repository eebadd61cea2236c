"""Remarks tied to a field: said when a sheet goes back, read beside the field, answered by its holder."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from actions import services
from actions.models import Action, ActionComment
from cite_educative.common import journal
from partners.enums import Role
from partners.models import AccessLink, OutgoingMessage
from partners.services import link_path
from tests.actions import factories
from tests.factories import make_cite, make_commune, make_lead, make_organisation, make_person, make_user

TODAY = timezone.localdate


@pytest.fixture
def cite(db):
    return make_cite("dunkerque", communes=[make_commune("Grande-Synthe")])


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def holder(cite):
    return make_organisation("Les Ateliers", cite=cite)


def make(cite, holder, **fields):
    return factories.make_action(cite, holder=holder, communes=cite.communes.all(), **fields)


def back_data(**fields):
    due = (TODAY() + timedelta(days=10)).isoformat()
    data = {"due_on": due, "subject": "Fiche à corriger", "body": "Bonjour [la date] [le lien]"}
    remarks = {
        "about_1": "public.audience",
        "remark_1": "Combien d’enfants\u00a0?",
        "about_2": "calendar",
        "remark_2": "Les dates se croisent",
    }
    return data | remarks | fields


def link_data(action, **fields):
    data = {"title": action.title, "audience": action.audience, "scope": action.scope, "version": action.version}
    communes = [commune.pk for commune in action.communes.all()]
    return {**data, "objective": action.objective_id, "communes": communes} | fields


def sent_back(cite, lead, holder, client, **fields):
    """Filed ten days ago by a holder who has an account, sent back today: the sheet and the account."""
    person = make_person(email="porteur@exemple.fr")
    user = make_user(cite, Role.HOLDER, organisation=holder, person=person)
    objective = factories.make_objective(factories.make_axis(factories.make_programme(cite)))
    day = {"starts_on": TODAY(), "ends_on": TODAY()}
    action = make(cite, holder, audience="Enfants", objective=objective, **day)
    factories.make_funding(action, factories.make_source(cite), requested="1000")
    client.force_login(lead)
    if fields.pop("by_letter", False):
        fields["recipients"] = [person.pk]
    client.post(reverse("actions:send_back", args=[action.pk]), back_data(**fields))
    action.refresh_from_db()
    return action, user


def test_a_remark_on_a_field_stands_under_it(cite, lead, holder, client):
    action, user = sent_back(cite, lead, holder, client)
    client.force_login(user)

    page = client.get(reverse("actions:section", args=[action.pk, "public"])).content.decode()
    other = client.get(reverse("actions:section", args=[action.pk, "calendar"])).content.decode()

    assert 'id="remarques-audience"' in page
    assert 'aria-describedby="id_audience_helptext remarques-audience"' in page
    assert page.index('id="id_audience"') < page.index("Combien d’enfants") < page.index('id="id_expected_reach"')
    assert "Les dates se croisent" not in page
    assert other.index("Les dates se croisent") < other.index('id="id_starts_on"')


def test_the_letter_lists_the_remarks(cite, lead, holder, client):
    sent_back(cite, lead, holder, client, by_letter=True, body="Bonjour\n[les remarques]\n[le lien]")

    body = OutgoingMessage.objects.get().body
    assert "– Public\u00a0: Combien d’enfants\u00a0?\n– Calendrier\u00a0: Les dates se croisent" in body


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"about_3": "", "remark_3": "Sans objet"}, "Dites ce que cette remarque concerne."),
        ({"about_3": "goals", "remark_3": " "}, "Écrivez ce qui est à corriger"),
        ({"about_3": "public.version", "remark_3": "x"}, "choix valide"),
        ({"about_3": "funding", "remark_3": "x"}, "choix valide"),
    ],
)
def test_a_remark_says_what_and_about_what(cite, lead, holder, client, fields, sentence):
    action = make(cite, holder)
    client.force_login(lead)

    page = client.post(reverse("actions:send_back", args=[action.pk]), back_data(**fields)).content.decode()

    assert sentence in page
    assert "Les dates se croisent" in page
    assert not ActionComment.objects.exists()


def test_filing_again_keeps_the_first_day(cite, lead, holder, client):
    action, user = sent_back(cite, lead, holder, client)
    first = TODAY() - timedelta(days=10)
    Action.objects.filter(pk=action.pk).update(submitted_on=first)

    services.submit_action(action, actor=user)

    action.refresh_from_db()
    assert action.submitted_on == first
    assert action.log.filter(transition="submit").last().happened_on == TODAY()


def test_the_link_of_the_letter_shows_the_remarks_and_takes_what_is_corrected(cite, lead, holder, client):
    action, _ = sent_back(cite, lead, holder, client, by_letter=True)
    client.logout()
    url = link_path(AccessLink.objects.get())
    page = client.get(url).content.decode()
    assert "À corriger\u00a0:</b> Combien d’enfants\u00a0?" in page
    assert "Calendrier\u00a0: Les dates se croisent" in page
    remark = ActionComment.objects.get(field="audience")

    client.post(url, link_data(action, audience="60 enfants", corrected=[remark.pk]))

    action.refresh_from_db()
    assert action.audience == "60 enfants"
    assert list(ActionComment.objects.open()) == [ActionComment.objects.get(block="calendar")]
    assert any("a dit corrigé" in entry.sentence for entry in journal.entries_for(action))


def test_the_link_takes_no_remark_of_another_action(cite, lead, holder, client):
    action, _ = sent_back(cite, lead, holder, client, by_letter=True)
    other = make(cite, holder)
    foreign = services.add_comment(
        action=other, actor=lead, body="Ailleurs", audience="holder", block="public", field="audience"
    )
    client.logout()
    url = link_path(AccessLink.objects.get())

    page = client.post(url, link_data(action, corrected=[foreign.pk]))

    assert page.status_code == 200
    foreign.refresh_from_db()
    assert foreign.resolved_at is None


def test_a_letter_leaves_to_who_was_ticked_even_if_the_list_moved(cite, lead, holder, client):
    action, user = make(cite, holder), make_user(cite, Role.HOLDER, organisation=holder, person=make_person(
        last_name="Zola", email="zola@exemple.fr"
    ))  # fmt: skip
    make_user(cite, Role.HOLDER, organisation=holder, person=make_person(last_name="Aubry", email="aubry@exemple.fr"))
    client.force_login(lead)

    client.post(reverse("actions:send_back", args=[action.pk]), back_data(recipients=[user.person_id]))

    assert [delivery.email for delivery in OutgoingMessage.objects.get().deliveries.all()] == ["zola@exemple.fr"]
