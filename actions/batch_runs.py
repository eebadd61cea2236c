"""The life of a gesture on many actions: kept as one row, then done a few actions at a time, here or by the worker.

A few actions and what became of them are one transaction: a worker that dies leaves nothing half told, and the sweep
gives what waits to another.
"""

import logging
import time
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from actions.batches import BATCHES, chosen_actions, read_choice, refusals
from actions.models import BulkRun
from cite_educative.common.locks import ConflictError
from cite_educative.common.outbox import enqueue, publish, register_sweep
from cite_educative.common.transitions import TransitionError
from partners.models import User
from partners.permissions import can_steer
from partners.services import PartnersError

logger = logging.getLogger(__name__)
TASK = "actions.run_batch"
IN_THE_REQUEST = 100  # more than this is the worker's
AT_ONCE = 20
BUDGET = 80  # seconds of one run of the task, below its soft limit: what waits is published again
LEASE = timedelta(seconds=60)
SHOWN_FOR, MOST_SHOWN = timedelta(days=1), 3
GONE = "Cette fiche n’est plus dans le plan."
NO_LONGER = "Vous n’êtes plus chef ou cheffe de projet de cette Cité."
UNEXPECTED = "Une erreur inattendue a empêché ce geste. Elle est enregistrée."
TOO_LATE = "Ce que ce geste demandait n’existe plus."


def start_gesture(*, cite, actor, token, gesture, label, keys, choice=None):
    """Keep the gesture, do it when it is short, else leave it to the worker.

    `choice` is the one that `packed_choice` made. A `token` already used gives its first run: nothing is done again.
    """
    try:
        with transaction.atomic():
            run = BulkRun.objects.create(
                cite=cite,
                actor=actor,
                token=token,
                gesture=gesture,
                label=label,
                total=len(keys),
                waiting=keys,
                choice=choice,
            )
            if len(keys) > IN_THE_REQUEST:
                enqueue(TASK, run.pk)
    except IntegrityError:
        return BulkRun.objects.get(token=token, actor=actor)
    if len(keys) <= IN_THE_REQUEST:
        work(run.pk)
        run.refresh_from_db()
    return run


def runs_to_follow(user, cite):
    """The long gestures of the reader that are not over, or not for long."""
    recent = Q(created_at__gte=timezone.now() - SHOWN_FOR, total__gt=IN_THE_REQUEST)
    return BulkRun.objects.visible_to(user).filter(~Q(waiting=[]) | recent, cite=cite).defer("results")[:MOST_SHOWN]


def work(pk, *, budget=BUDGET):
    """Try what waits, for `budget` seconds at most; then the rest is published again. A second worker finds nothing."""
    if not _lease(pk):
        return
    ends = time.monotonic() + budget
    try:
        while time.monotonic() < ends:
            if not _do_some(pk):
                return
    finally:
        BulkRun.objects.filter(pk=pk).update(worked_until=None)
    publish(TASK, pk)


@register_sweep
def sweep():
    """Publish again what waits and nobody works on."""
    for pk in _free(BulkRun.objects.unfinished()).order_by("pk").values_list("pk", flat=True):
        publish(TASK, pk)


def _free(runs):
    return runs.filter(Q(worked_until=None) | Q(worked_until__lt=timezone.now()))


def _lease(pk):
    free = _free(BulkRun.objects.unfinished().filter(pk=pk))
    return bool(free.update(worked_until=timezone.now() + LEASE))


@transaction.atomic
def _do_some(pk):
    """The next actions that wait; returns whether some still do."""
    run = BulkRun.objects.select_for_update(of=("self",)).select_related("cite").get(pk=pk)
    keys, run.waiting = run.waiting[:AT_ONCE], run.waiting[AT_ONCE:]
    run.results += _tried(run, User.objects.get(pk=run.actor_id), keys)
    run.worked_until = timezone.now() + LEASE
    run.save(update_fields=["waiting", "results", "worked_until"])
    return bool(run.waiting)


def _tried(run, user, keys):
    """A line for each key. Rights and reasons are read again: time went by since the pre-flight."""
    batch = BATCHES[run.gesture]
    known = {action.pk: action for action in chosen_actions(user, run.cite, keys)}
    choice = read_choice(batch.field, run.choice)
    if not can_steer(user, run.cite):
        refused = dict.fromkeys(known, NO_LONGER)
    elif batch.field and not choice:
        refused = dict.fromkeys(known, TOO_LATE)
    else:
        refused = refusals(batch, list(known.values()), choice)
    return [_line(batch, known.get(key), key, choice, user, refused) for key in keys]


def _line(batch, action, key, choice, user, refused):
    if action is None:
        return {"action": key, "code": "", "title": "Fiche retirée", "holder": "", "done": False, "said": GONE}
    done, said = (False, refused[key]) if key in refused else _done(batch, action, choice, user)
    told = {"action": key, "code": action.code, "title": action.title, "holder": action.holder.name}
    return {**told, "done": done, "said": said}


def _done(batch, action, choice, user):
    """What the gesture says; a failure undoes nothing of the others."""
    try:
        with transaction.atomic():
            return True, batch.apply(action, choice, user)
    except ValidationError as error:
        return False, " ".join(error.messages)
    except (ConflictError, PartnersError, TransitionError) as error:
        return False, str(error)
    except OperationalError:
        raise  # a database that is busy or lost: all of them are tried again
    except Exception:
        logger.exception("The gesture %s failed on action %s.", batch.key, action.pk)
        return False, UNEXPECTED
