"""The background worker of production, as a process of its own beside the tests."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import quote

from django.conf import settings
from django.db import connection

COMMAND = ["worker", "-Q", "default,pdf", "-c", "1", "-l", "WARNING"]
QUIET = ["--without-gossip", "--without-mingle", "--without-heartbeat"]


def queue_of(data_dir):
    return data_dir / "broker" / "queue"


def filesystem_broker(data_dir):
    """Celery settings for the broker that the settings derive from this DATA_DIR."""
    queue = queue_of(data_dir)
    queue.mkdir(parents=True, exist_ok=True)
    return {
        "broker_url": "filesystem://localhost//",
        "broker_transport_options": {
            "data_folder_in": str(queue),
            "data_folder_out": str(queue),
            "control_folder": str(data_dir / "broker" / "control"),
            "store_processed": False,
            "polling_interval": 0.2,
        },
    }


def database_url():
    """The database that the tests are using, in the words of DATABASE_URL."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    credentials = f"{quote(values['USER'])}:{quote(values['PASSWORD'])}"
    return f"postgres://{credentials}@{quote(values['HOST'], safe='')}:{values['PORT']}/{values['NAME']}"


@contextmanager
def running_worker(data_dir):
    """One worker on the tests' database and on the broker of `data_dir`; its log is `data_dir`/worker.log.

    It sweeps too: a message that the broker loses is published again.
    """
    beat = ["-B", "-s", str(data_dir / "beat")]
    environment = os.environ | {
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": database_url(),
        "BROKER_URL": "",
        "DEBUG": "1",
    }
    with (data_dir / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "--quiet", "-A", "cite_educative", *COMMAND, *QUIET, *beat],
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
