"""The strict ground every test stands on: no network, no broker, no undefined template variable."""

import gc
import inspect
import os
import shutil
import socket
import tempfile
from itertools import count
from pathlib import Path

import hypothesis
import pytest

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cite_educative.settings")
os.environ.setdefault("STATEMENT_TIMEOUT_MS", "300000")  # a busy machine is no fault of what is tested
TEMPORARY_DATA_DIR = None
if "DATA_DIR" not in os.environ:
    TEMPORARY_DATA_DIR = os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="cite-tests-")

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.template.base import Node  # noqa: E402
from django.test import Client  # noqa: E402

from cite_educative.celery import app as celery_app  # noqa: E402
from tests.postgresql import end_sessions  # noqa: E402

PROJECT_TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
FOREIGN_TEMPLATES = ("bootstrap5", "admin", "django", "django_filters")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1", "")


class UndefinedVariable(str):
    """Stands for `string_if_invalid`: fails the test when one of our own templates prints nothing for a name."""

    __slots__ = ()

    def __contains__(self, text):
        return text == "%s" or super().__contains__(text)

    def __mod__(self, variable):
        template = self._template_being_rendered()
        if template:
            pytest.fail(f"Undefined variable “{variable}” in {template}")
        return ""

    @staticmethod
    def _template_being_rendered():
        frame = inspect.currentframe()
        while frame:
            node = frame.f_locals.get("self")
            if isinstance(node, Node) and getattr(node, "origin", None):
                path = Path(node.origin.name)
                if not path.is_relative_to(PROJECT_TEMPLATES):
                    return None
                relative = path.relative_to(PROJECT_TEMPLATES)
                return None if relative.parts[0] in FOREIGN_TEMPLATES else relative
            frame = frame.f_back
        return None


def pytest_configure(config):
    # A busy machine is no fault of what is tested.
    slow = [hypothesis.HealthCheck.too_slow]
    hypothesis.settings.register_profile("suite", suppress_health_check=slow, deadline=None)
    hypothesis.settings.load_profile("suite")
    data_dir = Path(settings.DATA_DIR)
    data_dir.mkdir(parents=True, exist_ok=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = data_dir / "files"
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable("undefined")
    # A thread of the live server that waits for its browser's next request keeps no session open.
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    if not settings.IS_POSTGRESQL:
        # A file, as in production: threads of one test then have real connections of their own.
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(data_dir / "test.sqlite3")
    # Celery sets Django up again when it first loads its tasks, which would take `caplog`'s handler away.
    celery_app.loader.import_default_modules()


def pytest_collection_finish(session):
    """What imports and collection made lives until the end: walking through it again and again takes a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_unconfigure(config):
    if TEMPORARY_DATA_DIR and not hasattr(config, "workerinput"):
        shutil.rmtree(TEMPORARY_DATA_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    yield
    if settings.IS_POSTGRESQL:
        with django_db_blocker.unblock():
            end_sessions(connection.settings_dict["NAME"])


@pytest.fixture(autouse=True)
def no_outside_network(monkeypatch):
    connect = socket.socket.connect

    def connect_locally(self, address):
        if self.family != socket.AF_UNIX and address[0] not in LOCAL_HOSTS:
            pytest.fail(f"A test tried to reach {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_locally)


@pytest.fixture(autouse=True)
def numbers_of_this_test(monkeypatch):
    """Names, civilities and addresses that factories give do not depend on the tests run before."""
    for module in ("tests.factories", "tests.actions.factories"):
        monkeypatch.setattr(f"{module}._numbers", count(1))


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


class SettledClient(Client):
    """A browser that has already opened a page: its first one also records the browser in the session."""

    def force_login(self, user, backend=None):
        super().force_login(user, backend)
        self.session.save()

    @property
    def session(self):
        session = super().session
        session.user_agent, session.ip = "", "127.0.0.1"
        return session


@pytest.fixture
def client():
    return SettledClient()


@pytest.fixture(autouse=True)
def published(monkeypatch):
    """What the outbox handed to the broker, as (task name, pk); there is no broker in tests."""
    publications = []
    monkeypatch.setattr(
        celery_app, "send_task", lambda name, args=(), **options: publications.append((name, *args)), raising=True
    )
    return publications
