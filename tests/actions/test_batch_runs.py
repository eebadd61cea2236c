"""A gesture on more actions than a request does: left to the worker, followed, cut and taken up again."""

import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from actions import batch_runs, tasks
from actions.enums import ActionStatus
from actions.models import Action, BulkRun, Scheme
from partners.enums import Role
from partners.models import Mandate
from tests.actions.factories import make_action, make_axis, make_call, make_objective, make_programme
from tests.factories import make_user

pytestmark = pytest.mark.django_db
URL = "/actions/lot/"
TASK = "actions.run_batch"


@pytest.fixture
def short(monkeypatch):
    """Two actions are already too many for a request, and the worker takes them two by two."""
    monkeypatch.setattr(batch_runs, "IN_THE_REQUEST", 1)
    monkeypatch.setattr(batch_runs, "AT_ONCE", 2)


@pytest.fixture
def actions(cite):
    return [make_action(cite, title=f"Action {rank}", status=ActionStatus.RETAINED) for rank in range(5)]


def send(client, actions, capture, **more):
    """Asks for the gesture; gives its row and what was published."""
    keys = " ".join(str(action.pk) for action in actions)
    with capture(execute=True):
        answer = client.post(URL, {"geste": "publier", "cles": keys, "faire": "1", "token": str(uuid.uuid4()), **more})
    assert answer.status_code == 302
    return BulkRun.objects.latest("pk")


@pytest.fixture
def run(short, actions, lead, sign_in, published, django_capture_on_commit_callbacks):
    return send(sign_in(lead), actions, django_capture_on_commit_callbacks)


def published_count():
    return Action.objects.filter(published_at__isnull=False).count()


def test_a_long_gesture_is_left_to_the_worker(run, published):
    assert published == [(TASK, run.pk)]
    assert published_count() == 0
    assert (run.is_over, run.tried, run.total) == (False, 0, 5)

    tasks.run_batch(run.pk)

    run.refresh_from_db()
    assert published_count() == 5
    assert run.is_over
    assert [line["title"] for line in run.results] == [f"Action {rank}" for rank in range(5)]
    assert run.worked_until is None


def test_a_short_one_is_done_at_once(cite, lead, sign_in, actions, published, django_capture_on_commit_callbacks):
    run = send(sign_in(lead), actions, django_capture_on_commit_callbacks)

    assert run.is_over
    assert published_count() == 5
    assert published == []


def test_a_second_worker_finds_nothing_while_the_first_holds_it(run):
    BulkRun.objects.update(worked_until=timezone.now() + timedelta(seconds=30))
    tasks.run_batch(run.pk)
    assert published_count() == 0

    BulkRun.objects.update(worked_until=timezone.now() - timedelta(seconds=1))
    tasks.run_batch(run.pk)
    tasks.run_batch(run.pk)
    run.refresh_from_db()
    assert (published_count(), len(run.results)) == (5, 5)


def test_a_run_without_time_does_nothing_and_is_published_again(run, published):
    published.clear()

    batch_runs.work(run.pk, budget=0)

    assert published == [(TASK, run.pk)]
    run.refresh_from_db()
    assert (run.tried, run.worked_until) == (0, None)


def test_a_worker_cut_short_tells_nothing_that_was_not_done(run, monkeypatch, published):
    done = []
    apply = batch_runs.BATCHES["publier"].apply

    def cut(action, choice, user):
        if len(done) == 3:
            raise OperationalError("database is locked")
        done.append(action.pk)
        return apply(action, choice, user)

    monkeypatch.setitem(batch_runs.BATCHES, "publier", replaced(batch_runs.BATCHES["publier"], cut))
    with pytest.raises(OperationalError):
        tasks.run_batch(run.pk)
    run.refresh_from_db()
    assert (published_count(), len(run.results), run.tried) == (2, 2, 2)

    monkeypatch.undo()
    published.clear()
    batch_runs.sweep()
    batch_runs.work(run.pk)
    run.refresh_from_db()
    assert (published_count(), len(run.results), run.is_over) == (5, 5, True)


def replaced(batch, apply):
    return type(batch)(batch.key, batch.label, batch.field, batch.refusal, apply)


def test_the_sweep_publishes_what_waits_and_nobody_works_on(run, published):
    published.clear()
    BulkRun.objects.update(worked_until=timezone.now() + timedelta(seconds=30))
    batch_runs.sweep()
    assert published == []

    BulkRun.objects.update(worked_until=None)
    batch_runs.sweep()
    assert published == [(TASK, run.pk)]

    BulkRun.objects.update(waiting=[])
    batch_runs.sweep()
    assert len(published) == 1


def test_an_unexpected_fault_is_told_for_its_row_and_undoes_nothing_of_the_others(run, monkeypatch, actions):
    apply = batch_runs.BATCHES["publier"].apply

    def faulty(action, choice, user):
        said = apply(action, choice, user)
        if action.pk == actions[1].pk:
            raise RuntimeError("bug")
        return said

    monkeypatch.setitem(batch_runs.BATCHES, "publier", replaced(batch_runs.BATCHES["publier"], faulty))

    tasks.run_batch(run.pk)

    run.refresh_from_db()
    assert [line["done"] for line in run.results] == [True, False, True, True, True]
    assert "erreur inattendue" in run.results[1]["said"]
    assert published_count() == 4


def test_rights_and_reasons_are_read_again_by_the_worker(run, actions, lead):
    actions[0].published_at = timezone.now()
    actions[0].save(update_fields=["published_at"])
    tasks.run_batch(run.pk)
    run.refresh_from_db()
    assert run.results[0]["said"] == "Elle est déjà publiée."

    BulkRun.objects.update(waiting=[action.pk for action in actions], results=[])
    Action.objects.update(published_at=None)
    Mandate.objects.filter(person=lead.person).update(ends_on=timezone.localdate() - timedelta(days=1))
    tasks.run_batch(run.pk)
    run.refresh_from_db()
    assert published_count() == 0
    assert not any(line["done"] for line in run.results)


@pytest.mark.parametrize("gesture", ["appel", "axe", "objectif", "dispositifs", "reconduire"])
def test_what_the_gesture_asks_reaches_the_worker(
    short, cite, lead, sign_in, published, django_capture_on_commit_callbacks, gesture
):
    objective = make_objective(make_axis(make_programme(cite)))
    asked = {
        "appel": ("call", make_call(cite).pk),
        "axe": ("axis", objective.axis_id),
        "objectif": ("objective", objective.pk),
        "dispositifs": ("schemes", Scheme.objects.create(cite=cite, label="PRE").pk),
        "reconduire": ("year", 2027),
    }
    name, value = asked[gesture]
    chosen = [make_action(cite, title=f"Libre {rank}") for rank in range(3)]
    run = send(sign_in(lead), chosen, django_capture_on_commit_callbacks, geste=gesture, **{name: value})

    tasks.run_batch(run.pk)

    run.refresh_from_db()
    assert [line["done"] for line in run.results] == [True, True, True]


def test_what_was_asked_and_is_no_more_is_told(
    short, cite, lead, sign_in, published, django_capture_on_commit_callbacks
):
    scheme = Scheme.objects.create(cite=cite, label="PRE")
    chosen = [make_action(cite) for _ in range(2)]
    run = send(sign_in(lead), chosen, django_capture_on_commit_callbacks, geste="dispositifs", schemes=scheme.pk)
    scheme.delete()

    tasks.run_batch(run.pk)

    run.refresh_from_db()
    assert {line["said"] for line in run.results} == {"Ce que ce geste demandait n’existe plus."}


# --- The page -------------------------------------------------------------------------------------


def test_the_page_follows_without_script_then_shows_the_result(run, lead, sign_in, text_of):
    client, url = sign_in(lead), reverse("actions:batch_result", args=[run.pk])
    batch_runs._do_some(run.pk)

    page = text_of(client.get(url))
    assert "2 sur 5" in page
    assert "Actualiser" in page
    assert client.get(url, headers={"HX-Request": "true"}).headers.get("HX-Refresh") is None

    BulkRun.objects.update(worked_until=None)
    tasks.run_batch(run.pk)
    assert client.get(url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    page = text_of(client.get(url))
    assert "5 faites" in page
    assert "Action 4" in page


def test_the_list_leads_to_a_gesture_that_runs_and_to_nobody_else_s(run, cite, lead, client, sign_in, text_of):
    url = reverse("actions:batch_result", args=[run.pk])

    assert f'href="{url}"' in sign_in(lead).get(reverse("actions:list")).content.decode()
    client.force_login(make_user(cite, Role.CO_LEAD))
    assert f'href="{url}"' not in client.get(reverse("actions:list")).content.decode()


def test_more_actions_than_a_form_has_fields_may_be_chosen(cite, lead, sign_in):
    make_action(cite, status=ActionStatus.RETAINED)
    keys = " ".join(map(str, range(1, 6001)))

    page = sign_in(lead).post(URL, {"geste": "publier", "cles": keys})

    assert page.status_code == 200
    assert page.content.decode().count('name="choix"') == 0
