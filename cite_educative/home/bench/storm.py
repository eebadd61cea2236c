"""A hundred documents asked at once on the embedded profile, while the worker is killed and the broker emptied."""

import time
from statistics import median

from django.conf import settings
from django.db.models import Count
from django.test import override_settings
from django.urls import reverse

from cite_educative.documents.enums import State
from cite_educative.documents.models import GeneratedFile
from cite_educative.home.bench.data import build_cite
from cite_educative.home.bench.meetings import add_meetings, prepare_meeting
from cite_educative.home.bench.pages import signed_in
from cite_educative.home.bench.queue import NeverReady, background
from governance.services import issue_note

SIZE = 60  # actions
DOCUMENTS = 100
FORMATS = 2  # a note is a PDF and a DOCX
KILLS = 5
EMPTIED_AT = DOCUMENTS // 2
PATIENCE = 800  # seconds for all
PAGES, FIRST = 20, 5  # pages and requests that give a median without load


def storm():
    """Files made, each once; what a page and a request cost meanwhile, as ratios to the same without load.

    The worker is killed at every sixth of the work, each time on a file that it is making, and the broker's folder
    emptied once at half. `went_down` counts the times the number of ready files did, which never happens.
    Run it in a process whose settings name an empty SQLite file and the filesystem broker.
    """
    plan = build_cite(SIZE)
    add_meetings(plan)
    items = [prepare_meeting(plan, days=20 + rank) for rank in range(DOCUMENTS // FORMATS)]
    with override_settings(DEBUG=False, ALLOWED_HOSTS=["testserver"]):
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        client = signed_in(plan.cite)
        quiet_page = median(_page(client) for _ in range(PAGES))
        quiet_request = median(_request(plan, item) for item in items[:FIRST])
        with background() as processes:
            started = time.perf_counter()
            requests = [_request(plan, item) for item in items[FIRST:]]
            try:
                pages, went_down = _weather(client, processes, started)
            except NeverReady as error:
                return {"error": str(error)}
            seconds = time.perf_counter() - started
    files = _asked()
    return {
        "seconds": seconds,
        "ready": files.filter(state=State.READY).count(),
        "stored": sum(1 for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()),
        "again": files.filter(attempts__gt=1).count(),
        "went_down": went_down,
        "page_ratio": round(median(pages) / quiet_page, 2),
        "request_ratio": round(median(requests) / quiet_request, 2),
    }


def _asked():
    return GeneratedFile.objects.filter(note_file__isnull=False)


def _weather(client, processes, started):
    """(seconds of each page meanwhile, times the number of ready files went down)"""
    kills = [DOCUMENTS * rank // (KILLS + 1) for rank in range(1, KILLS + 1)]
    pages, known, went_down, is_emptied, interrupted = [], 0, 0, False, set()
    while known < DOCUMENTS:
        pages.append(_page(client))
        states = dict(_asked().values_list("state").annotate(Count("pk")))
        ready = states.get(State.READY, 0)
        went_down += ready < known
        known = ready
        if State.FAILED in states or time.perf_counter() - started > PATIENCE:
            raise NeverReady(f"{ready} files of {DOCUMENTS} after {time.perf_counter() - started:.0f} s: {states}")
        made_now = set(_asked().filter(state=State.RENDERING).values_list("pk", flat=True)) - interrupted
        if kills and ready >= kills[0] and made_now:
            kills.pop(0)
            processes.kill_worker()
            interrupted |= made_now
        if not is_emptied and ready >= EMPTIED_AT:
            is_emptied = True
            for message in (settings.BROKER_DIR / "queue").iterdir():
                message.unlink(missing_ok=True)
        time.sleep(0.2)
    if kills:
        raise NeverReady(f"the worker was not killed {len(kills)} times of {KILLS}: no file was seen being made")
    return pages, went_down


def _request(plan, item):
    return _seconds(lambda: issue_note(item.note, actor=plan.actor))


def _page(client):
    return _seconds(lambda: client.get(reverse("documents:list"), secure=True))


def _seconds(function):
    started = time.perf_counter()
    function()
    return time.perf_counter() - started
