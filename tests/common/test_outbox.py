import pytest
from django.db import transaction

from cite_educative.celery import app
from cite_educative.common import outbox
from cite_educative.common.tasks import sweep


@pytest.fixture
def no_sweep():
    kept = list(outbox.sweeps)
    outbox.sweeps.clear()
    yield
    outbox.sweeps[:] = kept


@pytest.mark.django_db(transaction=True)
def test_a_task_is_published_only_once_its_row_is_committed(published):
    with transaction.atomic():
        outbox.enqueue("documents.render", 7)
        assert published == []

    assert published == [("documents.render", 7)]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_published_for_a_transaction_that_fails(published):
    with transaction.atomic():
        outbox.enqueue("documents.render", 7)
        transaction.set_rollback(True)

    assert published == []


@pytest.fixture
def broker_that_is_down():
    """A closed port, whatever broker the settings name; Celery then forgets the connections it keeps."""
    ours = {"broker_url": "redis://127.0.0.1:1/0", "broker_transport_options": {"socket_connect_timeout": 1}}
    before = {name: app.conf[name] for name in ours}
    app.conf.update(ours)
    app._after_fork()
    yield
    app.conf.update(before)
    app._after_fork()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_never_fails_the_request(monkeypatch, broker_that_is_down, caplog):
    monkeypatch.undo()  # the real publication

    with transaction.atomic():
        outbox.enqueue("documents.render", 7)

    assert "documents.render(7)" in caplog.text


def test_every_sweep_is_called_although_one_fails(no_sweep, caplog):
    calls = []

    @outbox.register_sweep
    def broken():
        raise RuntimeError("panne")

    @outbox.register_sweep
    def sound():
        calls.append("sound")

    outbox.register_sweep(sound)

    with pytest.raises(ExceptionGroup):
        sweep()

    assert calls == ["sound"]
    assert "broken" in caplog.text
