import json
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from actions.enums import Audience
from actions.models import ActionPiece, Exchange, Opinion
from cite_educative.documents.models import GeneratedFile
from cite_educative.documents.registry import renderers
from cite_educative.home.models import PersonExport
from cite_educative.home.personal_data import TOLD, TOLD_IN_PART, UNTOLD, authored_relations, collect
from cite_educative.home.services.personal_data import export_person
from governance.enums import BodyKind, Presence
from governance.models import Attendance, Body, Meeting
from partners.enums import Role
from partners.models import Person
from partners.services.privacy import anonymise_person
from tests.actions.factories import make_action
from tests.factories import make_cite, make_lead, make_mandate, make_person, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cite():
    return make_cite()


@pytest.fixture
def lead(cite):
    return make_lead(cite)


def titles(content):
    return [section["title"] for section in content["sections"]]


def test_every_relation_of_a_person_is_told():
    relations = {
        relation.related_model._meta.label
        for relation in Person._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and not relation.related_model._meta.auto_created
    }

    assert relations <= TOLD | TOLD_IN_PART | UNTOLD


def test_what_an_account_entered_is_counted(cite, lead):
    Exchange.objects.create(cite=cite, title="Appel", author=lead)
    labels = {relation.related_model._meta.label for relation in authored_relations()}

    assert "actions.Action" in labels
    assert labels.isdisjoint(TOLD)


def test_the_export_holds_what_concerns_the_person_in_this_cite_only(cite, lead):
    user = make_user(cite, Role.PARTNER, title="Présidente du club")
    person = user.person
    person.email = "delmotte@exemple.fr"
    person.save()
    make_mandate(make_cite("amiens"), Role.PARTNER, person=person, title="Conseillère à Amiens")
    exchange = Exchange.objects.create(cite=cite, title="Point sur le projet", author=lead, audience=Audience.MEMBERS)
    exchange.persons.add(person)
    kept = Exchange.objects.create(cite=cite, title="Entre nous", summary="avis défavorable", author=lead)
    kept.persons.add(person)
    Exchange.objects.create(cite=cite, title="Autre affaire", author=lead)

    text = json.dumps(collect(person, cite, whole=True), ensure_ascii=False)

    assert "delmotte@exemple.fr" in text
    assert "Présidente du club" in text
    assert "Point sur le projet" in text
    assert "Conseillère à Amiens" not in text
    assert "réservé à un autre cercle" in text
    assert "Entre nous" not in text
    assert "avis défavorable" not in text
    assert "Autre affaire" not in text


def test_an_export_is_frozen_and_rendered_from_its_content(cite, lead):
    user = make_user(cite, Role.READER)
    export = export_person(actor=lead, person=user.person, cite=cite)
    user.person.last_name = "Changée"
    user.person.save()

    html = renderers["person_export"](export.file)

    assert "Changée" not in html
    assert user.email in html


def test_a_person_opens_her_own_data_and_downloads_them(client, cite):
    user = make_user(cite, Role.READER)
    client.force_login(user)
    page = reverse("person_data", args=[user.person.pk])
    assert client.get(page).status_code == 200

    client.post(page)

    export = PersonExport.objects.get(person=user.person)
    answer = client.get(reverse("person_export", args=[export.pk]))
    assert json.loads(answer.content)["person"] == user.person.formal_name
    assert "attachment" in answer["Content-Disposition"]


def test_exports_go_with_the_name(cite, lead):
    person = make_person(last_name="Delmotte")
    make_mandate(cite, Role.PARTNER, person=person, starts_on=date(2019, 9, 1), ends_on=date(2022, 1, 1))
    export_person(actor=lead, person=person, cite=cite)

    anonymise_person(actor=lead, person=person, cite=cite)

    assert not PersonExport.objects.exists()
    assert not GeneratedFile.objects.filter(kind="person_export").exists()


def test_the_register_page_counts_what_is_due(client, cite, lead):
    make_mandate(cite, Role.PARTNER, person=make_person(), starts_on=date(2019, 9, 1), ends_on=date(2020, 1, 1))
    client.force_login(lead)

    page = client.get(reverse("gdpr")).content.decode()

    assert "1 personne à rendre anonyme" in page


def test_the_review_refuses_an_empty_choice_with_a_sentence(client, cite, lead):
    client.force_login(lead)

    page = client.post(reverse("gdpr_review"), {}).content.decode()

    assert "Cochez au moins une personne" in page


def test_a_consent_of_both_a_person_and_a_group_is_refused(client, cite, lead):
    client.force_login(lead)
    data = {"person": lead.person.pk, "group": "Chorale", "scope": "Affiches", "given_on": "2026-10-01"}

    answer = client.post(reverse("gdpr_consent_create"), data)

    assert answer.status_code == 200
    assert "ou bien décrivez un groupe" in answer.content.decode()


def test_names_copied_by_the_upper_apps_are_forgotten(cite, lead):
    person = make_person(first_name="Odile", last_name="Brasseur")
    mandate = make_mandate(cite, Role.PARTNER, person=person, starts_on=date(2019, 9, 1), ends_on=date(2022, 1, 1))
    action = make_action(cite)
    Opinion.objects.create(action=action, person=person, name=str(person), email="odile@exemple.fr", asked_by=lead)
    ActionPiece.objects.create(action=action, title="Statuts", received_from=person.formal_name)
    body = Body.objects.create(cite=cite, kind=BodyKind.NETWORK, label="Réseau", code="RR")
    meeting = Meeting.objects.create(body=body, starts_at=timezone.now(), created_by=lead)
    represented = {"presence": Presence.REPRESENTED, "represented_by": person.formal_name}
    Attendance.objects.create(meeting=meeting, mandate=lead.person.mandates.get(), **represented)

    anonymise_person(actor=lead, person=person, cite=cite)

    for model in (Opinion, ActionPiece, Attendance):
        assert "Brasseur" not in str(list(model.objects.values()))
    mandate.refresh_from_db()
    assert mandate.ends_on == date(2022, 1, 1)


def test_a_lead_exports_no_account_of_a_person_who_also_acts_elsewhere(cite, lead):
    user = make_user(cite, Role.READER)
    make_mandate(make_cite("amiens"), Role.PILOT, person=user.person)

    export = export_person(actor=lead, person=user.person, cite=cite)

    assert {"Compte", "Connexions en cours"}.isdisjoint(titles(export.content))
    assert "Compte" in titles(export_person(actor=user, person=user.person, cite=cite).content)


def test_what_a_person_exports_herself_is_not_shown_to_the_lead(cite, lead):
    user = make_user(cite, Role.READER)
    export = export_person(actor=user, person=user.person, cite=cite)

    assert not PersonExport.objects.visible_to(lead).filter(pk=export.pk).exists()
    assert PersonExport.objects.visible_to(user).filter(pk=export.pk).exists()
