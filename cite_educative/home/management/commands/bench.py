import argparse
import json
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cite_educative.home.bench.probes import PROBES
from cite_educative.home.bench.report import machine, passed, verdicts, written
from cite_educative.home.bench.scratch import run_probe, scratch_database, scratch_folder

ON_ENGINE = ("note_pdf", "export_xlsx", "export_csv", "import", "figures")
EMBEDDED = ("request_to_file", "dossier", "storm")


class Command(BaseCommand):
    """Measure pages, documents, exports and the import on a scratch database that is destroyed afterwards.

    Exit code 1 when a number of queries breaks its promise or something could not be measured; times are only told.
    """

    help = "Measure the application on scratch data; prints tables and writes JSON."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--json", type=Path, help="where to write the figures (default: DATA_DIR/bench.json)")
        parser.add_argument("--quick", action="store_true", help="fewer requests per page, no storm: rougher times")
        parser.add_argument("--measure", choices=PROBES, help=argparse.SUPPRESS)

    def handle(self, *, measure, quick, **options):
        if measure:
            self._measure(measure, quick)
            return
        report = self._run(quick)
        path = options["json"] or settings.DATA_DIR / "bench.json"
        write(path, report)
        self.stdout.write(f"\n{written(report)}\n\nFigures in {path}")
        if not passed(report):
            sys.exit(1)

    def _measure(self, name, quick):
        """In a process started by `run_probe`: migrate what is empty, measure, answer in JSON on the last line."""
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(json.dumps(PROBES[name](quick)))

    def _run(self, quick):
        with scratch_folder() as folder, scratch_database(folder) as address:
            facts = machine()
            built = self._probe("build", folder, address, quick)
            if "error" in built:
                raise CommandError(f"The scratch data could not be built: {built['error']}")
            pages = self._probe("pages", folder, address, quick)
            if "error" in pages:
                raise CommandError(f"The pages could not be measured: {pages['error']}")
            work = {name: self._probe(name, folder, address, quick) for name in ON_ENGINE}
        for name in EMBEDDED[: 2 if quick else None]:
            with scratch_folder() as folder:
                work[name] = self._probe(name, folder, "", quick)
        return {
            "machine": facts,
            "quick": quick,
            "build_seconds": built["seconds"],
            "pages": verdicts(pages),
            "work": work,
        }

    def _probe(self, name, folder, address, quick):
        self.stderr.write(f"… {name}")
        return run_probe(name, folder=folder, address=address, quick=quick)


def write(path, report):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
