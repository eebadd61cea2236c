from datetime import date, timedelta

import pytest
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.models import Entry
from partners.enums import Gesture, MessageKind, Role
from partners.models import (
    AccessLink,
    Delivery,
    Mandate,
    MergedIdentity,
    Person,
    PhotoConsent,
    ProcessingActivity,
)
from partners.services import PartnersError, Recipient, issue_link, send_message
from partners.services.privacy import (
    adopt_usual_register,
    anonymise_person,
    due_for_review,
    mark_reviewed,
    months_before,
    record_consent,
    update_activity,
    withdraw_consent,
)
from tests.factories import make_cite, make_lead, make_mandate, make_person, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def cite():
    return make_cite()


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def former(cite):
    person = make_person(first_name="Odile", last_name="Brasseur", email="odile.brasseur@exemple.fr", phone="03 28")
    make_mandate(
        cite,
        Role.PARTNER,
        person=person,
        title="Directrice du théâtre",
        starts_on=date(2019, 9, 1),
        ends_on=date(2022, 6, 30),
    )
    return person


def test_the_usual_register_is_adopted_once(cite, lead):
    assert adopt_usual_register(actor=lead, cite=cite) == 6
    assert adopt_usual_register(actor=lead, cite=cite) == 0
    assert ProcessingActivity.objects.filter(cite=cite).count() == 6


def test_a_changed_line_keeps_its_earlier_text_in_the_journal(cite, lead):
    adopt_usual_register(actor=lead, cite=cite)
    line = ProcessingActivity.objects.get(cite=cite, code="contacts")

    update_activity(actor=lead, activity=line, retention_months=24, label=line.label)

    entry = journal.entries_for(line).first()
    assert entry.before == {"retention_months": 36}
    assert entry.after == {"retention_months": 24}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 22), 36, date(2023, 11, 22)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
    ],
)
def test_months_are_counted_on_the_calendar(day, months, expected):
    assert months_before(day, months) == expected


def test_the_review_names_who_is_past_retention_and_who_was_not_checked(cite, lead, former):
    recent = make_person()
    make_mandate(cite, Role.PARTNER, person=recent, ends_on=date(2026, 6, 30))
    checked = make_person(reviewed_on=TODAY - timedelta(days=10))
    make_mandate(cite, Role.READER, person=checked)

    forget, check = due_for_review(cite, today=TODAY)

    assert list(forget) == [former]
    assert recent in check
    assert {former, checked}.isdisjoint(check)


def test_a_mandate_elsewhere_keeps_a_person(cite, former):
    make_mandate(make_cite("amiens"), Role.PARTNER, person=former)

    forget, _ = due_for_review(cite, today=TODAY)

    assert not forget.exists()


def test_retention_follows_the_register_of_the_cite(cite, lead):
    adopt_usual_register(actor=lead, cite=cite)
    person = make_person()
    make_mandate(cite, Role.PARTNER, person=person, ends_on=TODAY - timedelta(days=400))
    assert not due_for_review(cite, today=TODAY)[0].exists()

    ProcessingActivity.objects.filter(cite=cite, code="contacts").update(retention_months=12)

    assert list(due_for_review(cite, today=TODAY)[0]) == [person]


def test_checked_persons_leave_the_review(cite, lead):
    _, check = due_for_review(cite, today=TODAY)
    assert list(check) == [lead.person]

    mark_reviewed(actor=lead, cite=cite, people=check, on=TODAY)

    assert not due_for_review(cite, today=TODAY)[1].exists()


def test_an_anonymised_person_leaves_no_name_and_keeps_her_mandates(cite, lead, former):
    send_message(
        kind=MessageKind.NETWORK,
        subject="Invitation",
        body="…",
        recipients=[Recipient.of(former)],
        actor=lead,
        cite=cite,
    )
    journal.record(
        cite_id=cite.pk,
        actor=lead,
        verb="mandate.end",
        subject=former.mandates.get(),
        sentence="Le mandat de Mme Odile Brasseur prend fin.",
        after={"who": "Odile Brasseur"},
    )
    PhotoConsent.objects.create(cite=cite, person=former, scope="Affiches", given_on=date(2021, 1, 1), entered_by=lead)

    anonymise_person(actor=lead, person=former, cite=cite)

    assert_no_trace("Brasseur", "odile", "03 28", "Directrice du théâtre")
    former.refresh_from_db()
    assert former.anonymised_at
    assert str(former) == "Personne anonymisée"
    assert Mandate.objects.get(person=former).ends_on == date(2022, 6, 30)
    assert Delivery.objects.get(person=former).email.endswith("@anonyme.invalid")


def assert_no_trace(*words):
    for model in (Person, Mandate, Delivery, AccessLink, MergedIdentity, PhotoConsent, Entry):
        for row in model.objects.values():
            assert not [word for word in words if word.lower() in str(row).lower()], row


def test_her_name_leaves_what_was_written_outside_any_cite_too(cite, lead, former):
    """Her account's own lines, the address of a sheet merged into hers, letters to an address without a sheet."""
    journal.record(
        cite_id=None, actor=None, verb="account.password", subject=former, sentence="Mme Odile Brasseur a changé."
    )
    MergedIdentity.objects.create(old_pk=9999, old_label="Mme Odile Brasseur", person=former, merged_by=lead)
    mailbox = Recipient("Odile Brasseur", former.email)
    issue_link(gesture=Gesture.OPINION, email=former.email, name="Odile Brasseur", actor=lead, cite=cite)
    send_message(kind=MessageKind.REQUEST, subject="Avis", body="…", recipients=[mailbox], actor=lead, cite=cite)

    anonymise_person(actor=lead, person=former, cite=cite)

    assert_no_trace("Brasseur", "odile")


def test_a_namesake_in_part_keeps_her_name_in_the_journal(cite, lead, former):
    journal.record(
        cite_id=cite.pk, actor=lead, verb="x", subject=cite, sentence="Mme Odile Brasseurs a ouvert la séance."
    )

    anonymise_person(actor=lead, person=former, cite=cite)

    assert Entry.objects.filter(sentence__contains="Odile Brasseurs").exists()


def test_her_account_is_closed_for_ever(cite, lead):
    user = make_user(cite, Role.PARTNER, ends_on=date(2024, 6, 30))

    anonymise_person(actor=lead, person=user.person, cite=cite)

    user.refresh_from_db()
    assert not user.is_active
    assert not user.has_usable_password()
    assert user.email.endswith("@anonyme.invalid")


def test_who_still_has_a_mandate_is_not_forgotten(cite, lead):
    person = make_person(last_name="Delmotte")
    make_mandate(cite, Role.READER, person=person)

    with pytest.raises(PartnersError, match="encore un mandat sans date de fin"):
        anonymise_person(actor=lead, person=person, cite=cite)

    person.refresh_from_db()
    assert person.last_name == "Delmotte"


def test_forgetting_twice_changes_nothing_more(cite, lead, former):
    anonymise_person(actor=lead, person=former, cite=cite)
    lines = Entry.objects.count()

    anonymise_person(actor=lead, person=former, cite=cite)

    assert Entry.objects.count() == lines


def test_a_consent_is_withdrawn_once_and_never_before_it_was_given(cite, lead):
    consent = record_consent(
        actor=lead, cite=cite, group="Chorale", keeper="École", scope="Affiches", given_on=date(2026, 9, 1)
    )
    with pytest.raises(PartnersError, match="ne peut pas être retiré avant"):
        withdraw_consent(actor=lead, consent=consent, on=date(2026, 8, 1))

    withdraw_consent(actor=lead, consent=consent, on=date(2026, 10, 1))
    withdraw_consent(actor=lead, consent=consent, on=date(2026, 11, 1))

    consent.refresh_from_db()
    assert consent.withdrawn_on == date(2026, 10, 1)


def test_reviewing_today_uses_the_local_day(cite, lead):
    mark_reviewed(actor=lead, cite=cite, people=[lead.person])

    lead.person.refresh_from_db()
    assert lead.person.reviewed_on == timezone.localdate()
