from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from cite_educative.common.outbox import sweeps
from cite_educative.documents import services
from cite_educative.documents.enums import State
from cite_educative.documents.lease import kept_lease
from cite_educative.documents.models import MAX_ATTEMPTS, GeneratedFile

pytestmark = pytest.mark.django_db


def expire_lease(generated_file):
    """What a killed worker leaves behind."""
    GeneratedFile.objects.filter(pk=generated_file.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def age(generated_file, seconds):
    GeneratedFile.objects.filter(pk=generated_file.pk).update(queued_at=timezone.now() - timedelta(seconds=seconds))


def stored_files(generated_file):
    folder = f"documents/{generated_file.pk}"
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


def test_a_file_is_enqueued_once_its_row_is_committed(make_file, published, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        generated_file = make_file()
        assert published == []

    assert published == [("documents.render", generated_file.pk)]
    assert generated_file.state == State.QUEUED


def test_two_workers_cannot_claim_the_same_attempt(make_file):
    generated_file = make_file()

    first, second = services.claim(generated_file.pk), services.claim(generated_file.pk)

    assert (first.state, first.attempts) == (State.RENDERING, 1)
    assert second is None


def test_a_row_whose_worker_was_killed_is_claimed_again_after_its_lease(make_file):
    generated_file = make_file()
    services.claim(generated_file.pk)
    expire_lease(generated_file)

    assert services.claim(generated_file.pk).attempts == 2


def test_a_finished_attempt_stores_the_file_its_hash_and_its_size(make_file):
    attempt = services.claim(make_file().pk)

    assert services.store(attempt, b"%PDF-essai", pages=2)

    generated_file = GeneratedFile.objects.get(pk=attempt.pk)
    assert generated_file.is_ready
    assert generated_file.file.read() == b"%PDF-essai"
    assert (generated_file.size, generated_file.pages, len(generated_file.sha256)) == (10, 2, 64)
    assert generated_file.finished_at
    generated_file.file.close()


def test_a_stale_attempt_neither_overwrites_nor_leaves_a_file(make_file):
    stale = services.claim(make_file().pk)
    expire_lease(stale)
    current = services.claim(stale.pk)

    assert not services.store(stale, b"stale")
    assert not services.fail(stale, "Trop tard.")
    assert not services.renew_lease(stale)
    assert services.store(current, b"current")

    assert not services.store(stale, b"stale")
    generated_file = GeneratedFile.objects.get(pk=stale.pk)
    assert generated_file.file.read() == b"current"
    generated_file.file.close()
    assert len(stored_files(stale)) == 1


def test_a_ready_file_never_changes(make_file):
    attempt = services.claim(make_file().pk)
    services.store(attempt, b"content")
    before = GeneratedFile.objects.values().get(pk=attempt.pk)

    assert services.claim(attempt.pk) is None
    assert not services.fail(attempt, "Non.")
    assert not services.retry(generated_file=attempt, actor=attempt.author)
    age(attempt, 0)
    services.sweep()

    after = GeneratedFile.objects.values().get(pk=attempt.pk)
    assert {**after, "queued_at": before["queued_at"]} == before


def test_after_three_interrupted_attempts_the_sweep_gives_up_with_a_sentence(make_file, published):
    generated_file = make_file()
    for number in range(1, MAX_ATTEMPTS + 1):
        assert services.claim(generated_file.pk).attempts == number
        expire_lease(generated_file)

    assert services.claim(generated_file.pk) is None
    assert services.sweep() == 0

    generated_file.refresh_from_db()
    assert generated_file.has_failed
    assert generated_file.error == services.EXHAUSTED
    assert published == []


def test_the_sweep_publishes_what_was_lost_and_leaves_the_rest(make_file, published):
    lost, recent, killed, alive = make_file(), make_file(), make_file(), make_file()
    age(lost, 60)
    for generated_file in (killed, alive):
        services.claim(generated_file.pk)
    expire_lease(killed)

    assert services.sweep() == 2
    assert {pk for _, pk in published} == {lost.pk, killed.pk}
    assert recent.pk not in {pk for _, pk in published}


def test_the_sweep_does_not_repeat_a_message_at_once(make_file, published):
    age(make_file(), 60)

    assert (services.sweep(), services.sweep()) == (1, 0)


def test_the_sweep_is_known_to_the_outbox():
    assert services.sweep in sweeps


def test_a_retry_gives_three_more_attempts_with_numbers_of_their_own(
    make_file, published, django_capture_on_commit_callbacks
):
    stale = services.claim(make_file().pk)
    expire_lease(stale)
    failed = services.claim(stale.pk)
    services.fail(failed, "Une image manque.")

    with django_capture_on_commit_callbacks(execute=True):
        assert services.retry(generated_file=failed, actor=failed.author)
        assert not services.retry(generated_file=failed, actor=failed.author)

    assert published == [("documents.render", failed.pk)]
    again = services.claim(failed.pk)
    assert (again.attempts, again.attempt_limit, again.error) == (3, 5, "")
    assert not services.store(stale, b"stale")
    assert services.store(again, b"content")


def test_a_lease_lasts_as_long_as_the_rendering(make_file):
    attempt = services.claim(make_file().pk)
    GeneratedFile.objects.filter(pk=attempt.pk).update(lease_until=timezone.now() + timedelta(seconds=1))

    assert services.renew_lease(attempt)

    attempt.refresh_from_db()
    assert attempt.lease_until > timezone.now() + services.LEASE / 2


def test_the_lease_keeper_ends_with_the_rendering(make_file):
    attempt = services.claim(make_file().pk)

    with pytest.raises(ValueError, match="rendu"), kept_lease(attempt):
        raise ValueError("rendu")

    attempt.refresh_from_db()
    assert attempt.state == State.RENDERING


@pytest.mark.parametrize(
    "change",
    [
        {"state": State.READY},
        {"state": State.FAILED},
        {"state": State.RENDERING},
        {"error": "Sans échec."},
        {"sha256": "0" * 64},
        {"attempts": MAX_ATTEMPTS + 1},
    ],
    ids=str,
)
def test_the_database_refuses_a_row_that_contradicts_itself(make_file, change):
    generated_file = make_file()

    with pytest.raises(IntegrityError), transaction.atomic():
        GeneratedFile.objects.filter(pk=generated_file.pk).update(**change)
