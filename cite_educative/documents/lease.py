"""Keep an attempt's lease while it renders: short for a dead worker, as long as needed for a long document."""

import logging
import threading
from contextlib import contextmanager

from django.db import DatabaseError, connection

from cite_educative.documents import services

logger = logging.getLogger(__name__)
BEAT = services.LEASE.total_seconds() / 3


@contextmanager
def kept_lease(attempt):
    """Renew the lease from a thread until the block ends. It dies with the process, then the sweep takes over."""
    done = threading.Event()
    thread = threading.Thread(target=_renew, args=(attempt, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _renew(attempt, done):
    try:
        while not done.wait(BEAT):
            try:
                if not services.renew_lease(attempt):
                    return
            except DatabaseError:
                logger.warning("The lease of document %s could not be renewed.", attempt.pk, exc_info=True)
    finally:
        connection.close()
