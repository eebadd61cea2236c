"""The beat's only task."""

import logging

from celery import shared_task

from cite_educative.common.outbox import sweeps

logger = logging.getLogger(__name__)


@shared_task(name="outbox.sweep", soft_time_limit=50, time_limit=60)
def sweep():
    """Call every registered sweep; one that fails does not stop the others. A second run changes nothing."""
    failures = []
    for function in sweeps:
        try:
            function()
        except Exception as error:
            logger.exception("The sweep %s failed.", function.__qualname__)
            failures.append(error)
    if failures:
        raise ExceptionGroup("Some sweeps failed.", failures)
