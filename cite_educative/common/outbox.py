"""The only door to the queue. The row is the truth and the message a hint: what is lost is swept up."""

import logging

from amqp.exceptions import AMQPError
from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)
BROKER_FAULTS = (KombuError, AMQPError, OSError)

sweeps = []


def enqueue(task_name, pk):
    """Publish the task `task_name(pk)` once the current transaction commits; nothing if it rolls back.

    A broker that is down is logged, never raised: the sweep publishes again.
    """
    transaction.on_commit(lambda: publish(task_name, pk), robust=True)


def publish(task_name, pk):
    """Publish now; for sweeps, which look at committed rows. Returns whether the broker took it."""
    try:
        current_app.send_task(task_name, args=[pk], retry=False)
    except BROKER_FAULTS as error:
        logger.warning("The broker refused %s(%s), the sweep will publish it again: %s", task_name, pk, error)
        return False
    return True


def register_sweep(function):
    """Have `function()` called by every `outbox.sweep`; it publishes its stale rows again. A decorator.

    Registering twice is registering once.
    """
    if function not in sweeps:
        sweeps.append(function)
    return function
