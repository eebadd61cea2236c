"""A database and a data folder for one run, and the processes that measure on them; the user's own stay shut."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.conf import settings
from django.db import connection

OVERRIDDEN = ("DATA_DIR", "DATABASE_URL", "BROKER_URL", "STATIC_ROOT", "DEBUG")
TIME_LIMIT = 900  # seconds for one probe


@contextmanager
def scratch_folder():
    with tempfile.TemporaryDirectory(prefix="cite-bench-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def scratch_database(folder):
    """Create and migrate a database on the configured engine; yield its address; destroy it."""
    original = connection.settings_dict["NAME"]
    if settings.IS_POSTGRESQL:
        name = f"cite_bench_{os.getpid()}"
        given = environ.FileAwareEnv().str("DATABASE_URL").strip()
        address = urlsplit(given)._replace(path=f"/{name}").geturl()
    else:
        name = str(folder / "db.sqlite3")
        address = f"sqlite:///{name}"
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    connection.close()
    try:
        yield address
    finally:
        connection.creation.destroy_test_db(original, verbosity=0)


def run_probe(name, *, folder, address, quick):
    """Measure in a new process; a failure is a result too: `{"error": …}`."""
    command = [sys.executable, "manage.py", "bench", "--measure", name, *(["--quick"] if quick else [])]
    done = subprocess.run(  # noqa: S603 our own command
        command,
        cwd=settings.BASE_DIR,
        env=environment(folder, address),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        return {"error": lines[-1][:160]}
    return json.loads(done.stdout.splitlines()[-1])


def environment(folder, address):
    """The caller's, but for the data: an empty address is the embedded profile."""
    kept = {key: value for key, value in os.environ.items() if key.removesuffix("_FILE") not in OVERRIDDEN}
    return kept | {"DATA_DIR": str(folder), "DATABASE_URL": address, "BROKER_URL": "", "DEBUG": "1"}
