"""Is every part of the application alive? Asked by people and by machines, without signing in.

Nothing here tells more than "up" or "down" and a few counts: the address is public.
"""

import os
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from cite_educative.documents.enums import State
from cite_educative.documents.models import GeneratedFile
from cite_educative.home.models import Heartbeat

SILENCE_ALLOWED = timedelta(seconds=60)
# A worker that renders says nothing until its task ends, at the latest at the time limit.
SILENCE_ALLOWED_WHEN_BUSY = SILENCE_ALLOWED + timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)


@login_not_required
@never_cache
@require_safe
def health(request):
    """Everything: 503 as soon as one part is down."""
    database = database_check()
    down = {"ok": False}
    workers = worker_checks() if database["ok"] else dict.fromkeys(settings.QUEUES, down)
    return answer({"web": {"ok": True}, "database": database, "worker": workers, "queue": queue_check()})


@login_not_required
@never_cache
@require_safe
def web_health(request):
    """The web process and its database only: what a load balancer needs to know."""
    return answer({"web": {"ok": True}, "database": database_check()})


def answer(checks):
    parts = [part for name, part in checks.items() if name != "worker"] + list(checks.get("worker", {}).values())
    ok = all(part["ok"] for part in parts)
    return JsonResponse({"status": "ok" if ok else "down", **checks}, status=200 if ok else 503)


def database_check():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return {"ok": False, "engine": connection.vendor}
    return {"ok": True, "engine": connection.vendor}


def worker_checks():
    """One entry per queue: seconds since a worker of that queue last ran a task, None when none ever did."""
    now = timezone.now()
    last = dict(Heartbeat.objects.values_list("name", "beat_at"))
    busy = GeneratedFile.objects.filter(state=State.RENDERING, lease_until__gt=now).exists()
    allowed = SILENCE_ALLOWED_WHEN_BUSY if busy else SILENCE_ALLOWED
    return {queue: worker_check(last.get(queue), now, allowed) for queue in settings.QUEUES}


def worker_check(last, now, allowed):
    if last is None:
        return {"ok": False, "silent_for": None}
    return {"ok": now - last <= allowed, "silent_for": round((now - last).total_seconds())}


def queue_check():
    """Is the broker reachable, and how many messages wait in each queue?"""
    if settings.CELERY_BROKER_URL.startswith("filesystem") and not os.access(settings.BROKER_DIR / "queue", os.W_OK):
        return {"ok": False}
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
            channel = broker.default_channel
            waiting = {queue: channel.queue_declare(queue).message_count for queue in settings.QUEUES}
    except OperationalError:
        return {"ok": False}
    return {"ok": True, "waiting": waiting}


# --- For the team, in words ---------------------------------------------------------------------------

QUEUE_WORK = {"default": "Envois et tâches courantes", "pdf": "Production des documents"}


def service_in_words():
    """The same checks for a page: `checks` (label, ok, sentence) and `ok` for all of them."""
    database, queue = database_check(), queue_check()
    checks = [
        {"label": "Base de données", "ok": database["ok"], "sentence": _database_sentence(database)},
        {"label": "File d’attente", "ok": queue["ok"], "sentence": _queue_sentence(queue)},
    ]
    for name, worker in worker_checks().items():
        label = QUEUE_WORK.get(name, name)
        checks.append({"label": label, "ok": worker["ok"], "sentence": _worker_sentence(worker)})
    return {"checks": checks, "ok": all(check["ok"] for check in checks)}


def _database_sentence(check):
    engine = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(check["engine"], check["engine"])
    return f"{engine} répond." if check["ok"] else f"{engine} ne répond pas."


def _queue_sentence(check):
    if not check["ok"]:
        return "Elle ne répond pas\u00a0: rien n’est perdu, les travaux repartiront à son retour."
    waiting = sum(check["waiting"].values())
    if waiting == 0:
        return "Aucun travail n’attend."
    return "Un travail attend." if waiting == 1 else f"{waiting} travaux attendent."


def _worker_sentence(check):
    if check["silent_for"] is None:
        return "Aucun signe de vie depuis l’installation."
    minutes, seconds = divmod(check["silent_for"], 60)
    if minutes == 0:
        since = f"{seconds} seconde{'s' if seconds >= 2 else ''}"
    elif minutes < 60:
        since = f"{minutes} minute{'s' if minutes >= 2 else ''}"
    else:
        since = "plus d’une heure"
    return f"Dernier signe de vie il y a {since}."
