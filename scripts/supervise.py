"""Start the application on one machine and keep it running: web, worker and beat.

Each child leads its own session, so that whatever it leaves behind is killed by process group before it is started
again. The children also carry a mark in their environment, by which a new start finds what an earlier one, itself
killed, has left running on the same data folder. Standard library only: it must start fast.
"""

import errno
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
MARK = "SUPERVISED_DATA_DIR"
POLL = 0.2
STABLE_AFTER = 30
LONGEST_DELAY = 30
GRACE = 10  # seconds left to the children to stop by themselves
LOCK_WAIT = 5
BEAT_AFTER = 4
QUIET_WARNINGS = "ignore:You're running the worker,ignore:Using settings.DEBUG"


class CannotStart(Exception):
    """Says why in French, for the person at the terminal."""


@dataclass
class Child:
    name: str
    command: list
    process: subprocess.Popen | None = None
    started: float = 0.0
    not_before: float = 0.0
    delay: float = 0.0

    def start(self, environment):
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.started = time.monotonic()

    def kill_group(self):
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def check(self, environment):
        """Start again a child that has ended, later and later while it keeps failing."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.not_before:
                self.start(environment)
        elif (code := self.process.poll()) is not None:
            self.kill_group()
            self.process = None
            stable = now - self.started > STABLE_AFTER
            self.delay = 0.5 if stable or not self.delay else min(self.delay * 2, LONGEST_DELAY)
            self.not_before = now + self.delay
            say(f"« {self.name} » s’est arrêté (code {code}) ; nouveau départ dans {self.delay:g} s.")


def say(text):
    print(text, file=sys.stderr, flush=True)


def take_lock(data_dir):
    """Hold DATA_DIR for this process; the kernel frees it however the process ends."""
    path = data_dir / "supervisor.lock"
    file = path.open("a+")
    deadline = time.monotonic() + LOCK_WAIT
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > deadline:
                file.seek(0)
                holder = file.read().strip()
                file.close()
                raise CannotStart(
                    f"L’application tourne déjà sur {data_dir} (processus {holder}). "
                    "Arrêtez-la d’abord, ou choisissez un autre dossier : make run DATA_DIR=… PORT=…"
                ) from None
            time.sleep(POLL)
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def leftovers(data_dir):
    """Processes that an earlier supervisor of this data folder started and that still run."""
    mark = f"{MARK}={data_dir}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        if int(entry.name) == os.getpid():
            continue
        with suppress(OSError):
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def kill_leftovers(data_dir):
    """Only called with the lock held: nobody living owns them."""
    deadline = time.monotonic() + LOCK_WAIT
    while (pids := leftovers(data_dir)) and time.monotonic() < deadline:
        for pid in pids:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def check_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            why = "est réservé au système" if error.errno == errno.EACCES else "est déjà pris par un autre programme"
            raise CannotStart(
                f"Le port {port} {why}. Choisissez-en un autre, par exemple : make run PORT=8001"
            ) from error


def read_port():
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT doit être un nombre entre 1 et 65535, et non « {text} ».")
    return int(text)


def open_data_dir():
    path = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
    try:
        (path / "beat").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"Le dossier de données {path} ne peut pas être créé : {error.strerror}.") from error
    if not os.access(path, os.W_OK):
        raise CannotStart(f"Le dossier de données {path} n’est pas accessible en écriture.")
    return path


def prepare(environment):
    """Migrations, static files, demonstration. Returns the lines that tell the demonstration accounts."""
    done = subprocess.run(
        [BIN / "python", "manage.py", "prepare"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise CannotStart("La préparation de la base a échoué : le message ci-dessus dit pourquoi.")
    return done.stdout.strip()


def children():
    celery = [BIN / "celery", "--quiet", "-A", "cite_educative"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        Child("web", [BIN / "gunicorn", "cite_educative.wsgi"]),
        Child("worker", [*celery, "worker", "-Q", "default,pdf", "-c", "1", "-l", "WARNING", *quiet]),
        # Nothing is due in the first seconds: the processor is left to the web.
        Child("beat", [*celery, "beat", "-l", "WARNING", "--pidfile="], not_before=time.monotonic() + BEAT_AFTER),
    ]


def web_answers(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/sante/web/")
        return bool(connection.getresponse().status)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def stop(running):
    """Ask, wait, then kill. A document cut short is rendered again at the next start."""
    for child in running:
        if child.process and child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + GRACE
    try:
        while any(child.process and child.process.poll() is None for child in running):
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
    finally:
        for child in running:
            child.kill_group()


def watch(running, environment, port, accounts):
    """Returns when `make`, which started this process, is gone."""
    parent = os.getppid() if "MAKELEVEL" in os.environ else None
    announced = False
    while parent is None or os.getppid() == parent:
        for child in running:
            child.check(environment)
        if not announced and web_answers(port):
            announced = True
            say(f"\nCité éducative : http://127.0.0.1:{port}\n{accounts}\nPour arrêter : Ctrl-C.\n")
        time.sleep(POLL)


def main():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    running, lock = [], None
    try:
        port = read_port()
        data_dir = open_data_dir()
        lock = take_lock(data_dir)
        kill_leftovers(data_dir)
        check_port(port)
        environment = os.environ | {
            "DATA_DIR": str(data_dir),
            "PORT": str(port),
            "PYTHONWARNINGS": os.environ.get("PYTHONWARNINGS") or QUIET_WARNINGS,
            MARK: str(data_dir),
        }
        accounts = prepare(environment)
        running = children()
        watch(running, environment, port, accounts)
    except CannotStart as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("\nArrêt…")
    with suppress(KeyboardInterrupt):
        stop(running)
    if lock:
        kill_leftovers(data_dir)
    return 0


if __name__ == "__main__":
    sys.exit(main())
