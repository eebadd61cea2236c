"""What a process of its own measures: documents, exports, the import; each reports its own peak memory."""

import resource
import time
from statistics import median

from django.conf import settings
from django.test import override_settings
from django.urls import reverse

from cite_educative.common.pdf import count_pages, render_pdf
from cite_educative.documents.models import GeneratedFile
from cite_educative.documents.registry import renderers
from cite_educative.home.bench.data import build_cite, lead, slug_of
from cite_educative.home.bench.figures import add_figures
from cite_educative.home.bench.imports import Unanswered, import_table
from cite_educative.home.bench.meetings import add_meetings
from cite_educative.home.bench.outside import add_outside
from cite_educative.home.bench.pages import MANY, NORMAL, SIZES, measure_pages, signed_in
from cite_educative.home.bench.queue import dossier, request_to_file
from cite_educative.home.bench.storm import storm
from cite_educative.home.bench.years import OF_A_YEAR, YEARS, build_years
from evaluation.computed import COMPUTATIONS, compute
from evaluation.enums import Frequency
from evaluation.periods import periods_of_year
from governance.enums import MeetingStatus
from governance.models import Note
from governance.services import issue_note
from partners.models import Cite

WARM_RUNS = 5
IMPORTED_ROWS = 1000
MEGABYTE = 1024  # ru_maxrss counts kibibytes on Linux


def peak_memory():
    """Of this process since its start, in MB; on Linux."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE, 1)


def timed(function):
    """(result, seconds)"""
    started = time.perf_counter()
    result = function()
    return result, time.perf_counter() - started


def build():
    """Fill the scratch database; nothing is measured but the time it takes."""

    def fill():
        for size in SIZES:
            plan = build_cite(size)
            add_meetings(plan)
            add_outside(plan)
            add_figures(plan)

    return {"seconds": timed(fill)[1]}


def note_pdf():
    """The PDF of a note on fourteen actions: first time and warm median, in seconds."""
    notes = Note.objects.filter(cite__slug=slug_of(NORMAL), item__meeting__status=MeetingStatus.PLANNED)
    version = issue_note(notes.latest("pk"), actor=lead(slug_of(NORMAL)))
    file = GeneratedFile.objects.get(note_file__version=version, format="pdf")
    before = peak_memory()
    times = []
    for _ in range(1 + WARM_RUNS):
        content, seconds = timed(lambda: render_pdf(renderers[file.kind](file)))
        times.append(seconds)
    return {
        "first": times[0],
        "seconds": median(times[1:]),
        "pages": count_pages(content),
        "bytes": len(content),
        "memory_before_mb": before,
        "memory_mb": peak_memory(),
    }


def figures():
    """Every computed figure and fact of the review, for each of three years of five hundred actions."""
    plan = build_years()
    periods = [periods_of_year(Frequency.CIVIL_YEAR, plan.year - back)[0] for back in range(YEARS)]
    before = peak_memory()
    found, seconds = timed(lambda: [compute(key, plan.cite, period) for period in periods for key in COMPUTATIONS])
    counted = [one.value for key, one in zip(COMPUTATIONS, found, strict=False) if key == "review.f13"]
    if counted != [OF_A_YEAR * 7 // 10]:
        return {"error": f"{counted} funded actions of this year"}
    return {
        "seconds": seconds,
        "figures": len(found),
        "memory_before_mb": before,
        "memory_mb": peak_memory(),
    }


def export(name):
    """The list of 5 000 actions as a file, from the request to its last byte."""
    with override_settings(DEBUG=False, ALLOWED_HOSTS=["testserver"]):
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        client = signed_in(Cite.objects.get(slug=slug_of(MANY)))
        before = peak_memory()
        response, seconds = timed(lambda: _whole(client.get(f"{reverse('actions:list')}?format={name}", secure=True)))
    status, size = response
    if status != 200:
        return {"error": f"the export answered {status}"}
    return {
        "seconds": seconds,
        "rows": MANY,
        "rows_per_second": MANY / seconds,
        "bytes": size,
        "memory_before_mb": before,
        "memory_mb": peak_memory(),
    }


def _whole(response):
    return response.status_code, len(response.getvalue())


def imported():
    """A table of 1 000 lines read, previewed and confirmed in a Cité of its own."""
    before = peak_memory()
    try:
        preview, confirm = import_table(IMPORTED_ROWS)
    except Unanswered as error:
        return {"error": str(error)}
    return {
        "rows": IMPORTED_ROWS,
        "seconds": preview + confirm,
        "preview_seconds": preview,
        "confirm_seconds": confirm,
        "rows_per_second": IMPORTED_ROWS / (preview + confirm),
        "memory_before_mb": before,
        "memory_mb": peak_memory(),
    }


PROBES = {
    "build": lambda quick: build(),
    "pages": lambda quick: measure_pages(5 if quick else 30),
    "note_pdf": lambda quick: note_pdf(),
    "dossier": lambda quick: dossier(),
    "figures": lambda quick: figures(),
    "export_xlsx": lambda quick: export("xlsx"),
    "export_csv": lambda quick: export("csv"),
    "import": lambda quick: imported(),
    "request_to_file": lambda quick: request_to_file(),
    "storm": lambda quick: storm(),
}
