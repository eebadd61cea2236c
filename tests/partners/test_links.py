"""Links: one gesture, one object, once, before a date."""

import logging
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from partners import services
from partners.enums import Gesture
from partners.models import AccessLink
from partners.services.links import SIGNER, link_url
from partners.sign_in import HideTokens
from tests.factories import make_cite, make_lead, make_user


@pytest.fixture
def lead(db):
    return make_lead(make_cite())


@pytest.fixture
def issue(lead):
    """A link for a person of the Cité, about an account."""
    holder = make_user(email="directrice@exemple.fr")

    def issue(gesture=Gesture.PASSWORD, email="directrice@exemple.fr", **options):
        options.setdefault("subject", holder)
        return services.issue_link(
            gesture=gesture, email=email, name="Mme Roy", actor=lead, person=holder.person, **options
        )

    return issue


def token_of(link):
    return services.link_path(link).rstrip("/").rpartition("/")[2]


def refusal(token, gesture=Gesture.PASSWORD):
    with pytest.raises(services.LinkError) as refused:
        services.read_link(token, gesture)
    return str(refused.value)


def test_a_link_is_read_any_number_of_times_and_used_once(issue):
    link = issue()
    for _ in range(2):
        assert services.read_link(token_of(link), Gesture.PASSWORD) == link

    services.use_link(link)

    with pytest.raises(services.LinkError, match="vient de servir"):
        services.use_link(link)
    assert "a déjà servi" in refusal(token_of(link))


def test_a_link_opens_one_gesture_only(issue):
    assert "n’existe plus" in refusal(token_of(issue()), Gesture.INVITATION)


@pytest.mark.parametrize("token", ["", "12", "12:abc", "é", "\x00", "9" * 5000])
def test_a_made_up_address_opens_nothing(db, token):
    assert "incomplète ou incorrecte" in refusal(token)


def test_a_token_signed_for_a_key_alone_opens_nothing(issue):
    """As after a restore: the key is that of somebody else's link, made later."""
    link = issue()
    before = token_of(link)
    AccessLink.objects.filter(pk=link.pk).update(created_at=link.created_at + timedelta(seconds=1))

    assert "n’existe plus" in refusal(before)
    assert "n’existe plus" in refusal(SIGNER.sign(link.pk))


def test_a_link_expires(issue):
    link = issue(life=timedelta(minutes=1))
    AccessLink.objects.filter(pk=link.pk).update(
        created_at=link.created_at, expires_at=link.created_at + timedelta(microseconds=1)
    )

    assert "plus valable" in refusal(token_of(link))
    with pytest.raises(services.LinkError):
        services.use_link(link)


def test_a_new_link_replaces_the_one_for_the_same_gesture_and_object(issue):
    first, other = issue(), issue(gesture=Gesture.EMAIL)

    issue(email="DIRECTRICE@exemple.fr")

    assert "remplacé" in refusal(token_of(first))
    assert services.read_link(token_of(other), Gesture.EMAIL) == other


def test_revoking_by_person_leaves_the_other_gestures_alone(issue):
    password, email = issue(), issue(gesture=Gesture.EMAIL)

    assert services.revoke_links(gestures=[Gesture.PASSWORD], person=password.person) == 1
    assert services.revoke_links(gestures=[Gesture.PASSWORD]) == 0
    assert "annulé" in refusal(token_of(password))
    assert services.read_link(token_of(email), Gesture.EMAIL)


def test_the_life_of_a_password_link_is_short(issue):
    assert issue().expires_at <= timezone.now() + timedelta(hours=4)


def test_the_address_is_never_stored(issue):
    link = issue()
    stored = AccessLink.objects.filter(pk=link.pk).values().get()

    assert token_of(link).rpartition(":")[2] not in str(stored)
    assert link_url(link).startswith("http")


@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_that_use_a_link_at_once_one_succeeds():
    user = make_user()
    link = services.issue_link(
        gesture=Gesture.PASSWORD, email=user.email, name=str(user), actor=None, person=user.person, subject=user
    )
    barrier, outcomes = threading.Barrier(2), []

    def use():
        try:
            mine = AccessLink.objects.get(pk=link.pk)
            barrier.wait()
            services.reset_password(link=mine, password="un-mot-de-passe-assez-long")
            outcomes.append("used")
        except services.LinkError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused", "used"]


def test_a_log_keeps_the_number_of_a_link_and_not_its_signature(issue):
    path = services.link_path(issue())
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "%s: %s", ("Forbidden", path), None)

    assert HideTokens().filter(record)

    assert record.getMessage().startswith("Forbidden: /acces/mot-de-passe/")
    assert path.rstrip("/").rpartition(":")[2] not in record.getMessage()
    assert any(isinstance(one, HideTokens) for handler in logging.getLogger().handlers for one in handler.filters)
