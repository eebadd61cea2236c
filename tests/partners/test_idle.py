"""Accounts that nobody uses: warned, then closed, and nobody is locked out of a Cité."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.models import Entry
from partners import services, tasks
from partners.enums import Role
from partners.models import OutgoingMessage, User
from partners.services.idle import WARNING
from tests.factories import make_cite, make_lead, make_mandate, make_user
from tests.partners.letters import letters_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def cite():
    return make_cite(idle_days=100)


@pytest.fixture
def lead(cite):
    return make_lead(cite)


def unused(user, days, **fields):
    then = timezone.now() - timedelta(days=days)
    User.objects.filter(pk=user.pk).update(last_login=then, date_joined=then, **fields)
    return user


def run():
    return services.close_idle_accounts()


def days_later(days):
    """Everything that was written becomes older."""
    shift = timedelta(days=days)
    for user in User.objects.all():
        dates = {"last_login": user.last_login and user.last_login - shift, "date_joined": user.date_joined - shift}
        User.objects.filter(pk=user.pk).update(**dates)
    for message in OutgoingMessage.objects.all():
        OutgoingMessage.objects.filter(pk=message.pk).update(created_at=message.created_at - shift)


def is_open(user):
    return User.objects.get(pk=user.pk).is_active


def test_a_warning_comes_fourteen_days_before_and_the_closing_in_its_time(cite, lead, client):
    user = unused(make_user(cite), 87)
    client.force_login(lead)

    assert run() == (1, 0)
    assert run() == (0, 0)
    assert [subject for subject, _ in letters_to(user.email)] == [WARNING]
    days_later(12)
    assert run() == (0, 0)
    days_later(3)
    tasks.close_idle_accounts()

    assert not is_open(user)
    assert run() == (0, 0)
    entry = Entry.objects.get(verb="account.idle")
    assert (entry.cite_id, entry.actor) == (cite.pk, None)
    page = client.get(reverse("partners:account_manage", args=[user.person_id])).content.decode()
    assert "sans connexion depuis le" in page


def test_an_account_long_forgotten_is_warned_before_all_the_same(cite, lead):
    user = unused(make_user(cite), 500)

    assert run() == (1, 0)
    days_later(13)
    assert run() == (0, 0)
    days_later(2)
    assert run() == (0, 1)
    assert not is_open(user)


def test_signing_in_or_having_a_session_in_use_keeps_the_account(cite, lead, client):
    user = unused(make_user(cite), 120)
    assert run() == (1, 0)
    days_later(15)
    client.force_login(user)

    assert run() == (0, 0)
    User.objects.filter(pk=user.pk).update(last_login=timezone.now() - timedelta(days=120))
    assert run() == (0, 0)
    assert is_open(user)


def test_the_longest_time_of_the_cites_counts_and_never_means_never(cite, lead):
    patient, endless = make_cite("patiente", idle_days=400), make_cite("sans-fin", idle_days=None)
    both, never = unused(make_user(cite), 300), unused(make_user(cite), 2000)
    make_mandate(patient, person=both.person)
    make_mandate(endless, person=never.person)

    assert run() == (0, 0)
    unused(both, 390)
    assert run() == (1, 0)


def test_without_mandate_a_year_is_given(lead):
    user = unused(make_user(), 340)
    assert run() == (0, 0)

    unused(user, 360)
    assert run() == (1, 0)


def test_an_invitation_never_accepted_is_closed_without_a_warning(cite, lead):
    user = unused(make_user(cite), 101)
    user = User.objects.get(pk=user.pk)
    user.set_unusable_password()
    user.save()

    assert run() == (0, 1)
    assert letters_to(user.email) == []


def test_technical_accounts_and_the_last_lead_stay(cite):
    first, second = unused(make_lead(cite), 600), unused(make_lead(cite), 500)
    root = unused(make_user(cite), 600, is_superuser=True)

    run()
    days_later(15)
    run()

    assert not is_open(first)
    assert is_open(second)
    assert is_open(root)


def test_reopening_gives_the_whole_time_again(cite, lead):
    user = unused(make_user(cite, Role.HOLDER), 200)
    run()
    days_later(15)
    assert run() == (0, 1)

    services.reopen_account(actor=lead, cite=cite, person=user.person)

    assert run() == (0, 0)
    assert is_open(user)
