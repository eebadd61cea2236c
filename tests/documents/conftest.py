from importlib import import_module

import pytest
from django.contrib.auth import get_user_model

from cite_educative.documents.registry import renderers, visibilities


@pytest.fixture
def author(db):
    return get_user_model().objects.create_user("autrice@exemple.fr", "mot-de-passe-d-essai")


@pytest.fixture
def stranger(db):
    return get_user_model().objects.create_user("inconnue@exemple.fr", "mot-de-passe-d-essai")


@pytest.fixture
def printed(monkeypatch):
    """Register a renderer for the kind `essai`; returns the attempts it served, and itself (set its `fault`)."""
    calls = []

    def render(generated_file):
        calls.append(generated_file.attempts)
        if render.fault:
            raise render.fault
        title = str(generated_file)
        return f'<html lang="fr"><head><title>{title}</title></head><body><h1>{title}</h1></body></html>'

    render.fault = None
    monkeypatch.setitem(renderers, "essai", render)
    return calls, render


@pytest.fixture
def shown(monkeypatch):
    """Register a visibility for the kind `essai`: `{user pk: [file pks]}`."""
    table = {}
    monkeypatch.setitem(visibilities, "essai", lambda user: table.get(user.pk, []))
    return table


@pytest.fixture
def make_file(author):
    request_file = import_module("cite_educative.documents.services").request_file  # once Django is ready

    def make(**fields):
        defaults = {
            "kind": "essai",
            "format": "pdf",
            "title": "Note d’essai",
            "filename": "note-essai.pdf",
            "cite_id": None,
            "author": author,
        }
        return request_file(**(defaults | fields))

    return make
