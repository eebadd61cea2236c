"""Real pages in a real Chromium: one browser and one demonstration per process, one server per module.

`site` finds the demonstration as it was loaded and empties the database at the end of the module, where pytest-django would do so after
each test. A test finds what the earlier ones of its module have written. Every module is marked `django_db(transaction=True)`, without which no database is made.
"""

import os
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from cite_educative.celery import app as celery_app
from tests.browser.saved import FILES, SavedDemonstration
from tests.browser.worker import filesystem_broker
from tests.postgresql import end_sessions

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing: apt-get install chromium, or run “make test” as root.", pytrace=False)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, where Django then refuses its ORM; nothing awaits here.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """The data folder of a worker: what is published lands there, whatever broker the settings name."""
    data_dir = tmp_path_factory.mktemp("data")
    ours = filesystem_broker(data_dir)
    before = {name: celery_app.conf[name] for name in ours}
    _connect_to(ours)
    yield data_dir
    _connect_to(before)


def _connect_to(broker):
    celery_app.conf.update(broker)
    # Celery keeps its first connections whatever becomes of its settings; this is what it does after a fork.
    celery_app._after_fork()


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory, django_db_setup, django_db_blocker):
    saved = SavedDemonstration(tmp_path_factory.mktemp("demonstration"))
    yield saved
    with django_db_blocker.unblock():
        saved.forget()


@pytest.fixture(scope="module")
def site(chromium, broker, demonstration, django_db_blocker):
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=broker / FILES):
        demonstration.load(broker)
        server = LiveServer("127.0.0.1")
        with server._live_server_modified_settings:
            # It imports models, which are not ready when this file is read.
            site = import_module("tests.browser.site").Site(chromium, server.url, broker)
            try:
                yield site
            finally:
                site.close()
                server.stop()
                if settings.IS_POSTGRESQL:  # a thread cut short would hold what is emptied
                    end_sessions(connection.settings_dict["NAME"])
                call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def _django_db_helper():
    """Replaces the one of pytest-django, which opens and empties the database for each marked test: `site` does it."""


@pytest.fixture(autouse=True)
def published():
    """Replaces the one of the suite: here what is published reaches the broker of `broker`."""


@pytest.fixture(autouse=True)
def files_of_this_test():
    """Replaces the one of the suite: the files last as long as the demonstration, see `site`."""


@pytest.fixture(scope="session")
def screenshots():
    """Where to leave a picture of each page visited; None when nobody asked for them."""
    folder = os.environ.get("SCREENSHOTS")
    return Path(folder) if folder else None


@pytest.fixture
def visit(site):
    """`visit("pilote")` → a `Visitor` signed in, gone at the end of the test; `visit(None)`: nobody."""
    visitors = []

    def open_visitor(login, **options):
        visitors.append(site.visitor(login, **options))
        return visitors[-1]

    yield open_visitor
    for visitor in visitors:
        visitor.close()
