"""Who gets what, page by page. The rows are in `tests/access/<app>.py`."""

import html
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse

from tests.access.matrix import ROLES, World

TABLES = sorted(
    module.name for module in iter_modules([str(Path(__file__).parent / "access")]) if module.name != "matrix"
)
MODULES = [import_module(f"tests.access.{name}") for name in TABLES]
ROWS = [row for module in MODULES for row in module.ROWS]
SECRETS = [secret for module in MODULES for secret in getattr(module, "SECRETS", [])]
NOT_OURS = ("admin",)


def url_names(resolver=None, prefix=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if not hasattr(pattern, "url_patterns"):
            if pattern.name:
                yield prefix + pattern.name
        elif pattern.namespace not in NOT_OURS:
            yield from url_names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)


def answer(world, row, role):
    """The code and the text that the role gets; what it wrote is undone."""
    client = world.client(role)
    url = reverse(row.name, args=row.args(world)) + row.query
    data = getattr(row, "post", None)
    with transaction.atomic():
        response = client.get(url) if data is None else client.post(url, data(world) if callable(data) else data)
        text = response.getvalue().decode("utf-8-sig", errors="replace")
        transaction.set_rollback(True)
    return response.status_code, html.unescape(f"{text} {response.headers.get('Content-Disposition', '')}")


@contextmanager
def undone(world):
    """What is made for one row is gone for the next one: they share the accounts and their sessions only."""
    for role in ROLES:
        world.client(role)
    made = dict(world.made_rows)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    world.forget(made)


def test_every_page_of_ours_has_its_row():
    missing = sorted(set(url_names()) - {row.name for row in ROWS})

    assert not missing, f"Add rows to tests/access/<app>.py for: {', '.join(missing)}"


def test_every_row_names_a_page():
    assert not {row.name for row in [*ROWS, *SECRETS]} - set(url_names())


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_each_role_gets_its_code(db, module):
    world, wrong = World(), []
    for row in module.ROWS:
        with undone(world):
            row.args(world)
            codes = {role: answer(world, row, role)[0] for role in ROLES}
        expected = {role: row.expected(role) for role in ROLES}
        wrong += [
            f"{row.label}, {role}: {codes[role]}, not {expected[role]}"
            for role in ROLES
            if codes[role] != expected[role]
        ]

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_value_is_found_by_its_readers_and_by_nobody_else(db, module):
    world, wrong = World(), []
    for secret in getattr(module, "SECRETS", []):
        with undone(world):
            secret.prepare(world)
            value = secret.value(world)
            found = {role for role in ROLES if value in answer(world, secret, role)[1]}
        if found != set(secret.readers.split()):
            wrong.append(f"“{value}” in {secret.label}: {sorted(found ^ set(secret.readers.split()))}")

    assert not wrong, "\n".join(wrong)
