"""The verdicts, and the tables people read."""

import os
import platform
from importlib.metadata import version

import django
from django.conf import settings
from django.db import connection

from cite_educative.home.bench.pages import FEW, MANY, NORMAL

# Seconds, promised; reported as a ratio: a machine's speed is not ours to judge.
TARGETS = {"note_pdf": 1.2, "dossier": 20.0, "request_to_file": 3.0, "import": 5.0, "figures": 5.0}
TITLES = {
    "note_pdf": "Note, 2-3 pages, to PDF (warm)",
    "dossier": "Papers of a meeting of 57 points, to PDF",
    "request_to_file": "Request to file, embedded profile",
    "figures": "All computed figures, 3 years of 500 actions",
    "export_xlsx": "List of 5 000 to XLSX",
    "export_csv": "List of 5 000 to CSV",
    "import": "Import of 1 000 rows, with preview",
    "storm": "100 documents at once, worker killed 5 times, broker emptied",
}
SLACK = 2  # queries that some content, absent from the smallest Cité, may add


def machine():
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()" if connection.vendor == "postgresql" else "SELECT sqlite_version()")
        engine = cursor.fetchone()[0]
    libraries = ("celery", "weasyprint", "pikepdf", "xlsxwriter", "openpyxl", "psycopg")
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "django": django.get_version(),
        "database": connection.vendor,
        "engine": engine,
        "debug": settings.DEBUG,
        **{name: version(name) for name in libraries},
    }


def verdicts(measures):
    """One row a page: its figures at 500 and 5 000 actions, and whether its queries keep the promise."""
    by_page = {}
    for measure in measures:
        by_page.setdefault(measure["label"], {})[measure["size"]] = measure
    return [_verdict(label, sizes) for label, sizes in by_page.items()]


def _verdict(label, sizes):
    few, normal, many = sizes[FEW], sizes[NORMAL], sizes[MANY]
    error = normal["error"] or many["error"] or few["error"]
    limit = normal["limit"]
    faults = []
    if not error:
        if limit is not None and normal["queries"] > limit:
            faults.append(f"more than {limit} queries")
        if many["queries"] != normal["queries"]:
            faults.append("queries grow with the rows")
        elif normal["queries"] > few["queries"] + SLACK:
            faults.append(f"only {few['queries']} queries with few rows")
    return {
        "label": label,
        "limit": limit,
        "sizes": {str(size): measure for size, measure in sizes.items()},
        "verdict": "FAIL" if error or faults else "PASS",
        "why": error or ", ".join(faults),
    }


def passed(report):
    """Queries and completeness only: times are told, not judged."""
    return all(page["verdict"] == "PASS" for page in report["pages"]) and not any(
        "error" in figures for figures in report["work"].values()
    )


# --- Tables ---------------------------------------------------------------------------------------


def written(report):
    facts = report["machine"]
    head = (
        f"{facts['cores']} cores, load {facts['load']}, Python {facts['python']}, Django {facts['django']}, "
        f"{facts['database']} {facts['engine'].split(' on ')[0]}, WeasyPrint {facts['weasyprint']}"
    )
    blocks = [head, aligned(PAGE_HEADERS, map(_page_line, report["pages"])), ABOUT_BARE]
    blocks.append(aligned(WORK_HEADERS, [_work_line(name, row) for name, row in report["work"].items()]))
    blocks.append("PASS" if passed(report) else "FAIL")
    return "\n\n".join(blocks)


PAGE_HEADERS = (
    "Page",
    "Queries 20/500/5000",
    "Limit",
    "kB",
    "Rows",
    "Median ms",
    "p95 ms",
    "× bare",
    "× plain",
    "5000: ms",
    "× bare",
    "× plain",
    "Verdict",
)
ABOUT_BARE = (
    "× bare: against a view that sends as many rows of ready strings, without query, layout or user; × plain: against "
    "the page Django gives with nothing added (user, layout, one query). Rows: <tr> and <li>, frame included."
)
WORK_HEADERS = ("Work", "Seconds", "Target", "× target", "First s", "Rows/s", "Peak MB", "Notes")


def _page_line(page):
    few, normal, many = (page["sizes"][str(size)] for size in (FEW, NORMAL, MANY))
    verdict = f"{page['verdict']} {page['why']}".strip()
    if normal["error"]:
        return [page["label"], *[""] * 9, f"FAIL not measured: {normal['error']}"]
    return [
        page["label"],
        "/".join(str(measure["queries"]) for measure in (few, normal, many)),
        "" if page["limit"] is None else f"≤ {page['limit']}",
        f"{normal['bytes'] / 1000:.0f}",
        str(normal["rows"]),
        *_times(normal, with_p95=True),
        *_times(many),
        verdict,
    ]


def _times(measure, with_p95=False):
    if measure["error"]:
        return ["–"] * (4 if with_p95 else 3)
    p95 = [f"{measure['p95'] * 1000:.1f}"] if with_p95 else []
    ratios = [f"{measure['median'] / measure[yardstick]:.1f}" for yardstick in ("bare", "plain")]
    return [f"{measure['median'] * 1000:.1f}", *p95, *ratios]


def _work_line(name, figures):
    if "error" in figures:
        return [TITLES[name], *[""] * 6, f"FAIL not measured: {figures['error']}"]
    target = TARGETS.get(name)
    notes = [f"{figures[key]:.2f} s {words}" for key, words in EXTRA_SECONDS.items() if key in figures]
    notes += [f"{figures[key]} {words}" for key, words in EXTRA_COUNTS.items() if key in figures]
    return [
        TITLES[name],
        f"{figures['seconds']:.2f}",
        f"≤ {target}" if target else "",
        f"{figures['seconds'] / target:.2f}" if target else "",
        f"{figures['first']:.2f}" if "first" in figures else "",
        f"{figures['rows_per_second']:.0f}" if "rows_per_second" in figures else "",
        f"{figures['memory_mb']:.0f}" if "memory_mb" in figures else "",
        ", ".join(notes),
    ]


EXTRA_SECONDS = {"with_docx": "with the DOCX", "preview_seconds": "to preview", "confirm_seconds": "to write"}
EXTRA_COUNTS = {
    "pages": "pages",
    "figures": "figures",
    "bytes": "bytes",
    "memory_before_mb": "MB before",
    "ready": "ready",
    "stored": "files stored",
    "again": "begun again",
    "went_down": "steps back",
    "page_ratio": "× a page without load",
    "request_ratio": "× a request without load",
}


def aligned(headers, lines):
    """Columns as wide as their widest cell; the first and the last to the left, figures to the right."""
    lines = [list(headers), *map(list, lines)]
    widths = [max(len(line[rank]) for line in lines) for rank in range(len(headers))]
    last = len(headers) - 1
    rows = [
        "  ".join(
            cell.ljust(width) if rank in (0, last) else cell.rjust(width)
            for rank, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([rows[0], "-" * len(rows[0]), *rows[1:]])
