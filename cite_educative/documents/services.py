"""The life of a generated file: queued → rendering → ready | failed.

Every move is one conditional UPDATE that carries the attempt number: twice is once, and an attempt that has lost
its lease can neither finish the row nor leave a file behind. `attempts` only ever grows, a retry raises the limit
instead, so that a number never names two attempts.
"""

import hashlib
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from cite_educative.common.outbox import enqueue, publish
from cite_educative.documents.enums import State
from cite_educative.documents.models import MAX_ATTEMPTS, GeneratedFile

TASK = "documents.render"
LEASE = timedelta(seconds=15)  # renewed while the rendering lives (lease.py): a killed worker is noticed within 25 s
STALE_AFTER = timedelta(seconds=15)
SWEEP_BATCH = 20  # bounds the messages sent again while a long queue is being worked off
EXHAUSTED = "Le document n’a pas pu être préparé, après plusieurs essais interrompus. Vous pouvez le relancer."


@transaction.atomic
def request_file(*, kind, format, title, filename, cite_id, author):
    """Write the row and enqueue its rendering after commit; call it inside the transaction that writes the subject."""
    generated_file = GeneratedFile.objects.create(
        kind=kind,
        format=format,
        title=title,
        filename=filename,
        cite_id=cite_id,
        author=author,
        queued_at=timezone.now(),
    )
    enqueue(TASK, generated_file.pk)
    return generated_file


@transaction.atomic
def retry(*, generated_file, actor):
    """Queue a failed file again. Nothing happens when it is not failed any more: a second click is harmless."""
    queued = GeneratedFile.objects.filter(pk=generated_file.pk, state=State.FAILED).update(
        state=State.QUEUED,
        error="",
        attempt_limit=F("attempts") + MAX_ATTEMPTS,
        queued_at=timezone.now(),
        started_at=None,
        finished_at=None,
    )
    if queued:
        enqueue(TASK, generated_file.pk)
    return bool(queued)


def claim(pk):
    """Take the next attempt, for the time of a lease. None when another one holds the row or nothing is left to do."""
    now = timezone.now()
    with transaction.atomic():
        claimed = GeneratedFile.objects.filter(_claimable(now), pk=pk, attempts__lt=F("attempt_limit")).update(
            state=State.RENDERING, attempts=F("attempts") + 1, lease_until=now + LEASE, started_at=now
        )
        return GeneratedFile.objects.get(pk=pk) if claimed else None


def renew_lease(attempt):
    """Whether the attempt still holds the row."""
    return bool(_held_by(attempt).update(lease_until=timezone.now() + LEASE))


def store(attempt, content, *, pages=None):
    """Keep the file, then mark the row ready; an attempt that lost the row meanwhile removes what it wrote.

    Returns whether this attempt is the one that counts.
    """
    name = default_storage.save(f"documents/{attempt.pk}/{attempt.attempts}.{attempt.format}", ContentFile(content))
    stored = False
    try:
        stored = _held_by(attempt).update(
            state=State.READY,
            lease_until=None,
            file=name,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            pages=pages,
            finished_at=timezone.now(),
        )
    finally:
        if not stored:
            default_storage.delete(name)
    return bool(stored)


def fail(attempt, error):
    """Record a French sentence; returns False when the attempt no longer holds the row."""
    return bool(
        _held_by(attempt).update(state=State.FAILED, lease_until=None, error=error, finished_at=timezone.now())
    )


def sweep():
    """Publish again what nobody works on, give up what was interrupted too often. Returns the number published."""
    now = timezone.now()
    abandoned = Q(state=State.RENDERING, lease_until__lt=now)
    GeneratedFile.objects.filter(abandoned, attempts__gte=F("attempt_limit")).update(
        state=State.FAILED, lease_until=None, error=EXHAUSTED, finished_at=now
    )
    forgotten = Q(state=State.QUEUED, queued_at__lt=now - STALE_AFTER)
    stale = list(
        GeneratedFile.objects.filter(abandoned | forgotten)
        .order_by("queued_at", "pk")
        .values_list("pk", flat=True)[:SWEEP_BATCH]
    )
    GeneratedFile.objects.pending().filter(pk__in=stale).update(queued_at=now)
    for pk in stale:
        publish(TASK, pk)
    return len(stale)


def _claimable(now):
    return Q(state=State.QUEUED) | Q(state=State.RENDERING, lease_until__lt=now)


def _held_by(attempt):
    return GeneratedFile.objects.filter(pk=attempt.pk, state=State.RENDERING, attempts=attempt.attempts)
