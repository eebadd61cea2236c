from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from cite_educative.documents.models import GeneratedFile
from cite_educative.home.health import worker_checks
from cite_educative.home.models import Heartbeat
from cite_educative.home.tasks import heartbeat
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def beating():
    for queue in settings.QUEUES:
        heartbeat(queue)


def make_silent(queue, seconds):
    Heartbeat.objects.filter(name=queue).update(beat_at=timezone.now() - timedelta(seconds=seconds))


def test_all_is_well_when_each_queue_has_given_a_sign_of_life(client, beating):
    response = client.get("/sante/")

    assert response.status_code == 200
    answer = response.json()
    assert answer["status"] == "ok"
    assert answer["web"] == {"ok": True}
    assert answer["database"] == {"ok": True, "engine": connection.vendor}
    assert answer["worker"] == {queue: {"ok": True, "silent_for": 0} for queue in ("default", "pdf")}
    assert answer["queue"]["ok"] is True


def test_a_queue_that_never_gave_a_sign_is_down(client):
    response = client.get("/sante/")

    assert response.status_code == 503
    assert response.json()["worker"]["pdf"] == {"ok": False, "silent_for": None}


def test_a_worker_silent_for_more_than_a_minute_is_down(client, beating):
    make_silent("pdf", 61)

    response = client.get("/sante/")

    assert response.status_code == 503
    workers = response.json()["worker"]
    assert workers["pdf"]["ok"] is False
    assert workers["default"]["ok"] is True


def test_a_worker_that_renders_may_be_silent_until_its_time_limit(beating):
    make_silent("pdf", 100)
    now = timezone.now()
    lease = now + timedelta(seconds=60)
    GeneratedFile.objects.create(
        kind="test", format="pdf", author=make_user(), state="rendering", lease_until=lease, queued_at=now
    )

    assert worker_checks()["pdf"]["ok"] is True

    make_silent("pdf", 100 + settings.CELERY_TASK_TIME_LIMIT)
    assert worker_checks()["pdf"]["ok"] is False


def test_a_second_sign_of_life_replaces_the_first(beating):
    make_silent("pdf", 100)
    heartbeat("pdf")

    assert Heartbeat.objects.count() == len(settings.QUEUES)
    assert worker_checks()["pdf"]["silent_for"] == 0


def test_the_web_alone_is_well_while_the_workers_are_down(client):
    response = client.get("/sante/web/")

    assert response.status_code == 200
    assert "worker" not in response.json()


def test_a_database_that_does_not_answer_is_said_without_detail(client, beating):
    def refuse(*args):
        raise DatabaseError("secret detail")

    with connection.execute_wrapper(refuse):
        response = client.get("/sante/")

    assert response.status_code == 503
    assert response.json()["database"] == {"ok": False, "engine": connection.vendor}
    assert b"secret" not in response.content


def test_a_broker_that_cannot_be_reached_is_down(client, beating, settings, tmp_path):
    settings.CELERY_BROKER_URL = "filesystem://localhost//"
    settings.BROKER_DIR = tmp_path / "missing"

    response = client.get("/sante/")

    assert response.status_code == 503
    assert response.json()["queue"] == {"ok": False}


@pytest.mark.parametrize("path", ["/sante/", "/sante/web/"])
def test_health_is_only_read_and_never_kept_by_a_cache(client, path, beating):
    assert client.post(path).status_code == 405
    assert "no-store" in client.get(path)["Cache-Control"]
