"""From a request to its file on the embedded profile: SQLite, filesystem broker, a real worker and beat."""

import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

from django.conf import settings

from cite_educative.documents.enums import State
from cite_educative.documents.models import GeneratedFile
from cite_educative.home.bench.data import build_cite
from cite_educative.home.bench.meetings import add_meetings, add_noted_point, prepare_meeting
from governance.enums import PaperKind
from governance.services import issue_note, make_paper

RUNS = 3
SIZE = 60  # actions: enough for a point on fourteen
POINTS_OF_DOSSIER = 56  # about 60 pages
PATIENCE = 120  # seconds for one file
MEGABYTE = 1024  # ru_maxrss counts kibibytes on Linux
GRACE = 10
POLL = 0.05


class NeverReady(Exception):
    """The worker did not make the file."""


def request_to_file():
    """Seconds from the gesture to a ready PDF, worker warm: the median of three notes.

    Run it in a process whose settings name an empty SQLite file and the filesystem broker.
    """
    plan = build_cite(SIZE)
    add_meetings(plan)
    items = [prepare_meeting(plan, days=20 + rank) for rank in range(1 + RUNS)]
    with background():
        try:
            first, *times = [_issue(item, plan.actor) for item in items]  # the first finds a worker that starts
        except NeverReady as error:
            return {"error": str(error)}
    return {
        "first": first[0],
        "seconds": median(pdf for pdf, _ in times),
        "runs": [pdf for pdf, _ in times],
        "with_docx": median(both for _, both in times),
    }


def dossier():
    """Seconds from the gesture to the papers of a meeting of many points, each with its note, worker warm; the most
    memory that the worker took for it, in MB.

    Run it in a process whose settings name an empty SQLite file and the filesystem broker.
    """
    plan = build_cite(SIZE)
    add_meetings(plan)
    short, long = (prepare_meeting(plan, days=days).meeting for days in (20, 27))
    for _ in range(POINTS_OF_DOSSIER):
        add_noted_point(plan, long)
    with background():
        try:
            _compile(short, plan.actor)
            file, seconds = _compile(long, plan.actor)
        except NeverReady as error:
            return {"error": str(error)}
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / MEGABYTE
    return {"seconds": seconds, "pages": file.pages, "bytes": file.size, "memory_mb": round(memory, 1)}


def _compile(meeting, actor):
    """(the ready file of its papers, seconds until then)"""
    started = time.perf_counter()
    paper, _ = make_paper(meeting, PaperKind.DOSSIER, actor=actor)
    files = GeneratedFile.objects.filter(paper_file__paper=paper)
    seconds = _wait(files, started)
    return files.get(), seconds


def _issue(item, actor):
    """Seconds until the PDF is ready, and until the DOCX is too."""
    started = time.perf_counter()
    version = issue_note(item.note, actor=actor)
    files = GeneratedFile.objects.filter(note_file__version=version)
    pdf = _wait(files.filter(format="pdf"), started)
    return pdf, _wait(files, started)


def _wait(files, started):
    while True:
        states = set(files.values_list("state", flat=True))
        seconds = time.perf_counter() - started
        if states == {State.READY}:
            return seconds
        if State.FAILED in states or seconds > PATIENCE:
            raise NeverReady(f"the file is {', '.join(sorted(states))} after {seconds:.0f} s")
        time.sleep(POLL)


@contextmanager
def background():
    """The worker and beat that `make run` starts, on this process's data folder; gone afterwards."""
    (settings.DATA_DIR / "beat").mkdir(parents=True, exist_ok=True)
    processes = Processes()
    try:
        yield processes
    finally:
        processes.stop()


class Processes:
    QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")

    def __init__(self):
        self._start_worker()
        self.beat = _start("beat", "-l", "ERROR", "--pidfile=")

    def _start_worker(self):
        self.worker = _start("worker", "-Q", "default,pdf", "-c", "1", "-l", "ERROR", *self.QUIET)

    def kill_worker(self):
        """At once, whatever it does, as a machine would; another takes its place."""
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()
        self._start_worker()

    def stop(self):
        running = (self.worker, self.beat)
        for process in running:
            process.terminate()
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _start(*arguments):
    celery = str(Path(sys.executable).with_name("celery"))
    return subprocess.Popen(  # noqa: S603 our own commands
        [celery, "--quiet", "-A", "cite_educative", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
