from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.utils import timezone


@pytest.fixture
def cite(db):
    # Read late: models are not ready when this file is read.
    return import_module("tests.factories").make_cite()


@pytest.fixture
def elsewhere(db):
    """Another Cité of the same database: nothing of it may count."""
    return import_module("tests.factories").make_cite("amiens")


@pytest.fixture
def october(monkeypatch):
    """The first of October 2026."""
    today, real = date(2026, 10, 1), timezone.localdate
    monkeypatch.setattr(timezone, "localdate", lambda value=None, **zone: real(value) if value else today)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 10, 1, 10, tzinfo=UTC))
    return today
