"""Two rows that stand for one."""

import threading

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from actions.models import Action, Exchange, FundingEntry
from cite_educative.common.models import Entry
from partners import services
from partners.enums import Part, Role, SideKind
from partners.models import Mandate, MergedIdentity, NotDuplicate, Organisation, Partnership, Person, User
from tests.factories import (
    make_cite,
    make_commune,
    make_lead,
    make_mandate,
    make_organisation,
    make_person,
    make_seat,
    make_user,
)
from tests.governance import factories as governance

SIRET, OTHER_SIRET = "73282932000074", "35600000000048"


@pytest.fixture
def cite(db):
    return make_cite("dunkerque")


@pytest.fixture
def lead(cite):
    return make_lead(cite)


def merge(lead, kept, dropped, **choices):
    service = services.merge_organisations if isinstance(kept, Organisation) else services.merge_persons
    return service(actor=lead, kept=kept, dropped=dropped, choices=choices)


def pointing_at(row):
    """Every row of the database, in any table, that points at this one."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is type(row):
                rows = model._base_manager.filter(**{field.name: row.pk})
                found += [f"{model._meta.label}.{field.name} {one.pk}" for one in rows]
    return found


def copy_of(row):
    return type(row)(pk=row.pk)


# --- Organisations --------------------------------------------------------------------------------


def busy_organisation(cite, lead):
    """One that holds actions, sits, pays, meets and speaks."""
    setting = governance.make_setting(cite=cite, lead=lead, nb_actions=1)
    organisation = make_organisation("Ville des Dunes", cite=cite, communes=[make_commune()])
    action = governance.make_action(cite, 77, actor=lead, holder=organisation, title="Lire à la plage")
    source = governance.make_source(cite, "Ligne des Dunes", actor=lead)
    source.organisation = organisation
    source.save()
    governance.ask(action, setting.state, 4_000, actor=lead)
    make_seat(setting.cite.sides.get(kind=SideKind.COMMUNES), organisation)
    make_mandate(cite, Role.HOLDER, organisation=organisation)
    exchange = Exchange.objects.create(cite=cite, title="Visite", author=lead)
    exchange.organisations.add(organisation)
    cite.lead_organisation = organisation
    cite.save()
    return organisation


def test_everything_follows_the_organisation_that_is_kept(cite, lead):
    dropped = busy_organisation(cite, lead)
    kept = make_organisation("Commune des Dunes", cite=cite, communes=[make_commune()])
    exchange = Exchange.objects.get(title="Visite")
    exchange.organisations.add(kept)
    old = copy_of(dropped)
    assert len(pointing_at(old)) >= 7

    merge(lead, kept, dropped)

    assert pointing_at(old) == []
    assert not Organisation.objects.filter(pk=old.pk).exists()
    assert Action.objects.get(code="CE26-077").holder == kept
    assert list(exchange.organisations.all()) == [kept]
    assert kept.communes.count() == 2
    assert Partnership.objects.filter(organisation=kept, part=Part.HOLDER).count() == 1


def test_the_ledger_says_the_same_before_and_after(cite, lead):
    dropped = busy_organisation(cite, lead)
    columns = ("pk", "funding", "step", "before", "after", "reference", "fact_on")
    before = list(FundingEntry.objects.order_by("pk").values_list(*columns))

    merge(lead, make_organisation("Commune des Dunes", cite=cite), dropped)

    assert before
    assert list(FundingEntry.objects.order_by("pk").values_list(*columns)) == before
    call_command("audit")


def test_actions_are_found_under_the_name_that_is_kept(cite, lead):
    dropped = busy_organisation(cite, lead)
    kept = make_organisation("Commune du Polder", cite=cite)
    own = governance.make_action(cite, 78, actor=lead, holder=kept)

    merge(lead, kept, dropped, name="kept")

    assert {action.code for action in Action.objects.search("polder")} == {"CE26-077", own.code}
    assert not Action.objects.search("ville des dunes").exists()


def test_a_name_taken_from_the_row_that_goes_is_found_everywhere(cite, lead):
    kept = make_organisation("Assoc. du Polder", cite=cite)
    governance.make_action(cite, 79, actor=lead, holder=kept)

    merge(lead, kept, make_organisation("Les Amis du Polder", cite=cite, siret=SIRET), name="dropped", siret="dropped")

    kept.refresh_from_db()
    assert (kept.name, kept.siret) == ("Les Amis du Polder", SIRET)
    assert Action.objects.search("amis polder").count() == 1
    assert Organisation.objects.search("amis polder").get() == kept


def test_the_journal_of_every_cite_tells_the_merge(lead, cite):
    other = make_cite("amiens")
    make_mandate(other, Role.LEAD, person=lead.person)
    kept, dropped = make_organisation("Un", cite=cite, phone="1"), make_organisation("Deux", cite=other, phone="2")

    merge(User.objects.get(pk=lead.pk), kept, dropped, phone="dropped")

    entries = Entry.objects.filter(verb="organisation.merge")
    assert {entry.cite_id for entry in entries} == {cite.pk, other.pk}
    assert entries[0].before == {"phone": "1", "merged": "Deux"}
    assert entries[0].after == {"phone": "2", "moved": {"partenariat": 1}}
    assert Partnership.objects.filter(organisation=kept).count() == 2


def test_old_addresses_chain_to_the_last_row_kept(cite, lead, client):
    first, second, third = (make_organisation(name, cite=cite) for name in ("Un", "Deux", "Trois"))
    old = first.pk, second.pk
    merge(lead, second, first)
    merge(lead, third, second)
    client.force_login(lead)

    assert {row.old_pk for row in MergedIdentity.objects.filter(organisation=third)} == set(old)
    for pk in old:
        for name in ("partners:organisation", "partners:organisation_edit", "partners:partnership_create"):
            assert client.get(reverse(name, args=[pk])).url == reverse(name, args=[third.pk])
    assert client.get(reverse("partners:organisation", args=[third.pk])).status_code == 200


def test_the_old_address_says_nothing_to_another_cite(cite, lead, client):
    kept, dropped = make_organisation("Un", cite=cite), make_organisation("Deux", cite=cite)
    merge(lead, kept, dropped)
    client.force_login(make_lead(make_cite("amiens")))

    assert client.get(reverse("partners:organisation", args=[dropped.pk])).status_code == 404


@pytest.mark.parametrize("make", [make_organisation, None])
def test_a_row_is_not_merged_with_itself(cite, lead, make):
    row = make(cite=cite) if make else make_mandate(cite).person

    with pytest.raises(services.PartnersError, match="pas avec elle-même"):
        merge(lead, row, row)

    assert type(row).objects.filter(pk=row.pk).exists()


def test_a_second_merge_of_the_same_row_gets_a_sentence(cite, lead):
    kept, dropped = make_organisation("Un", cite=cite), make_organisation("Deux", cite=cite)
    other, again = make_organisation("Trois", cite=cite), copy_of(dropped)
    merge(lead, kept, dropped)

    with pytest.raises(services.PartnersError, match="n’existe plus"):
        merge(lead, other, again)

    assert Organisation.objects.filter(pk=other.pk).exists()


def test_a_cite_led_by_somebody_else_has_a_say(cite, lead):
    kept = make_organisation("Un", cite=cite)
    dropped = make_organisation("Deux", cite=cite)
    Partnership.objects.create(cite=make_cite("amiens"), organisation=dropped, part=Part.HOLDER)

    with pytest.raises(services.PartnersError, match="Amiens"):
        merge(lead, kept, dropped)

    assert Partnership.objects.filter(organisation=dropped).count() == 2


def test_pilots_of_two_sides_are_not_one(cite, lead):
    state, communes = cite.sides.get(kind=SideKind.STATE), cite.sides.get(kind=SideKind.COMMUNES)
    kept = make_organisation("Un", cite=cite, part=Part.SIDE, side=state)
    dropped = make_organisation("Deux", cite=cite, part=Part.SIDE, side=communes)
    make_mandate(cite, organisation=dropped)

    with pytest.raises(services.PartnersError, match="elles diffèrent"):
        merge(lead, kept, dropped)

    assert Mandate.objects.filter(organisation=dropped).count() == 1
    assert Partnership.objects.filter(organisation=dropped).count() == 1


def two_voices(cite, kind):
    side = cite.sides.get(kind=kind)
    kept, dropped = (make_organisation(name, cite=cite, part=Part.SIDE, side=side) for name in ("Ville", "Ville bis"))
    return kept, dropped, make_seat(side, kept, label="Maire"), make_seat(side, dropped, label="Adjointe")


def test_a_commune_does_not_get_two_voices(cite, lead):
    kept, dropped, first, second = two_voices(cite, SideKind.COMMUNES)

    with pytest.raises(services.PartnersError, match="« Maire » et Ville bis le siège « Adjointe »"):
        merge(lead, kept, dropped)
    assert list(second.side.seats.filter(organisation=dropped)) == [second]

    first.closed_on = timezone.localdate()
    first.save()
    merge(lead, kept, dropped)
    assert list(second.side.seats.open().filter(organisation=kept)) == [second]


def test_another_side_may_have_two_seats_for_one_organisation(cite, lead):
    kept, dropped, *seats = two_voices(cite, SideKind.STATE)

    merge(lead, kept, dropped)

    assert list(kept.seats.order_by("pk")) == seats


def test_what_was_said_of_a_row_goes_with_it(cite, lead):
    rows = [make_organisation(name, cite=cite) for name in ("Un", "Deux", "Trois")]
    services.say_not_duplicate(actor=lead, cite=cite, kind="organisation", rows=rows[1:])

    merge(lead, rows[0], rows[1])

    assert not NotDuplicate.objects.exists()


def test_what_moves_is_counted_in_words(cite):
    row = make_organisation(cite=cite, communes=[make_commune()])
    make_mandate(cite, organisation=row)
    make_mandate(cite, organisation=row)

    assert services.what_moves(row) == [("mandats", 2), ("partenariat", 1)]


# --- Persons --------------------------------------------------------------------------------------


def test_mandates_and_the_account_follow_the_person_that_is_kept(cite, lead):
    kept = make_mandate(cite, Role.PARTNER).person
    account = make_user(cite, Role.HOLDER, organisation=make_organisation(cite=cite))
    old = copy_of(account.person)
    Exchange.objects.create(cite=cite, title="Appel", author=lead).persons.add(kept, account.person)

    merge(lead, kept, account.person)

    account.refresh_from_db()
    assert account.person == kept
    assert pointing_at(old) == []
    assert kept.mandates.count() == 2
    assert Exchange.objects.get(title="Appel").persons.get() == kept


def test_the_same_mandate_twice_stays_as_history(cite, lead):
    organisation = make_organisation(cite=cite)
    kept, dropped = (make_mandate(cite, organisation=organisation).person for _ in range(2))

    merge(lead, kept, dropped)

    assert kept.mandates.filter(organisation=organisation).count() == 2


def test_two_accounts_are_not_merged(cite, lead):
    kept, dropped = make_user(cite).person, make_user(cite).person

    with pytest.raises(services.PartnersError, match="chacune un compte"):
        merge(lead, kept, dropped)

    assert User.objects.filter(person__in=[kept, dropped]).count() == 2


def test_a_substitute_is_somebody_else(cite, lead):
    titular = make_mandate(cite, Role.PILOT)
    substitute = make_mandate(cite, Role.PILOT, substitute_of=titular)

    with pytest.raises(services.PartnersError, match="se suppléent"):
        merge(lead, titular.person, substitute.person)


def test_the_journal_keeps_no_contact_of_a_person(cite, lead):
    kept = make_mandate(cite, person=make_person(email="une@exemple.fr")).person
    dropped = make_mandate(cite, person=make_person(email="autre@exemple.fr", phone="03 20")).person

    merge(lead, kept, dropped, email="dropped", phone="dropped")

    kept.refresh_from_db()
    entry = Entry.objects.get(verb="person.merge")
    assert (kept.email, kept.phone) == ("autre@exemple.fr", "03 20")
    assert entry.after["fields"] == ["email", "phone"]
    assert "exemple.fr" not in f"{entry.before}{entry.after}{entry.sentence}"


def test_the_old_address_of_a_person_leads_to_the_same_page(cite, lead, client):
    kept, dropped = make_mandate(cite).person, make_mandate(cite).person
    old = dropped.pk
    merge(lead, kept, dropped)
    client.force_login(lead)

    for name in ("partners:person", "partners:person_edit", "governance:person_bodies"):
        assert client.get(reverse(name, args=[old])).url == reverse(name, args=[kept.pk])


# --- Pages ----------------------------------------------------------------------------------------


@pytest.fixture
def pair(cite):
    kept = make_organisation("Théâtre du Polder", cite=cite, phone="03 28 11 11 11")
    return kept, make_organisation("Association Théâtre du Polder", cite=cite, siret=SIRET)


def page_of(response):
    return response.content.decode().replace("&#x27;", "'")


def test_the_page_proposes_what_fills_the_blanks(cite, lead, client, pair):
    client.force_login(lead)
    url = reverse("partners:organisation_merge", args=[row.pk for row in pair])

    page = page_of(client.get(url))
    form = client.get(url).context["form"]

    assert {name: field.initial for name, field in form.fields.items()} == {
        "name": "kept",
        "siret": "dropped",
        "phone": "kept",
    }
    assert "1 partenariat" in page
    client.post(url, {"name": "dropped", "siret": "dropped", "phone": "kept"})
    kept = Organisation.objects.get(pk=pair[0].pk)
    assert (kept.name, kept.siret, kept.phone) == ("Association Théâtre du Polder", SIRET, "03 28 11 11 11")
    assert not Organisation.objects.filter(pk=pair[1].pk).exists()


def test_a_missing_choice_writes_nothing(cite, lead, client, pair):
    client.force_login(lead)

    response = client.post(
        reverse("partners:organisation_merge", args=[row.pk for row in pair]), {"name": "kept", "siret": "autre"}
    )

    assert response.status_code == 200
    assert "3 points sont à corriger" in page_of(response) or "2 points sont à corriger" in page_of(response)
    assert Organisation.objects.filter(pk=pair[1].pk).exists()


def test_a_form_sent_twice_leads_to_the_row_kept(cite, lead, client, pair):
    client.force_login(lead)
    url = reverse("partners:organisation_merge", args=[row.pk for row in pair])
    typed = {"name": "kept", "siret": "dropped", "phone": "kept"}
    client.post(url, typed)

    response = client.post(url, typed, follow=True)

    assert "déjà fusionnée" in page_of(response)
    assert response.redirect_chain[-1][0] == reverse("partners:organisation", args=[pair[0].pk])


def test_itself_is_explained(cite, lead, client, pair):
    client.force_login(lead)

    response = client.post(reverse("partners:organisation_merge", args=[pair[0].pk, pair[0].pk]))

    assert response.status_code == 400
    assert "ne se fusionne pas avec elle-même" in page_of(response)


def test_the_other_leads_are_named_before_anything_is_written(cite, lead, client, pair):
    Partnership.objects.create(cite=make_cite("amiens"), organisation=pair[1], part=Part.HOLDER)
    client.force_login(lead)

    response = client.post(reverse("partners:organisation_merge", args=[row.pk for row in pair]))

    assert response.status_code == 403
    assert "Amiens" in page_of(response)
    assert Organisation.objects.filter(pk=pair[1].pk).exists()


@pytest.mark.django_db(transaction=True)
def test_two_leads_merge_the_same_row_at_once():
    cite = make_cite("dunkerque")
    leads = [make_lead(cite), make_lead(cite)]
    dropped = make_organisation("Deux", cite=cite)
    targets = [make_organisation(name, cite=cite) for name in ("Un", "Trois")]
    ready, outcomes = threading.Barrier(2), []

    def attempt(lead, kept):
        try:
            ready.wait()
            merge(lead, kept, copy_of(dropped))
            outcomes.append("merged")
        except services.PartnersError as error:
            outcomes.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=pair) for pair in zip(leads, targets, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted("merged" if outcome == "merged" else "refused" for outcome in outcomes) == ["merged", "refused"]
    assert MergedIdentity.objects.count() == 1
    assert Person.objects.count() == 2
